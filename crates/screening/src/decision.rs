//! The decision as it is written: canonical JSON (RFC 8785), integers only.
//!
//! Fields stand in alphabetical order and maps are sorted, so that `serde_json` writes the canonical
//! form at once; a test compares it with a canonicaliser of its own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use touchstone_signals::Value;
use touchstone_signals::pictures::Place;

use crate::context::RowContext;

/// A signal's value in a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SignalValue {
    /// Seen.
    Bool(bool),
    /// A number.
    Int(i64),
    /// A slug.
    Text(String),
}

impl SignalValue {
    /// The value as the detector gave it.
    pub fn as_value(&self) -> Value<'_> {
        match self {
            Self::Bool(true) => Value::True,
            Self::Bool(false) => Value::Null,
            Self::Int(number) => Value::Int(*number),
            Self::Text(text) => Value::Text(text),
        }
    }
}

/// The body of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What kind of finding it is; `none` for most that stay up.
    pub class: String,
    /// What was looked up.
    #[serde(default, skip_serializing_if = "RowContext::is_empty")]
    pub context: RowContext,
    /// The fewest signals without which it would stay up; absent when it does or none are enough.
    pub counterfactual: Option<Vec<String>>,
    /// Everything that decided, by hash.
    pub hashes: Hashes,
    /// The listing's id on its marketplace.
    pub listing_id: String,
    /// The marketplace, if the feed says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub marketplace: String,
    /// Why: every enforcing rule that fired, the deciding one first; what the evaluation itself has to say;
    /// and what makes a stopped listing graver.
    pub reasons: Vec<Reason>,
    /// With a review: is it shown meanwhile, and for how long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewNote>,
    /// Shape of this record.
    pub schema: u32,
    /// Log-odds in millionths, uncalibrated.
    pub score: i64,
    /// The seller, if the feed says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub seller_id: String,
    /// Rules in shadow mode that would have fired.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shadow: Vec<String>,
    /// What each signal added to the score.
    pub shares: BTreeMap<String, i64>,
    /// Every signal that was seen.
    pub signals: BTreeMap<String, SignalValue>,
    /// `allow`, `review` or `block`.
    pub verdict: String,
}

/// Everything that decided, by SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hashes {
    /// The banks that its pictures were compared with: hash of the base and sequence of the log; only if some were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub banks: Option<String>,
    /// What was looked up.
    pub context: String,
    /// The engine's name: see [`engine`](crate::engine).
    pub engine: String,
    /// The knowledge snapshot.
    pub knowledge: String,
    /// The listing's content.
    pub listing: String,
    /// The models that saw its pictures, by version; only if some did. They are never run again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub models: Option<String>,
    /// The policy.
    pub policy: String,
}

/// One reason: a rule that fired, or one that is built in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The rule's id.
    pub code: String,
    /// Where it was seen.
    pub evidence: Vec<EvidencePlace>,
    /// For staff, in English.
    pub message: String,
    /// The rule's severity, or a higher one if the goods can hurt.
    pub severity: String,
}

/// A place in the listing: in a field, half-open, in UTF-8 bytes of it as decoded from the feed, HTML left in, without
/// the blanks around it; or on a picture, a half-open box in pixels of it, upright.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidencePlace {
    /// On a picture: left, top, right, bottom.
    #[serde(default, rename = "box", skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// One past the last byte; equal to `start` when the whole field is meant, or a picture.
    pub end: u32,
    /// Entry of a bank that stands beside the place on the picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// Where on the entry's picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_box: Option<Place>,
    /// The feed's field; `pictures` for a place on one.
    pub field: String,
    /// Item of a list field; of `pictures`, which of those in the context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<u16>,
    /// SHA-256 of the picture's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// The signal that was seen here.
    pub signal: String,
    /// First byte.
    pub start: u32,
}

/// What happens while a listing is under review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewNote {
    /// Hours until the review must be done.
    pub hours: u32,
    /// `hold` (not shown) or `live` (shown).
    pub listing: String,
}

impl Decision {
    /// Canonical JSON, without a line end.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}
