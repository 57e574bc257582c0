//! What is recognised, what is not, and that the search leaves nothing out.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod alike;
mod recognition;
mod reword;
mod search;
