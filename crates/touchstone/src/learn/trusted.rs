//! The sellers that are trusted: one `marketplace:seller_id` a line, `#` begins a comment.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use touchstone_catalog::Listing;

/// Trusted sellers by marketplace and id, numbered in that order, and what was read of each.
pub(super) struct Trusted {
    numbers: BTreeMap<String, BTreeMap<String, u32>>,
    read: Vec<Read>,
}

/// What was read of one seller.
#[derive(Clone, Copy, Default)]
struct Read {
    listings: u64,
    offers: u64,
}

impl Trusted {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read trusted sellers from {}", path.display()))?;
        Self::parse(&text).with_context(|| path.display().to_string())
    }

    fn parse(text: &str) -> Result<Self> {
        let mut numbers: BTreeMap<String, BTreeMap<String, u32>> = BTreeMap::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let Some((marketplace, id)) = line.split_once(':') else {
                bail!("line {}: `{line}` is no seller; write marketplace:seller_id", number + 1)
            };
            numbers.entry(marketplace.trim().to_owned()).or_default().insert(id.trim().to_owned(), 0);
        }
        let mut read = Vec::new();
        for number in numbers.values_mut().flat_map(BTreeMap::values_mut) {
            *number = read.len() as u32;
            read.push(Read::default());
        }
        if read.is_empty() {
            bail!("no seller in it; write one marketplace:seller_id a line");
        }
        Ok(Self { numbers, read })
    }

    /// The number of the listing's seller, if that one is trusted; the listing is counted.
    pub(super) fn seller_of(&mut self, listing: &Listing<'_>) -> Option<u32> {
        let number = *self.numbers.get(listing.marketplace)?.get(listing.seller_id)?;
        self.read.get_mut(number as usize)?.listings += 1;
        Some(number)
    }

    /// A price of this seller is used.
    pub(super) fn used(&mut self, number: u32) {
        if let Some(read) = self.read.get_mut(number as usize) {
            read.offers += 1;
        }
    }

    pub(super) fn len(&self) -> usize {
        self.read.len()
    }

    /// Listings read of all of them.
    pub(super) fn listings(&self) -> u64 {
        self.read.iter().map(|r| r.listings).sum()
    }

    /// Name, listings read and prices used of each that had any, in order of name.
    pub(super) fn seen(&self) -> impl Iterator<Item = (String, u64, u64)> {
        let names =
            self.numbers.iter().flat_map(|(marketplace, ids)| ids.keys().map(move |id| format!("{marketplace}:{id}")));
        names
            .zip(&self.read)
            .filter(|(_, read)| read.listings > 0)
            .map(|(name, read)| (name, read.listings, read.offers))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn reads_sellers_and_says_which_line_is_wrong() {
        let mut trusted =
            Trusted::parse("# shops that showed invoices\nmarket:shop-2\nmarket:shop-1 # since May\n\n").unwrap();
        assert_eq!(trusted.len(), 2);
        let listing = Listing { marketplace: "market", seller_id: "shop-2", ..Listing::default() };
        assert_eq!(trusted.seller_of(&listing), Some(1));
        trusted.used(1);
        assert_eq!(trusted.seen().collect::<Vec<_>>(), [("market:shop-2".to_owned(), 1, 1)]);
        assert_eq!(trusted.seller_of(&Listing::default()), None);
        let error = |text| Trusted::parse(text).err().unwrap().to_string();
        assert_eq!(error("a:b\nshop"), "line 2: `shop` is no seller; write marketplace:seller_id");
        assert_eq!(error("# nobody"), "no seller in it; write one marketplace:seller_id a line");
    }
}
