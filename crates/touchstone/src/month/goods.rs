//! What comes in: listings of the fixtures under new ids, of forty shops, of which a few sell most of the fakes.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Map, Value};

use super::MARKETPLACE;
use crate::loadtest::Random;

/// Shops of the marketplace; the first ones sell most of the fakes.
const SHOPS: usize = 40;
const CROOKED: usize = 6;
/// So many listings deceive, and so many of those are of the crooked shops.
const DECEIVING: f64 = 0.14;
const OF_CROOKED: f64 = 0.8;
/// So many fakes say openly what they are.
const OPEN: f64 = 0.45;
/// What fixtures say of themselves.
const LABELS: [&str; 5] = ["trap", "tactic", "language", "marketplace", "seller_id"];

/// The name of a shop.
pub(super) fn shop(number: usize) -> String {
    format!("shop-{number:02}")
}

/// A listing, and whether it is of a fake.
pub(super) struct Offer {
    pub(super) listing: Value,
    pub(super) id: String,
    pub(super) fake: bool,
}

pub(super) struct Goods {
    honest: Vec<Map<String, Value>>,
    deceiving: Vec<Map<String, Value>>,
    chance: Random,
    number: u64,
}

impl Goods {
    pub(super) fn read(honest: &Path, deceiving: &Path, seed: u64) -> Result<Self> {
        let mut honest = rows(honest)?;
        // A brand's own shop is honest only there.
        honest.retain(|row| row.get("trap").and_then(Value::as_str) != Some("own_shop"));
        ensure!(!honest.is_empty(), "no honest listings");
        Ok(Self { honest, deceiving: rows(deceiving)?, chance: Random::new(seed), number: 0 })
    }

    pub(super) fn next(&mut self) -> Offer {
        let fake = self.chance.chance(DECEIVING);
        let rows = if fake { &self.deceiving } else { &self.honest };
        let mut listing = self.chance.pick(rows).clone();
        LABELS.iter().for_each(|label| drop(listing.remove(*label)));
        if fake
            && self.chance.chance(OPEN)
            && let Some(Value::String(title)) = listing.get_mut("title")
        {
            title.push_str(", 1:1 replica");
        }
        let crooked = fake && self.chance.chance(OF_CROOKED);
        let seller = if crooked { self.chance.below(CROOKED) } else { CROOKED + self.chance.below(SHOPS - CROOKED) };
        self.number += 1;
        let id = format!("synthetic-{:05}", self.number);
        for (name, value) in [("id", id.clone()), ("marketplace", MARKETPLACE.to_owned()), ("seller_id", shop(seller))]
        {
            listing.insert(name.to_owned(), value.into());
        }
        Offer { listing: listing.into(), id, fake }
    }
}

fn rows(path: &Path) -> Result<Vec<Map<String, Value>>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let rows: Result<Vec<_>> = lines
        .map(|(at, line)| serde_json::from_str(line).with_context(|| format!("{}:{}", path.display(), at + 1)))
        .collect();
    let rows = rows?;
    ensure!(!rows.is_empty(), "{} holds no listing", path.display());
    Ok(rows)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_brings_the_same_listings_clearly_marked() {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
        let goods = |seed| Goods::read(&fixtures.join("honest.jsonl"), &fixtures.join("evasions.jsonl"), seed).unwrap();
        let some = |mut goods: Goods| (0..200).map(move |_| goods.next().listing).collect::<Vec<_>>();
        assert_eq!(some(goods(7)), some(goods(7)));
        assert_ne!(some(goods(7)), some(goods(8)));
        for listing in some(goods(7)) {
            assert_eq!(listing["marketplace"], MARKETPLACE);
            assert!(listing["id"].as_str().unwrap().starts_with("synthetic-") && listing.get("trap").is_none());
        }
    }
}
