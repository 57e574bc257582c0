//! What the benchmarks share: a timing harness, feeds in memory, the columns that rules read.

pub mod columns;
mod feed;
mod timing;

pub use feed::{bare_automaton, load_batches, lower_texts, texts};
pub use timing::{Measured, median, repeat, repeat_wall};
