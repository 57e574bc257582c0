//! What holds over many histories and many markets.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod chance;
mod coverage;
