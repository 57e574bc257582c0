//! The server as a process: killed, stopped, watched at its system calls.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod documented;
mod durable;
mod fetching;
mod governed;
mod load;
mod operated;
#[path = "../../../server/tests/it/postgres.rs"]
mod postgres;
mod process;
mod reloaded;
mod secured;
mod shared;
mod traced;
