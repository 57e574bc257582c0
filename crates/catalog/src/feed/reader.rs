//! The reader: draws rows from one input after the other, checks and dedupes them, and fills batches.

use std::collections::VecDeque;
use std::io::Read;

use super::error::{FeedError, Halt};
use super::input::{self, Input, Meter};
use super::{Counts, Options, RowSource, Step};
use crate::dedupe::{Seen, Sight};
use crate::draft::Draft;
use crate::listing::{ListingBatch, ListingBuilder};
use crate::reject::{Fault, Place, Reason, Reject, RejectSink};

/// Iterates over the batches of a feed, in input order.
///
/// After an error the iterator goes on with the next file; who wants to stop, stops.
pub struct FeedReader<S> {
    inputs: VecDeque<Result<Input, FeedError>>,
    current: Option<OpenFile>,
    options: Options,
    meter: Meter,
    bytes_total: Option<u64>,
    draft: Draft,
    builder: ListingBuilder,
    seen: Seen,
    counts: Counts,
    rejects: S,
    /// An error that waits until the rows before it are delivered.
    pending: Option<FeedError>,
}

/// The input being read.
struct OpenFile {
    name: String,
    rows: u64,
    source: Box<dyn RowSource>,
}

impl<S: RejectSink> FeedReader<S> {
    pub(super) fn new(inputs: VecDeque<Result<Input, FeedError>>, options: Options, rejects: S) -> Self {
        Self {
            bytes_total: inputs.iter().map(|input| input.as_ref().map_or(Some(0), Input::bytes)).sum(),
            meter: Meter::default(),
            inputs,
            current: None,
            draft: Draft::new(options.limits),
            // A call brings few rows; a file makes room for full batches after its first one.
            builder: ListingBuilder::new(options.batch_rows.min(8), None),
            seen: Seen::new(options.dedupe_max),
            counts: Counts { rows: 0, rejected: 0, duplicates: 0, dedupe_checked: options.dedupe_max > 0 },
            options,
            rejects,
            pending: None,
        }
    }

    /// Reads one stream, compressed or not; `name` stands for the file in rejects and errors.
    pub fn from_reader(name: &str, input: impl Read + Send + 'static, options: Options, rejects: S) -> Self {
        let input = Input::Stream { name: name.to_owned(), stream: Box::new(input) };
        Self::new(VecDeque::from([Ok(input)]), options, rejects)
    }

    /// What was read so far; complete when the iterator has ended.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Bytes read so far, as they are stored; of Parquet in proportion to its rows.
    pub fn bytes_read(&self) -> u64 {
        self.meter.bytes()
    }

    /// Bytes that there are to read; none where one input does not say (a pipe, standard input).
    pub fn bytes_total(&self) -> Option<u64> {
        self.bytes_total
    }

    /// Where the rejects went.
    pub fn rejects(&self) -> &S {
        &self.rejects
    }

    /// Takes back the sink.
    pub fn into_rejects(self) -> S {
        self.rejects
    }

    /// Fills the batch until it is full or the input ends or fails.
    fn fill(&mut self) -> Result<(), FeedError> {
        while self.builder.len() < self.options.batch_rows.max(1) && self.builder.bytes() < self.options.batch_bytes {
            if self.current.is_none() {
                let Some(input) = self.inputs.pop_front() else { return Ok(()) };
                self.open(input?)?;
            }
            self.step()?;
        }
        Ok(())
    }

    fn open(&mut self, input: Input) -> Result<(), FeedError> {
        let name = input.name();
        let source = input::open(input, &self.options, &self.meter)?;
        self.current = Some(OpenFile { name, rows: 0, source });
        Ok(())
    }

    /// Reads one row of the current file.
    fn step(&mut self) -> Result<(), FeedError> {
        let Some(file) = &mut self.current else { return Ok(()) };
        self.draft.clear();
        match file.source.next_row(&mut self.draft) {
            Ok(Step::Row { line }) => {
                file.rows += 1;
                let place = Place { row: file.rows, line };
                self.keep(place)
            }
            Ok(Step::End) => {
                self.current = None;
                Ok(())
            }
            Err(halt) => Err(self.close(halt)),
        }
    }

    fn close(&mut self, halt: Halt) -> FeedError {
        let (name, rows) = self.current.take().map_or_else(Default::default, |file| (file.name, file.rows));
        halt.of(&name, rows)
    }

    /// Puts the drafted row into the batch or aside.
    fn keep(&mut self, place: Place) -> Result<(), FeedError> {
        let bytes = self.draft.bytes();
        let fault = match self.draft.check() {
            Err(fault) => fault,
            Ok(listing) => match self.seen.insert(listing.key()) {
                Sight::Again => {
                    self.counts.duplicates += 1;
                    Fault::row(Reason::Duplicate, format!("listing {} was read before", listing.key()))
                }
                sight => {
                    self.counts.dedupe_checked &= sight == Sight::New;
                    self.counts.rows += 1;
                    self.builder.push(&listing, bytes);
                    return Ok(());
                }
            },
        };
        self.counts.rejected += 1;
        let file = self.current.as_ref().map_or("", |file| &file.name);
        let reject = Reject { id: self.draft.id().map(str::to_owned), ..fault.at(file, place) };
        self.rejects.reject(reject).map_err(FeedError::Rejects)
    }

    /// Takes the batch, if there is anything in it, and makes room for one like it.
    fn take_batch(&mut self) -> Option<Result<ListingBatch, FeedError>> {
        if self.builder.len() == 0 {
            return None;
        }
        let builder = std::mem::replace(&mut self.builder, ListingBuilder::new(0, None));
        let batch = builder.finish().map_err(FeedError::from);
        if self.current.is_some() || !self.inputs.is_empty() {
            self.builder = ListingBuilder::new(self.options.batch_rows, batch.as_ref().ok());
        }
        Some(batch)
    }
}

impl<S: RejectSink> Iterator for FeedReader<S> {
    type Item = Result<ListingBatch, FeedError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.pending.take() {
            return Some(Err(error));
        }
        let error = self.fill().err();
        match self.take_batch() {
            Some(batch) => {
                self.pending = error;
                Some(batch)
            }
            None => error.map(Err),
        }
    }
}
