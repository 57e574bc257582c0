//! What is remembered of pictures, under the hash of the file: the same file is looked at once, and compared once with the
//! same banks.
//!
//! The memory holds a bounded number of pictures; the oldest half is forgotten when it is full.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Pictures that are remembered.
const KEPT_MAX: usize = 1_024;

/// SHA-256 of a file.
pub(crate) type Hash = [u8; 32];

/// What is remembered, by the hash of the file.
#[derive(Debug)]
pub(crate) struct Kept<T> {
    halves: Mutex<Halves<T>>,
}

/// Two generations: when the young one is full it becomes the old one, and the old one is forgotten.
#[derive(Debug)]
struct Halves<T> {
    young: HashMap<Hash, T>,
    old: HashMap<Hash, T>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { halves: Mutex::new(Halves { young: HashMap::new(), old: HashMap::new() }) }
    }
}

impl<T: Clone> Kept<T> {
    pub(crate) fn get(&self, hash: &Hash) -> Option<T> {
        let mut halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seen) = halves.young.get(hash) {
            return Some(seen.clone());
        }
        let seen = halves.old.remove(hash)?;
        halves.put(*hash, seen.clone());
        Some(seen)
    }

    pub(crate) fn put(&self, hash: Hash, seen: T) {
        self.halves.lock().unwrap_or_else(PoisonError::into_inner).put(hash, seen);
    }
}

impl<T> Halves<T> {
    fn put(&mut self, hash: Hash, seen: T) {
        if self.young.len() >= KEPT_MAX / 2 {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(hash, seen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_the_rest_is_forgotten() {
        let kept = Kept::default();
        let hash = |n: usize| {
            let mut hash = [0; 32];
            hash[..8].copy_from_slice(&n.to_le_bytes());
            hash
        };
        for n in 0..4 * KEPT_MAX {
            kept.put(hash(n), n);
            assert!(kept.get(&hash(0)).is_some());
        }
        assert!(kept.get(&hash(1)).is_none());
        let halves = kept.halves.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(halves.young.len() + halves.old.len() <= KEPT_MAX);
    }
}
