//! What is near a protected name and found as it is: common words a letter off ("Channel", "Dr Martins"), and kana names
//! drawn out (シャネール).
//!
//! A slip that makes another word of it is no misspelling to any list of words. What these are worth is for the reader of
//! the whole listing to say.

use rustc_hash::FxHashSet;
use touchstone_text::{LanguageSet, WordList, fold};

use crate::compile::{Meaning, Strength};
use crate::ids::BrandId;
use crate::model::{Knowledge, Standing, TermClass};

/// Shorter words have too many neighbours, unless the rest of the name stands beside them.
const MIN_LETTERS: usize = 5;
const MIN_PART: usize = 4;
const MIN_REST: usize = 4;
const MAX_PARTS: usize = 3;

/// What each protected name's neighbours mean, and the neighbours: of names of one word, and of two or three words with
/// all but one of them intact.
pub(crate) fn neighbours(knowledge: &Knowledge, words: &WordList) -> Vec<(Meaning, String)> {
    let others: FxHashSet<&str> = knowledge.known_names.iter().map(String::as_str).collect();
    let alone: FxHashSet<String> = knowledge.brands.iter().flat_map(|b| &b.names.distinct).map(|n| fold(n)).collect();
    let doubtful = knowledge.brands.iter().flat_map(|b| b.names.ambiguous.iter().chain(&b.names.nicknames));
    let taken: FxHashSet<String> = doubtful.map(|n| fold(n)).chain(alone.iter().cloned()).collect();
    let small: FxHashSet<String> = knowledge
        .groups
        .iter()
        .filter(|g| g.class == TermClass::Stopword)
        .flat_map(|g| &g.terms)
        .map(|t| fold(t))
        .collect();
    let common = |word: &str| {
        !small.contains(word) && words.get(word.as_bytes()).is_some_and(|set| set != LanguageSet::default())
    };
    let mut found = Vec::new();
    for (meaning, name) in neighboured(knowledge) {
        let parts: Vec<&str> = name.split(' ').collect();
        // A name that stays whole beside it is found by itself.
        let whole = |at: usize| parts.iter().enumerate().any(|(i, part)| i != at && alone.contains(*part));
        for (at, part) in parts.iter().enumerate().filter(|(at, _)| parts.len() <= MAX_PARTS && !whole(*at)) {
            let rest = name.len() - part.len() - (parts.len() - 1);
            let least = if rest >= MIN_REST { MIN_PART } else { MIN_LETTERS };
            // "Chanel" is a letter off "Channel Bag", and a name of its own.
            for word in letter_off(part, least).filter(|word| common(word) && !alone.contains(word.as_str())) {
                let mut near = parts.clone();
                near[at] = &word;
                let near = near.join(" ");
                if !others.contains(near.as_str()) && !taken.contains(&near) {
                    found.push((meaning, near));
                }
            }
        }
    }
    found
}

/// The protected names that have neighbours: unmistakable ones, and doubtful ones of several words.
fn neighboured(knowledge: &Knowledge) -> impl Iterator<Item = (Meaning, String)> {
    let brands = knowledge.brands.iter().enumerate().filter(|(_, b)| b.standing == Standing::Protected);
    brands.flat_map(|(i, brand)| {
        let named = move |strength| move |name: &String| (Meaning::Name(BrandId(i as u16), strength), fold(name));
        let sure = brand.names.distinct.iter().map(named(Strength::Distinct));
        let doubtful = brand.names.ambiguous.iter().map(named(Strength::Ambiguous));
        sure.chain(doubtful.filter(|(_, name)| name.contains(' ')))
    })
}

/// Every word one letter more, less, other or exchanged with the next, that begins like `word` and is no form of it:
/// of its end, only half a doubled letter is dropped.
fn letter_off(word: &str, least: usize) -> impl Iterator<Item = String> {
    let usable = word.len() >= least && word.bytes().all(|b| b.is_ascii_lowercase());
    let word = if usable { word } else { "" };
    (1..word.len()).flat_map(move |at| {
        let (before, rest) = word.split_at(at);
        let (letter, after) = rest.split_at(1);
        let fewer = (!after.is_empty() || before.ends_with(letter)).then(|| [before, after].concat());
        let swapped = after.get(..1).map(|next| [before, next, letter, &after[1..]].concat());
        let letters = (b'a'..=b'z').map(|b| char::from(b).to_string());
        let edits = letters.flat_map(move |c| [[before, &c, rest].concat(), [before, &c, after].concat()]);
        fewer.into_iter().chain(swapped).chain(edits).filter(move |near| near != word)
    })
}

/// Each protected name in kana with one sound drawn out that is short.
pub(crate) fn drawn_out(knowledge: &Knowledge) -> Vec<(Meaning, String)> {
    let brands = knowledge.brands.iter().enumerate().filter(|(_, b)| b.standing == Standing::Protected);
    let names = brands.flat_map(|(i, b)| b.names.native.iter().map(move |n| (BrandId(i as u16), fold(n))));
    let kana = |c: char| matches!(c, '\u{30A1}'..='\u{30FC}');
    let mut found = Vec::new();
    for (brand, name) in names.filter(|(_, n)| n.chars().count() >= MIN_KANA && n.chars().all(kana)) {
        let ends = name.char_indices().map(|(at, c)| (at + c.len_utf8(), c));
        for (at, _) in ends.filter(|(at, c)| !DRAWN.contains(*c) && !name[*at..].starts_with(MODIFIES)) {
            let near = [&name[..at], "ー", &name[at..]].concat();
            found.push((Meaning::Name(brand, Strength::Native), near));
        }
    }
    found
}

const MIN_KANA: usize = 3;
/// Sounds that cannot be drawn out, and letters that belong to the one before.
const DRAWN: &str = "ーッ";
const MODIFIES: [char; 10] = ['ー', 'ャ', 'ュ', 'ョ', 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ッ'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_off() {
        let near: FxHashSet<String> = letter_off("chanel", MIN_LETTERS).collect();
        for word in ["channel", "chapel", "chael", "chanle", "chaney"] {
            assert!(near.contains(word), "{word}");
        }
        for word in ["chanel", "chanels", "chane", "panel", "hanel"] {
            assert!(!near.contains(word), "{word}");
        }
        assert!(letter_off("marshall", MIN_LETTERS).any(|near| near == "marshal"));
        assert_eq!(letter_off("boss", MIN_LETTERS).count(), 0);
    }
}
