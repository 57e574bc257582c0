//! What changed, as it is written as JSON. Everything stands in a stable order.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// Everything that changed. Empty parts are left out of the JSON.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct Changes {
    /// Brands, by slug.
    #[serde(skip_serializing_if = "Sets::is_empty")]
    pub(super) brands: Sets,
    /// Kinds of goods, by slug; with role, harm and what they fit.
    #[serde(skip_serializing_if = "Sets::is_empty")]
    pub(super) kinds: Sets,
    /// Names of brands that stand on both sides, by `brand · strength`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) names: BTreeMap<String, Sets>,
    /// Price bands of brands that stand on both sides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) bands: Vec<BandChange>,
    /// Lexicon terms, by `language · class · strength`, with the position where it matters.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) terms: BTreeMap<String, Sets>,
    /// Words for kinds, by `language · kind`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) kind_words: BTreeMap<String, Sets>,
    /// Exchange rates, in millionths of a unit for one US dollar.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) rates: Vec<RateChange>,
    /// What is only counted: facts, authorisations, imported lists.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) counts: BTreeMap<&'static str, Count>,
}

/// What came and what went.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Sets {
    pub(super) added: Vec<String>,
    pub(super) removed: Vec<String>,
}

/// One price band; a side that has none is absent.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct BandChange {
    /// `brand · kind · condition`, with line, amount and market where it has them.
    pub(super) band: String,
    pub(super) old: Option<BandValue>,
    pub(super) new: Option<BandValue>,
    /// Change of the low end in per cent.
    pub(super) low_percent: Option<f64>,
    /// Change of the typical price in per cent.
    pub(super) typical_percent: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct BandValue {
    pub(super) low_cents: i64,
    pub(super) typical_cents: i64,
    pub(super) source: String,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct RateChange {
    pub(super) currency: String,
    pub(super) old: Option<i64>,
    pub(super) new: Option<i64>,
    pub(super) percent: Option<f64>,
}

/// Entries that only one side has.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Count {
    pub(super) added: usize,
    pub(super) removed: usize,
}

impl Sets {
    /// What `b` has and `a` has not, and the other way round.
    pub(super) fn of(a: &BTreeSet<String>, b: &BTreeSet<String>) -> Self {
        Self { added: b.difference(a).cloned().collect(), removed: a.difference(b).cloned().collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

impl Changes {
    /// Nothing that is compared differs.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
