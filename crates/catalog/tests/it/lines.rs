//! Lines of files that are no feeds.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray};
use touchstone_catalog::feed::Lines;

use crate::common::compressions;
use crate::formats::parquet;

type Tested = Result<(), Box<dyn std::error::Error>>;

/// Every line with its number, then the error if there is one.
fn read(bytes: &[u8], bytes_max: usize) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), bytes)?;
    let mut found = Vec::new();
    let mut lines = match Lines::open(file.path(), "body", bytes_max) {
        Ok(lines) => lines,
        Err(error) => return Ok(vec![nameless(&error, &file)]),
    };
    loop {
        let line = match lines.advance() {
            Ok(Some(line)) => line.to_owned(),
            Ok(None) => return Ok(found),
            Err(error) => {
                found.push(nameless(&error, &file));
                return Ok(found);
            }
        };
        found.push(format!("{} {line}", lines.number()));
    }
}

fn nameless(error: &impl ToString, file: &tempfile::NamedTempFile) -> String {
    error.to_string().replace(&file.path().display().to_string(), "file")
}

#[test]
fn lines_are_read_from_every_kind_of_file() -> Tested {
    let body: ArrayRef = Arc::new(StringArray::from(vec!["{\"a\":1}", "{\"b\":2}"]));
    let other: ArrayRef = Arc::new(Int32Array::from(vec![1, 2]));
    let table = parquet(&RecordBatch::try_from_iter([("x", other.clone()), ("body", body)])?)?;
    for (extension, bytes) in compressions(b"{\"a\":1}\n\n{\"b\":2}") {
        assert_eq!(read(&bytes, 100)?, ["1 {\"a\":1}", "3 {\"b\":2}"], "lines{extension}");
    }
    for (extension, bytes) in compressions(&table) {
        assert_eq!(read(&bytes, 100)?, ["1 {\"a\":1}", "2 {\"b\":2}"], "column{extension}");
    }
    let without = parquet(&RecordBatch::try_from_iter([("x", other.clone())])?)?;
    let foreign = "it is none of the files that touchstone writes";
    assert_eq!(read(&without, 100)?, [format!("file: after row 0: no column is named body; {foreign}")]);
    let numbers = parquet(&RecordBatch::try_from_iter([("body", other)])?)?;
    assert_eq!(read(&numbers, 100)?, [format!("file: after row 0: the column holds no text; {foreign}")]);
    Ok(())
}

#[test]
fn a_line_that_is_too_long_or_no_text_is_an_error() -> Tested {
    let found = |bytes: &[u8]| read(bytes, 4);
    assert_eq!(found(b"1234\n123\n")?, ["1 1234", "2 123"]);
    let unfit = |line: u64| {
        let place = format!("file: after row {}, line {line}", line - 1);
        format!(
            "{place}: the line is not UTF-8, or has more than 4 bytes; it is none of the files that touchstone writes"
        )
    };
    assert_eq!(found(b"12345\n")?, [unfit(1)]);
    assert_eq!(found(b"1\n\xff\n")?, ["1 1".to_owned(), unfit(2)]);
    assert_eq!(found(&[b'x'; 1 << 20])?, [unfit(1)]);
    Ok(())
}
