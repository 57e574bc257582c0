//! Sets of listings, in at most about 300 MB for ten million of them.
//!
//! A listing's key is kept as the first 128 bits of its SHA-256: 16 bytes whatever its length. Two different keys
//! share them by accident with a chance of 2⁻⁹³ among ten million, and finding such a pair on purpose takes 2⁶⁴
//! hashes, so that nobody can make another seller's listing look like a duplicate. That is exact for our purpose.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use sha2::{Digest, Sha256};

use crate::listing::ListingKey;

/// The key's own bits: they are uniform already.
#[derive(Default)]
struct Bits(u64);

impl Hasher for Bits {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u128(&mut self, key: u128) {
        self.0 = key as u64;
    }
}

/// A set of listings by the fingerprints of their keys. 256 small sets rather than one, so that growing never holds two copies of
/// everything.
#[derive(Default)]
pub struct KeySet {
    shards: Vec<HashSet<u128, BuildHasherDefault<Bits>>>,
    len: usize,
}

impl KeySet {
    /// Adds a listing; false if it was there.
    pub fn insert(&mut self, key: u128) -> bool {
        if self.shards.is_empty() {
            self.shards.resize_with(256, HashSet::default);
        }
        let new = self.shards[shard(key)].insert(key);
        self.len += usize::from(new);
        new
    }

    /// Takes a listing out; false if it was not there.
    pub fn remove(&mut self, key: u128) -> bool {
        let found = self.shards.get_mut(shard(key)).is_some_and(|shard| shard.remove(&key));
        self.len -= usize::from(found);
        found
    }

    /// Whether a listing is there.
    #[must_use]
    pub fn contains(&self, key: u128) -> bool {
        self.shards.get(shard(key)).is_some_and(|shard| shard.contains(&key))
    }

    /// Number of listings.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

fn shard(key: u128) -> usize {
    (key >> 120) as usize
}

/// What [`Seen::insert`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    New,
    Again,
    /// Not among those kept, but no more are kept.
    Unknown,
}

/// Listings seen so far, up to a number.
pub(crate) struct Seen {
    keys: KeySet,
    max: usize,
}

impl Seen {
    pub(crate) fn new(max: usize) -> Self {
        Self { keys: KeySet::default(), max }
    }

    /// Remembers `key`, as long as there is room.
    pub(crate) fn insert(&mut self, key: ListingKey<'_>) -> Sight {
        if self.max == 0 {
            return Sight::Unknown;
        }
        let key = key.fingerprint();
        if self.keys.len() >= self.max {
            return if self.keys.contains(key) { Sight::Again } else { Sight::Unknown };
        }
        if self.keys.insert(key) { Sight::New } else { Sight::Again }
    }
}

impl ListingKey<'_> {
    /// 128 bits of SHA-256 over the key's parts, each behind its length.
    #[must_use]
    pub fn fingerprint(&self) -> u128 {
        let mut hash = Sha256::new();
        for part in [self.marketplace, self.seller_id, self.id] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let bytes: [u8; 32] = hash.finalize().into();
        bytes[..16].iter().fold(0, |bits, byte| bits << 8 | u128::from(*byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key<'a>(marketplace: &'a str, seller_id: &'a str, id: &'a str) -> ListingKey<'a> {
        ListingKey { marketplace, seller_id, id }
    }

    #[test]
    fn the_first_counts_until_there_is_no_room() {
        let mut seen = Seen::new(2);
        assert_eq!(seen.insert(key("m", "s", "1")), Sight::New);
        assert_eq!(seen.insert(key("m", "s", "1")), Sight::Again);
        assert_eq!(seen.insert(key("m", "s1", "")), Sight::New, "parts do not run into each other");
        assert_eq!(seen.insert(key("ms", "", "1")), Sight::Unknown);
        assert_eq!(seen.insert(key("m", "s", "1")), Sight::Again);
    }

    #[test]
    fn a_set_forgets_what_is_taken_out() {
        let (mut keys, key) = (KeySet::default(), key("m", "s", "1").fingerprint());
        assert!(!keys.contains(key) && !keys.remove(key));
        assert!(keys.insert(key) && !keys.insert(key));
        assert!(keys.contains(key) && keys.len() == 1);
        assert!(keys.remove(key) && keys.is_empty() && !keys.contains(key));
    }

    #[test]
    fn a_maximum_of_zero_keeps_nothing() {
        let mut seen = Seen::new(0);
        assert_eq!(seen.insert(key("m", "s", "1")), Sight::Unknown);
        assert_eq!(seen.insert(key("m", "s", "1")), Sight::Unknown);
    }
}
