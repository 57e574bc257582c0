//! One thing that a listing says, and what it weighs.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

/// Bits below the hash: one says whether it is a detail, four hold the weight.
const WEIGHT_BITS: u32 = 4;
const DETAIL: u32 = 1 << WEIGHT_BITS;
const HASH_MASK: u32 = !(DETAIL | (DETAIL - 1));

/// A feature in 32 bits: 27 of a hash, whether it is a detail, and its weight. The hash is that of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Feature(u32);

/// What kind of thing a feature is; two kinds never share a feature.
#[derive(Clone, Copy, Debug, Hash)]
pub(crate) enum Sort {
    Brand,
    Line,
    Disguise,
    Kind,
    OtherKind,
    Trade,
    Number,
    Word,
    Pair,
    Letters,
    Price,
}

impl Sort {
    /// Whether honest neighbours differ in it: who offers the same line of the same brand shares the rest anyway.
    fn is_detail(self) -> bool {
        !matches!(self, Self::Brand | Self::Line | Self::Kind | Self::OtherKind | Self::Price)
    }
}

impl Feature {
    /// A feature of a weight of 1 to 15.
    pub(crate) fn new(sort: Sort, what: impl Hash, weight: u32) -> Self {
        let mut hasher = FxHasher::default();
        (sort, what).hash(&mut hasher);
        let detail = if sort.is_detail() { DETAIL } else { 0 };
        Self((hasher.finish() >> 32) as u32 & HASH_MASK | detail | weight.clamp(1, DETAIL - 1))
    }

    pub(crate) fn weight(self) -> u32 {
        self.0 & (DETAIL - 1)
    }

    pub(crate) fn is_detail(self) -> bool {
        self.0 & DETAIL != 0
    }
}
