//! What people decide, on a real database. Each test has one of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod acting;
mod queue;
mod world;
