//! Apache Parquet: columns by the names of the fields, the listing schema's own among them.
//!
//! Rows go one by one through the same checks as those of every other format: there is no second set of rules for
//! files that look trustworthy. A value that does not fit costs its row. Columns that are no fields are not even
//! decompressed.

mod batches;
mod column;
mod footer;
mod pages;
mod thrift;

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use bytes::Bytes;

use super::error::Halt;
use super::input::Meter;
use super::{RowSource, Step};
use crate::draft::Draft;
use crate::field::Field;
use crate::limits::Limits;
pub(super) use batches::{Batches, Source};
use column::Column;

/// Rows of a Parquet file.
pub(super) struct Rows {
    batches: Batches,
    columns: Vec<(Field, Column)>,
    len: usize,
    next: usize,
    rows_total: u64,
    /// Of a file: its bytes, and where they are counted.
    file: Option<(u64, Meter)>,
}

impl Rows {
    /// Rows of a file, read in place.
    pub(super) fn of_file(file: File, limits: &Limits, meter: Meter) -> Result<Self, Halt> {
        let bytes = file.metadata()?.len();
        Ok(Self { file: Some((bytes, meter)), ..Self::open(Source::File(Arc::new(file)), limits)? })
    }

    /// Rows of a stream, which must be held as a whole: Parquet is read from its end.
    pub(super) fn of_stream(stream: Box<dyn Read + Send>, limits: &Limits) -> Result<Self, Halt> {
        Self::open(held(stream, limits)?, limits)
    }

    fn open(source: Source, limits: &Limits) -> Result<Self, Halt> {
        let batches = Batches::open(source, limits, |name| Field::from_header(name).is_some())?;
        if batches.names().all(|name| Field::from_header(name) != Some(Field::Id)) {
            let names = batches.names().collect::<Vec<_>>().join(", ").chars().take(200).collect::<String>();
            let detail = format!("no column is named id, only: {names}");
            return Err(Halt::content(None, detail, "name the columns id, title, price, ..."));
        }
        let rows_total = batches.rows_total();
        Ok(Self { batches, columns: Vec::new(), len: 0, next: 0, rows_total, file: None })
    }

    /// Decodes the next batch; false at the end.
    fn load(&mut self) -> Result<bool, Halt> {
        let Some(batch) = self.batches.advance()? else { return Ok(false) };
        self.columns.clear();
        for (column, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
            if let Some(field) = Field::from_header(column.name()) {
                self.columns.push((field, Column::new(field, array)?));
            }
        }
        (self.len, self.next) = (batch.num_rows(), 0);
        if let Some((bytes, meter)) = &self.file {
            meter.add(bytes.saturating_mul(self.len as u64) / self.rows_total.max(1));
        }
        Ok(true)
    }
}

/// A stream of Parquet in memory.
pub(super) fn held(stream: Box<dyn Read + Send>, limits: &Limits) -> Result<Source, Halt> {
    let mut bytes = Vec::new();
    stream.take(limits.held_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limits.held_bytes {
        let detail = format!("more than {} bytes of Parquet in a stream", limits.held_bytes);
        return Err(Halt::content(None, detail, "give it as a file of its own; Parquet is compressed inside"));
    }
    Ok(Source::Memory(Bytes::from(bytes)))
}

impl RowSource for Rows {
    fn next_row(&mut self, draft: &mut Draft) -> Result<Step, Halt> {
        while self.next == self.len {
            if !self.load()? {
                return Ok(Step::End);
            }
        }
        for (field, column) in &self.columns {
            column.add_to(draft, *field, self.next);
        }
        self.next += 1;
        Ok(Step::Row { line: None })
    }
}
