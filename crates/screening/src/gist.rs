//! What of a decision is asked most, without reading its JSON.

use touchstone_policy::{Class, Review, Row, Severity, Verdict};

/// What of a decision is asked most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gist {
    /// The verdict.
    pub verdict: Verdict,
    /// What kind of finding it is.
    pub class: Class,
    /// Log-odds in millionths.
    pub score: i64,
    /// With a review: its terms.
    pub review: Option<Review>,
    /// Whether the goods can hurt: a reason is critical.
    pub dangerous: bool,
}

impl Gist {
    pub(crate) fn of(row: Row<'_>) -> Self {
        Self {
            verdict: row.verdict(),
            class: row.class(),
            score: row.score(),
            review: row.review(),
            dangerous: row.reasons().any(|reason| reason.severity == Severity::Critical),
        }
    }
}
