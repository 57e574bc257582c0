//! Feeds read into memory, so that what is measured is not the disk, and the bare automaton to measure against.

use std::path::Path;

use anyhow::Result;
use daachorse::DoubleArrayAhoCorasick;
use touchstone_catalog::ListingBatch;
use touchstone_catalog::feed::{Options, open};
use touchstone_knowledge::{Knowledge, Snapshot};

/// The first `rows` listings of a feed in batches of 1,024, as screening gets them.
///
/// # Errors
/// When the feed cannot be read.
pub fn load_batches(path: &Path, rows: usize) -> Result<Vec<ListingBatch>> {
    let mut batches = Vec::new();
    let mut read = 0;
    for batch in open([path.to_owned()], Options::default(), Vec::new()) {
        let batch = batch?;
        read += batch.len();
        batches.push(batch);
        if read >= rows {
            break;
        }
    }
    anyhow::ensure!(read > 0, "{} holds no listing", path.display());
    Ok(batches)
}

/// Title and description of every listing.
pub fn texts(batches: &[ListingBatch]) -> impl Iterator<Item = (&str, &str)> {
    batches
        .iter()
        .flat_map(|batch| (0..batch.len()).map(move |row| batch.row(row)))
        .map(|listing| (listing.title, listing.description))
}

/// Title, line end and description of every listing, lower-cased: one text a listing.
#[must_use]
pub fn lower_texts(batches: &[ListingBatch]) -> Vec<String> {
    texts(batches).map(|(title, description)| format!("{title}\n{description}").to_lowercase()).collect()
}

/// An automaton of everything that a snapshot looks for, with nothing around it.
///
/// # Errors
/// When the knowledge does not compile.
pub fn bare_automaton(knowledge: &Knowledge) -> Result<DoubleArrayAhoCorasick<u32>> {
    let texts = Snapshot::pattern_texts(knowledge)?;
    let numbered = texts.iter().zip(0_u32..);
    DoubleArrayAhoCorasick::with_values(numbered).map_err(|error| anyhow::anyhow!("{error}"))
}
