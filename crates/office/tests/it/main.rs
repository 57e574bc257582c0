//! What people decide, on a real database. Each test has one of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod acting;
mod appealing;
mod histories;
#[path = "../../../server/tests/it/postgres.rs"]
mod postgres;
mod queue;
mod workers;
mod working;
mod world;
