//! What the models say of pictures drawn here. They stand in `models/`; `make setup` fetches them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod draw;
mod embedding;
mod logos;
mod reading;
