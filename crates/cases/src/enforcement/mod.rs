//! Actions, what holds because of them, and how they are undone.
//!
//! ```text
//!  Command ─► decide ─► Events ─► apply ─► Standing ─► listing_state, account_state    from all that is active
//!                │ vault    the same ground does not fell the same goods again
//!                │ ladder   points of each incident; rungs that they reach
//!                │ switch   nothing acts by itself
//!                └ approval a second person has seen exactly this difference
//! ```
//!
//! What holds is never stored. An undo takes one action away; the rest is computed anew, points and consequences too.

mod action;
mod decide;
mod dry;
mod effect;
mod follow;
mod standing;
pub mod switch;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
mod tests;

pub use action::{Action, Actor, Cause, Exception, Goods, Measure, Offer, Order, Scope, Severity};
pub use decide::{Command, ORDERS_MAX, Refusal, Rules, decide, dry_run, next_end};
pub use dry::{Change, Diff, Lasting, Planned};
pub use effect::{Access, AccountState, ListingState, Visibility, account_state, active, listing_state};
pub use standing::{Ending, Event, Fate, Ground, Record, Standing, Waiting, apply};
