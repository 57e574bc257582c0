//! Why nothing could be measured.

use std::io;
use std::path::PathBuf;

use arrow::error::ArrowError;
use touchstone_catalog::FeedError;
use touchstone_screening::ActiveError;

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
pub enum EvaluationError {
    /// Files that are needed are not there.
    #[error("not there: {}", list(.0))]
    Missing(Vec<PathBuf>),
    /// A feed could not be read.
    #[error(transparent)]
    Feed(#[from] FeedError),
    /// A file beside the feeds could not be read.
    #[error("{}: {source}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The report could not be written; `-` is standard output.
    #[error("{}: {source}", file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A row whose labels can't be read.
    #[error("{}, line {line}: {source}", file.display())]
    Label {
        /// The file.
        file: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// Knowledge or policy can't be used.
    #[error("knowledge or policy cannot be used\n{0}")]
    Active(#[from] ActiveError),
    /// The knowledge has no rate for a currency that prices are converted to or from.
    #[error("rates.toml has no rate for {0}")]
    NoRate(&'static str),
    /// A batch could not be built.
    #[error("can't build a batch: {0}")]
    Batch(#[from] ArrowError),
    /// A model is not there or cannot run.
    #[error(transparent)]
    Model(#[from] touchstone_sight::Error),
    /// A thread that screens ended early.
    #[error("screening ended unexpectedly")]
    Screening,
}

impl EvaluationError {
    /// Whether the caller named something that is not there, as opposed to something that went wrong.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing(_))
    }
}

fn list(paths: &[PathBuf]) -> String {
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    paths.join(", ")
}
