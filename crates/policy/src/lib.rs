//! Rules in SQL over signals: score, verdict, class, reasons, counterfactual.
//!
//! The room is given [`Columns`] (what can be known of a listing) and a folder of TOML files (what to
//! make of it). It knows neither where listings come from nor which signals exist.
//!
//! ```text
//!  policy/*.toml ──► file      one rule, or the score, as written; spans kept
//!                    condition `when` → typed tree of our own; everything not allow-listed is refused
//!                    expression tree → DataFusion, coerced, simplified, compiled
//!                    ▼
//!                  Policy ── evaluate(batch) ──► Evaluation     verdict, class, score, fired rules a row
//!                         ── counterfactuals ──► columns        what would have had to be otherwise
//!                         ── test, check     ──► results, diagnostics for the analyst
//! ```
//!
//! What holds here:
//!
//! * `evaluate` cannot fail: an error in one row makes that row `review` and leaves the others alone,
//!   and a batch of one says what a batch of many says.
//! * A block stands on two kinds of evidence or on one explicit admission; otherwise it is a review.
//! * Numbers are integers; nothing depends on the order of a hash map, the clock or chance.
//! * What comes from a file is limited (bytes, tokens, depth, rules) before anything recurses over it.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout))]

mod builtin;
mod column;
mod condition;
mod counterfactual;
mod evaluate;
mod evaluation;
mod expression;
mod file;
mod fuses;
mod grounds;
mod hash;
mod lint;
mod load;
mod message;
mod policy;
mod row;
mod rule;
mod score;
mod table;
mod testing;

pub use column::{CLAIM, Column, ColumnError, ColumnKind, Columns, SCORE};
pub use evaluation::{Evaluation, RowError, Verdict};
pub use fuses::Blown;
pub use message::{MICRO, decimal};
pub use policy::Policy;
pub use row::{Reason, Row};
pub use rule::{Class, Cure, Listing, Mode, Outcome, Review, Rule, Severity};
pub use testing::TestResult;
pub use touchstone_diagnostic::{Diagnostic, Level};

/// Reason code of a row for which an enforced rule or the score could not be computed.
pub const RULE_ERROR: &str = "rule_error";

/// Reason code of a row whose block was lowered to a review: its evidence was all of one kind.
pub const SINGLE_KIND: &str = "single_kind_of_evidence";

/// Reason code of a row whose block was lowered to a review: the fuses of its block rules are blown.
pub const RULE_FUSE: &str = "rule_fuse";

#[cfg(test)]
mod check_tests;
#[cfg(test)]
mod evaluate_tests;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod proptests;
#[cfg(test)]
mod speed;

/// Compiles and runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
