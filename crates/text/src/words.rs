//! Common words of many languages: what is in here is not somebody's misspelt brand.
//!
//! The list also tells the language of a text, by counting whose common words it uses. Words are
//! kept as 64-bit hashes; two words of 200,000 share one with odds of one in a billion.

use std::hash::Hasher;

use rustc_hash::{FxHashMap, FxHasher};

/// A set of at most 16 languages, by index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LanguageSet(pub u16);

impl LanguageSet {
    /// The set with only `index`.
    pub fn only(index: usize) -> Self {
        Self(1 << (index & 15))
    }

    /// Both sets together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True when `index` is in the set.
    pub fn has(self, index: usize) -> bool {
        self.0 & (1 << (index & 15)) != 0
    }
}

/// What recent words turned out to be: a few hundred words make up most of all texts, and the list is larger than the
/// processor's cache.
#[derive(Clone, Debug)]
pub(crate) struct RecentWords(Vec<(u64, Option<LanguageSet>)>);

const RECENT: usize = 2_048;

impl Default for RecentWords {
    fn default() -> Self {
        Self(vec![(0, None); RECENT])
    }
}

/// Common words, each with the languages that use it.
#[derive(Clone, Debug, Default)]
pub struct WordList {
    words: FxHashMap<u64, LanguageSet>,
}

impl WordList {
    /// Adds a word in normal form; an empty set of languages marks a known name.
    pub fn add(&mut self, word: &str, languages: LanguageSet) {
        let entry = self.words.entry(hash(word.as_bytes())).or_default();
        *entry = entry.with(languages);
    }

    /// The languages that use `word`, or nothing when it is in no list.
    pub fn get(&self, word: &[u8]) -> Option<LanguageSet> {
        self.words.get(&hash(word)).copied()
    }

    /// [`get`](Self::get) through what was looked up before.
    #[inline]
    pub(crate) fn get_recent(&self, word: &[u8], recent: &mut RecentWords) -> Option<LanguageSet> {
        let hash = hash(word);
        let slot = &mut recent.0[(hash >> 40) as usize % RECENT];
        if slot.0 != hash || hash == 0 {
            *slot = (hash, self.words.get(&hash).copied());
        }
        slot.1
    }

    /// Number of words.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// True when nothing was added.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

/// The hash used for words and keys: stable within a process, never stored.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
}
