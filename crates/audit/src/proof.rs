//! Proofs that need only a few hashes: that an event is in a tree, and that one tree is the beginning of another.
//!
//! Made from the leaf hashes by the recursion of RFC 9162, section 2.1; checked by its loops, in time and memory of the
//! logarithm of the size.

use crate::hash::Hash;
use crate::tree::Frontier;

/// Root over these leaves.
pub fn root(leaves: &[Hash]) -> Hash {
    let mut tree = Frontier::default();
    leaves.iter().for_each(|leaf| tree.push(*leaf));
    tree.root()
}

/// Proof that the leaf at `index` is in the tree of these leaves; none if there is no such leaf.
pub fn inclusion(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    leaves.get(index)?;
    let (mut rest, mut index, mut path) = (leaves, index, Vec::new());
    while rest.len() > 1 {
        let (left, right) = rest.split_at(split(rest.len()));
        let beside;
        (rest, beside) = if index < left.len() { (left, right) } else { (right, left) };
        index = if index < left.len() { index } else { index - left.len() };
        path.push(root(beside));
    }
    path.reverse();
    Some(path)
}

/// Proof that the tree of the first `size` leaves is the beginning of the tree of all; none if they are fewer.
/// Empty for no leaves and for all of them.
pub fn consistency(leaves: &[Hash], size: usize) -> Option<Vec<Hash>> {
    if size > leaves.len() {
        return None;
    }
    let (mut rest, mut size, mut whole, mut path) = (leaves, size, true, Vec::new());
    while size > 0 && size < rest.len() {
        let (left, right) = rest.split_at(split(rest.len()));
        if size <= left.len() {
            path.push(root(right));
            rest = left;
        } else {
            path.push(root(left));
            (rest, size, whole) = (right, size - left.len(), false);
        }
    }
    if !whole {
        path.push(root(rest));
    }
    path.reverse();
    Some(path)
}

/// The largest power of two below `len`, which is more than one.
fn split(len: usize) -> usize {
    len.next_power_of_two() / 2
}

/// Whether the proof shows that `leaf` stands at `index` in the tree of that size and root.
pub fn is_included(leaf: Hash, index: u64, size: u64, proof: &[Hash], root: Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, leaf);
    for beside in proof {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = Hash::node(*beside, hash);
            skip_lone(&mut node, &mut last);
        } else {
            hash = Hash::node(hash, *beside);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    last == 0 && hash == root
}

/// Up to where the node has a left neighbour: a last node that is alone has none on its level.
fn skip_lone(node: &mut u64, last: &mut u64) {
    while *node & 1 == 0 && *node != 0 {
        (*node, *last) = (*node >> 1, *last >> 1);
    }
}

/// Size and root of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tree {
    /// Number of leaves.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

/// Whether the proof shows that the tree `old` is the beginning of the tree `new`.
pub fn is_beginning(old: Tree, new: Tree, proof: &[Hash]) -> bool {
    if old.size == new.size {
        return proof.is_empty() && old.root == new.root;
    }
    if old.size == 0 {
        return proof.is_empty() && old.root == Hash::of(b"");
    }
    old.size < new.size && grows(old, new, proof)
}

fn grows(old: Tree, new: Tree, proof: &[Hash]) -> bool {
    // Where the old tree is one full subtree of the new one, its root is known and left out.
    let (first, path) = match proof.split_first() {
        _ if old.size.is_power_of_two() => (old.root, proof),
        Some((first, rest)) => (*first, rest),
        None => return false,
    };
    let ones = (old.size - 1).trailing_ones();
    let (mut node, mut last) = ((old.size - 1) >> ones, (new.size - 1) >> ones);
    let (mut before, mut after) = (first, first);
    for beside in path {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            before = Hash::node(*beside, before);
            after = Hash::node(*beside, after);
            skip_lone(&mut node, &mut last);
        } else {
            after = Hash::node(after, *beside);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    last == 0 && before == old.root && after == new.root
}
