//! The audit trail as its users meet it.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod forms;
mod made;
mod named;
mod proofs;
mod receipts;
mod sentences;
mod tampered;
