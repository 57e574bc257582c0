//! What people decide, on a real database. Each test has one of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod acting;
mod appealing;
mod histories;
mod queue;
mod working;
mod world;
