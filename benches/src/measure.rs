//! Measures screening from inside: the limits under it and its parts. Also writes what a snapshot knows as tables.
//!
//! One program for all of them, because each is linked with the whole product and linking takes minutes.

#[path = "measure/export.rs"]
mod export;
#[path = "measure/floor.rs"]
mod floor;
#[path = "measure/parts.rs"]
mod parts;

use anyhow::Result;
use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures screening from inside.
#[derive(Debug, Parser)]
enum Verb {
    /// The limits: memory, decoding, a bare automaton pass.
    Floor(floor::Args),
    /// Where a listing's microseconds go.
    Parts(parts::Args),
    /// Write patterns, words, bands and rates as tables.
    Export(export::Args),
}

fn main() -> Result<()> {
    match Verb::parse() {
        Verb::Floor(args) => floor::run(&args),
        Verb::Parts(args) => parts::run(&args),
        Verb::Export(args) => export::run(&args),
    }
}
