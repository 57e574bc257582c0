//! Hashes are those of the public implementation, and say what they promise.

use proptest::prelude::*;
use touchstone_vision::pdq::{self, Full, HexError, Pdq, Symmetry};

use crate::drawn::{moved, rings};

/// Width, height and seed of [`rings`]; quality and hash by `pdqhash` 0.2.8, which is the public implementation.
const PUBLIC: [(u32, u32, i64, u8, &str); 7] = [
    (64, 64, 1, 100, "db2a954a2b55da94b5b54b2db669ec8b195a62558c253049c79b3c62c18e3e7e"),
    (200, 150, 2, 100, "f1efe1c7f38fc1868d870f265c227e3e6430e27e12b807f2da98fff06e44c000"),
    (513, 300, 3, 100, "73e0177273f8ffe061fefba8387ffcb81c3ff860c600f94879f4ed10880d0800"),
    (31, 47, 4, 31, "1c386cd9132668d56cd9b366942aa347a3c75cb914386cd96cd993269326d777"),
    (800, 800, 5, 100, "fedcf97cfdffc2b802086506ffb1ca9defe6fe44e1407d72fed9684080000040"),
    (5, 900, 6, 100, "695a94a56c5b695a94a56c5b9b2664d994a56b5a649994a5695a96a564d9ce37"),
    (1, 1, 7, 0, "0000000000000000000000000000000000000000000000000000000000000000"),
];

#[test]
fn the_full_hash_is_that_of_the_public_implementation() {
    for (width, height, seed, quality, hash) in PUBLIC {
        let ours = pdq::full(&rings(width, height, seed));
        assert_eq!((ours.quality(), ours.hash().to_string().as_str()), (quality, hash), "{width} × {height}");
    }
}

#[test]
fn all_eight_are_those_of_the_public_implementation() {
    // It names turns by the axes of the transform; ours are named by what happens to the picture.
    let public = [
        "f1efe1c7f38fc1868d870f265c227e3e6430e27e12b807f2da98fff06e44c000",
        "a518a69ab493f6795a5b5ac3712ba941ad69954353a154ad743da817aa05fd55",
        "a4924b6cb6da6b2c58d2a58c0977d6b4316548d447edad588fcd555a3f116aaa",
        "f04d0c30e1c65cd30f0ef069047e03ebf83c3fa906f4fe03216802bdff5017ff",
        "a492b492a4da94d358d25a730977294b3165b72b47ed52a78fcdaaa53b119555",
        "f1c71e39f38f3e790d87f0d95c2283e164301dc112b8f80dda98001f6e443fff",
        "f84df3cfe1c6a32c0f0e0f96257efc14f83cc05687f401fca168fd42ff50e800",
        "a5185965b49329865a5ba53e712b56bead696afc53a1ab56743d57e8aa0502aa",
    ];
    let hashes = pdq::full(&rings(200, 150, 2)).hashes().map(|hash| hash.to_string());
    assert_eq!(hashes, public);
}

#[test]
fn a_variant_is_the_hash_of_the_picture_that_was_turned_so() {
    let (w, h) = (192, 128);
    let one = rings(w, h, 3);
    let turned = |symmetry| match symmetry {
        Symmetry::Original => one.clone(),
        Symmetry::Rotated90 => moved(&one, h, w, |x, y| (y, h - 1 - x)),
        Symmetry::Rotated180 => moved(&one, w, h, |x, y| (w - 1 - x, h - 1 - y)),
        Symmetry::Rotated270 => moved(&one, h, w, |x, y| (w - 1 - y, x)),
        Symmetry::Mirrored => moved(&one, w, h, |x, y| (w - 1 - x, y)),
        Symmetry::Flipped => moved(&one, w, h, |x, y| (x, h - 1 - y)),
        Symmetry::Transposed => moved(&one, h, w, |x, y| (y, x)),
        Symmetry::Transversed => moved(&one, h, w, |x, y| (w - 1 - y, h - 1 - x)),
    };
    for symmetry in Symmetry::ALL {
        let picture = turned(symmetry);
        let (full, scaled) = (pdq::full(&picture), pdq::scaled(&picture.grey()));
        let apart = pdq::scaled(&one.grey()).variant(symmetry).distance(&scaled.hash());
        assert!(apart <= 4, "{symmetry:?} of ours: {apart} bits");
        // The public algorithm does not sample in the middle of a cell: turning moves its samples.
        let least = Symmetry::ALL.into_iter().min_by_key(|s| pdq::full(&one).variant(*s).distance(&full.hash()));
        assert_eq!(least, Some(symmetry));
    }
}

#[test]
fn a_text_that_is_no_hash_says_where() {
    let long = "0".repeat(65);
    assert_eq!(long.parse::<Pdq<Full>>(), Err(HexError::Length(65)));
    assert_eq!(format!("{}g{}", "0".repeat(9), "0".repeat(54)).parse::<Pdq<Full>>(), Err(HexError::Digit(9)));
    assert_eq!(format!("é{}", "0".repeat(62)).parse::<Pdq<Full>>(), Err(HexError::Digit(0)));
}

proptest! {
    #[test]
    fn what_is_written_is_read(bits: [u64; 4]) {
        let hash = Pdq::<Full>::new(bits);
        prop_assert_eq!(hash.to_string().parse(), Ok(hash));
        prop_assert_eq!(hash.to_string().to_uppercase().parse(), Ok(hash));
    }

    #[test]
    fn a_distance_counts_the_bits_that_were_changed(bits: [u64; 4], places: std::collections::BTreeSet<u8>) {
        let mut other = bits;
        places.iter().for_each(|at| other[usize::from(at / 64)] ^= 1 << (at % 64));
        prop_assert_eq!(Pdq::<Full>::new(bits).distance(&Pdq::new(other)), places.len() as u32);
    }
}
