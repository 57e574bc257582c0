//! The registry: every signal with its document, example and code, in the order used everywhere.

use crate::detectors::*;
use crate::findings::{Findings, Value};
use crate::view::View;

/// The type of a signal's column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// True or null.
    Bool,
    /// A whole number or null.
    Int,
    /// A slug or null.
    Text,
}

impl ValueKind {
    /// The word for it in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Text => "text",
        }
    }
}

/// A listing as a line of JSON, and what the signal says about it. `previous`, `resembles`, `shop` and `pictures` beside
/// its fields are what was looked up.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// The listing, in the field names of feeds.
    pub listing: &'static str,
    /// The value, as text; `null` when nothing is seen.
    pub value: &'static str,
}

/// One signal.
pub struct Spec {
    /// Immutable name; the column's name.
    pub id: &'static str,
    /// Raised when the meaning changes.
    pub version: u16,
    /// Type of the column.
    pub kind: ValueKind,
    /// Kind of evidence. Independent families make a block; `claim` is what a listing is about, no evidence.
    pub family: &'static str,
    /// May the seller be told the value?
    pub sayable: bool,
    /// What it sees, for people who write rules.
    pub doc: &'static str,
    /// Examples, which are tests too.
    pub examples: &'static [Example],
    /// The code.
    pub detect: for<'a> fn(&View<'a, '_>, &mut Findings<'a>) -> Value<'a>,
}

/// Every signal, in the order used everywhere.
pub const REGISTRY: &[Spec] = &[
    brand_mentioned::SPEC,
    brand_claimed::SPEC,
    brand_context::SPEC,
    kind::SPEC,
    harm::SPEC,
    language::SPEC,
    second_hand::SPEC,
    second_hand_told::SPEC,
    provenance::SPEC,
    brand_obfuscated::SPEC,
    lookalike_name::SPEC,
    brands_stacked::SPEC,
    replica_vocabulary::SPEC,
    replica_admitted::SPEC,
    replica_word_hidden::SPEC,
    evasion_talk::SPEC,
    brand_compared::SPEC,
    price_vs_brand::SPEC,
    price_vs_kind::SPEC,
    impossible_product::SPEC,
    listed_before_release::SPEC,
    gtin_invalid::SPEC,
    gtin_foreign::SPEC,
    off_platform_contact::SPEC,
    hidden_link::SPEC,
    counterfeit_kit::SPEC,
    wholesale_branded::SPEC,
    designs_offered::SPEC,
    refurbished_as_new::SPEC,
    used_implausible::SPEC,
    authenticity_unregistered::SPEC,
    parallel_import::SPEC,
    description_contradicts::SPEC,
    buyers_say_fake::SPEC,
    seller_authorised::SPEC,
    seller_age_days::SPEC,
    seller_identity::SPEC,
    seller_upheld::SPEC,
    seller_reversed::SPEC,
    seller_sales::SPEC,
    seller_brands::SPEC,
    seller_abroad::SPEC,
    brand_switched::SPEC,
    kind_switched::SPEC,
    price_switched::SPEC,
    relisted_blocked::SPEC,
    relisted_similarity::SPEC,
    picture_logo::SPEC,
    picture_brand::SPEC,
    picture_contradicts::SPEC,
    picture_replica_words::SPEC,
    picture_contact::SPEC,
    picture_link::SPEC,
    picture_gtin::SPEC,
    picture_known_fake::SPEC,
    picture_stolen::SPEC,
    picture_shared::SPEC,
    picture_shared_days::SPEC,
    picture_masked::SPEC,
    picture_kind_differs::SPEC,
    picture_placeholder::SPEC,
];
