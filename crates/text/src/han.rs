//! Chinese disguises (characters that sound the same, characters written as their parts), and
//! separators inside words of any script.
//!
//! Sound: each character has one toneless syllable; a window of characters with a name's syllables
//! and at least one of its characters is that name (彪妈, 范思折). Parts and separators: the text is
//! rewritten (亻方 becomes 仿, "高 仿" becomes 高仿) and the automaton runs once more; what it finds
//! counts only across a rewritten place.

use std::sync::LazyLock;

use pinyin::ToPinyin;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::boundary::{at_word_edges, is_edge};
use crate::fold::is_han;
use crate::matcher::{Hit, How, Matcher, Reading};
use crate::normal::{Class, Normal, Span, class_of};
use crate::pattern::Pattern;

const FIRST: u32 = 0x4E00;
const LAST: u32 = 0x9FFF;
const MIN_NAME: usize = 2;
const MAX_NAME: usize = 6;
/// Longest pattern that is looked for across a rewritten place, in bytes.
const REACH: usize = 64;
const MIN_SPACED_WORD: u8 = 5;

/// One number per toneless syllable, for every common Chinese character.
static SYLLABLES: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut ids: FxHashMap<&'static str, u16> = FxHashMap::default();
    let syllable = |code: u32| char::from_u32(code).and_then(|c| c.to_pinyin()).map(|p| p.plain());
    (FIRST..=LAST)
        .map(|code| {
            syllable(code).map_or(0, |s| {
                let next = ids.len() as u16 + 1;
                *ids.entry(s).or_insert(next)
            })
        })
        .collect()
});

/// Every toneless syllable.
static SPELLINGS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    (FIRST..=LAST).filter_map(char::from_u32).filter_map(|c| c.to_pinyin()).map(|p| p.plain()).collect()
});

/// True for a syllable of spelled-out Chinese: "fan", "zhe".
pub(crate) fn is_syllable(text: &str) -> bool {
    text.len() <= 6 && SPELLINGS.contains(text)
}

fn syllable(c: char) -> Option<u16> {
    SYLLABLES.get((c as u32).checked_sub(FIRST)? as usize).copied().filter(|id| *id != 0)
}

/// The toneless spelling of a Chinese name, if it is one: "路易威登" is "luyiweideng".
pub(crate) fn spelling(name: &str) -> Option<String> {
    name.chars().map(|c| if is_han(c) { c.to_pinyin().map(|p| p.plain()) } else { None }).collect()
}

#[derive(Clone, Debug, Default)]
pub(crate) struct HanIndex {
    by_sound: FxHashMap<Vec<u16>, Vec<(u32, Vec<char>)>>,
    first_sounds: FxHashSet<u16>,
    splits: FxHashMap<(char, char), char>,
    longer_splits: FxHashMap<(char, char, char), char>,
}

impl HanIndex {
    pub(crate) fn add_name(&mut self, folded: &str, meaning: u32) {
        let chars: Vec<char> = folded.chars().collect();
        let sounds: Option<Vec<u16>> = chars.iter().map(|c| syllable(*c)).collect();
        let Some(sounds) = sounds.filter(|s| (MIN_NAME..=MAX_NAME).contains(&s.len())) else { return };
        self.first_sounds.insert(sounds[0]);
        self.by_sound.entry(sounds).or_default().push((meaning, chars));
    }

    pub(crate) fn add_split(&mut self, whole: char, parts: &str) {
        let parts: Vec<char> = crate::fold(parts).chars().filter(|c| *c != ' ').collect();
        match parts[..] {
            [a, b] => drop(self.splits.insert((a, b), whole)),
            [a, b, c] => drop(self.longer_splits.insert((a, b, c), whole)),
            _ => {}
        }
    }

    pub(crate) fn search(&self, matcher: &Matcher, reading: &mut Reading) {
        let han = reading.normal.tokens().iter().any(|t| t.class == Class::Han);
        if han {
            self.homophones(reading);
        }
        let whole = |i: usize| reading.covered.get(i).copied().unwrap_or(false) && !is_fragment(&reading.normal, i);
        if !han && !reading.normal.has_fragments(whole) {
            return;
        }
        let mut variant = std::mem::take(&mut reading.variant);
        let rewritten =
            variant.rewrite(&reading.normal, whole, |a, b, c| if han { self.joined(a, b, c) } else { None });
        if !rewritten.is_empty() {
            self.rescan(matcher, &variant, &rewritten, reading);
        }
        reading.variant = variant;
    }

    /// The character that two or three parts make, and how many parts it took.
    fn joined(&self, a: char, b: char, c: Option<char>) -> Option<(char, usize)> {
        let three = c.and_then(|c| self.longer_splits.get(&(a, b, c)));
        three.map(|whole| (*whole, 3)).or_else(|| self.splits.get(&(a, b)).map(|whole| (*whole, 2)))
    }

    /// Finds in the rewritten text what crosses a rewritten place.
    fn rescan(&self, matcher: &Matcher, variant: &crate::Normal, rewritten: &[(Span, How)], reading: &mut Reading) {
        let mut hits = Vec::new();
        // Short words come together by chance: "f 4 L IS".
        let short = |p: &Pattern| p.first == Class::Word && p.chars < MIN_SPACED_WORD;
        for range in surroundings(variant, rewritten) {
            matcher.scan(variant, range, &mut hits, |pattern, _, span| {
                let place = crossed(rewritten, span).filter(|_| !short(pattern));
                place
                    .filter(|(at, how)| *how == How::Split || is_long_word(variant.text(), at.start))
                    .map_or(How::Plain, |(_, how)| how)
            });
        }
        for hit in hits.iter().filter(|h| h.how != How::Plain) {
            let span = reading.normal.span_of_source(variant.source_span(hit.span));
            reading.hits.push(Hit { span, ..*hit });
        }
    }

    fn homophones(&self, reading: &mut Reading) {
        for at in 0..reading.normal.tokens().len() {
            let token = reading.normal.tokens()[at];
            if token.class == Class::Han {
                self.homophones_in(token.span, reading);
            }
        }
    }

    fn homophones_in(&self, run: Span, reading: &mut Reading) {
        let chars: Vec<(u32, char)> =
            reading.normal.slice(run).char_indices().map(|(i, c)| (run.start + i as u32, c)).collect();
        let sounds: Vec<u16> = chars.iter().map(|(_, c)| syllable(*c).unwrap_or(0)).collect();
        for start in 0..sounds.len() {
            if !self.first_sounds.contains(&sounds[start]) {
                continue;
            }
            for len in MIN_NAME..=MAX_NAME.min(sounds.len() - start) {
                let Some(names) = self.by_sound.get(&sounds[start..start + len]) else { continue };
                let window = &chars[start..start + len];
                let (last_at, last) = window[len - 1];
                let span = Span { start: window[0].0, end: last_at + last.len_utf8() as u32 };
                let coined = || is_coined(&reading.normal, window, span);
                let alike = |name: &[char]| {
                    shared(name, window).is_some_and(|n| n >= len.div_ceil(2).min(len - 1) || coined())
                        && (len > MIN_NAME || coined())
                };
                if let Some((meaning, _)) = names.iter().find(|(_, name)| alike(name)) {
                    reading.hits.push(Hit { meaning: *meaning, span, how: How::Homophone });
                }
            }
        }
    }
}

/// The dictionary has no word of these characters, only each by itself, between words that it knows: somebody put them
/// together for their sound. In a longer row of single characters it merely lacks the word.
fn is_coined(normal: &Normal, window: &[(u32, char)], span: Span) -> bool {
    let single = |at: u32| normal.char_len(at).is_some_and(|len| is_edge(normal, at) && is_edge(normal, at + len));
    let before = normal.slice(Span { start: 0, end: span.start }).chars().next_back();
    let lonely = |c: Option<char>, at: u32| c.is_some_and(is_han) && single(at);
    let after = normal.slice(Span { start: span.end, end: normal.text().len() as u32 }).chars().next();
    at_word_edges(normal, span)
        && window.iter().all(|(at, _)| is_edge(normal, *at))
        && !lonely(before, span.start.saturating_sub(before.map_or(0, |c| c.len_utf8() as u32)))
        && !lonely(after, span.end)
}

/// How many characters two windows share, or nothing when they are the same.
fn shared(name: &[char], window: &[(u32, char)]) -> Option<usize> {
    let same = name.iter().zip(window).filter(|(n, (_, c))| *n == c).count();
    (same < name.len()).then_some(same)
}

/// The parts of the text that a match across a rewritten place can reach, without overlap.
fn surroundings(variant: &Normal, rewritten: &[(Span, How)]) -> Vec<std::ops::Range<usize>> {
    let text = variant.text();
    let mut ranges: Vec<std::ops::Range<usize>> = Vec::new();
    for (place, _) in rewritten {
        let from = text.floor_char_boundary((place.start as usize).saturating_sub(REACH));
        let to = text.ceil_char_boundary((place.end as usize + REACH).min(text.len()));
        match ranges.last_mut() {
            Some(last) if from <= last.end => last.end = last.end.max(to),
            _ => ranges.push(from..to),
        }
    }
    ranges
}

/// One or two letters are the rest of a word, whatever list they are in.
fn is_fragment(normal: &Normal, token: usize) -> bool {
    normal.tokens().get(token).is_some_and(|t| t.span.end - t.span.start <= 2)
}

/// The word that was put together at a place is no part number: "Canon R-F" stays what it is.
fn is_long_word(text: &str, place: u32) -> bool {
    let (before, after) = text.split_at_checked(place as usize).unwrap_or((text, ""));
    let word = |c: char| c != ' ';
    let letters =
        before.chars().rev().take_while(|c| word(*c)).count() + after.chars().take_while(|c| word(*c)).count();
    letters >= usize::from(MIN_SPACED_WORD) || text.chars().any(|c| class_of(c) != Class::Word)
}

fn crossed(rewritten: &[(Span, How)], span: Span) -> Option<(Span, How)> {
    let from = rewritten.partition_point(|(at, _)| at.end < span.start);
    rewritten[from..]
        .iter()
        .take_while(|(at, _)| at.start <= span.end)
        .find(|(at, how)| match how {
            How::Split => span.start <= at.start && at.end <= span.end,
            _ => span.start < at.start && at.start < span.end,
        })
        .copied()
}
