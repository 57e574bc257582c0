//! Which name a word that is none comes nearest to: by its letters, or by how it is heard.
//!
//! A word is compared with full names. Two words together are compared with names of two words, and where one of them is
//! a scrap with all. What is stated to be a name is compared with doubtful names too.

use crate::deep::{Entry, Name, NameForm};
use crate::fuzzy::FuzzyIndex;
use crate::phonetic::PhoneticIndex;

/// Doubtful names are compared by edit distance only when they are long.
pub(crate) const MIN_FUZZY_WORD: usize = 6;
/// Of shorter words another first letter makes other words.
const MIN_EXCHANGED: usize = 5;
/// So much of a name is parted from the rest of it, and written wrong on top.
const MAX_PARTED: u32 = 3;

/// Entries that are compared, by their numbers.
#[derive(Default)]
pub(crate) struct NearNames {
    all: Vec<u32>,
    /// Names of several words only.
    pairs: Vec<u32>,
    /// Doubtful names too, for what is stated to be a name.
    stated: Vec<u32>,
}

impl NearNames {
    /// Adds a name of letters only, `letters` of them in its key; `spaced` when it is of several words.
    pub(crate) fn add(&mut self, id: u32, name: &Name, spaced: bool, letters: usize) {
        let doubtful = name.form == NameForm::Word && name.fuzzy;
        if name.fuzzy && matches!(name.form, NameForm::Full | NameForm::Word) {
            self.stated.push(id);
        }
        if name.form == NameForm::Full || (doubtful && letters >= MIN_FUZZY_WORD) {
            self.all.push(id);
            if spaced {
                self.pairs.push(id);
            }
        }
    }
}

/// The names in [`NearNames`], ready to be compared.
#[derive(Default)]
pub(crate) struct NearIndex {
    all: FuzzyIndex,
    pairs: FuzzyIndex,
    stated: FuzzyIndex,
    heard: PhoneticIndex,
    heard_stated: PhoneticIndex,
}

impl NearIndex {
    pub(crate) fn of(names: &NearNames, entries: &[Entry]) -> Self {
        let file = |ids: &[u32]| {
            let entry = |id: &u32| (*id, &entries[*id as usize]);
            let names: Vec<_> = ids.iter().map(entry).map(|(id, e)| (id, e.key.as_bytes(), e.squash.len())).collect();
            FuzzyIndex::of(&names)
        };
        let hear = |ids: &[u32], doubtful: &dyn Fn(&Entry) -> bool| {
            let mut index = PhoneticIndex::default();
            for id in ids {
                let entry = &entries[*id as usize];
                index.add(*id, entry.squash.as_bytes(), doubtful(entry));
            }
            index
        };
        Self {
            all: file(&names.all),
            pairs: file(&names.pairs),
            stated: file(&names.stated),
            heard: hear(&names.all, &|entry| entry.form != NameForm::Full),
            heard_stated: hear(&names.stated, &|_| false),
        }
    }

    /// The full name nearest to a word, by its key and by its letters.
    pub(crate) fn word(&self, entries: &[Entry], key: &[u8], letters: &[u8]) -> Option<u32> {
        let key_of = |id: u32| entries[id as usize].key.as_bytes();
        let near = self.all.nearest(key, key_of).or_else(|| self.all.with_ending(key, key_of));
        let near = near.or_else(|| self.all.with_sound(key, key_of)).or_else(|| self.heard.find(letters));
        near.or_else(|| (letters.len() >= MIN_EXCHANGED).then(|| self.all.with_initial(key, key_of)).flatten())
    }

    /// The name nearest to two words together, of which the shorter has so many letters.
    pub(crate) fn pair(&self, entries: &[Entry], shorter: u32, key: &[u8], letters: &[u8]) -> Option<u32> {
        let key_of = |id: u32| entries[id as usize].key.as_bytes();
        let pair = self.pairs.nearest(key, key_of).or_else(|| self.pairs.with_sound(key, key_of));
        let parted = || (shorter <= MAX_PARTED && key.len() >= MIN_FUZZY_WORD).then(|| self.all.nearest(key, key_of));
        pair.or_else(|| parted().flatten()).or_else(|| self.heard.find(letters))
    }

    /// The name nearest to what is stated to be one.
    pub(crate) fn stated(&self, entries: &[Entry], key: &[u8], letters: &[u8]) -> Option<u32> {
        let key_of = |id: u32| entries[id as usize].key.as_bytes();
        let near = self.stated.nearest(key, key_of).or_else(|| self.heard_stated.find(letters));
        near.or_else(|| self.stated.with_initial(key, key_of))
    }
}
