//! Finds the one listing that an id means, and says why if there is none or more than one.

use anyhow::{Result, anyhow};
use touchstone_catalog::feed::FeedReader;
use touchstone_catalog::{Listing, ListingBatch, Reason, Reject, RejectSink};

/// Listings remembered to recognise duplicates, as `screen` does.
pub(super) const DEDUPE_MAX: usize = 10_000_000;
/// Listings or rows that are named in an error.
const MAX_NAMED: usize = 20;

/// Keeps the rows that were set aside and may be the wanted one.
pub(super) struct Aside {
    wanted: String,
    rows: Vec<Reject>,
    /// Rows so bad that their id is not known.
    nameless: u64,
}

impl Aside {
    pub(super) fn new(wanted: &str) -> Self {
        Self { wanted: wanted.to_owned(), rows: Vec::new(), nameless: 0 }
    }
}

impl RejectSink for Aside {
    fn reject(&mut self, reject: Reject) -> std::io::Result<()> {
        let names = |id: &String| self.wanted == *id || self.wanted.ends_with(&format!(":{id}"));
        self.nameless += u64::from(reject.id.is_none());
        if reject.reason != Reason::Duplicate && reject.id.as_ref().is_some_and(names) && self.rows.len() < MAX_NAMED {
            self.rows.push(reject);
        }
        Ok(())
    }
}

/// The batch and the row of the listing whose id, or `marketplace:seller_id:id`, is `wanted`.
pub(super) fn listing(wanted: &str, mut reader: FeedReader<Aside>) -> Result<(ListingBatch, usize)> {
    let mut found: Option<(ListingBatch, usize)> = None;
    let (mut keys, mut count) = (Vec::new(), 0);
    for batch in reader.by_ref() {
        let batch = batch?;
        // The whole name means one listing; an id may mean another one further on.
        let named = batch.rows().position(|listing| is_key(&listing, wanted));
        if let Some(row) = named {
            return Ok((batch, row));
        }
        for (row, listing) in batch.rows().enumerate().filter(|(_, listing)| listing.id == wanted) {
            count += 1;
            found.get_or_insert_with(|| (batch.clone(), row));
            if keys.len() < MAX_NAMED {
                keys.push(listing.key().to_string());
            }
        }
    }
    match found {
        Some(only) if count == 1 => Ok(only),
        Some(_) => Err(ambiguous(wanted, &keys, count)),
        None => Err(missing(wanted, reader.rejects())),
    }
}

/// Compares without building the name: a feed has many listings.
fn is_key(listing: &Listing<'_>, wanted: &str) -> bool {
    let rest = wanted.strip_prefix(listing.marketplace).and_then(|rest| rest.strip_prefix(':'));
    let rest = rest.and_then(|rest| rest.strip_prefix(listing.seller_id)).and_then(|rest| rest.strip_prefix(':'));
    rest == Some(listing.id)
}

fn ambiguous(wanted: &str, keys: &[String], count: usize) -> anyhow::Error {
    let mut said = vec![format!("`{wanted}` is the id of {count} listings; say which one:")];
    said.extend_from_slice(keys);
    if count > keys.len() {
        said.push(format!("and {} more", count - keys.len()));
    }
    anyhow!(said.join("\n  "))
}

fn missing(wanted: &str, aside: &Aside) -> anyhow::Error {
    let mut said = vec![format!("no listing `{wanted}` in the feeds given with --from")];
    for row in &aside.rows {
        said.push(format!("{}, row {}: set aside, {}", row.file, row.row, row.detail));
        said.push(format!("hint: {}", row.hint));
    }
    if aside.rows.is_empty() && aside.nameless > 0 {
        said.push(format!("rows set aside without an id that could be read: {}", aside.nameless));
        said.push("hint: `touchstone screen --rejects FILE` says why".to_owned());
    }
    anyhow!(said.join("\n  "))
}
