//! The house rules as tests: what may depend on what, which licences come in, how long a function grows, what a
//! tracked file may not hold, and documents that must not go stale.
//!
//! Each rule names every place that breaks it, so that one run shows all there is to do.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod documents;
mod files;
mod graph;
mod layering;
mod licences;
mod repository;
mod shape;
mod source;

/// Fails with every finding, one a line.
#[track_caller]
fn none(rule: &str, findings: impl IntoIterator<Item = String>) {
    let findings: Vec<String> = findings.into_iter().collect();
    assert!(findings.is_empty(), "{rule}\n  {}", findings.join("\n  "));
}
