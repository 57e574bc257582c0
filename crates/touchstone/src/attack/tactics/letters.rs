//! What sellers do to the letters of a word. `k` is about how many letters are touched.

use super::alphabets::{CENSORS, INVISIBLE, LOOKALIKES, NUMBERS, OVERLAYS, SEPARATORS, SHOWS, entries};
use crate::attack::random::Rng;

/// Letters of other scripts that look the same: `Guссi`.
pub(super) fn homoglyph(word: &str, k: usize, rng: &mut Rng) -> Option<String> {
    exchanged(word, k, rng, LOOKALIKES)
}

/// Digits and signs for letters: `Gucc1`.
pub(super) fn leetspeak(word: &str, k: usize, rng: &mut Rng) -> Option<String> {
    exchanged(word, k, rng, NUMBERS)
}

/// One sign between letters: `G.u.c.c.i`.
pub(super) fn separators(word: &str, k: usize, rng: &mut Rng) -> Option<String> {
    let sign = *rng.pick(SEPARATORS)?;
    between(word, k, rng, sign)
}

/// Characters that nobody sees, between letters.
pub(super) fn zero_width(word: &str, k: usize, rng: &mut Rng) -> Option<String> {
    let sign = *rng.pick(INVISIBLE)?;
    between(word, k, rng, sign)
}

/// Accents and strokes over letters: `G̶u̶c̶c̶i̶`.
pub(super) fn marks(word: &str, k: usize, rng: &mut Rng) -> Option<String> {
    let mark = *rng.pick(OVERLAYS)?;
    let chosen = rng.some(&positions(word, char::is_alphabetic), k);
    replaced(word, &chosen, |c| Some(format!("{c}{mark}")))
}

/// Alphabets made for show: `𝓖𝓾𝓬𝓬𝓲`.
pub(super) fn styled(word: &str, k: usize, rng: &mut Rng) -> Option<String> {
    let show = *rng.pick(SHOWS)?;
    let chosen = rng.some(&positions(word, |c| c.is_ascii_alphabetic()), k);
    replaced(word, &chosen, |c| show.letter(c).map(String::from))
}

/// Letters hidden behind signs, the first never, and never more than half: `G*cci`.
pub(super) fn censored(word: &str, k: usize, rng: &mut Rng) -> Option<String> {
    let sign = *rng.pick(CENSORS)?;
    let inner: Vec<usize> = positions(word, char::is_alphanumeric).into_iter().skip(1).collect();
    let chosen = rng.some(&inner, k.min(inner.len().div_ceil(2)));
    replaced(word, &chosen, |_| Some(sign.to_owned()))
}

/// A letter doubled, dropped, swapped with the next or replaced by a vowel: `Gucii`. At most two.
pub(super) fn typo(word: &str, k: usize, rng: &mut Rng) -> Option<String> {
    (0..k.min(MAX_TYPOS)).try_fold(word.to_owned(), |word, _| slip(&word, rng))
}

/// A space inside the word: `Guc ci`.
pub(super) fn split_word(word: &str, k: usize, rng: &mut Rng) -> Option<String> {
    between(word, k.min(MAX_SPACES), rng, " ")
}

/// More wrong letters and nobody knows what was meant.
const MAX_TYPOS: usize = 2;
const MAX_SPACES: usize = 2;
const MIN_LETTERS_TO_DROP: usize = 4;
const VOWELS: &[char] = &['a', 'e', 'i', 'o', 'u', 'y'];

/// One slip of the pen. Short words keep all their letters.
fn slip(word: &str, rng: &mut Rng) -> Option<String> {
    let mut chars: Vec<char> = word.chars().collect();
    let letters = positions(word, char::is_alphabetic);
    let at = *rng.pick(letters.get(1..)?)?;
    match rng.below(4) {
        0 => chars.insert(at, chars[at]),
        1 if letters.len() >= MIN_LETTERS_TO_DROP => drop(chars.remove(at)),
        2 if at + 1 < chars.len() => chars.swap(at, at + 1),
        3 if chars[at].is_ascii_alphabetic() => chars[at] = *rng.pick(VOWELS)?,
        _ => chars.swap(at - 1, at),
    }
    let text: String = chars.into_iter().collect();
    (text != word).then_some(text)
}

/// Characters of `word`, by index, that are `wanted`.
fn positions(word: &str, wanted: impl Fn(char) -> bool) -> Vec<usize> {
    word.chars().enumerate().filter(|(_, c)| wanted(*c)).map(|(i, _)| i).collect()
}

/// `word` with the chosen characters exchanged by what `with` makes of them.
fn replaced(word: &str, chosen: &[usize], mut with: impl FnMut(char) -> Option<String>) -> Option<String> {
    let chosen = |i: usize| chosen.binary_search(&i).is_ok();
    let text: String = word
        .chars()
        .enumerate()
        .map(|(i, c)| Some(c).filter(|_| chosen(i)).and_then(&mut with).unwrap_or_else(|| c.to_string()))
        .collect();
    (text != word).then_some(text)
}

fn exchanged(word: &str, k: usize, rng: &mut Rng, table: &[(char, &'static [&'static str])]) -> Option<String> {
    let chosen = rng.some(&positions(word, |c| !entries(table, c).is_empty()), k);
    replaced(word, &chosen, |c| rng.pick(entries(table, c)).map(|other| (*other).to_owned()))
}

/// `word` with `sign` in `k` of the gaps between two letters.
fn between(word: &str, k: usize, rng: &mut Rng, sign: &str) -> Option<String> {
    let chars: Vec<char> = word.chars().collect();
    let gaps: Vec<usize> =
        (1..chars.len()).filter(|i| chars[i - 1].is_alphanumeric() && chars[*i].is_alphanumeric()).collect();
    let chosen = rng.some(&gaps, k);
    replaced(word, &chosen, |c| Some(format!("{sign}{c}")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::attack::edit::distance;

    type Disguise = fn(&str, usize, &mut Rng) -> Option<String>;
    const ALL: [Disguise; 9] =
        [homoglyph, leetspeak, separators, zero_width, marks, styled, censored, typo, split_word];

    #[test]
    fn every_disguise_changes_a_name() {
        for (number, disguise) in ALL.iter().enumerate() {
            for k in [1, 2, usize::MAX] {
                let mut rng = Rng::of(number as u64, "name");
                let found = (0..8).find_map(|_| disguise("Louis Vuitton", k, &mut rng)).unwrap();
                assert_ne!(found, "Louis Vuitton", "{number}");
            }
        }
    }

    #[test]
    fn one_letter_costs_one() {
        let mut rng = Rng::of(1, "cost");
        for disguise in [zero_width, marks, styled, censored] {
            let found = disguise("gucci", 1, &mut rng).unwrap();
            assert_eq!(distance("gucci", &found), 1, "{found}");
        }
        assert_eq!(
            separators("gucci", usize::MAX, &mut Rng::of(3, "cost"))
                .map(|t| t.chars().filter(|c| c.is_alphabetic()).collect()),
            Some("gucci".to_owned())
        );
    }

    #[test]
    fn at_least_half_of_the_letters_can_be_read() {
        let text = censored("gucci", usize::MAX, &mut Rng::of(1, "half")).unwrap();
        assert_eq!(distance("gucci", &text), 2, "{text}");
        assert!(text.starts_with('g'));
    }

    #[test]
    fn words_without_letters_stay() {
        for disguise in ALL {
            assert_eq!(disguise("1", 1, &mut Rng::of(1, "digits")), None);
            assert_eq!(disguise("", usize::MAX, &mut Rng::of(1, "digits")), None);
        }
    }
}
