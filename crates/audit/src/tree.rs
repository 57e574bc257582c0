//! The Merkle tree of RFC 9162 (and RFC 6962), held as its frontier: the roots of the full subtrees, at most 64.
//!
//! A tree of n leaves is one full subtree for each bit that is set in n, the largest first. A new leaf is a subtree of
//! its own, and two of one size become one; the root folds what is there from the right.

use crate::hash::Hash;

/// What is needed to append to a tree and to say its root, however large it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// A tree of `size` leaves whose full subtrees have these roots, the largest first; none if they are not as many
    /// as such a tree has. Whether they are the right ones only its root tells.
    pub fn from_peaks(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        (peaks.len() == size.count_ones() as usize).then_some(Self { size, peaks })
    }

    /// Appends a leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut subtree = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                subtree = Hash::node(left, subtree);
            }
        }
        self.peaks.push(subtree);
        self.size = self.size.saturating_add(1);
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Roots of the full subtrees, the largest first.
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// Root of the tree; of no leaves, the hash of nothing.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev().copied();
        let Some(last) = peaks.next() else { return Hash::of(b"") };
        peaks.fold(last, |right, left| Hash::node(left, right))
    }
}
