//! 256 bits, and how they are written.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use super::Version;

/// 256 bits; bit `k` is bit `k % 64` of word `k / 64`.
pub type Bits = [u64; 4];

/// A fingerprint made by one [`Version`] of the algorithm.
///
/// Written as 64 hexadecimal digits, the highest bit first, as everybody does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pdq<V> {
    bits: Bits,
    version: PhantomData<V>,
}

impl<V: Version> Pdq<V> {
    /// A hash from its bits; that they are of this version is the caller's word.
    pub const fn new(bits: Bits) -> Self {
        Self { bits, version: PhantomData }
    }

    /// Its bits.
    pub const fn bits(&self) -> &Bits {
        &self.bits
    }

    /// How many bits differ, 0 to 256.
    pub fn distance(&self, other: &Self) -> u32 {
        distance(&self.bits, &other.bits)
    }
}

/// How many bits differ, 0 to 256.
#[inline]
pub(crate) fn distance(a: &Bits, b: &Bits) -> u32 {
    (a[0] ^ b[0]).count_ones() + (a[1] ^ b[1]).count_ones() + (a[2] ^ b[2]).count_ones() + (a[3] ^ b[3]).count_ones()
}

impl<V> fmt::Display for Pdq<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bits.iter().rev().try_for_each(|word| write!(f, "{word:016x}"))
    }
}

impl<V: Version> fmt::Debug for Pdq<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{self}", V::NAME)
    }
}

/// Why a text is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HexError {
    /// Another number of bytes than 64.
    #[error("{0} bytes, a PDQ hash is 64 hexadecimal digits")]
    Length(usize),
    /// A byte that is no digit.
    #[error("no hexadecimal digit at byte {0} of a PDQ hash")]
    Digit(usize),
}

impl<V: Version> FromStr for Pdq<V> {
    type Err = HexError;

    /// Reads 64 hexadecimal digits, large or small.
    fn from_str(text: &str) -> Result<Self, HexError> {
        if text.len() != 64 {
            return Err(HexError::Length(text.len()));
        }
        let mut bits = [0; 4];
        for (at, byte) in text.bytes().enumerate() {
            let digit = char::from(byte).to_digit(16).ok_or(HexError::Digit(at))?;
            bits[3 - at / 16] = bits[3 - at / 16] << 4 | u64::from(digit);
        }
        Ok(Self::new(bits))
    }
}
