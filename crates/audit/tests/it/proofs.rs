//! The tree against the RFC's own words, and proofs against everything that is near them.

use proptest::prelude::*;
use touchstone_audit::proof::{Tree, consistency, inclusion, is_beginning, is_included, root};
use touchstone_audit::{Frontier, Hash};

fn hash(hex: &str) -> Hash {
    let byte = |at: usize| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hexadecimal");
    Hash::from(std::array::from_fn::<u8, 32, _>(byte))
}

fn leaves(count: usize) -> Vec<Hash> {
    (0..count).map(|i| Hash::leaf(&i.to_be_bytes())).collect()
}

/// The recursion of RFC 9162, section 2.1.1, word for word.
fn plain_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of(b""),
        [leaf] => *leaf,
        _ => {
            let mut half = 1;
            while half * 2 < leaves.len() {
                half *= 2;
            }
            Hash::node(plain_root(&leaves[..half]), plain_root(&leaves[half..]))
        }
    }
}

/// The entries and roots by which implementations of Certificate Transparency are tested.
#[test]
fn the_known_trees() {
    let entries: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let leaves: Vec<Hash> = entries.into_iter().map(Hash::leaf).collect();
    let mut tree = Frontier::default();
    for (size, expected) in roots.into_iter().enumerate() {
        assert_eq!(tree.root(), hash(expected), "size {size}");
        leaves.get(size).into_iter().for_each(|leaf| tree.push(*leaf));
    }
    let path = [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ];
    assert_eq!(inclusion(&leaves, 0), Some(path.into_iter().map(hash).collect()));
}

#[test]
fn every_root_is_that_of_the_recursion() {
    let leaves = leaves(130);
    for size in 0..=leaves.len() {
        let expected = plain_root(&leaves[..size]);
        assert_eq!(root(&leaves[..size]), expected, "size {size}");
    }
}

#[test]
fn every_proof_of_every_small_tree_holds() {
    let leaves = leaves(33);
    for size in 0..=leaves.len() {
        let whole = &leaves[..size];
        let new = Tree { size: size as u64, root: root(whole) };
        for at in 0..size {
            let proof = inclusion(whole, at).expect("a leaf");
            assert!(is_included(whole[at], at as u64, new.size, &proof, new.root), "{at} of {size}");
        }
        for before in 0..=size {
            let proof = consistency(whole, before).expect("a beginning");
            let old = Tree { size: before as u64, root: root(&whole[..before]) };
            assert!(is_beginning(old, new, &proof), "{before} of {size}");
        }
        assert_eq!((inclusion(whole, size), consistency(whole, size + 1)), (None, None));
    }
}

/// What can be done to a proof.
fn spoilt(proof: &[Hash], how: usize, at: usize) -> Vec<Hash> {
    let mut proof = proof.to_vec();
    let at = at.checked_rem(proof.len()).unwrap_or(0);
    match how {
        0 => proof.insert(at, Hash::of(b"more")),
        1 if !proof.is_empty() => drop(proof.remove(at)),
        2 if !proof.is_empty() => proof[at] = Hash::of(b"other"),
        3 if proof.len() > 1 && proof[0] != proof[1] => proof.swap(0, 1),
        _ => proof.push(Hash::of(b"more")),
    }
    proof
}

proptest! {
    #[test]
    fn a_spoilt_proof_of_an_event_fails(
        (size, at) in (1_usize..200).prop_flat_map(|size| (Just(size), 0..size)),
        how in 0_usize..5,
        place in any::<usize>(),
    ) {
        let leaves = leaves(size);
        let (root, proof) = (root(&leaves), inclusion(&leaves, at).expect("a leaf"));
        let (index, count) = (at as u64, size as u64);
        prop_assert!(is_included(leaves[at], index, count, &proof, root));
        prop_assert!(!is_included(leaves[at], index, count, &spoilt(&proof, how, place), root));
        prop_assert!(!is_included(Hash::of(b"other"), index, count, &proof, root));
        prop_assert!(!is_included(leaves[at], index, count, &proof, Hash::of(b"other")));
        prop_assert!(!is_included(leaves[at], index ^ 1, count, &proof, root) || size == 1);
        prop_assert!(!is_included(leaves[at], count, count, &proof, root));
    }

    #[test]
    fn a_spoilt_proof_of_growth_fails(
        (size, before) in (2_usize..200).prop_flat_map(|size| (Just(size), 1..size)),
        how in 0_usize..5,
        place in any::<usize>(),
    ) {
        let leaves = leaves(size);
        let old = Tree { size: before as u64, root: root(&leaves[..before]) };
        let new = Tree { size: size as u64, root: root(&leaves) };
        let proof = consistency(&leaves, before).expect("a beginning");
        prop_assert!(is_beginning(old, new, &proof));
        prop_assert!(!is_beginning(old, new, &spoilt(&proof, how, place)));
        let other = Hash::of(b"other");
        let (not_old, not_new) = (Tree { root: other, ..old }, Tree { root: other, ..new });
        prop_assert!(!is_beginning(not_old, new, &proof));
        prop_assert!(!is_beginning(old, not_new, &proof));
        prop_assert!(!is_beginning(new, old, &proof));
    }

    /// A tree goes on from its frontier as if it had never been put away.
    #[test]
    fn a_frontier_is_enough_to_go_on(size in 0_usize..300, more in 0_usize..60) {
        let leaves = leaves(size + more);
        let mut tree = Frontier::default();
        leaves[..size].iter().for_each(|leaf| tree.push(*leaf));
        prop_assert!(tree.peaks().len() == size.count_ones() as usize);
        let mut again = Frontier::from_peaks(tree.size(), tree.peaks().to_vec()).expect("as many");
        leaves[size..].iter().for_each(|leaf| again.push(*leaf));
        prop_assert_eq!(again.root(), plain_root(&leaves));
        prop_assert_eq!(Frontier::from_peaks(tree.size() ^ 1, tree.peaks().to_vec()), None);
    }

    /// Whatever comes, checking ends and says no.
    #[test]
    fn hostile_numbers_do_no_harm(index: u64, size: u64, old: u64, hashes in prop::collection::vec(any::<[u8; 32]>(), 0..70)) {
        let hashes: Vec<Hash> = hashes.into_iter().map(Hash::from).collect();
        let other = Hash::of(b"other");
        prop_assert!(!is_included(other, index, size, &hashes, Hash::of(b"root")));
        let (old, new) = (Tree { size: old, root: other }, Tree { size, root: Hash::of(b"root") });
        prop_assert!(!is_beginning(old, new, &hashes));
    }
}
