//! Cuts a stream into records (a line, a CSV row, an XML item) while holding at most one of them.
//!
//! A format says where its records end through [`Boundary`]. When that end does not come within the limit, because
//! the record is too long or because a quote or CDATA section was never closed, the record is given up and reading
//! goes on behind the *hard end*: the first place that must be an end if the rest is to be saved. So one stray quote
//! costs one row, not the file.

use std::io::{self, Read};

use super::error::Halt;

/// Bytes read at first: enough for a call.
const FIRST_CHUNK: usize = 8 << 10;
/// Bytes read at a time once there turns out to be more.
const CHUNK: usize = 128 << 10;

/// Bytes of the longest hard end.
const HARD_END: usize = 16;

/// Where the records of a format end.
pub(crate) trait Boundary: Send {
    /// Bytes of the window's first record with its end, if that end is in the window.
    ///
    /// Between two calls of [`restart`](Self::restart) the window only grows, so that what was looked at need not
    /// be looked at again.
    fn end(&mut self, window: &[u8]) -> Option<usize>;

    /// A new record starts.
    fn restart(&mut self);

    /// Bytes up to and including the first hard end.
    fn hard_end(&self, window: &[u8]) -> Option<usize>;

    /// What the window is if nothing comes after it. Called when `end` found none in it.
    fn at_end(&self, window: &[u8]) -> Last;
}

/// What the bytes after the last complete record are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Last {
    /// One more record.
    Record,
    /// A record that never ends.
    Broken,
    /// No record.
    Tail,
}

/// One step through the stream; `line` is the line on which it starts, from 1.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Record<'a> {
    /// A record with its end.
    Whole { bytes: &'a [u8], line: u64 },
    /// A record that was given up: because something in it is never closed, else because it is too long.
    Broken { line: u64, unclosed: bool },
    /// What comes after the last record; once, then nothing comes.
    Tail { bytes: &'a [u8], line: u64 },
}

/// A stream cut into records.
pub(crate) struct Records<B> {
    input: Box<dyn Read + Send>,
    boundary: B,
    /// Bytes read and not yet given out are `buffer[start..end]`.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Line of `buffer[start]`.
    line: u64,
    bytes_max: usize,
    broken_left: u32,
}

impl<B: Boundary> Records<B> {
    /// Records of at most `bytes_max` bytes; more than `broken_max` that had to be gone back in stop the stream.
    pub(crate) fn new(input: Box<dyn Read + Send>, boundary: B, bytes_max: usize, broken_max: u32) -> Self {
        let buffer = Vec::new();
        Self { input, boundary, buffer, start: 0, end: 0, line: 1, bytes_max, broken_left: broken_max }
    }

    /// The next record.
    pub(crate) fn advance(&mut self) -> Result<Record<'_>, Halt> {
        self.boundary.restart();
        loop {
            let window = &self.buffer[self.start..self.end];
            match self.boundary.end(window) {
                Some(len) if len <= self.bytes_max => return Ok(self.whole(len)),
                None if window.len() <= self.bytes_max => {}
                _ => return self.give_up(),
            }
            if !self.fill()? {
                return self.last();
            }
        }
    }

    fn whole(&mut self, len: usize) -> Record<'_> {
        let (line, start) = (self.line, self.start);
        self.consume(len);
        Record::Whole { bytes: &self.buffer[start..start + len], line }
    }

    fn last(&mut self) -> Result<Record<'_>, Halt> {
        let (line, start, end) = (self.line, self.start, self.end);
        let last = match end - start {
            0 => Last::Tail,
            _ => self.boundary.at_end(&self.buffer[start..end]),
        };
        if last == Last::Broken {
            return self.give_up();
        }
        self.consume(end - start);
        let bytes = &self.buffer[start..end];
        Ok(if last == Last::Record { Record::Whole { bytes, line } } else { Record::Tail { bytes, line } })
    }

    /// Goes to the hard end: back to it, or forward without keeping anything.
    fn give_up(&mut self) -> Result<Record<'_>, Halt> {
        let line = self.line + blank_lines(&self.buffer[self.start..self.end]);
        let hard_end = self.boundary.hard_end(&self.buffer[self.start..self.end]);
        let unclosed = hard_end.is_some_and(|len| len <= self.bytes_max);
        match hard_end {
            Some(len) => self.consume(len),
            None => self.skip()?,
        }
        if unclosed {
            self.count_broken(line)?;
        }
        Ok(Record::Broken { line, unclosed })
    }

    fn skip(&mut self) -> io::Result<()> {
        loop {
            // The hard end may begin in the last bytes of the window.
            self.consume((self.end - self.start).saturating_sub(HARD_END));
            let more = self.fill()?;
            if let Some(len) = self.boundary.hard_end(&self.buffer[self.start..self.end]) {
                self.consume(len);
                return Ok(());
            }
            if !more {
                self.consume(self.end - self.start);
                return Ok(());
            }
        }
    }

    fn count_broken(&mut self, line: u64) -> Result<(), Halt> {
        self.broken_left = self.broken_left.checked_sub(1).ok_or_else(|| {
            let detail = "too many rows whose end was not found";
            Halt::content(Some(line), detail, "check that the file has the format it is read as")
        })?;
        Ok(())
    }

    fn consume(&mut self, len: usize) {
        let consumed = &self.buffer[self.start..self.start + len];
        self.line += memchr::memchr_iter(b'\n', consumed).count() as u64;
        self.start += len;
    }

    /// Reads more; false at the end of the stream.
    fn fill(&mut self) -> io::Result<bool> {
        let was_full = self.end == self.buffer.len();
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        let is_full = self.end == self.buffer.len();
        if is_full || (was_full && self.buffer.len() < CHUNK) {
            let len = (self.buffer.len() * 2).clamp(FIRST_CHUNK, self.bytes_max.saturating_add(CHUNK));
            self.buffer.resize(len.max(self.end + FIRST_CHUNK), 0);
        }
        let count = read_some(&mut self.input, &mut self.buffer[self.end..])?;
        self.end += count;
        Ok(count > 0)
    }
}

/// Lines before the first byte that is not blank.
pub(super) fn blank_lines(bytes: &[u8]) -> u64 {
    let blank = bytes.len() - bytes.trim_ascii_start().len();
    memchr::memchr_iter(b'\n', &bytes[..blank]).count() as u64
}

fn read_some(input: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// Records that end with their line.
#[derive(Debug, Default)]
pub(crate) struct Newline {
    looked_at: usize,
}

impl Boundary for Newline {
    fn end(&mut self, window: &[u8]) -> Option<usize> {
        let found = memchr::memchr(b'\n', &window[self.looked_at..]);
        let end = found.map(|position| self.looked_at + position + 1);
        self.looked_at = window.len();
        end
    }

    fn restart(&mut self) {
        self.looked_at = 0;
    }

    fn hard_end(&self, window: &[u8]) -> Option<usize> {
        memchr::memchr(b'\n', window).map(|position| position + 1)
    }

    fn at_end(&self, _: &[u8]) -> Last {
        Last::Record
    }
}
