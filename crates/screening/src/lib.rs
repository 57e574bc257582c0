//! One listing's way from batch to decision.
//!
//! ```text
//! ListingBatch ─ enrich, see ─► ContextBatch   the only part that looks things up: seller, past, pictures
//!       └──────────┬───────────┘
//!               screen                          pure: signals, score, policy, counterfactual
//!                  ▼
//!            DecisionBatch ─► Decision          canonical JSON, the same bytes every time
//! ```
//!
//! The same [`Screener`] serves a call (a batch of one), a file and a backtest: there is never a
//! fast copy and a slow copy of a rule.

mod active;
mod canonical;
mod columns;
mod context;
mod decision;
mod engine;
mod face;
mod gist;
mod history;
mod looked;
mod screen;

pub use active::{Active, ActiveError, Sources};
pub use canonical::PICTURES;
pub use columns::columns;
pub use context::{ContextBatch, RowContext, SellerLookup, enrich};
pub use decision::{Decision, EvidencePlace, Hashes, Reason, ReviewNote, SignalValue};
pub use engine::engine;
pub use face::{SellerFace, Status, stopping};
pub use gist::Gist;
pub use history::{History, HistoryLookup, NoHistory, facts};
pub use looked::{Looked, PictureLookup, see};
pub use screen::{DecisionBatch, Screener};
/// What the policy room says about a batch, and the words it uses.
pub use touchstone_policy::{Class, Review, Verdict};
