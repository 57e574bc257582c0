//! Shares and probabilities as exact integers: parts per billion.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Parts of one.
const PARTS: u32 = 1_000_000_000;

/// A share from nothing to all, in parts per billion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u32", try_from = "u32")]
pub struct Ppb(u32);

/// More than all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a share is at most 1000000000 parts per billion")]
pub struct MoreThanAll;

impl Ppb {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// All.
    pub const ALL: Self = Self(PARTS);

    /// So many parts of a million.
    ///
    /// # Errors
    /// [`MoreThanAll`] above a million.
    pub fn per_million(parts: u32) -> Result<Self, MoreThanAll> {
        parts.checked_mul(1_000).ok_or(MoreThanAll)?.try_into()
    }

    /// The nearest share; what is below nothing or above all is nothing or all.
    pub fn nearest(share: f64) -> Self {
        // A number that is none becomes 0.
        Self(libm::round(share.clamp(0.0, 1.0) * f64::from(PARTS)) as u32)
    }

    /// From 0 to 1.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / f64::from(PARTS)
    }

    /// In parts per billion.
    pub fn parts(self) -> u32 {
        self.0
    }

    /// The rest to all.
    #[must_use]
    pub fn rest(self) -> Self {
        Self(PARTS - self.0)
    }
}

impl TryFrom<u32> for Ppb {
    type Error = MoreThanAll;

    fn try_from(parts: u32) -> Result<Self, MoreThanAll> {
        if parts <= PARTS { Ok(Self(parts)) } else { Err(MoreThanAll) }
    }
}

impl From<Ppb> for u32 {
    fn from(share: Ppb) -> Self {
        share.0
    }
}

/// In per cent, with as many decimals as it has.
impl fmt::Display for Ppb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, parts) = (self.0 / 10_000_000, self.0 % 10_000_000);
        match format!("{parts:07}").trim_end_matches('0') {
            "" => write!(f, "{whole} %"),
            decimals => write!(f, "{whole}.{decimals} %"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_exact() {
        assert_eq!(Ppb::per_million(5_000).map(|share| share.to_string()), Ok("0.5 %".to_owned()));
        assert_eq!(Ppb::per_million(1_000_001), Err(MoreThanAll));
        assert_eq!(Ppb::nearest(1.5), Ppb::ALL);
        assert_eq!(Ppb::nearest(f64::NAN), Ppb::NONE);
        assert_eq!(Ppb::nearest(1e-9).to_string(), "0.0000001 %");
        assert_eq!(Ppb::ALL.rest(), Ppb::NONE);
    }
}
