//! Misspelt names in Cyrillic letters: "Адидос".
//!
//! Letters are read as the Latin ones that sound like them, so that what sounds alike is near. The last letter must
//! agree: names are declined like any word, and "Адидаса" is no misspelling.

use crate::deep::{Name, NameForm};
use crate::fuzzy::{FuzzyIndex, Near};
use crate::key::Key;

/// Shorter names have too many neighbours among declined words.
const MIN_LETTERS: usize = 5;

#[derive(Default)]
pub(crate) struct CyrillicIndex {
    names: Vec<(Key, u32)>,
    fuzzy: FuzzyIndex,
}

impl CyrillicIndex {
    /// Files the full names among these that are Cyrillic.
    pub(crate) fn of(names: &[Name]) -> Self {
        let full = names.iter().filter(|name| name.form == NameForm::Full);
        let names: Vec<_> = full.filter_map(|name| Some((sounds(&crate::fold(&name.text))?, name.meaning))).collect();
        let near: Vec<Near<'_>> = names.iter().zip(0..).map(|((key, _), id)| (id, key.as_bytes(), key.len())).collect();
        Self { fuzzy: FuzzyIndex::of(&near), names }
    }

    /// What the name nearest to a word in normal form means.
    pub(crate) fn nearest(&self, word: &str) -> Option<u32> {
        let key = sounds(word)?;
        let id = self.fuzzy.nearest(key.as_bytes(), |id| self.names[id as usize].0.as_bytes())?;
        let (name, meaning) = &self.names[id as usize];
        same_end(name.as_bytes(), key.as_bytes()).then_some(*meaning)
    }
}

/// Names are not declined from `и` to `ы`, nor from `с` to `ц`: "Нью Баланц".
fn same_end(name: &[u8], word: &[u8]) -> bool {
    const ALIKE: [&[u8]; 2] = [b"iy", b"szc"];
    let (Some(name), Some(word)) = (name.last(), word.last()) else { return false };
    name == word || ALIKE.iter().any(|ends| ends.contains(name) && ends.contains(word))
}

/// The key of Cyrillic letters by their sound; words in a row are one.
fn sounds(word: &str) -> Option<Key> {
    let mut key = Key::default();
    for c in word.chars().filter(|c| *c != ' ') {
        match latin(c)? {
            SILENT => {}
            letter => key.push(letter),
        }
    }
    (key.len() >= MIN_LETTERS).then_some(key)
}

const SILENT: u8 = b'-';

/// One letter for each from а to я.
fn latin(c: char) -> Option<u8> {
    const LATIN: &[u8; 32] = b"abvgdejziyklmnoprstufhcqwx-y-eua";
    LATIN.get((c as u32).checked_sub('а' as u32)? as usize).copied()
}
