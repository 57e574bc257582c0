//! Lines of a stream, none longer than a limit: what is longer is passed over, not held.

use std::io::{self, BufRead, Read as _};

/// A line without its end, and its number from 1; none where it was longer than the limit.
pub(crate) struct Line {
    pub(crate) number: u64,
    pub(crate) bytes: Option<Vec<u8>>,
}

/// Lines that are not empty.
pub(crate) struct Lines<R> {
    reader: R,
    bytes_max: u64,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(reader: R, bytes_max: usize) -> Self {
        Self { reader, bytes_max: bytes_max as u64, number: 0 }
    }

    fn read(&mut self) -> io::Result<Option<Line>> {
        loop {
            let mut bytes = Vec::new();
            let limit = self.bytes_max.saturating_add(1);
            if self.reader.by_ref().take(limit).read_until(b'\n', &mut bytes)? == 0 {
                return Ok(None);
            }
            self.number += 1;
            let ended = bytes.pop_if(|last| *last == b'\n').is_some();
            if !ended && bytes.len() as u64 == limit {
                self.reader.skip_until(b'\n')?;
                return Ok(Some(Line { number: self.number, bytes: None }));
            }
            if !bytes.trim_ascii().is_empty() {
                return Ok(Some(Line { number: self.number, bytes: Some(bytes) }));
            }
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn long_and_empty_lines_are_passed_over() {
        let text = b"abc\n\n \r\nabcd\nabcdefgh\nx" as &[u8];
        let lines: Vec<_> = Lines::new(text, 4).map(|line| line.expect("memory")).collect();
        let found: Vec<_> = lines.iter().map(|line| (line.number, line.bytes.as_deref())).collect();
        let expected: [(u64, Option<&[u8]>); 4] = [(1, Some(b"abc")), (4, Some(b"abcd")), (5, None), (6, Some(b"x"))];
        assert_eq!(found, expected);
    }
}
