//! Toneless syllables of Chinese as numbers, and which of them sound nearly the same.

use std::sync::LazyLock;

use pinyin::{ToPinyin, ToPinyinMulti};
use rustc_hash::FxHashMap;

const FIRST: u32 = 0x4E00;
const LAST: u32 = 0x9FFF;
/// From this many syllables on, near sounds count as the same.
const MIN_LOOSE: usize = 3;
/// Readings of one name beyond this are not kept.
const MAX_READINGS: usize = 8;
/// Sounds that much of China does not tell apart.
const MERGED: [(&str, &str); 6] = [("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in")];

struct Table {
    /// One number a syllable, for every common Chinese character.
    of_char: Vec<u16>,
    of_spelling: FxHashMap<&'static str, u16>,
    /// By syllable: the number of its loose form.
    loose: Vec<u16>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut of_spelling: FxHashMap<&'static str, u16> = FxHashMap::default();
    let mut number = |spelling| {
        let next = of_spelling.len() as u16 + 1;
        *of_spelling.entry(spelling).or_insert(next)
    };
    let mut of_char = Vec::with_capacity((LAST - FIRST) as usize + 1);
    for c in (FIRST..=LAST).map(char::from_u32) {
        of_char.push(c.and_then(|c| c.to_pinyin()).map_or(0, |p| number(p.plain())));
        let all = c.and_then(|c| c.to_pinyin_multi()).into_iter().flatten();
        for reading in all {
            number(reading.plain());
        }
    }
    let mut loose = vec![0; of_spelling.len() + 1];
    let mut loose_numbers: FxHashMap<String, u16> = FxHashMap::default();
    for (spelling, at) in &of_spelling {
        let merged = merged(spelling);
        let own = of_spelling.get(merged.as_str()).copied();
        let next = (of_spelling.len() + loose_numbers.len()) as u16 + 1;
        loose[*at as usize] = own.unwrap_or_else(|| *loose_numbers.entry(merged).or_insert(next));
    }
    Table { of_char, of_spelling, loose }
});

fn merged(spelling: &str) -> String {
    MERGED.iter().fold(spelling.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// The syllable of a character.
pub(crate) fn of(c: char) -> Option<u16> {
    TABLE.of_char.get((c as u32).checked_sub(FIRST)? as usize).copied().filter(|sound| *sound != 0)
}

/// The syllable that is spelled so.
pub(crate) fn of_spelling(text: &str) -> Option<u16> {
    TABLE.of_spelling.get(text).copied()
}

/// What a syllable is taken for by ears that merge near sounds.
pub(crate) fn loose(sound: u16) -> u16 {
    TABLE.loose.get(sound as usize).copied().unwrap_or(0)
}

/// Under what a row of syllables is filed.
pub(crate) fn key(sounds: &[u16]) -> Vec<u16> {
    sounds.iter().map(|s| if sounds.len() < MIN_LOOSE { *s } else { loose(*s) }).collect()
}

/// Every way to read these characters; none when one of them has no sound.
pub(crate) fn readings(chars: &[char]) -> Vec<Vec<u16>> {
    chars.iter().fold(vec![Vec::new()], |rows, c| {
        let all = c.to_pinyin_multi().into_iter().flatten().filter_map(|p| of_spelling(p.plain()));
        let mut sounds: Vec<u16> = of(*c).into_iter().chain(all).collect();
        let mut seen = Vec::new();
        sounds.retain(|s| !seen.contains(s) && (seen.push(*s), true).1);
        let longer = rows.iter().flat_map(|row| sounds.iter().map(|s| [row.as_slice(), &[*s]].concat()));
        longer.take(MAX_READINGS).collect()
    })
}

/// A word as spelled-out syllables, the longest first.
pub(crate) fn syllables(word: &str) -> Option<Vec<&str>> {
    let len = word.len();
    if len > MAX_WORD || !word.is_ascii() {
        return None;
    }
    // From the end: how long the first syllable of each rest is.
    let mut first = [0_usize; MAX_WORD + 1];
    for at in (0..len).rev() {
        let fits = |size: &usize| {
            let end = at + size;
            end <= len && (end == len || first[end] > 0) && word.get(at..end).is_some_and(|s| of_spelling(s).is_some())
        };
        first[at] = (1..=MAX_SYLLABLE).rev().find(fits).unwrap_or(0);
    }
    let mut rest = word;
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (syllable, after) = rest.split_at_checked(first[len - rest.len()]).filter(|(s, _)| !s.is_empty())?;
        parts.push(syllable);
        rest = after;
    }
    Some(parts)
}

/// Longer words are no syllables of one name.
const MAX_WORD: usize = 24;
const MAX_SYLLABLE: usize = 6;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn words_fall_into_syllables() {
        for (word, parts) in
            [("luyiweideng", Some(vec!["lu", "yi", "wei", "deng"])), ("fang", Some(vec!["fang"])), ("gucci", None)]
        {
            assert_eq!(syllables(word), parts, "{word}");
        }
    }

    #[test]
    fn near_sounds_are_one_in_long_names() {
        let sound = |text: &str| text.chars().filter_map(of).collect::<Vec<_>>();
        assert_eq!(key(&sound("兰蔻林")), key(&sound("郎寇灵")));
        assert_ne!(key(&sound("兰蔻")), key(&sound("郎寇")));
        assert!(readings(&['欧', '米', '茄']).contains(&sound("欧米加")));
    }
}
