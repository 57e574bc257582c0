//! One pass over a text: folded characters, where each came from, and the tokens.
//!
//! The normal form keeps letters and digits (folded), single spaces between words, and the few
//! marks that carry meaning: `1:1`, `1.5`, `6s+`, `100%`, `d&g`. Everything else separates words
//! and stays readable in the original, which the deep pass looks at again where it must.

use std::cell::OnceCell;

use crate::fold::{Fold, expansion, fold};
use crate::hangul::{Syllable, is_loose_letter};
use crate::html;
use crate::matcher::How;
pub(crate) use crate::token::class_of;
pub use crate::token::{Class, Span, Token};

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Origin {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// The normal form of one text. Reuse it: its buffers keep their size.
#[derive(Clone, Debug, Default)]
pub struct Normal {
    pub(crate) text: String,
    pub(crate) origins: Vec<Origin>,
    pub(crate) tokens: Vec<Token>,
    oddities: Vec<(u32, How)>,
    /// Accents that stand as characters of their own: honest in ones and twos.
    accents: Vec<u32>,
    pending: Pending,
    /// The Korean syllable that was put together last.
    pub(crate) syllable: Option<Syllable>,
    /// Where words begin in scripts without spaces; found when first asked for.
    edges: OnceCell<Vec<u32>>,
}

/// What stood between the last word character and the next one.
#[derive(Clone, Copy, Debug, Default)]
struct Pending {
    separator: bool,
    white: bool,
    breaks: bool,
    adds: bool,
}

impl Normal {
    /// Replaces the content with the normal form of `source` (at most 4 GiB).
    pub fn set(&mut self, source: &str) {
        self.clear();
        let bytes = source.as_bytes();
        self.text.reserve(bytes.len() + 8);
        self.origins.reserve(bytes.len() + 8);
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            at += match ASCII[byte as usize] {
                Ascii::Word => self.ascii_word(source, at),
                Ascii::White => self.separate(true, false),
                Ascii::Other => self.ascii_mark(bytes, at),
                Ascii::Beyond => self.beyond(source, at),
            };
        }
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.origins.clear();
        self.tokens.clear();
        self.oddities.clear();
        self.accents.clear();
        self.edges.take();
        self.syllable = None;
        self.pending = Pending::default();
    }

    /// A run of letters and digits: most of all bytes, so it is taken as a whole.
    fn ascii_word(&mut self, source: &str, at: usize) -> usize {
        self.open_token(Class::Word);
        let bytes = source.as_bytes().get(at..).unwrap_or_default();
        let len = bytes.iter().take_while(|b| matches!(ASCII[**b as usize], Ascii::Word)).count();
        let end = at + len;
        let from = self.text.len();
        self.text.push_str(source.get(at..end).unwrap_or_default());
        self.text[from..].make_ascii_lowercase();
        self.origins.extend((at as u32..end as u32).map(|at| Origin { start: at, end: at + 1 }));
        let run = &self.text.as_bytes()[from..];
        let (letters, digits) = run.iter().fold((false, false), |(l, d), b| (l | (*b > b'9'), d | (*b <= b'9')));
        if let Some(token) = self.tokens.last_mut() {
            token.span.end = self.text.len() as u32;
            token.letters |= letters;
            token.digits |= digits;
        }
        len
    }

    /// Punctuation: kept where it carries meaning, else a separator.
    fn ascii_mark(&mut self, bytes: &[u8], at: usize) -> usize {
        let byte = bytes[at];
        match byte {
            b'\'' | b'`' => return 1,
            b'<' => {
                if let Some(len) = html::tag_len(&bytes[at..]) {
                    self.separate(true, false);
                    return len;
                }
            }
            b'&' => {
                if let Some((c, len)) = html::reference(&bytes[at..]) {
                    self.push_char(c, at, at + len);
                    return len;
                }
            }
            _ => {}
        }
        if byte == b'%' && self.pending.white && self.text.ends_with(|c: char| c.is_ascii_digit()) {
            // "40 %" is written so by half the world.
            self.pending = Pending::default();
            self.keep(byte, at, at + 1);
        } else if self.keeps(byte, &bytes[at + 1..]) {
            self.keep(byte, at, at + 1);
        } else {
            self.pending.adds |= matches!(byte, b'+' | b'&') || (byte == b'/' && self.is_with());
            let next_is_white = bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace);
            self.separate(false, matches!(byte, b'!' | b'?' | b';' | b'|') || (byte == b'.' && next_is_white));
        }
        1
    }

    /// `1:1`, `1.5`, `6s+`, `100%`, `d&g`: the mark stands tight against what it belongs to.
    fn keeps(&self, byte: u8, rest: &[u8]) -> bool {
        let tight = !self.pending.separator;
        let previous = self.text.as_bytes().last().copied().filter(|_| tight).unwrap_or(b' ');
        let next = rest.first().copied().unwrap_or(b' ');
        match byte {
            b':' if self.is_one(previous) && is_one(rest) => true,
            b':' | b'.' => previous.is_ascii_digit() && next.is_ascii_digit(),
            b'&' => previous.is_ascii_alphanumeric() && next.is_ascii_alphanumeric(),
            b'%' => previous.is_ascii_digit(),
            b'+' => previous.is_ascii_alphanumeric() || previous == b'+',
            _ => false,
        }
    }

    /// The last word is a one, or a letter that looks like it: "l:1".
    fn is_one(&self, last: u8) -> bool {
        matches!(last, b'1' | b'l' | b'i') && self.tokens.last().is_some_and(|t| t.span.end - t.span.start == 1)
    }

    /// "w/ box": the last word is the abbreviated "with".
    fn is_with(&self) -> bool {
        !self.pending.separator && self.tokens.last().is_some_and(|t| self.slice(t.span) == "w")
    }

    pub(crate) fn keep(&mut self, byte: u8, start: usize, end: usize) {
        self.text.push(char::from(byte));
        self.origins.push(Origin { start: start as u32, end: end as u32 });
        if let Some(token) = self.tokens.last_mut() {
            token.span.end = self.text.len() as u32;
            token.marked = true;
        }
    }

    #[inline]
    pub(crate) fn separate(&mut self, white: bool, breaks: bool) -> usize {
        self.pending.separator = true;
        self.pending.white |= white;
        self.pending.breaks |= breaks;
        1
    }

    fn beyond(&mut self, source: &str, at: usize) -> usize {
        let mut chars = source.get(at..).unwrap_or_default().chars();
        let Some(c) = chars.next() else { return 1 };
        let len = c.len_utf8();
        if is_colon(c) && self.keeps(b':', &source.as_bytes()[at + len..]) {
            self.keep(b':', at, at + len);
            return len;
        }
        let c = if matches!(c, '一' | '―' | '─') && self.in_kana(chars.next()) { 'ー' } else { c };
        self.push_char(c, at, at + len);
        len
    }

    fn push_char(&mut self, c: char, start: usize, end: usize) {
        match fold(c) {
            Fold::Char(folded) => {
                self.note_style(c, folded);
                self.push_folded(folded, start, end);
                if is_loose_letter(c) && self.text.ends_with(|c| matches!(c, '가'..='힣')) {
                    self.oddities.push((self.text.len() as u32 - 1, How::Split));
                }
            }
            Fold::Many(index) => expansion(index).chars().for_each(|f| self.push_folded(f, start, end)),
            Fold::Drop => self.note_dropped(c),
            Fold::Space => {
                self.separate(c.is_whitespace(), false);
            }
            Fold::Break => {
                self.separate(false, true);
            }
        }
    }

    pub(crate) fn push_folded(&mut self, c: char, start: usize, end: usize) {
        if let Some(composed) = self.compose(c) {
            return self.replace_last(composed, end);
        }
        if matches!(c, '\u{1100}'..='\u{11FF}') && self.join_letter(c, start as u32, end as u32) {
            return;
        }
        self.open_token(class_of(c));
        self.text.push(c);
        let origin = Origin { start: start as u32, end: end as u32 };
        self.origins.extend(std::iter::repeat_n(origin, c.len_utf8()));
        let text_end = self.text.len() as u32;
        if let Some(token) = self.tokens.last_mut() {
            token.span.end = text_end;
            token.letters |= !c.is_numeric();
            token.digits |= c.is_numeric();
            token.foreign |= !c.is_ascii();
        }
    }

    /// Kana before, and kana or nothing behind: a stroke there is the long vowel ("ス一パ一").
    fn in_kana(&self, next: Option<char>) -> bool {
        let katakana = |c: char| matches!(c, '\u{30A1}'..='\u{30FC}');
        !self.pending.separator
            && self.text.chars().next_back().is_some_and(katakana)
            && next.is_none_or(|c| katakana(c) || c.is_whitespace())
    }

    /// A kana voicing mark that stands as a character of its own joins the kana before it.
    fn compose(&self, c: char) -> Option<char> {
        if !matches!(c, '\u{3099}' | '\u{309A}') || self.pending.separator {
            return None;
        }
        unicode_normalization::char::compose(self.text.chars().next_back()?, c)
    }

    /// No mark stands behind the last character.
    pub(crate) fn is_tight(&self) -> bool {
        !self.pending.separator
    }

    pub(crate) fn replace_last(&mut self, c: char, end: usize) {
        // Kana with and without the mark are three bytes each, and so are Korean letters and syllables.
        self.text.pop();
        self.text.push(c);
        let at = self.text.len() - c.len_utf8();
        self.origins[at..].iter_mut().for_each(|o| o.end = end as u32);
    }

    #[inline]
    fn open_token(&mut self, class: Class) {
        if !self.pending.separator && self.tokens.last().is_some_and(|t| t.class == class) {
            return;
        }
        let pending = std::mem::take(&mut self.pending);
        if pending.separator && !self.text.is_empty() {
            let end = self.origins.last().map_or(0, |o| o.end);
            self.text.push(' ');
            self.origins.push(Origin { start: end, end });
        }
        let at = self.text.len();
        self.tokens.push(Token {
            span: Span::new(at, at),
            class,
            glued: !pending.white,
            breaks: pending.breaks,
            adds: pending.adds,
            ..Token::default()
        });
    }

    /// Letters from alphabets made for show (𝓖, Ⓖ, 🅶): honest titles hardly use them.
    fn note_style(&mut self, c: char, folded: char) {
        if folded.is_ascii() && matches!(c as u32, 0x1D400..=0x1D7FF | 0x24B6..=0x24E9 | 0x1F130..=0x1F189) {
            self.oddities.push((self.text.len() as u32, How::Styled));
        }
    }

    /// Invisible characters and strokes inside a word; common accents are honest.
    fn note_dropped(&mut self, c: char) {
        if self.pending.separator || self.text.is_empty() {
            return;
        }
        let how = match c as u32 {
            0xAD | 0x34F | 0x200B..=0x200D | 0x2060..=0x2064 | 0xFEFF | 0x180E => How::ZeroWidth,
            0x313..=0x322 | 0x32A..=0x33F | 0x346..=0x36F | 0x483..=0x489 | 0x20D0..=0x20FF => How::Marks,
            0x300..=0x36F => {
                self.accents.push(self.text.len() as u32);
                return;
            }
            _ => return,
        };
        self.oddities.push((self.text.len() as u32, how));
    }

    /// The normal form.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// The normal form, owned.
    pub fn into_text(self) -> String {
        self.text
    }

    /// The tokens, in order.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The part of the normal form that `span` covers.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Where a span of the normal form stands in the source.
    pub fn source_span(&self, span: Span) -> Span {
        let start = self.origins.get(span.start as usize).map_or(0, |o| o.start);
        let last = (span.end as usize).checked_sub(1).and_then(|i| self.origins.get(i));
        Span { start, end: last.map_or(start, |o| o.end).max(start) }
    }

    /// How letters inside `span` were tampered with below the normal form, if they were.
    pub(crate) fn oddity(&self, span: Span) -> Option<How> {
        let from = self.oddities.partition_point(|(at, _)| *at < span.start);
        let inside = self.oddities[from..].iter().take_while(|(at, _)| *at < span.end);
        let odd = inside.into_iter().find(|(at, how)| *at > span.start || *how == How::Styled);
        let accents = |end: u32| self.accents.partition_point(|at| *at <= end);
        let overdone = || (accents(span.end) - accents(span.start) >= MIN_OVERDONE_ACCENTS).then_some(How::Marks);
        odd.map(|(_, how)| *how).or_else(overdone)
    }

    /// Bytes of the character at byte `at`.
    pub(crate) fn char_len(&self, at: u32) -> Option<u32> {
        self.text.get(at as usize..)?.chars().next().map(|c| c.len_utf8() as u32)
    }

    /// Where words begin and end in the runs of scripts without spaces, ascending; `segment` gives the edges of a run.
    pub(crate) fn edges(&self, segment: impl Fn(&str, &mut dyn FnMut(usize))) -> &[u32] {
        self.edges.get_or_init(|| {
            let mut edges = Vec::new();
            for token in self.tokens.iter().filter(|t| t.class != Class::Word) {
                segment(self.slice(token.span), &mut |edge| edges.push(token.span.start + edge as u32));
            }
            edges
        })
    }

    /// Index of the token that holds byte `at` of the normal form, or of the next one.
    pub fn token_at(&self, at: u32) -> usize {
        self.tokens.partition_point(|t| t.span.end <= at)
    }
}

/// A one stands here by itself, or a letter that looks like it.
fn is_one(text: &[u8]) -> bool {
    matches!(text.first(), Some(b'1' | b'l' | b'I')) && !text.get(1).is_some_and(u8::is_ascii_alphanumeric)
}

/// Marks that every reader takes for a colon.
fn is_colon(c: char) -> bool {
    matches!(c, '：' | '∶' | '﹕' | '꞉' | '˸' | 'ː' | '։' | '׃')
}

/// This many loose accents in one name are a disguise.
const MIN_OVERDONE_ACCENTS: usize = 3;
#[derive(Clone, Copy)]
enum Ascii {
    Word,
    White,
    Other,
    Beyond,
}

static ASCII: [Ascii; 256] = ascii_table();

const fn ascii_table() -> [Ascii; 256] {
    let mut table = [Ascii::Other; 256];
    let mut i = 0;
    while i < 256 {
        let b = i as u8;
        table[i] = match b {
            b'a'..=b'z' | b'0'..=b'9' | b'A'..=b'Z' => Ascii::Word,
            0..=b' ' | 0x7F => Ascii::White,
            0x80.. => Ascii::Beyond,
            _ => Ascii::Other,
        };
        i += 1;
    }
    table
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(source: &str, expected: &str) {
        let mut normal = Normal::default();
        normal.set(source);
        assert_eq!(normal.text(), expected, "{source:?}");
    }

    #[test]
    fn normal_forms() {
        for (source, expected) in [
            ("Nike Air-Max  90", "nike air max 90"),
            ("Levi’s 501", "levis 501"),
            ("1:1 quality, 11 : 1", "1:1 quality 11 1"),
            ("A+++ 100% D&G / D & G", "a+++ 100% d&g d g"),
            ("1：1 1∶1 包：1", "1:1 1:1 包 1"),
            ("1:l l:1 I:1 il:1 1:la", "1:l l:1 i:1 il 1 1 la"),
            ("40 % off", "40% off"),
            ("size 7.5. New", "size 7.5 new"),
            ("<p>Hello&nbsp;<b>World</b></p> a<b", "hello world a b"),
            ("gucci包 GUCCI", "gucci包 gucci"),
            ("香奈兒", "香奈儿"),
            ("ス一パ一コピ一 サイズ一覧", "スーパーコピー サイズ一览"),
            ("ﾊﾞｯｸﾞ", "バッグ"),
            ("𝗚𝘂𝗰𝗰𝗶 g\u{200B}ucci", "gucci gucci"),
            ("ㅉㅏㄱㅌㅜㅇ ㄴㅏㅇㅣㅋㅣ 샤ㄴㅔㄹ", "짝퉁 나이키 샤넬"),
            ("\u{1109}\u{1163}\u{1102}\u{1166}\u{11AF} 가방", "샤넬 가방"),
            ("Straße ŁÓDŹ", "strasse lodz"),
            ("  ", ""),
        ] {
            check(source, expected);
        }
    }

    #[test]
    fn tokens_know_glue_and_breaks() {
        let mut normal = Normal::default();
        normal.set("v3.rs4 new. used|包x");
        let seen: Vec<_> = normal.tokens().iter().map(|t| (normal.slice(t.span), t.glued, t.breaks)).collect();
        assert_eq!(
            seen,
            [
                ("v3", true, false),
                ("rs4", true, false),
                ("new", false, false),
                ("used", false, true),
                ("包", true, true),
                ("x", true, false)
            ]
        );
    }

    #[test]
    fn spans_point_into_the_source() {
        let source = "  Fe\u{200B}ndi &amp; Prada";
        let mut normal = Normal::default();
        normal.set(source);
        let at = normal.text().find("fendi").unwrap();
        let span = Span::new(at, at + 5);
        assert_eq!(&source[normal.source_span(span).range()], "Fe\u{200B}ndi");
        assert_eq!(normal.oddity(span), Some(How::ZeroWidth));
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(source in ".{0,80}") {
            let once = crate::fold(&source);
            prop_assert_eq!(crate::fold(&once), once);
        }

        #[test]
        fn every_span_is_a_slice_of_the_source(source in "\\PC{0,60}") {
            let mut normal = Normal::default();
            normal.set(&source);
            for token in normal.tokens() {
                let span = normal.source_span(token.span);
                prop_assert!(span.start < span.end && source.get(span.range()).is_some());
            }
        }
    }
}
