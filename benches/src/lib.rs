//! What the benchmarks share: a random source with a seed, a timing harness, feeds in memory.

pub mod columns;
mod feed;
mod random;
mod timing;

pub use feed::{load_batches, lower_texts, texts};
pub use random::Random;
pub use timing::{Measured, median, repeat};
