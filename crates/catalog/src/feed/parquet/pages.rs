//! How much memory the pages of a row group take, from what their headers say, before one of them is unpacked.
//!
//! The footer may say anything; the decoder goes by the headers of the pages. A few kilobytes can claim gigabytes of
//! equal bytes or billions of empty list items, so the headers are read first and the number of rows decoded at a time
//! is chosen by them. Of a page's header four numbers matter:
//!
//! ```text
//! 2 uncompressed bytes · 3 compressed bytes · 5, 7 or 8 the kind of page { 1 number of values · 2 or 4 encoding }
//! ```

use std::io::{self, Read};

use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::ChunkReader;

use super::thrift::{Fields, INT32, STRUCT, size, skip};

/// Pages of one column of a row group, at most.
const PAGES_MAX: usize = 1 << 20;
/// Memory that a value takes beside its own bytes: levels, a view, a place in a list.
const VALUE_BYTES: u64 = 32;
/// The encoding that writes a value as a beginning of the one before and a rest: each value may be as long as the
/// page.
const DELTA_BYTE_ARRAY: u64 = 7;

/// How many rows of a row group can be decoded at a time within `bytes_max`: `rows_max`, or fewer; none if one row may
/// be too much.
///
/// # Errors
/// When a header can't be read.
pub(super) fn rows_at_a_time<'c, R: ChunkReader>(
    file: &R,
    columns: impl Iterator<Item = &'c ColumnChunkMetaData>,
    rows_max: usize,
    bytes_max: u64,
) -> Result<Option<usize>, ParquetError> {
    let columns: Vec<Pages> = columns.map(|column| Pages::of(file, column)).collect::<Result<_, _>>()?;
    let bytes = |rows: usize| columns.iter().map(|pages| pages.bytes_of(rows)).fold(0, u64::saturating_add);
    let halved = std::iter::successors(Some(rows_max), |rows| Some(rows / 2).filter(|rows| *rows > 0));
    Ok(halved.into_iter().find(|rows| bytes(*rows) <= bytes_max))
}

/// Pages of one column of a row group.
struct Pages {
    /// Bytes of its dictionaries.
    dictionary: u64,
    /// Values and bytes of its data pages.
    data: Vec<(u64, u64)>,
    /// Whether values share their beginnings.
    shared: bool,
    is_list: bool,
}

impl Pages {
    fn of<R: ChunkReader>(file: &R, column: &ColumnChunkMetaData) -> Result<Self, ParquetError> {
        let (mut start, len) = column.byte_range();
        let end = start.saturating_add(len);
        let is_list = column.column_descr().max_rep_level() > 0;
        let mut pages = Self { dictionary: 0, data: Vec::new(), shared: false, is_list };
        while start < end {
            let mut input = Tracked { input: file.get_read(start)?, count: 0 };
            let header = Header::read(&mut input)?;
            start = start.saturating_add(input.count).saturating_add(header.packed);
            pages.shared |= header.encoding == DELTA_BYTE_ARRAY;
            match header.values {
                None => {}
                Some(_) if header.is_dictionary => pages.dictionary += header.unpacked,
                Some(_) if pages.data.len() == PAGES_MAX => {
                    return Err(ParquetError::General(format!(
                        "more than {PAGES_MAX} pages in a column of a row group"
                    )));
                }
                Some(values) => pages.data.push((values, header.unpacked)),
            }
        }
        Ok(pages)
    }

    /// Memory that `rows` rows in a row may take. Where a row of lists ends is not known, so it may be anywhere.
    fn bytes_of(&self, rows: usize) -> u64 {
        let rows = if self.is_list { u64::MAX } else { rows as u64 };
        let copies = if self.shared { rows } else { 1 };
        let (mut most, mut bytes, mut values, mut first) = (0, 0_u64, 0_u64, 0);
        for (i, (page_values, page_bytes)) in self.data.iter().enumerate() {
            bytes = bytes.saturating_add(*page_bytes);
            values = values.saturating_add(*page_values);
            // Rows may begin with the last value of the first page: drop pages that lie before that.
            while first < i && values - self.data[first].0 >= rows.saturating_add(page_values.saturating_sub(1)) {
                values -= self.data[first].0;
                bytes -= self.data[first].1;
                first += 1;
            }
            let own = bytes.saturating_mul(copies.min(values));
            most = most.max(own.saturating_add(values.min(rows).saturating_mul(VALUE_BYTES)));
        }
        most.saturating_add(self.dictionary)
    }
}

/// What the header of a page says.
#[derive(Default, Debug, PartialEq, Eq)]
struct Header {
    unpacked: u64,
    packed: u64,
    /// None for a page of another kind than data or dictionary.
    values: Option<u64>,
    encoding: u64,
    is_dictionary: bool,
}

impl Header {
    fn read(input: &mut impl Read) -> io::Result<Self> {
        let mut header = Self::default();
        let mut fields = Fields::default();
        while let Some((id, kind)) = fields.next(input)? {
            match (id, kind) {
                (2, INT32) => header.unpacked = size(input)?,
                (3, INT32) => header.packed = size(input)?,
                (5 | 7 | 8, STRUCT) => {
                    header.is_dictionary = id == 7;
                    header.read_kind(input, if id == 8 { 4 } else { 2 })?;
                }
                _ => skip(input, kind)?,
            }
        }
        Ok(header)
    }

    /// Reads the structure of a kind of page, whose field `encoding` holds the encoding.
    fn read_kind(&mut self, input: &mut impl Read, encoding: i64) -> io::Result<()> {
        let mut fields = Fields::default();
        self.values = Some(0);
        while let Some((id, kind)) = fields.next(input)? {
            match (id, kind) {
                (1, INT32) => self.values = Some(size(input)?),
                (_, INT32) if id == encoding => self.encoding = size(input)?,
                _ => skip(input, kind)?,
            }
        }
        Ok(())
    }
}

/// Counts what is read.
struct Tracked<R> {
    input: R,
    count: u64,
}

impl<R: Read> Read for Tracked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.count += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        // A data page: 1 kind 0, 2 300 bytes, 3 20 bytes, 5 { 1 7 values, 2 encoding 7, a list and a text to skip }.
        let data = [0x15, 0, 0x15, 0xd8, 4, 0x15, 40, 0x2c, 0x15, 14, 0x15, 14, 0x19, 0x25, 2, 4, 0x18, 1, b'x', 0, 0];
        let header = Header { unpacked: 300, packed: 20, values: Some(7), encoding: 7, is_dictionary: false };
        assert_eq!(Header::read(&mut &data[..]).ok(), Some(header));
        for cut in 0..data.len() {
            assert!(Header::read(&mut &data[..cut]).is_err(), "{cut}");
        }
        assert!(Header::read(&mut &[0x25, 1, 0][..]).is_err(), "a negative size");
    }

    #[test]
    fn memory_of_rows() {
        let pages = |is_list, shared| {
            let data = vec![(10, 100), (10, 5_000), (10, 100), (10, 100)];
            Pages { dictionary: 7, data, shared, is_list }
        };
        let check = |is_list: bool, rows: usize, expected: u64| {
            assert_eq!(pages(is_list, false).bytes_of(rows), expected, "{rows}");
        };
        check(false, 1, 5_000 + 32 + 7);
        check(false, 2, 5_100 + 64 + 7);
        check(false, 11, 5_100 + 11 * 32 + 7);
        check(false, 12, 5_200 + 12 * 32 + 7);
        check(true, 1, 5_300 + 40 * 32 + 7);
        assert_eq!(pages(false, true).bytes_of(2), 2 * 5_100 + 64 + 7);
    }
}
