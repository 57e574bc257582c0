//! Heads as lines: in a list of heads alone, in an anchor with the leaf hashes since the head before.
//!
//! A line may hold the frontier too. It needs no trust, for it gives the signed root or is worth nothing; with it a check
//! goes on behind a damage, and an anchor may begin late or lack lines.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};

use crate::hash::Hash;
use crate::head::Head;
use crate::keys::Keys;
use crate::lines::Lines;
use crate::note::NOTE_BYTES_MAX;
use crate::tree::Frontier;

/// Version of the form of a line.
pub const SCHEMA: u32 = 1;
/// Leaf hashes of one line: a head is signed at least every so many events.
pub const LEAVES_MAX: usize = 65_536;
/// Bytes of one line.
pub const LINE_BYTES_MAX: usize = 2 * NOTE_BYTES_MAX + 48 * (LEAVES_MAX + 64);

/// A head, and what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The signed note.
    pub head: String,
    /// The frontier of the tree, the largest subtree first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub peaks: Vec<Hash>,
    /// Of an anchor: size of the tree before the leaves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u64>,
    /// Of an anchor: the leaf hashes since then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leaves: Vec<Hash>,
}

/// Why a line holds no head.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// No JSON, or other fields.
    #[error("the line cannot be read: {0}")]
    Form(String),
    /// Longer than [`LINE_BYTES_MAX`], or with more than [`LEAVES_MAX`] leaves.
    #[error("the line is too long: it has at most {LEAVES_MAX} leaf hashes and {LINE_BYTES_MAX} bytes")]
    TooLong,
}

/// A line of a list of heads or of an anchor.
#[derive(Debug, Clone)]
pub struct RecordLine {
    /// Its number, from 1.
    pub line: u64,
    /// What it holds.
    pub record: Result<Record, RecordError>,
}

impl Record {
    /// The head alone, as the list of heads keeps it.
    pub fn without_leaves(&self) -> Self {
        Self { from: None, leaves: Vec::new(), ..self.clone() }
    }

    /// Appends it as a line.
    ///
    /// # Errors
    /// If writing fails.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        serde_json::to_writer(&mut out, self)?;
        out.write_all(b"\n")
    }

    /// Reads one line.
    ///
    /// # Errors
    /// If it is no record of this schema, or too long.
    pub fn read(line: &[u8]) -> Result<Self, RecordError> {
        if line.len() > LINE_BYTES_MAX {
            return Err(RecordError::TooLong);
        }
        let record: Self = serde_json::from_slice(line).map_err(|error| RecordError::Form(error.to_string()))?;
        if record.leaves.len() > LEAVES_MAX {
            return Err(RecordError::TooLong);
        }
        match record.schema {
            SCHEMA => Ok(record),
            other => Err(RecordError::Form(format!("schema {other} is not known, {SCHEMA} is"))),
        }
    }

    /// The head, if the keys signed it.
    pub(crate) fn open(&self, keys: &Keys) -> Result<Head, crate::head::HeadError> {
        Head::open(&self.head, keys)
    }

    /// The frontier that gives the root of the head.
    pub(crate) fn frontier(&self, head: &Head) -> Option<Frontier> {
        Frontier::from_peaks(head.size, self.peaks.clone()).filter(|tree| tree.root() == head.root)
    }
}

/// The lines of a list of heads, or of an anchor.
pub fn records(reader: impl BufRead) -> impl Iterator<Item = io::Result<RecordLine>> {
    Lines::new(reader, LINE_BYTES_MAX).map(|line| {
        let line = line?;
        let record = line.bytes.as_deref().map_or(Err(RecordError::TooLong), Record::read);
        Ok(RecordLine { line: line.number, record })
    })
}
