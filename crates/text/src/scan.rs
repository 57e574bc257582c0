//! One automaton over the normal form, anchored where words begin.
//!
//! What an unanchored automaton does on Latin text is mostly to follow words inside words ("bag" in "garbage"), only for
//! the boundary check to throw them away. So every pattern that begins a word carries the blank before it: from where a
//! word stops being one of ours the automaton rests in its root, which is always in the processor's cache. Some words
//! begin without a blank (100%gucci, 包gucci, وadidas): from each such place one short walk is made.

use std::iter::once;
use std::ops::Range;

use daachorse::DoubleArrayAhoCorasick;

use crate::boundary::{begins_unparted, stands_alone};
use crate::normal::{Class, Normal, Span, Token};
use crate::pattern::{Compiled, Pattern, PatternError, Patterns};

const BLANK: u8 = b' ';

pub(crate) struct Scanner {
    automaton: DoubleArrayAhoCorasick<u32>,
    patterns: Compiled,
    /// Bytes of the longest pattern that begins a word.
    longest: usize,
}

impl Scanner {
    pub(crate) fn new(patterns: Patterns) -> Result<Self, PatternError> {
        let anchored =
            |text: &str, p: &Pattern| if p.first == Class::Word { format!(" {text}") } else { text.to_owned() };
        let texts: Vec<String> = patterns.iter().map(|(text, pattern)| anchored(text, pattern)).collect();
        let longest = texts.iter().map(String::len).max().unwrap_or_default();
        let numbered = texts.iter().enumerate().map(|(number, text)| (text.as_bytes(), number as u32));
        let automaton = DoubleArrayAhoCorasick::with_values(numbered);
        let automaton = automaton.map_err(|error| PatternError::Automaton(error.to_string()))?;
        Ok(Self { automaton, patterns: patterns.compile(), longest })
    }

    /// What a pattern means.
    pub(crate) fn meanings(&self, pattern: &Pattern) -> &[u32] {
        self.patterns.meanings(pattern)
    }

    /// Every pattern that stands alone in a part of a normal form.
    pub(crate) fn scan(
        &self,
        normal: &Normal,
        range: Range<usize>,
        buffer: &mut Vec<u8>,
        mut found: impl FnMut(&Pattern, Span),
    ) {
        let Some(bytes) = normal.bytes().get(range.clone()) else { return };
        buffer.clear();
        buffer.push(BLANK);
        buffer.extend_from_slice(bytes);
        let mut take = |number: u32, start: usize, end: usize| {
            let span = Span::new(start, end);
            if let Some(pattern) = self.patterns.get(number).filter(|p| stands_alone(normal, span, p)) {
                found(pattern, span);
            }
        };
        for hit in self.automaton.find_overlapping_iter(&buffer) {
            // The buffer is one blank ahead; a pattern's own blank is none of the match.
            let own = usize::from(buffer.get(hit.start()) == Some(&BLANK));
            take(hit.value(), range.start + hit.start() + own - 1, range.start + hit.end() - 1);
        }
        for_each_unparted(normal, &range, |start| {
            let reach = (start + self.longest).min(range.end);
            self.walk(&normal.bytes()[start..reach], |number, len| take(number, start, start + len));
        });
    }

    /// Every pattern with which a word begins or ends, but not both, by its place in the word; it is of lower-case ASCII
    /// letters. Endings are sought from the first letters on that may stand before one, to the last that are one.
    pub(crate) fn at_edges(
        &self,
        word: &[u8],
        rest: usize,
        least: usize,
        mut found: impl FnMut(&Pattern, Range<usize>),
    ) {
        let mut take = |number, place| _ = self.patterns.get(number).map(|pattern| found(pattern, place));
        self.walk(word, |number, len| {
            if len < word.len() {
                take(number, 0..len);
            }
        });
        for start in rest..(word.len() + 1).saturating_sub(least) {
            self.walk(&word[start..], |number, len| {
                if start + len == word.len() {
                    take(number, start..word.len());
                }
            });
        }
    }

    /// Every pattern that begins where `bytes` do, as a word: number and length.
    fn walk(&self, bytes: &[u8], mut found: impl FnMut(u32, usize)) {
        let blank_first = once(BLANK).chain(bytes.iter().copied());
        for hit in self.automaton.find_overlapping_iter_from_iter(blank_first).filter(|hit| hit.start() == 0) {
            found(hit.value(), hit.end() - 1);
        }
    }
}

/// The places inside a range where a word begins without a blank before it.
fn for_each_unparted(normal: &Normal, range: &Range<usize>, mut found: impl FnMut(usize)) {
    let tokens = normal.tokens().iter().skip(normal.token_at(range.start as u32));
    let odd = |t: &&Token| t.class == Class::Word && (t.digits || t.foreign || t.marked || t.glued);
    for token in tokens.take_while(|t| (t.span.start as usize) < range.end).filter(odd) {
        let text = normal.slice(token.span);
        let places = text.char_indices().map(|(at, c)| (token.span.start as usize + at, c));
        places
            .filter(|(at, c)| range.start < *at && *at < range.end && begins_unparted(normal, *at as u32, *c))
            .for_each(|(at, _)| found(at));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PATTERNS: [&str; 22] = [
        "gucci",
        "gu",
        "bag",
        "bags",
        "1:1",
        "1",
        "13 pro",
        "pro",
        "nike",
        "nike bag",
        "a+",
        "d&g",
        "100%",
        "复刻",
        "1:1复刻",
        "包",
        "包 gu",
        "ديور",
        "دي",
        "реплик*",
        "а",
        "샤넬",
    ];
    /// What texts are made of: words, and what words may touch without a blank.
    const PIECES: [&str; 30] = [
        "gucci",
        "gu",
        "bag",
        "s",
        " ",
        " ",
        " ",
        "1",
        ":",
        ".",
        "1:1",
        "13",
        "pro",
        "nike",
        "+",
        "%",
        "100%",
        "&",
        "d&g",
        "复",
        "刻",
        "包",
        "ال",
        "و",
        "ديور",
        "реплика",
        "а",
        "샤넬",
        "l",
        "é",
    ];

    fn scanner() -> Result<Scanner, PatternError> {
        let mut patterns = Patterns::default();
        for (meaning, text) in PATTERNS.iter().enumerate() {
            patterns.add(text, meaning as u32, false)?;
        }
        Scanner::new(patterns)
    }

    /// The slow twin: every pattern at every place.
    fn everywhere(scanner: &Scanner, normal: &Normal, range: Range<usize>) -> Vec<(u32, Span)> {
        let mut found = Vec::new();
        for (meaning, text) in PATTERNS.iter().enumerate() {
            let text = crate::fold(text);
            let pattern = scanner.patterns.get(meaning as u32).into_iter();
            for start in
                range.clone().filter(|at| normal.text()[..range.end].get(*at..).is_some_and(|t| t.starts_with(&text)))
            {
                let span = Span::new(start, start + text.len());
                found.extend(pattern.clone().filter(|p| stands_alone(normal, span, p)).map(|_| (meaning as u32, span)));
            }
        }
        found
    }

    proptest! {
        #[test]
        fn finds_what_stands_anywhere(
            pieces in prop::collection::vec(0..PIECES.len(), 0..14),
            cut in (0..20_usize, 0..20_usize),
        ) {
            let source: String = pieces.iter().map(|at| PIECES[*at]).collect();
            let mut normal = Normal::default();
            normal.set(&source);
            let scanner = scanner().map_err(|e| TestCaseError::fail(e.to_string()))?;
            let from = normal.text().floor_char_boundary(cut.0.min(normal.text().len()));
            let to = normal.text().ceil_char_boundary(normal.text().len().saturating_sub(cut.1).max(from));
            for range in [0..normal.text().len(), from..to] {
                let mut found = Vec::new();
                scanner.scan(&normal, range.clone(), &mut Vec::new(), |pattern, span| {
                    found.extend(scanner.meanings(pattern).iter().map(|meaning| (*meaning, span)));
                });
                let mut expected = everywhere(&scanner, &normal, range.clone());
                found.sort_unstable();
                expected.sort_unstable();
                prop_assert_eq!(found, expected, "{:?} {:?}", normal.text(), range);
            }
        }

        #[test]
        fn finds_every_edge(word in "[gubans]{8,12}|nike[a-z]{4,6}|[a-z]{4,6}(bags|gucci|nike)") {
            let scanner = scanner().map_err(|e| TestCaseError::fail(e.to_string()))?;
            let mut found = Vec::new();
            scanner.at_edges(word.as_bytes(), 3, 3, |pattern, place| {
                found.extend(scanner.meanings(pattern).iter().map(|meaning| (*meaning, place.start, place.end)));
            });
            let mut expected = Vec::new();
            for (meaning, text) in PATTERNS.iter().enumerate().filter(|(_, t)| t.bytes().all(|b| b.is_ascii_lowercase())) {
                if word.starts_with(text) {
                    expected.push((meaning as u32, 0, text.len()));
                }
                if word.ends_with(text) && text.len() >= 3 && word.len() - text.len() >= 3 {
                    expected.push((meaning as u32, word.len() - text.len(), word.len()));
                }
            }
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
