//! What holds over many histories and many markets.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod cases;
mod chance;
mod coverage;
mod fuses;
mod groups;
mod histories;
mod made;
mod workers;
