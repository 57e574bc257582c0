//! What the tests of feeds share: reading bytes, and saying what came out in one comparable text.

#![allow(clippy::unwrap_used)]

use std::io::Write;

use touchstone_catalog::feed::{Format, Options};
use touchstone_catalog::{Counts, FeedReader, ListingBatch, Reject};

/// What came out of a feed.
pub(crate) struct Outcome {
    pub(crate) batches: Vec<ListingBatch>,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) errors: Vec<String>,
    pub(crate) counts: Counts,
}

impl Outcome {
    pub(crate) fn ids(&self) -> Vec<&str> {
        self.batches.iter().flat_map(|batch| batch.rows()).map(|listing| listing.id).collect()
    }

    /// Ids, then rejects as `row:line field reason`, then errors.
    pub(crate) fn summary(&self) -> String {
        let mut lines = vec![format!("read {}", self.ids().join(" "))];
        lines.extend(self.rejects.iter().map(place_and_reason));
        lines.extend(self.errors.iter().cloned());
        lines.join("\n")
    }
}

fn place_and_reason(reject: &Reject) -> String {
    let line = reject.line.map_or_else(|| "-".into(), |line| line.to_string());
    format!("{}:{line} {} {:?}", reject.row, reject.field.unwrap_or("row"), reject.reason)
}

/// Reads a stream.
pub(crate) fn read(bytes: &[u8], options: Options) -> Outcome {
    collect(FeedReader::from_reader("feed", std::io::Cursor::new(bytes.to_vec()), options, Vec::new()))
}

/// Reads a stream of one format.
pub(crate) fn read_as(bytes: &[u8], format: Format) -> Outcome {
    read(bytes, Options::of(format))
}

/// Reads everything there is.
pub(crate) fn collect(mut reader: FeedReader<Vec<Reject>>) -> Outcome {
    let (mut batches, mut errors) = (Vec::new(), Vec::new());
    for result in &mut reader {
        match result {
            Ok(batch) => batches.push(batch),
            Err(error) => errors.push(error.to_string()),
        }
    }
    Outcome { batches, errors, counts: reader.counts(), rejects: reader.into_rejects() }
}

/// The bytes plain and compressed, with the extension that says so.
pub(crate) fn compressions(bytes: &[u8]) -> [(&'static str, Vec<u8>); 3] {
    [("", bytes.to_vec()), (".gz", gzip(bytes)), (".zst", zstd::encode_all(bytes, 1).unwrap())]
}

/// Gzip in two members, as `cat a.gz b.gz` leaves it.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let (first, second) = bytes.split_at(bytes.len() / 2);
    [first, second].into_iter().flat_map(gzip_member).collect()
}

fn gzip_member(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
