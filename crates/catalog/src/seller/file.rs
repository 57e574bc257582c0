//! Reads a file of seller records: JSON lines or CSV, plain or compressed.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::{Map, Value};

use super::{SellerRecord, Sellers};
use crate::feed::{FeedError, Format, Halt, Newline, Record, Records, Table, by_name, exceeds_depth, open_stream};
use crate::limits::Limits;
use crate::reject::{Fault, Place, Reason, RejectSink};

impl Sellers {
    /// Reads seller records from a file of JSON lines or, when its name ends in `.csv`, CSV; also `.gz` or `.zst`.
    ///
    /// A record needs a `seller_id`; of several records of one seller the last counts. In CSV `authorisations` and
    /// `also_sells` are separated by `;`. Bad records go to `rejects`, are counted in [`rejected`](Self::rejected) and
    /// do not stop the others.
    ///
    /// # Errors
    /// When the file can't be read or has more than [`Limits::held_bytes`], or a reject can't be kept.
    pub fn read(path: &Path, limits: &Limits, rejects: impl RejectSink) -> Result<Self, FeedError> {
        let file = path.display().to_string();
        let input = File::open(path).map_err(|source| FeedError::Open { file: file.clone(), source })?;
        // All of it stays in memory.
        let limits = &Limits { file_bytes: limits.held_bytes.min(limits.file_bytes), ..*limits };
        let mut reading = Reading { sellers: Self::default(), file, row: 0, limits, rejects };
        let csv = by_name(path) == Some(Format::Csv);
        match if csv { reading.read_csv(input) } else { reading.read_jsonl(input) } {
            Ok(()) => Ok(reading.sellers),
            Err(Stop::Rejects(error)) => Err(error),
            Err(Stop::Halt(halt)) => Err(halt.of(&reading.file, reading.row)),
        }
    }
}

/// A file being read.
struct Reading<'l, S> {
    sellers: Sellers,
    file: String,
    row: u64,
    limits: &'l Limits,
    rejects: S,
}

/// Why reading stops.
enum Stop {
    Halt(Halt),
    Rejects(FeedError),
}

impl From<Halt> for Stop {
    fn from(halt: Halt) -> Self {
        Self::Halt(halt)
    }
}

impl<S: RejectSink> Reading<'_, S> {
    fn read_jsonl(&mut self, input: impl Read + Send + 'static) -> Result<(), Stop> {
        let stream = Box::new(open_stream(Box::new(input), self.limits, 4)?);
        let mut records = Records::new(stream, Newline::default(), self.limits.row_bytes, self.limits.broken_records);
        loop {
            let (line, record) = match records.advance()? {
                Record::Tail { .. } => return Ok(()),
                Record::Whole { bytes, .. } if bytes.trim_ascii().is_empty() => continue,
                Record::Whole { bytes, line } => (line, of_json(bytes, self.limits.depth)),
                Record::Broken { line, .. } => {
                    let detail = format!("the line has more than {} bytes", self.limits.row_bytes);
                    (line, Err(Fault::row(Reason::TooLong, detail)))
                }
            };
            self.take(line, record)?;
        }
    }

    fn read_csv(&mut self, input: impl Read + Send + 'static) -> Result<(), Stop> {
        let stream = Box::new(open_stream(Box::new(input), self.limits, 4)?);
        let mut table = Table::csv(stream, self.limits);
        let names: Vec<String> = table.header()?.iter().map(|name| name.trim().to_ascii_lowercase()).collect();
        while let Some((line, cells)) = table.next_row(names.len())? {
            let record = cells.and_then(|cells| of_cells(names.iter().map(String::as_str).zip(cells.iter())));
            self.take(line, record)?;
        }
        Ok(())
    }

    /// Keeps a record, or says what is wrong with it.
    fn take(&mut self, line: u64, record: Result<SellerRecord, Fault>) -> Result<(), Stop> {
        self.row += 1;
        let fault = match record.and_then(checked) {
            Ok(record) => {
                self.sellers.insert(record);
                return Ok(());
            }
            Err(fault) => fault,
        };
        self.sellers.rejected += 1;
        let place = Place { row: self.row, line: Some(line) };
        self.rejects.reject(fault.at(&self.file, place)).map_err(|error| Stop::Rejects(FeedError::Rejects(error)))
    }
}

fn checked(record: SellerRecord) -> Result<SellerRecord, Fault> {
    if record.seller_id.is_empty() {
        return Err(Fault::row(Reason::BadSeller, "the record has no seller_id"));
    }
    record.checked_json().map_err(|detail| Fault::row(Reason::BadSeller, detail))?;
    Ok(record)
}

fn of_json(line: &[u8], depth: usize) -> Result<SellerRecord, Fault> {
    if exceeds_depth(line, depth) {
        return Err(Fault::row(Reason::TooDeep, format!("nested deeper than {depth}")));
    }
    serde_json::from_slice(line).map_err(|error| {
        let reason = if error.is_data() { Reason::BadSeller } else { Reason::NotJson };
        Fault::row(reason, error.to_string())
    })
}

/// A record from named cells, by way of the JSON it would be.
fn of_cells<'a>(cells: impl Iterator<Item = (&'a str, &'a str)>) -> Result<SellerRecord, Fault> {
    let filled = cells.map(|(name, cell)| (name, cell.trim())).filter(|(_, cell)| !cell.is_empty());
    let object: Map<String, Value> = filled.map(|(name, cell)| (name.to_owned(), of_cell(name, cell))).collect();
    serde_json::from_value(object.into()).map_err(|error| Fault::row(Reason::BadSeller, error.to_string()))
}

fn of_cell(name: &str, cell: &str) -> Value {
    match name {
        "authorisations" | "also_sells" => cell.split(';').map(str::trim).filter(|item| !item.is_empty()).collect(),
        "age_days" | "sales" | "upheld_findings" | "reversed_findings" => {
            cell.parse::<i64>().map_or_else(|_| cell.into(), Value::from)
        }
        _ => cell.into(),
    }
}
