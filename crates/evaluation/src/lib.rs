//! Measures both errors of the screening on labelled data: fakes that are missed, honest offers that are stopped.
//!
//! ```text
//! files ─ source ─► Source ─ variant ─► ListingBatch ─ screen ─► Outcome ─┐
//!          │  labels are kept aside                                       ├─► Run ─ tally ─► Measured ─► Table
//!          └─ half: tune or held, by a hash of the id      baseline ──────┘
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`source`] | the sets of listings: which file, fake or honest, what is left out of each |
//! | [`half`] | the split into a half to tune on and a half that stays unseen |
//! | [`variant`] | the same listings with another currency, or without a price |
//! | [`screen`] | one function from a batch to outcomes |
//! | [`baseline`] | a rival that knows only currency and title length |
//! | [`run`] | a source in a variant with everything that was said about it |
//! | [`tally`], [`measure`] | counts by half, and the bars they are held to |
//! | [`statistics`] | Wilson's interval, the area under the ROC curve |
//! | [`mistakes`], [`ranking`], [`report`] | what is printed |
//! | [`composed`] | listings whose words are clean and whose pictures are not, made from photos |
//! | [`table`] | one table, as text and as Markdown |
//!
//! Three rules hold everywhere. A label never reaches the screening: it is read from the file a second time and
//! kept beside the listing. Mistakes are listed for the tune half only, so that nobody tunes on the held half.
//! And every rate stands beside that of the baseline on the same rows: what it reaches is what recognising the
//! source is worth.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod baseline;
pub mod composed;
mod error;
pub mod half;
pub mod measure;
pub mod mistakes;
pub mod ranking;
mod reading;
pub mod report;
pub mod run;
pub mod screen;
pub mod source;
pub mod statistics;
pub mod table;
pub mod tally;
pub mod variant;

pub use error::EvaluationError;
