//! Words as part of a logo: a wordmark that is read is as good as seen.
//!
//! Only what was read on a brand's own enrolled logos counts, never the name that somebody gave it: a picture of apples
//! with the word on a price tag shows no logo. A word counts when several logos of the brand show it, or one does whose
//! brand is called alike, and when no other brand's logo shows it. Mistakes of reading are allowed for as far as a word
//! is long.

use std::collections::BTreeMap;

use strsim::levenshtein;
use touchstone_vision::PixelBox;

use super::Enrolled;

/// Letters of the shortest word that counts, and of the longest that is kept.
const LETTERS: std::ops::RangeInclusive<usize> = 3..=40;
/// Neighbouring words that may be one name: Red Bull.
const JOINED_MAX: usize = 3;

/// Something read on a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The text, as it is written.
    pub text: String,
    /// Where, in pixels of the picture.
    pub place: PixelBox,
}

/// A brand that is read on a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub brand: String,
    pub score: u16,
    pub place: PixelBox,
}

/// The words of a set, each with its brand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words(BTreeMap<String, String>);

impl Words {
    pub(crate) fn of<'a>(entries: impl Iterator<Item = &'a Enrolled>) -> Self {
        let mut seen: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for entry in entries {
            for word in &entry.words {
                *seen.entry(word).or_default().entry(entry.brand()).or_default() += 1;
            }
        }
        let of_one = |(word, brands): (&str, BTreeMap<&str, usize>)| match brands.into_iter().collect::<Vec<_>>()[..] {
            [(brand, logos)] if logos > 1 || alike(word, &letters(brand)) => Some((word.to_owned(), brand.to_owned())),
            _ => None,
        };
        Self(seen.into_iter().filter_map(of_one).collect())
    }

    /// Brands that are read, the surest place of each.
    pub(crate) fn named(&self, lines: &[Read]) -> Vec<Named> {
        let mut best: BTreeMap<&str, Named> = BTreeMap::new();
        for line in lines {
            for read in candidates(&line.text) {
                let Some((brand, score)) = self.score(&read) else { continue };
                if best.get(brand).is_none_or(|named| named.score < score) {
                    best.insert(brand, Named { brand: brand.to_owned(), score, place: line.place });
                }
            }
        }
        best.into_values().collect()
    }

    /// The brand of the word that is most like what was read, and how sure that is, in permille.
    fn score(&self, read: &str) -> Option<(&str, u16)> {
        let length = read.chars().count();
        let score = |word: &str| {
            let (longer, wrong) = (length.max(word.chars().count()), levenshtein(read, word));
            match (wrong, longer) {
                (0, ..=3) => 550,
                (0, 4..=5) => 750,
                (0, _) => 900,
                (1, 6..) => 700,
                (2, 9..) => 650,
                _ => 0,
            }
        };
        let near = self.0.iter().filter(|(word, _)| word.chars().count().abs_diff(length) <= 2);
        near.map(|(word, brand)| (brand.as_str(), score(word)))
            .filter(|&(_, score)| score > 0)
            .max_by_key(|&(_, score)| score)
    }
}

/// The words that a logo's text may be remembered by.
pub(crate) fn candidates(text: &str) -> Vec<String> {
    let parts: Vec<String> = text.split_whitespace().map(letters).filter(|part| !part.is_empty()).collect();
    let mut words: Vec<String> = (1..=JOINED_MAX)
        .flat_map(|count| parts.windows(count).map(|part| part.concat()))
        .filter(|word| LETTERS.contains(&word.chars().count()))
        .collect();
    words.sort();
    words.dedup();
    words
}

/// Letters and digits in lower case.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a word is a brand's name, or but for one letter in four.
fn alike(word: &str, brand: &str) -> bool {
    levenshtein(word, brand) * 4 <= word.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(pairs: &[(&str, &str)]) -> Words {
        Words(pairs.iter().map(|(word, brand)| (word.to_string(), brand.to_string())).collect())
    }

    fn named(words: &Words, text: &str) -> Vec<(String, u16)> {
        let line = Read { text: text.into(), place: PixelBox { x1: 1, y1: 2, x2: 3, y2: 4 } };
        words.named(&[line]).into_iter().map(|named| (named.brand, named.score)).collect()
    }

    #[test]
    fn a_name_of_two_words_is_one_and_a_mistake_of_reading_is_forgiven() {
        let words = words(&[("redbull", "RedBull"), ("heineken", "Heineken"), ("dhl", "DHL")]);
        assert_eq!(named(&words, "RED BULL energy"), [("RedBull".to_owned(), 900)]);
        assert_eq!(named(&words, "Heinekcn"), [("Heineken".to_owned(), 700)]);
        assert_eq!(named(&words, "DHL"), [("DHL".to_owned(), 550)]);
        assert_eq!(named(&words, "DH1 the bull is red"), []);
    }

    #[test]
    fn candidates_are_words_and_neighbours() {
        assert_eq!(candidates("Coca-Cola is"), ["cocacola", "cocacolais"]);
        assert!(candidates("a . !").is_empty());
    }
}
