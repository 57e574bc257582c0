//! Reads feeds of every format, from files, folders and streams, into listing batches.
//!
//! ```text
//! paths ─ input: find, open, decompress, sniff ─► records: one bounded row at a time
//!                                                   │ jsonl · delimited (CSV, TSV) · xml · parquet
//!                                                   ▼ RowSource
//!                  ListingBatch ◄── reader: check, dedupe, batch ──► RejectSink
//! ```
//!
//! A bad row is set aside and the next one is read. A bad file ends with an error that names file and place, after
//! the rows before it; the next call goes on with the next file.
//!
//! Rows are [Merchant Center product data](https://support.google.com/merchants/answer/7052112) under its snake_case
//! names, and some columns that marketplaces have and Merchant Center lacks: see [`listing_schema`](crate::listing_schema).

mod delimited;
mod error;
mod input;
mod jsonl;
mod lines;
mod objects;
mod parquet;
mod reader;
mod records;
mod xml;

use std::path::PathBuf;

use serde::Serialize;

use crate::draft::Draft;
use crate::limits::Limits;
use crate::reject::RejectSink;
pub use error::FeedError;
pub(crate) use error::Halt;
pub use lines::Lines;
pub use objects::Objects;
pub use reader::FeedReader;
pub(crate) use records::{Newline, Record, Records};
pub(crate) use {
    delimited::Table,
    input::{by_name, open_stream},
    jsonl::exceeds_depth,
};

/// Formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// One JSON object per line.
    Jsonl,
    /// Comma-separated values, RFC 4180, with a header.
    Csv,
    /// Merchant Center's tab-delimited text, with a header; one line per row.
    Tsv,
    /// Merchant Center's XML: RSS 2.0 or Atom 1.0.
    Xml,
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// Extensions by which files are recognised, each also with `.gz` or `.zst` behind it.
    pub const EXTENSIONS: [(&str, Format); 9] = [
        ("jsonl", Self::Jsonl),
        ("ndjson", Self::Jsonl),
        ("json", Self::Jsonl),
        ("csv", Self::Csv),
        ("tsv", Self::Tsv),
        ("xml", Self::Xml),
        ("rss", Self::Xml),
        ("atom", Self::Xml),
        ("parquet", Self::Parquet),
    ];
}

/// How to read.
#[derive(Debug, Clone)]
pub struct Options {
    /// Format of all inputs; none: by extension, else by the first bytes.
    pub format: Option<Format>,
    /// What is too much.
    pub limits: Limits,
    /// Rows of a batch, at most. Default 1,024.
    pub batch_rows: usize,
    /// Bytes of text in a batch, about; a batch that reaches them is given out early. Default 32 MiB.
    pub batch_bytes: usize,
    /// Listings that are remembered to recognise duplicates; 0 to accept duplicates. Default 10 million, which take
    /// up to 300 MB.
    pub dedupe_max: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            format: None,
            limits: Limits::default(),
            batch_rows: 1_024,
            batch_bytes: 32 << 20,
            dedupe_max: 10_000_000,
        }
    }
}

impl Options {
    /// The defaults for inputs of one format.
    #[must_use]
    pub fn of(format: Format) -> Self {
        Self { format: Some(format), ..Self::default() }
    }
}

/// What was read so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Rows in batches.
    pub rows: u64,
    /// Rows that were set aside, duplicates included.
    pub rejected: u64,
    /// Duplicates among them.
    pub duplicates: u64,
    /// Whether every row was compared with all before it; false once there were more than `dedupe_max`.
    pub dedupe_checked: bool,
}

/// Reads files, folders (recursively, in order of their names) and `-`, which is standard input.
///
/// Nothing is opened yet: a missing file is an error among the batches, in its place. In folders only files with a
/// known extension are read (those of [`Format::EXTENSIONS`] and `.txt`), hidden ones never.
pub fn open<S: RejectSink>(paths: impl IntoIterator<Item = PathBuf>, options: Options, rejects: S) -> FeedReader<S> {
    FeedReader::new(input::find(paths), options, rejects)
}

/// Reads rows of one format into drafts.
pub(crate) trait RowSource: Send {
    /// Writes the next row, or what is wrong with it, into an empty draft.
    fn next_row(&mut self, draft: &mut Draft) -> Result<Step, Halt>;
}

/// What [`RowSource::next_row`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// A row, on this line if the format has lines.
    Row { line: Option<u64> },
    /// The end of the file.
    End,
}
