//! Numbers for brands and kinds inside one snapshot; slugs everywhere else.

/// Index of a brand in [`crate::Knowledge::brands`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct BrandId(pub u16);

/// Index of a kind in [`crate::Knowledge::kinds`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct KindId(pub u16);

impl BrandId {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl KindId {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}
