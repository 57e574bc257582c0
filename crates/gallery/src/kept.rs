//! What was seen on pictures, kept under the hash of the file: the same file is looked at once.
//!
//! The memory holds a bounded number of pictures; the oldest half is forgotten when it is full. Which banks match is no
//! part of it: banks change while pictures do not.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::gaze::Seen;

/// Pictures that are remembered.
const KEPT_MAX: usize = 4_096;

/// SHA-256 of a file.
pub(crate) type Hash = [u8; 32];

/// What was seen, by the hash of the file.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    halves: Mutex<Halves>,
}

/// Two generations: when the young one is full it becomes the old one, and the old one is forgotten.
#[derive(Debug, Default)]
struct Halves {
    young: HashMap<Hash, Arc<Seen>>,
    old: HashMap<Hash, Arc<Seen>>,
}

impl Kept {
    pub(crate) fn get(&self, hash: &Hash) -> Option<Arc<Seen>> {
        let mut halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seen) = halves.young.get(hash) {
            return Some(Arc::clone(seen));
        }
        let seen = halves.old.remove(hash)?;
        halves.put(*hash, Arc::clone(&seen));
        Some(seen)
    }

    pub(crate) fn put(&self, hash: Hash, seen: Arc<Seen>) {
        self.halves.lock().unwrap_or_else(PoisonError::into_inner).put(hash, seen);
    }
}

impl Halves {
    fn put(&mut self, hash: Hash, seen: Arc<Seen>) {
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
            kept.put(hash(n), Arc::default());
            assert!(kept.get(&hash(0)).is_some());
        }
        assert!(kept.get(&hash(1)).is_none());
        let halves = kept.halves.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(halves.young.len() + halves.old.len() <= KEPT_MAX);
    }
}
