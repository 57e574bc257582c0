//! Feeds from outside: what is read, what is set aside, and that nothing gets lost or stuck in between.

mod common;
mod formats;
mod hostile;
mod lines;
mod listings;
mod parquet;
mod rejects;
mod sellers;
