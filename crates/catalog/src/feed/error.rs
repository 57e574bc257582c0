//! What stops a file. What is wrong with one row only is a [`Reject`](crate::reject::Reject).

use std::io;

use arrow::error::ArrowError;

use crate::reject::shortened;

/// Why a file, or the rest of it, can't be read. The rows before it were delivered.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The file or folder can't be opened.
    #[error("{file}: {source}")]
    Open {
        /// Path as it was given, or as found in a folder.
        file: String,
        /// What the system says.
        source: io::Error,
    },
    /// A folder without feeds.
    #[error(
        "{folder}: no file with a known extension (jsonl, csv, tsv, txt, xml, parquet, also .gz or .zst) in this folder"
    )]
    NoFeeds {
        /// Path of the folder.
        folder: String,
    },
    /// Reading failed: a disk, a pipe, a damaged archive.
    #[error("{file}: after row {row}: {source}; if it is an archive, check it with gzip -t or zstd -t")]
    Read {
        /// Path of the file, `-` for standard input.
        file: String,
        /// Rows read before it.
        row: u64,
        /// What the system or the decompressor says.
        source: io::Error,
    },
    /// What was read is no feed, or only the beginning of one.
    #[error("{file}: after row {row}{}: {detail}; {hint}", line.map(|line| format!(", line {line}")).unwrap_or_default())]
    Content {
        /// Path of the file, `-` for standard input.
        file: String,
        /// Rows read before it.
        row: u64,
        /// Line, where it is known.
        line: Option<u64>,
        /// What is wrong.
        detail: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// A reject could not be written.
    #[error("can't write the rejected rows: {0}")]
    Rejects(#[source] io::Error),
    /// A batch could not be built.
    #[error("can't build a batch: {0}")]
    Batch(#[from] ArrowError),
}

/// What stops a file, before its name is known.
#[derive(Debug)]
pub(crate) enum Halt {
    Io(io::Error),
    Content { line: Option<u64>, detail: String, hint: &'static str },
}

impl Halt {
    pub(crate) fn content(line: Option<u64>, detail: impl Into<String>, hint: &'static str) -> Self {
        Self::Content { line, detail: shortened(detail), hint }
    }

    /// The error of `file` after `row` rows.
    pub(crate) fn of(self, file: &str, row: u64) -> FeedError {
        let file = file.to_owned();
        match self {
            Self::Io(source) => FeedError::Read { file, row, source },
            Self::Content { line, detail, hint } => FeedError::Content { file, row, line, detail, hint },
        }
    }
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
