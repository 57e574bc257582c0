//! Chinese disguises (characters that sound the same, characters written as their parts), and
//! separators inside words of any script.
//!
//! Sound: each character has one toneless syllable; a window of characters with a name's syllables
//! and at least one of its characters is that name (彪妈, 范思折); syllables of names may be spelled out (高fang). Parts and separators: the text is
//! rewritten (亻方 becomes 仿, "高 仿" becomes 高仿) and the automaton runs once more; what it finds
//! counts only across a rewritten place.

use pinyin::ToPinyin;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::boundary::{at_word_edges, is_edge};
use crate::fold::is_han;
use crate::matcher::{Hit, How, Matcher, Reading};
use crate::normal::{Class, Normal, Span, class_of};
use crate::pattern::Pattern;
use crate::sounds;

const MAX_SYLLABLE: usize = 6;
/// Parts of characters that no text holds by themselves.
const BARE_PARTS: &str = "亻讠礻扌氵艹辶阝刂钅纟饣忄犭衤牜宀冖罒疒彳丬灬攵廴冫卩勹匚冂虍糹訁釒飠";
/// Shorter matches across a put together character ask whether its parts are words.
const MIN_PARTS_UNASKED: u8 = 3;
/// So many characters that the same parts make are tried.
const MAX_WHOLES: usize = 3;
const MIN_NAME: usize = 2;
const MAX_NAME: usize = 6;
/// Longest pattern that is looked for across a rewritten place, in bytes.
const REACH: usize = 64;
const MIN_SPACED_WORD: u8 = 5;

/// True for a syllable of spelled-out Chinese: "fan", "zhe".
pub(crate) fn is_syllable(text: &str) -> bool {
    text.len() <= MAX_SYLLABLE && sounds::of_spelling(text).is_some()
}

/// The toneless spelling of a Chinese name, if it is one: "路易威登" is "luyiweideng".
pub(crate) fn spelling(name: &str) -> Option<String> {
    name.chars().map(|c| if is_han(c) { c.to_pinyin().map(|p| p.plain()) } else { None }).collect()
}

/// A name or term that is known by its sound.
#[derive(Clone, Debug)]
pub(crate) struct Sounding {
    pub(crate) meaning: u32,
    pub(crate) chars: Vec<char>,
    /// A word of the trade and no name: honest words sound like it.
    term: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct HanIndex {
    by_sound: FxHashMap<Vec<u16>, Vec<Sounding>>,
    first_sounds: FxHashSet<u16>,
    splits: FxHashMap<(char, char), Vec<char>>,
    longer_splits: FxHashMap<(char, char, char), Vec<char>>,
}

impl HanIndex {
    /// Files a name or term under each of its readings.
    pub(crate) fn add(&mut self, folded: &str, meaning: u32, term: bool) {
        let chars: Vec<char> = folded.chars().collect();
        if !(MIN_NAME..=MAX_NAME).contains(&chars.len()) {
            return;
        }
        for reading in sounds::readings(&chars) {
            self.first_sounds.insert(sounds::loose(reading[0]));
            let key = sounds::key(&reading);
            let alike = self.by_sound.entry(key).or_default();
            if !alike.iter().any(|s| s.meaning == meaning && s.chars == chars) {
                alike.push(Sounding { meaning, chars: chars.clone(), term });
            }
        }
    }

    /// Names and terms of this sound.
    pub(crate) fn of_sound(&self, sounds: &[u16]) -> &[Sounding] {
        self.by_sound.get(&sounds::key(sounds)).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn add_split(&mut self, whole: char, parts: &str) {
        let parts: Vec<char> = crate::fold(parts).chars().filter(|c| *c != ' ').collect();
        let wholes = match parts[..] {
            [a, b] => self.splits.entry((a, b)).or_default(),
            [a, b, c] => self.longer_splits.entry((a, b, c)).or_default(),
            _ => return,
        };
        if !wholes.contains(&whole) {
            wholes.push(whole);
        }
    }

    pub(crate) fn search(&self, matcher: &Matcher, reading: &mut Reading) {
        let han = reading.normal.tokens().iter().any(|t| t.class == Class::Han);
        if han {
            self.homophones(reading);
            self.mixed(reading);
        }
        let whole = |i: usize| reading.covered.get(i).copied().unwrap_or(false) && !is_fragment(&reading.normal, i);
        if !han && !reading.normal.has_fragments(whole) {
            return;
        }
        let mut variant = std::mem::take(&mut reading.variant);
        let mut hits = Vec::new();
        for nth in 0..MAX_WHOLES {
            let mut more = false;
            let rewritten = variant.rewrite(&reading.normal, whole, |a, b, c| {
                let (wholes, parts) = self.joined(a, b, c).filter(|_| han)?;
                more |= wholes.len() > nth + 1;
                Some((*wholes.get(nth).or(wholes.last())?, parts))
            });
            if !rewritten.is_empty() {
                self.rescan(matcher, &variant, &rewritten, &reading.normal, &mut hits);
            }
            if !more {
                break;
            }
        }
        reading.hits.append(&mut hits);
        reading.variant = variant;
    }

    /// The characters that two or three parts make, and how many parts it took.
    fn joined(&self, a: char, b: char, c: Option<char>) -> Option<(&[char], usize)> {
        // Most of a text is no Chinese, and parts stand side by side.
        if a.is_ascii() || b.is_ascii() {
            return None;
        }
        let three = c.and_then(|c| self.longer_splits.get(&(a, b, c))).map(|wholes| (wholes.as_slice(), 3));
        three.or_else(|| self.splits.get(&(a, b)).map(|wholes| (wholes.as_slice(), 2)))
    }

    /// Finds in the rewritten text what crosses a rewritten place.
    fn rescan(
        &self,
        matcher: &Matcher,
        variant: &Normal,
        rewritten: &[(Span, How)],
        normal: &Normal,
        found: &mut Vec<Hit>,
    ) {
        let mut hits = Vec::new();
        // Short words come together by chance: "f 4 L IS".
        let short = |p: &Pattern| p.first == Class::Word && p.last == Class::Word && p.chars < MIN_SPACED_WORD;
        let parted = |at: Span| are_parts(normal, normal.span_of_source(variant.source_span(at)));
        for range in surroundings(variant, rewritten) {
            matcher.scan(variant, range, &mut hits, |pattern, span| {
                let place = crossed(rewritten, span).filter(|_| !short(pattern));
                let sure = |(at, how): &(Span, How)| match how {
                    How::Split => pattern.chars >= MIN_PARTS_UNASKED || parted(*at),
                    How::Leet | How::Homoglyph => true,
                    // The rest of a phrase tells that the letters are no part number.
                    _ => (!pattern.name && pattern.chars >= MIN_SPACED_WORD) || is_long_word(variant.text(), at.start),
                };
                place.filter(sure).map_or(How::Plain, |(_, how)| how)
            });
        }
        for hit in hits.iter().filter(|h| h.how != How::Plain) {
            let span = normal.span_of_source(variant.source_span(hit.span));
            found.push(Hit { span, ..*hit });
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
        let sounds: Vec<u16> = chars.iter().map(|(_, c)| sounds::of(*c).unwrap_or(0)).collect();
        for start in 0..sounds.len() {
            if !self.first_sounds.contains(&sounds::loose(sounds[start])) {
                continue;
            }
            for len in MIN_NAME..=MAX_NAME.min(sounds.len() - start) {
                let names = self.of_sound(&sounds[start..start + len]);
                if names.is_empty() {
                    continue;
                }
                let window = &chars[start..start + len];
                let (last_at, last) = window[len - 1];
                let span = Span { start: window[0].0, end: last_at + last.len_utf8() as u32 };
                let coined = || is_coined(&reading.normal, window, span);
                let alike = |name: &[char]| {
                    shared(name, window).is_some_and(|n| n >= len.div_ceil(2).min(len - 1) || coined())
                        && (len > MIN_NAME || coined())
                };
                if let Some(name) = names.iter().find(|s| !s.term && alike(&s.chars)) {
                    reading.hits.push(Hit { meaning: name.meaning, span, how: How::Homophone });
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
    normal.tokens().get(token).is_some_and(|t| normal.slice(t.span).chars().nth(2).is_none())
}

/// The characters are parts of one: one of them never stands by itself, or the dictionary makes no word of any.
fn are_parts(normal: &Normal, span: Span) -> bool {
    let mut parts = normal.slice(span).char_indices();
    let apart = || {
        is_edge(normal, span.end)
            && normal.slice(span).char_indices().all(|(at, _)| is_edge(normal, span.start + at as u32))
    };
    parts.any(|(_, c)| BARE_PARTS.contains(c)) || apart()
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
            How::Split | How::Leet | How::Homoglyph => span.start <= at.start && at.end <= span.end,
            _ => span.start < at.start && at.start < span.end,
        })
        .copied()
}
