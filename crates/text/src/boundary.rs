//! Where a word may start and end, script by script.
//!
//! Scripts with spaces ask for a word's edge. Korean glues particles to the end and Arabic
//! articles to the front. Chinese and Thai have no spaces: a short match must also agree with a
//! dictionary segmenter, or 高仿 would be found in 提高仿真度.

use std::sync::LazyLock;

use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed, options::WordBreakInvariantOptions};

use crate::normal::{Class, Normal, Span, class_of};
use crate::pattern::Pattern;

static SEGMENTER: LazyLock<WordSegmenterBorrowed<'static>> =
    LazyLock::new(|| WordSegmenter::new_dictionary(WordBreakInvariantOptions::default()));

const ARABIC_PREFIXES: [&str; 10] = ["ال", "و", "ب", "ل", "ف", "ك", "لل", "وال", "بال", "فال"];
/// A name of so many letters may touch digits: "nike2", "iphone13".
const MIN_LETTERS_BESIDE_DIGITS: u8 = 4;
/// Chinese matches shorter than this ask the segmenter.
const MIN_HAN_UNASKED: u8 = 3;
const MIN_KANA_INSIDE: u8 = 3;
const MIN_HANGUL_INSIDE: u8 = 3;
const MIN_THAI_UNASKED: u8 = 6;

/// A word may begin with the character at `at` although no blank stands before it: behind digits and marks, behind
/// scripts without spaces, behind an Arabic article.
pub(crate) fn begins_unparted(normal: &Normal, at: u32, own: char) -> bool {
    if class_of(own) != Class::Word {
        return false;
    }
    let span = Span { start: at, end: at };
    match before(normal, span) {
        None | Some(' ' | '&' | 'a'..='z') => false,
        Some(':' | '.' | '0'..='9') => !own.is_ascii_digit(),
        Some('+' | '%') => true,
        Some(c) => class_of(c) != Class::Word || arabic_prefix(normal, span),
    }
}

/// True when `span` stands as a word of its own in `normal`.
#[inline]
pub(crate) fn stands_alone(normal: &Normal, span: Span, pattern: &Pattern) -> bool {
    let bytes = normal.bytes();
    let free_start = span.start == 0 || bytes.get(span.start as usize - 1) == Some(&b' ');
    let free_end = pattern.open || matches!(bytes.get(span.end as usize), None | Some(b' '));
    if pattern.first == Class::Word && pattern.last == Class::Word {
        return (free_start || word_start(normal, span, pattern)) && (free_end || word_end(normal, span, pattern));
    }
    other_start(normal, span, pattern, free_start)
        && other_end(normal, span, pattern, free_end)
        && segments_agree(normal, span, pattern, free_start && free_end)
}

fn before(normal: &Normal, span: Span) -> Option<char> {
    normal.text().get(..span.start as usize)?.chars().next_back()
}

fn after(normal: &Normal, span: Span) -> Option<char> {
    normal.text().get(span.end as usize..)?.chars().next()
}

fn word_start(normal: &Normal, span: Span, pattern: &Pattern) -> bool {
    let Some(c) = before(normal, span) else { return true };
    let own = normal.bytes().get(span.start as usize).copied().unwrap_or(b' ');
    match c {
        ':' | '.' => !own.is_ascii_digit(),
        '+' | '%' | '&' => c != '&',
        '0'..='9' => !own.is_ascii_digit() && pattern.chars >= MIN_LETTERS_BESIDE_DIGITS,
        _ if class_of(c) != Class::Word => true,
        _ => arabic_prefix(normal, span),
    }
}

fn word_end(normal: &Normal, span: Span, pattern: &Pattern) -> bool {
    let Some(c) = after(normal, span) else { return true };
    let own = normal.bytes().get(span.end as usize - 1).copied().unwrap_or(b' ');
    match c {
        ':' | '.' => false,
        '+' => own.is_ascii_alphabetic(),
        '%' | '&' => false,
        '0'..='9' => !own.is_ascii_digit() && pattern.chars >= MIN_LETTERS_BESIDE_DIGITS,
        'a'..='z' => own.is_ascii_digit() && pattern.chars >= 3,
        _ => class_of(c) != Class::Word,
    }
}

fn arabic_prefix(normal: &Normal, span: Span) -> bool {
    let text = normal.text();
    let start = text.get(..span.start as usize).and_then(|t| t.rfind(' ')).map_or(0, |at| at + 1);
    let prefix = text.get(start..span.start as usize).unwrap_or_default();
    ARABIC_PREFIXES.contains(&prefix)
}

fn other_start(normal: &Normal, span: Span, pattern: &Pattern, free: bool) -> bool {
    free || match pattern.first {
        Class::Word => word_start(normal, span, pattern),
        Class::Hangul => {
            pattern.chars >= MIN_HANGUL_INSIDE || before(normal, span).is_none_or(|c| class_of(c) != Class::Hangul)
        }
        Class::Kana => {
            pattern.chars >= MIN_KANA_INSIDE || before(normal, span).is_none_or(|c| class_of(c) != Class::Kana)
        }
        Class::Han | Class::Thai => true,
    }
}

fn other_end(normal: &Normal, span: Span, pattern: &Pattern, free: bool) -> bool {
    free || match pattern.last {
        Class::Word => word_end(normal, span, pattern),
        Class::Kana => {
            pattern.chars >= MIN_KANA_INSIDE || after(normal, span).is_none_or(|c| class_of(c) != Class::Kana)
        }
        Class::Hangul | Class::Han | Class::Thai => true,
    }
}

/// Short matches without spaces must start and end where words do.
fn segments_agree(normal: &Normal, span: Span, pattern: &Pattern, free: bool) -> bool {
    let ask = match pattern.first {
        Class::Han => pattern.chars < MIN_HAN_UNASKED,
        Class::Thai => pattern.chars < MIN_THAI_UNASKED,
        _ => false,
    };
    !ask || free || at_word_edges(normal, span)
}

/// The dictionary segmenter begins and ends a word where `span` does.
pub(crate) fn at_word_edges(normal: &Normal, span: Span) -> bool {
    let inside = normal.tokens().get(normal.token_at(span.start)).is_some_and(|t| t.span.contains(span));
    !inside || (is_edge(normal, span.start) && is_edge(normal, span.end))
}

/// A word of a script without spaces begins or ends at this byte.
pub(crate) fn is_edge(normal: &Normal, at: u32) -> bool {
    let segment = |run: &str, found: &mut dyn FnMut(usize)| SEGMENTER.segment_str(run).for_each(found);
    normal.edges(segment).binary_search(&at).is_ok()
}
