//! Arbitrary bytes as Parquet or as an archive: an error at most, and little memory.

#![no_main]

use std::sync::Once;

use libfuzzer_sys::fuzz_target;
use touchstone_catalog::Limits;
use touchstone_catalog::feed::{FeedReader, Format, Options};

/// The reader of Parquet catches what its decoder throws; only what it does not catch is a finding.
static CATCHING: Once = Once::new();

fuzz_target!(|data: &[u8]| {
    CATCHING.call_once(|| drop(std::panic::take_hook()));
    let limits = Limits { held_bytes: 8 << 20, file_bytes: 1 << 20, row_bytes: 4_096, ..Limits::default() };
    let format = if data.starts_with(b"PAR1") { Format::Parquet } else { Format::Jsonl };
    let options = Options { limits, ..Options::of(format) };
    let reader = FeedReader::from_reader("fuzz", std::io::Cursor::new(data.to_vec()), options, ());
    let errors = reader.filter(Result::is_err).count();
    assert!(errors <= 1);
});
