//! What was looked up about a listing's past: the version that was allowed, and what was stopped that it is like.

use serde::{Deserialize, Serialize};

/// Facts of the last version that was allowed. An absent fact was none: no brand claimed, no kind told, no price.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previous {
    /// Slug of the protected brand that it claimed to be of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// SHA-256 of its content, in lower-case hexadecimal.
    pub hash: String,
    /// Slug of the kind of goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its price in US cents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_usd_cents: Option<i64>,
}

/// A listing that was stopped and that this one is like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resemblance {
    /// The decision that stopped it.
    pub decision_id: String,
    /// Whether the same seller, on the same marketplace, offered it.
    pub same_seller: bool,
    /// How like it is, in permille; 1000 is alike in all that is compared.
    pub similarity: u16,
}
