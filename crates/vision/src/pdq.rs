//! PDQ: a fingerprint of 256 bits that survives re-encoding, scaling and light edits.
//!
//! A picture is smoothed and sampled to 64 × 64 grey values, of which a cosine transform keeps the 16 × 16 lowest
//! frequencies but the constant; a bit says whether a coefficient is above the median of all. Two pictures are copies of
//! each other when at most [`RADIUS`] bits differ. The quality, 0 to 100, is the sum of gradients in the 64 × 64: a
//! picture under about 50 has too little in it for its hash to mean anything.
//!
//! There are two versions, and they are different types, for their hashes must never be compared:
//!
//! * [`Full`] is the public algorithm to the bit: what lists of other parties hold. It wants the whole picture
//!   ([`full`]), and takes as long as decoding that does.
//! * [`Scaled`] is ours, for our own banks: it averages a small grey decode ([`scaled`], made by
//!   [`grey_scaled`](crate::decode::grey_scaled) with [`SCALED_SIDE_MIN`]) and costs a few percent of it.
//!
//! Turning or mirroring a picture by the eight symmetries of the square only swaps and negates coefficients, so
//! [`Variants`] come from one transform: put one hash into a bank and ask for all eight.
//!
//! Sources: *PDQ & TMK + PDQF*, Facebook 2019, for the algorithm, its constants and its quality.

mod full;
mod hash;
mod scaled;
mod transform;

use std::marker::PhantomData;

pub use full::full;
pub(crate) use hash::distance;
pub use hash::{Bits, HexError, Pdq};
pub use scaled::{SCALED_SIDE_MIN, scaled};

/// At most this many bits differ between copies, says the publication.
pub const RADIUS: u32 = 31;

/// Which algorithm made a hash; hashes of two versions cannot be compared.
pub trait Version: Copy + Send + Sync + 'static {
    /// The name by which it is stored beside a hash.
    const NAME: &'static str;
}

/// The public algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Full;

/// Ours, from a scaled grey decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scaled;

impl Version for Full {
    const NAME: &'static str = "pdq_full";
}

impl Version for Scaled {
    const NAME: &'static str = "pdq_scaled";
}

/// A symmetry of the square: what was done to a picture before it was hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Symmetry {
    /// Nothing.
    Original,
    /// Turned clockwise by a quarter.
    Rotated90,
    /// Turned by half.
    Rotated180,
    /// Turned counter-clockwise by a quarter.
    Rotated270,
    /// Left and right changed.
    Mirrored,
    /// Top and bottom changed.
    Flipped,
    /// Mirrored along the diagonal from the upper left.
    Transposed,
    /// Mirrored along the other diagonal.
    Transversed,
}

impl Symmetry {
    /// All of them, in the order of [`Variants::hashes`].
    pub const ALL: [Self; 8] = [
        Self::Original,
        Self::Rotated90,
        Self::Rotated180,
        Self::Rotated270,
        Self::Mirrored,
        Self::Flipped,
        Self::Transposed,
        Self::Transversed,
    ];

    /// Whether rows become columns, and then whether coefficients of odd frequency down and across change their sign.
    fn moves(self) -> (bool, bool, bool) {
        match self {
            Self::Original => (false, false, false),
            Self::Rotated90 => (true, false, true),
            Self::Rotated180 => (false, true, true),
            Self::Rotated270 => (true, true, false),
            Self::Mirrored => (false, false, true),
            Self::Flipped => (false, true, false),
            Self::Transposed => (true, false, false),
            Self::Transversed => (true, true, true),
        }
    }
}

/// What a picture's frequencies are: one transform, from which the hash of every [`Symmetry`] follows.
#[derive(Clone, Debug)]
pub struct Variants<V> {
    coefficients: [[f32; 16]; 16],
    quality: u8,
    version: PhantomData<V>,
}

impl<V: Version> Variants<V> {
    fn new(samples: &transform::Samples) -> Self {
        let quality = transform::quality(samples);
        Self { coefficients: transform::lowest(samples), quality, version: PhantomData }
    }

    /// How much there is in the picture, 0 to 100.
    pub fn quality(&self) -> u8 {
        self.quality
    }

    /// The hash of the picture as it is.
    pub fn hash(&self) -> Pdq<V> {
        self.variant(Symmetry::Original)
    }

    /// The hash that the picture would have, turned or mirrored.
    pub fn variant(&self, symmetry: Symmetry) -> Pdq<V> {
        Pdq::new(transform::above_median(&transform::moved(&self.coefficients, symmetry.moves())))
    }

    /// The hashes of all eight, in the order of [`Symmetry::ALL`].
    pub fn hashes(&self) -> [Pdq<V>; 8] {
        Symmetry::ALL.map(|symmetry| self.variant(symmetry))
    }
}
