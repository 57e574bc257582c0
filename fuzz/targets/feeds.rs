//! Arbitrary bytes in every text format: no panic, and every batch holds only checked rows.

#![no_main]

use libfuzzer_sys::fuzz_target;
use touchstone_catalog::Limits;
use touchstone_catalog::feed::{FeedReader, Format, Options};

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let format = [Format::Jsonl, Format::Csv, Format::Tsv, Format::Xml][usize::from(choice % 4)];
    let limits = Limits { title_bytes: 64, description_bytes: 128, row_bytes: 1_024, ..Limits::default() };
    let options = Options { limits, ..Options::of(format) };
    let reader = FeedReader::from_reader("fuzz", std::io::Cursor::new(bytes.to_vec()), options, Vec::new());
    for batch in reader.flatten() {
        for listing in batch.rows() {
            assert!(!listing.id.is_empty() && listing.title.len() <= 64 && listing.description.len() <= 128);
            assert_eq!(listing.price_minor.is_some(), !listing.price_currency.is_empty());
        }
    }
});
