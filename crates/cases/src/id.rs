//! Names of things: typed, so that a case is never taken for a person.
//!
//! Ids of what is made here are UUIDs of version 7 that the caller gives in; those of a marketplace are its own texts.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// What waits to be looked at.
    ItemId
    /// A decision of screening.
    DecisionId
    /// A judgement of a person.
    JudgementId
    /// Items that look the same.
    GroupId
    /// A case.
    CaseId
    /// An action of enforcement.
    ActionId
    /// A statement of reasons.
    StatementId
    /// An appeal.
    AppealId
    /// Somebody with an account: staff, seller, rights holder.
    PersonId
}

/// A seller on a marketplace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Seller {
    /// The marketplace; empty where there is only one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub marketplace: String,
    /// The seller's id there.
    pub seller_id: String,
}

/// A listing of a seller.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Listing {
    /// Whose it is.
    #[serde(flatten)]
    pub seller: Seller,
    /// Its id on the marketplace.
    pub listing_id: String,
}

/// A listing as it was at one time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Version {
    /// The listing.
    #[serde(flatten)]
    pub listing: Listing,
    /// SHA-256 of its content, as decisions name it.
    pub content: Hash,
}

/// What is looked at, and what a case is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Subject {
    /// A listing as it was.
    Listing(Version),
    /// A seller with all its goods.
    Seller(Seller),
    /// Items that look the same.
    Group {
        /// Which.
        group: GroupId,
    },
}

impl Subject {
    /// The seller, if it is about one.
    pub fn seller(&self) -> Option<&Seller> {
        match self {
            Self::Listing(version) => Some(&version.listing.seller),
            Self::Seller(seller) => Some(seller),
            Self::Group { .. } => None,
        }
    }
}

/// SHA-256, written in lower-case hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Hash(pub [u8; 32]);

/// Not 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a hash is 64 hexadecimal digits")]
pub struct NoHash;

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.to_string()
    }
}

impl TryFrom<String> for Hash {
    type Error = NoHash;

    fn try_from(text: String) -> Result<Self, NoHash> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(NoHash);
        }
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(hash))
    }
}

fn digit(byte: u8) -> Result<u8, NoHash> {
    match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        _ => Err(NoHash),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_written_and_read() {
        let hash = Hash(std::array::from_fn(|at| u8::try_from(at * 7).unwrap()));
        assert_eq!(Hash::try_from(hash.to_string()), Ok(hash));
        for wrong in ["", "ab", &"g".repeat(64), &"A".repeat(64), &"é".repeat(32)] {
            assert_eq!(Hash::try_from(wrong.to_owned()), Err(NoHash), "{wrong}");
        }
    }

    #[test]
    fn a_version_is_one_flat_object() {
        let seller = Seller { marketplace: String::new(), seller_id: "s1".into() };
        let version = Version { listing: Listing { seller, listing_id: "l1".into() }, content: Hash([0; 32]) };
        let json = serde_json::to_string(&version).unwrap();
        assert_eq!(json, format!(r#"{{"seller_id":"s1","listing_id":"l1","content":"{}"}}"#, "0".repeat(64)));
        assert_eq!(serde_json::from_str::<Version>(&json).unwrap(), version);
    }
}
