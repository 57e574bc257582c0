//! The server as a process: killed, stopped, watched at its system calls.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod durable;
mod operated;
mod process;
mod reloaded;
mod secured;
mod traced;
