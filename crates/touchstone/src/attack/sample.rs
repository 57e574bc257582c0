//! Draws listings from a feed of any length, the same ones for the same seed.

use std::collections::BTreeMap;

use anyhow::Result;
use touchstone_catalog::feed::FeedReader;
use touchstone_catalog::{ListingBatch, RejectSink};

use super::random::Rng;

/// The `n` listings whose key draws the lowest number, in the order of the feed.
///
/// Which ones are drawn doesn't depend on the order in which they come, and no more than `n` are held.
pub(super) fn draw<S: RejectSink>(reader: &mut FeedReader<S>, n: usize, seed: u64) -> Result<Vec<ListingBatch>> {
    let mut drawn: BTreeMap<(u64, u64), ListingBatch> = BTreeMap::new();
    let mut order = 0;
    for batch in reader {
        let batch = batch?;
        for listing in batch.rows() {
            order += 1;
            let lot = (Rng::of(seed, &listing.key().to_string()).next(), order);
            let worst = drawn.last_key_value().map(|(lot, _)| *lot);
            if drawn.len() < n || worst.is_some_and(|w| lot < w) {
                drawn.insert(lot, ListingBatch::from_listings([listing])?);
            }
            if drawn.len() > n {
                drawn.pop_last();
            }
        }
    }
    in_order(drawn)
}

fn in_order(drawn: BTreeMap<(u64, u64), ListingBatch>) -> Result<Vec<ListingBatch>> {
    let by_order: BTreeMap<u64, ListingBatch> =
        drawn.into_iter().map(|((_, order), listing)| (order, listing)).collect();
    let rows = by_order.values().flat_map(ListingBatch::rows).collect::<Vec<_>>();
    Ok(vec![ListingBatch::from_listings(rows)?])
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use touchstone_catalog::feed::{Format, Options};

    use super::*;

    fn drawn(ids: &[u32], n: usize, seed: u64) -> Vec<String> {
        let feed: String = ids.iter().map(|id| format!("{{\"id\":\"{id}\",\"title\":\"t\"}}\n")).collect();
        let mut reader =
            FeedReader::from_reader("test", std::io::Cursor::new(feed), Options::of(Format::Jsonl), Vec::new());
        let batches = draw(&mut reader, n, seed).unwrap();
        batches.iter().flat_map(|b| b.rows().map(|l| l.id.to_owned()).collect::<Vec<_>>()).collect()
    }

    #[test]
    fn the_same_seed_draws_the_same_listings_in_feed_order() {
        let ids: Vec<u32> = (100..200).collect();
        let backwards: Vec<u32> = ids.iter().rev().copied().collect();
        let once = drawn(&ids, 10, 1);
        let mut again = drawn(&backwards, 10, 1);
        again.reverse();
        assert_eq!(once.len(), 10);
        assert!(once.is_sorted());
        assert_eq!(once, again);
        assert_ne!(once, drawn(&ids, 10, 2));
        assert_eq!(drawn(&[1, 2], 10, 1), ["1", "2"]);
    }
}
