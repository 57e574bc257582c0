//! The command as it is called, on tiny data of our own.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod command;
