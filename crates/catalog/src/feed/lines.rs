//! Lines of text as they stand in a file: for what is no listing, such as decisions that were written before.

use std::fs::File;
use std::path::Path;

use arrow::array::{Array as _, AsArray as _, BinaryViewArray};

use super::error::{FeedError, Halt};
use super::input::{is_parquet, open_stream};
use super::parquet::{Batches, Source, held};
use super::records::{Newline, Record, Records};
use crate::limits::Limits;

const PARQUET: &[u8] = b"PAR1";

const FOREIGN: &str = "it is none of the files that touchstone writes";

/// The lines of a file, plain, `.gz` or `.zst`; or, if it is a Parquet file, the texts of one of its columns. At most
/// one of them, or a batch of the column, is in memory.
pub struct Lines {
    file: String,
    number: u64,
    line: Vec<u8>,
    bytes_max: usize,
    source: Texts,
}

enum Texts {
    Stream(Records<Newline>),
    Column { batches: Box<Batches>, texts: BinaryViewArray, next: usize },
}

/// What comes next.
enum Next {
    Line,
    TooLong,
    End,
}

impl Lines {
    /// Opens a file. `column` is that of a Parquet file; no line may have more than `bytes_max` bytes.
    ///
    /// # Errors
    /// When the file can't be opened, or is a Parquet file without that column.
    pub fn open(path: &Path, column: &str, bytes_max: usize) -> Result<Self, FeedError> {
        let file = path.display().to_string();
        let input = File::open(path).map_err(|source| FeedError::Open { file: file.clone(), source })?;
        let source = Texts::open(input, column, bytes_max).map_err(|halt| halt.of(&file, 0))?;
        Ok(Self { file, number: 0, line: Vec::new(), bytes_max, source })
    }

    /// The next line that is not blank; none at the end.
    ///
    /// # Errors
    /// When reading fails, or the line is too long or not UTF-8. There is no going on behind an error.
    pub fn advance(&mut self) -> Result<Option<&str>, FeedError> {
        self.line.clear();
        let before = self.number;
        match self.source.advance(&mut self.number, &mut self.line) {
            Ok(Next::Line) => {}
            Ok(Next::TooLong) => self.line.resize(self.bytes_max + 1, b' '),
            Ok(Next::End) => return Ok(None),
            Err(halt) => return Err(halt.of(&self.file, before)),
        }
        let text = std::str::from_utf8(&self.line).ok().filter(|text| text.len() <= self.bytes_max);
        text.map(Some).ok_or_else(|| {
            let detail = format!("the line is not UTF-8, or has more than {} bytes", self.bytes_max);
            Halt::content(Some(self.number), detail, FOREIGN).of(&self.file, before)
        })
    }

    /// Number of the line that was given last, from 1; of a Parquet file, of its row.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }
}

impl Texts {
    fn open(mut file: File, column: &str, bytes_max: usize) -> Result<Self, Halt> {
        let limits = Limits::default();
        if is_parquet(&mut file)? {
            return Self::column(Source::File(file.into()), column, &limits);
        }
        let stream = open_stream(Box::new(file), &limits, PARQUET.len())?;
        if stream.head() == PARQUET {
            return Self::column(held(Box::new(stream), &limits)?, column, &limits);
        }
        Ok(Self::Stream(Records::new(Box::new(stream), Newline::default(), bytes_max.saturating_add(1), 0)))
    }

    fn column(source: Source, column: &str, limits: &Limits) -> Result<Self, Halt> {
        let batches = Batches::open(source, limits, |name| name == column)?;
        if batches.names().all(|name| name != column) {
            return Err(Halt::content(None, format!("no column is named {column}"), FOREIGN));
        }
        let texts = BinaryViewArray::from_iter_values(std::iter::empty::<&[u8]>());
        Ok(Self::Column { batches: Box::new(batches), texts, next: 0 })
    }

    /// Copies the next line that is not blank.
    fn advance(&mut self, number: &mut u64, copy: &mut Vec<u8>) -> Result<Next, Halt> {
        match self {
            Self::Stream(records) => advance_stream(records, number, copy),
            Self::Column { batches, texts, next } => {
                while *next == texts.len() {
                    let Some(batch) = batches.advance()? else { return Ok(Next::End) };
                    let column = batch.columns().first().and_then(|column| column.as_binary_view_opt());
                    *texts = column.ok_or_else(|| Halt::content(None, "the column holds no text", FOREIGN))?.clone();
                    *next = 0;
                }
                copy.extend_from_slice(texts.value(*next));
                *next += 1;
                *number += 1;
                Ok(Next::Line)
            }
        }
    }
}

fn advance_stream(records: &mut Records<Newline>, number: &mut u64, copy: &mut Vec<u8>) -> Result<Next, Halt> {
    loop {
        match records.advance()? {
            Record::Tail { .. } => return Ok(Next::End),
            Record::Whole { bytes, .. } if bytes.trim_ascii().is_empty() => {}
            Record::Whole { bytes, line } => {
                *number = line;
                copy.extend_from_slice(bytes.trim_ascii());
                return Ok(Next::Line);
            }
            Record::Broken { line, .. } => {
                *number = line;
                return Ok(Next::TooLong);
            }
        }
    }
}
