//! What honest offers cost, and how an amount in the listing scales it.

use serde::{Deserialize, Serialize};

use crate::ids::KindId;

/// New or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// New.
    New,
    /// Used.
    Used,
}

/// A unit that goods are sold by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PerAmount {
    /// How many.
    pub amount: u32,
    /// `ml`, `g`, `gb` or `pieces`.
    pub unit: String,
}

/// What honest offers of one kind cost, in US cents.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Band {
    /// The kind; none: the least that anything of this brand costs.
    pub kind: Option<KindId>,
    /// The line; none: any.
    pub line: Option<u16>,
    /// New or used.
    pub condition: Condition,
    /// One honest offer in ten costs less.
    pub low_cents: i64,
    /// The usual honest price.
    pub typical_cents: i64,
    /// Prices are for this amount.
    pub per: Option<PerAmount>,
    /// ISO country; none: anywhere.
    pub market: Option<String>,
    /// `estimate`, or the document that was read.
    pub source: String,
    /// Day it was read, `YYYY-MM-DD`.
    pub date: String,
}

impl Band {
    /// Least and greatest price of a band, in US cents.
    pub(crate) const CENTS: std::ops::RangeInclusive<i64> = 1..=100_000_000_000;
}

impl PerAmount {
    /// Reads `100 ml`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (amount, unit) = text.trim().split_once(' ')?;
        let unit = unit.trim().to_lowercase();
        let per = Self { amount: amount.parse().ok()?, unit };
        per.is_sound().then_some(per)
    }

    /// There is something of a unit that is known.
    pub(crate) fn is_sound(&self) -> bool {
        self.amount > 0 && matches!(self.unit.as_str(), "ml" | "g" | "gb" | "pieces")
    }

    /// Scales `cents` in proportion from this amount to `amount` of the same unit; at most [`i64::MAX`].
    pub fn scale(&self, cents: i64, amount: u32) -> i64 {
        let scaled = i128::from(cents) * i128::from(amount) / i128::from(self.amount.max(1));
        i64::try_from(scaled).unwrap_or(i64::MAX)
    }
}
