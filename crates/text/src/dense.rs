//! Misspelt names in kana, hangul and Chinese characters: one character that looks or sounds alike.
//!
//! Every name is filed under itself with each character masked. A window of the text with one
//! character masked finds it. In hangul the two syllables must differ in one letter only (샤낼 for
//! 샤넬); kana names must be long, for a single kana carries more.

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

use crate::boundary::is_edge;
use crate::matcher::{Hit, How};
use crate::normal::{Class, Normal, Span, class_of};
use crate::words::hash;

const MIN_KANA: usize = 5;
const MIN_HANGUL: usize = 2;
/// Names shorter than this are the whole run.
const MIN_HANGUL_INSIDE: usize = 3;
const MIN_HAN: usize = 3;
const MAX_NAME: usize = 10;
/// Longer runs are not looked at beyond this.
const MAX_RUN: usize = 64;

struct Entry {
    chars: Vec<char>,
    meaning: u32,
}

#[derive(Default)]
pub(crate) struct DenseIndex {
    entries: Vec<Entry>,
    by_mask: FxHashMap<u64, Vec<u32>>,
    lengths: Vec<usize>,
}

impl DenseIndex {
    pub(crate) fn add(&mut self, folded: &str, meaning: u32) {
        let chars: Vec<char> = folded.chars().collect();
        let all = |class| chars.iter().all(|c| class_of(*c) == class);
        let longer = |class, least| all(class) && chars.len() >= least;
        let usable = longer(Class::Kana, MIN_KANA) || longer(Class::Hangul, MIN_HANGUL) || longer(Class::Han, MIN_HAN);
        if !usable || chars.len() > MAX_NAME {
            return;
        }
        for at in 0..chars.len() {
            self.by_mask.entry(masked(&chars, at)).or_default().push(self.entries.len() as u32);
        }
        if !self.lengths.contains(&chars.len()) {
            self.lengths.push(chars.len());
        }
        self.entries.push(Entry { chars, meaning });
    }

    /// Adds the near names of every kana and hangul run of `normal` that no name covers.
    pub(crate) fn search(&self, normal: &Normal, named: &[bool], hits: &mut Vec<Hit>) {
        for (i, token) in normal.tokens().iter().enumerate() {
            let dense = matches!(token.class, Class::Kana | Class::Hangul | Class::Han);
            if dense && !named.get(i).copied().unwrap_or(false) {
                self.search_run(normal, token.span, hits);
            }
        }
    }

    fn search_run(&self, normal: &Normal, run: Span, hits: &mut Vec<Hit>) {
        let chars: Vec<(u32, char)> =
            normal.slice(run).char_indices().map(|(i, c)| (run.start + i as u32, c)).take(MAX_RUN).collect();
        for &len in &self.lengths {
            for window in chars.windows(len) {
                let Some((meaning, at)) = self.near(window) else { continue };
                let (last_at, last) = window[len - 1];
                let span = Span { start: window[0].0, end: last_at + last.len_utf8() as u32 };
                let apart = span == run && is_apart(normal, window, at);
                if !apart && !is_coined(normal, window) {
                    continue;
                }
                // What another word of ours covers is that word: 바지 are trousers, not Barbie.
                let known = hits.iter().any(|h| h.how == How::Plain && h.span.contains(span));
                let short = class_of(last) == Class::Hangul && len < MIN_HANGUL_INSIDE && span != run;
                if !known && !short {
                    hits.push(Hit { meaning, span, how: How::Typo });
                }
            }
        }
    }

    /// What the name means, and where it differs.
    fn near(&self, window: &[(u32, char)]) -> Option<(u32, usize)> {
        let chars: Vec<char> = window.iter().map(|(_, c)| *c).collect();
        (0..chars.len()).find_map(|at| {
            let ids = self.by_mask.get(&masked(&chars, at))?;
            let entry = ids.iter().map(|id| &self.entries[*id as usize]).find(|e| differs_at(&e.chars, &chars, at))?;
            Some((entry.meaning, at))
        })
    }
}

/// Chinese characters that the dictionary knows only one by one; other scripts do not ask it.
fn is_coined(normal: &Normal, window: &[(u32, char)]) -> bool {
    window.iter().all(|(at, c)| class_of(*c) != Class::Han || is_edge(normal, *at))
}

/// Words of the dictionary stand in the name, and the other character is in none of them: 始祖乌.
fn is_apart(normal: &Normal, window: &[(u32, char)], at: usize) -> bool {
    let edge = |at: usize| window.get(at).is_none_or(|(start, _)| is_edge(normal, *start));
    edge(at) && edge(at + 1)
}

/// The hash of a name with one character masked, and of which one.
fn masked(chars: &[char], at: usize) -> u64 {
    let text: String = chars.iter().enumerate().map(|(i, c)| if i == at { '*' } else { *c }).collect();
    hash(text.as_bytes())
}

/// Equal but at `at`, and there different in a way that eye or ear passes over.
fn differs_at(name: &[char], window: &[char], at: usize) -> bool {
    let rest = name.len() == window.len() && name.iter().zip(window).enumerate().all(|(i, (n, w))| i == at || n == w);
    let alike = match class_of(name[at]) {
        Class::Hangul => one_letter_apart(name[at], window[at]),
        // What a name begins with is kept, as in other scripts.
        _ => at > 0,
    };
    rest && name[at] != window[at] && alike
}

/// Consonants and vowels differ in one, a tense consonant aside: 롤렉쓰.
fn one_letter_apart(a: char, b: char) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.nfd().collect(), b.nfd().collect());
    a.len() == b.len() && a.iter().zip(&b).filter(|(x, y)| lax(**x) != lax(**y)).count() <= 1
}

/// The plain consonant that a tense one at the head of a syllable is heard as.
fn lax(letter: char) -> char {
    match letter {
        '\u{1101}' | '\u{1104}' | '\u{1108}' | '\u{110A}' | '\u{110D}' => {
            char::from_u32(letter as u32 - 1).unwrap_or(letter)
        }
        other => other,
    }
}
