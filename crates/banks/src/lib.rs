//! Banks of pictures and logos: who added what and why, and what a picture is a copy of.
//!
//! [`features`] is what is kept of a picture, [`search`] finds which entries a picture is a copy of.

pub mod features;
pub mod search;

pub use features::EntryFeatures;
pub use search::{Candidate, CopyIndex, MATCH, Method};
