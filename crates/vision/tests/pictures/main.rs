//! What becomes of picture files: those that people send, and those that nobody should.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod drawn;
mod features;
mod files;
mod fingerprint;
mod hostile;
mod intake;
mod memory;
mod nearest;
