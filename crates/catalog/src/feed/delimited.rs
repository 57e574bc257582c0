//! Merchant Center's tab-delimited text and CSV: a header, then one row per record.
//!
//! CSV is RFC 4180: a quoted cell may hold commas, doubled quotes and line breaks. In TSV a row is a line, and quotes
//! mean something only around a whole cell, as spreadsheets write them; `27" screen` is a title like any other.
//! A header cell that names no field is ignored with its column. A column may come twice; a list then grows.

mod cells;

use std::io::Read;

use super::error::Halt;
use super::records::{Boundary, Last, Record, Records};
use super::{Newline, RowSource, Step, jsonl};
use crate::draft::Draft;
use crate::field::Field;
use crate::limits::Limits;
use crate::reject::{Fault, Reason};
use cells::{Cells, Dialect};

const HEADER_HINT: &str = "the first line names the columns: id, title, price, ...";

/// Rows of a CSV or TSV stream.
pub(super) struct Delimited<B> {
    table: Table<B>,
    columns: Vec<Option<Field>>,
}

impl Delimited<Quotes> {
    pub(super) fn csv(input: Box<dyn Read + Send>, limits: &Limits) -> Result<Self, Halt> {
        Self::new(Table::csv(input, limits))
    }
}

impl Delimited<Newline> {
    pub(super) fn tsv(input: Box<dyn Read + Send>, limits: &Limits) -> Result<Self, Halt> {
        let records = Records::new(input, Newline::default(), limits.row_bytes, limits.broken_records);
        Self::new(Table::new(records, Dialect::Tsv, limits))
    }
}

impl<B: Boundary> Delimited<B> {
    fn new(mut table: Table<B>) -> Result<Self, Halt> {
        let header = table.header()?;
        if header.iter().any(|name| name.contains('\r')) {
            let detail = "lines end with CR alone, so that all of the file is its header";
            return Err(Halt::content(Some(1), detail, "save it with LF or CR LF at the ends of lines"));
        }
        let columns: Vec<_> = header.iter().map(|name| Field::from_header(name)).collect();
        if !columns.contains(&Some(Field::Id)) {
            let names: String = header.join(", ").chars().take(200).collect();
            return Err(Halt::content(Some(1), format!("no column is named id, only: {names}"), HEADER_HINT));
        }
        Ok(Self { table, columns })
    }
}

impl<B: Boundary> RowSource for Delimited<B> {
    fn next_row(&mut self, draft: &mut Draft) -> Result<Step, Halt> {
        let Some((line, cells)) = self.table.next_row(self.columns.len())? else { return Ok(Step::End) };
        match cells {
            Err(fault) => draft.fail(fault),
            Ok(cells) => {
                for (field, cell) in self.columns.iter().zip(cells.iter()) {
                    field.iter().for_each(|field| add_cell(*field, cell, draft));
                }
            }
        }
        Ok(Step::Row { line: Some(line) })
    }
}

/// Gives the draft a cell. Pictures are separated by commas, as Merchant Center has them; other lists are one text,
/// or a JSON array of texts.
pub(super) fn add_cell(field: Field, cell: &str, draft: &mut Draft) {
    match field.list() {
        Some(_) if field == Field::AdditionalImageLink => cell.split(',').for_each(|link| draft.add(field, link)),
        Some(_) if cell.trim_start().starts_with('[') => jsonl::add_list(field, cell, draft),
        _ => draft.add(field, cell),
    }
}

/// Records of cells, with the faults that keep a record from being one.
pub(crate) struct Table<B> {
    records: Records<B>,
    cells: Cells,
    bytes_max: usize,
    columns_max: usize,
}

/// A row's line and its cells.
type Row<'a> = (u64, Result<&'a Cells, Fault>);

impl Table<Quotes> {
    pub(crate) fn csv(input: Box<dyn Read + Send>, limits: &Limits) -> Self {
        let records = Records::new(input, Quotes::default(), limits.row_bytes, limits.broken_records);
        Self::new(records, Dialect::Csv, limits)
    }
}

impl<B: Boundary> Table<B> {
    fn new(records: Records<B>, dialect: Dialect, limits: &Limits) -> Self {
        Self { records, cells: Cells::new(dialect), bytes_max: limits.row_bytes, columns_max: limits.columns }
    }

    /// The names of the columns.
    pub(crate) fn header(&mut self) -> Result<Vec<String>, Halt> {
        let columns_max = self.columns_max;
        match self.next_row(0)? {
            Some((line, Ok(cells))) if cells.len() > columns_max => {
                let detail = format!("{} columns, at most {columns_max} are read", cells.len());
                Err(Halt::content(Some(line), detail, HEADER_HINT))
            }
            Some((_, Ok(cells))) => Ok(cells.iter().map(str::to_owned).collect()),
            Some((line, Err(fault))) => {
                Err(Halt::content(Some(line), format!("header: {}", fault.detail), HEADER_HINT))
            }
            None => Err(Halt::content(None, "the file is empty", HEADER_HINT)),
        }
    }

    /// The next row that is not blank, which must have `width` cells, unless that is 0.
    pub(crate) fn next_row(&mut self, width: usize) -> Result<Option<Row<'_>>, Halt> {
        loop {
            let (line, split) = match self.records.advance()? {
                Record::Tail { .. } => return Ok(None),
                Record::Whole { bytes, .. } if bytes.trim_ascii().is_empty() => continue,
                Record::Whole { bytes, line } => (line, split(&mut self.cells, bytes, width)),
                Record::Broken { line, unclosed } => (line, Err(broken(unclosed, self.bytes_max))),
            };
            return Ok(Some((line, split.map(|()| &self.cells))));
        }
    }
}

fn split(cells: &mut Cells, bytes: &[u8], width: usize) -> Result<(), Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let detail = format!("byte {} of the row is not UTF-8", error.valid_up_to() + 1);
        Fault::row(Reason::NotUtf8, detail)
    })?;
    cells.split(text);
    if width != 0 && cells.len() != width {
        let detail = format!("{} cells where the header has {width}", cells.len());
        return Err(Fault::row(Reason::WrongCells, detail));
    }
    Ok(())
}

fn broken(unclosed: bool, bytes_max: usize) -> Fault {
    if unclosed {
        return Fault::row(Reason::WrongCells, format!("a quote is not closed within {bytes_max} bytes"));
    }
    Fault::row(Reason::TooLong, format!("the row has more than {bytes_max} bytes"))
}

/// Records that end with a line which does not end inside quotes.
#[derive(Debug, Default)]
pub(crate) struct Quotes {
    looked_at: usize,
    state: State,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    /// Where a cell starts, and a quote opens it.
    #[default]
    Start,
    /// In a cell without quotes.
    Plain,
    /// Between quotes.
    Quoted,
    /// Behind a quote that closes the cell, unless another one follows.
    Closing,
}

impl Quotes {
    /// Goes on by one step; true when that was the end of the record.
    fn step(&mut self, window: &[u8]) -> bool {
        let rest = &window[self.looked_at..];
        let skipped = match self.state {
            State::Plain => memchr::memchr2(b',', b'\n', rest),
            State::Quoted => memchr::memchr(b'"', rest),
            State::Start | State::Closing => Some(0),
        };
        let Some(byte) = skipped.and_then(|skipped| rest.get(skipped)) else {
            self.looked_at = window.len();
            return false;
        };
        self.looked_at += skipped.unwrap_or(0) + 1;
        self.state = match (self.state, byte) {
            (State::Quoted, _) => State::Closing,
            (State::Start | State::Closing, b'"') => State::Quoted,
            (_, b',') => State::Start,
            (_, b'\n') => return true,
            _ => State::Plain,
        };
        false
    }
}

impl Boundary for Quotes {
    fn end(&mut self, window: &[u8]) -> Option<usize> {
        while self.looked_at < window.len() {
            if self.step(window) {
                return Some(self.looked_at);
            }
        }
        None
    }

    fn restart(&mut self) {
        *self = Self::default();
    }

    fn hard_end(&self, window: &[u8]) -> Option<usize> {
        Newline::default().hard_end(window)
    }

    fn at_end(&self, _: &[u8]) -> Last {
        if self.state == State::Quoted { Last::Broken } else { Last::Record }
    }
}
