//! Chinese words with some of their characters spelled out in Latin letters: 高fang, jia拿大, yan货.
//!
//! The characters that are left must be the word's own, and the letters its other syllables.

use crate::boundary::is_edge;
use crate::han::HanIndex;
use crate::matcher::{Hit, How, Reading};
use crate::normal::{Class, Normal, Span, Token};
use crate::sounds;

/// Shorter Latin names may be syllables of other words.
const MIN_LATIN_NAME: u32 = 4;
const MIN_WORD: usize = 2;
const MAX_WORD: usize = 6;
/// A letter alone is a syllable only of a longer word.
const MIN_WORD_WITH_LETTER: usize = 3;

/// A character, or a spelled-out syllable.
struct Unit {
    span: Span,
    sound: u16,
    /// Nothing: spelled out.
    han: Option<char>,
    /// A window may start or end here: not inside a spelled-out row.
    starts: bool,
    ends: bool,
}

impl HanIndex {
    /// Finds words in which characters and syllables stand together.
    pub(crate) fn mixed(&self, reading: &mut Reading) {
        let mut units = Vec::new();
        for at in 0..reading.normal.tokens().len() {
            let known = units.len();
            self.read_units(reading, at, &mut units);
            if units.len() == known {
                self.mixed_in(&units, reading);
                units.clear();
            }
        }
        self.mixed_in(&units, reading);
    }

    fn read_units(&self, reading: &Reading, at: usize, units: &mut Vec<Unit>) {
        let normal = &reading.normal;
        let token = normal.tokens()[at];
        match token.class {
            Class::Han => units.extend(normal.slice(token.span).char_indices().map(|(i, c)| {
                let start = token.span.start + i as u32;
                let span = Span { start, end: start + c.len_utf8() as u32 };
                Unit { span, sound: sounds::of(c).unwrap_or(0), han: Some(c), starts: true, ends: true }
            })),
            Class::Word if !is_found(reading, at) && beside_han(normal, at) => spelled(normal, token, units),
            _ => {}
        }
    }

    fn mixed_in(&self, units: &[Unit], reading: &mut Reading) {
        for at in (0..units.len()).filter(|at| units[*at].han.is_none() && units[*at].starts) {
            for start in at.saturating_sub(MAX_WORD - 1)..=at {
                let lengths = MIN_WORD.max(at - start + 1)..=MAX_WORD;
                let mut windows = lengths.filter_map(|len| units.get(start..start + len));
                let hit = windows.find_map(|window| self.word_of(window, &reading.normal));
                reading.hits.extend(hit);
            }
        }
    }

    fn word_of(&self, window: &[Unit], normal: &Normal) -> Option<Hit> {
        let (first, last) = (window.first()?, window.last()?);
        let whole = first.starts && last.ends && window.iter().any(|u| u.han.is_some());
        let letter = window.iter().any(|u| u.han.is_none() && u.span.end - u.span.start == 1);
        if !whole || (letter && window.len() < MIN_WORD_WITH_LETTER) {
            return None;
        }
        let sounds: Vec<u16> = window.iter().map(|u| u.sound).collect();
        let same = |chars: &[char]| window.iter().zip(chars).all(|(u, c)| u.han.is_none_or(|own| own == *c));
        let word = self.of_sound(&sounds).iter().find(|word| same(&word.chars))?;
        let apart = || window.iter().filter(|u| u.han.is_some()).all(|u| stands_apart(normal, u.span));
        let span = Span { start: first.span.start, end: last.span.end };
        (window.len() > MIN_WORD || apart()).then_some(Hit { meaning: word.meaning, span, how: How::Pinyin })
    }
}

/// The letters are a name by themselves: "aimashi 丝巾".
fn is_found(reading: &Reading, at: usize) -> bool {
    let spelled = |hit: &Hit, token: &Token| hit.how == How::Pinyin && hit.span.contains(token.span);
    let token = reading.normal.tokens()[at].span;
    let long = token.end - token.start >= MIN_LATIN_NAME;
    (long && reading.named[at]) || reading.hits.iter().any(|hit| spelled(hit, &reading.normal.tokens()[at]))
}

/// The dictionary makes no word of the character and its neighbours.
fn stands_apart(normal: &Normal, span: Span) -> bool {
    is_edge(normal, span.start) && is_edge(normal, span.end)
}

fn beside_han(normal: &Normal, at: usize) -> bool {
    let han = |i: usize| normal.tokens().get(i).is_some_and(|t| t.class == Class::Han);
    han(at + 1) || han(at.wrapping_sub(1))
}

fn spelled(normal: &Normal, token: Token, units: &mut Vec<Unit>) {
    let Some(parts) = sounds::syllables(normal.slice(token.span)) else { return };
    let mut start = token.span.start;
    let last = parts.len() - 1;
    for (i, part) in parts.into_iter().enumerate() {
        let span = Span { start, end: start + part.len() as u32 };
        let sound = sounds::of_spelling(part).unwrap_or(0);
        units.push(Unit { span, sound, han: None, starts: i == 0, ends: i == last });
        start = span.end;
    }
}
