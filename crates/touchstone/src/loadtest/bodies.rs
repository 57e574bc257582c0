//! The bodies that are sent: made before the start, so that making them takes no time of the service beside it.

use serde_json::{Map, Value};

use super::material::listing::Listing;
use super::material::perturb::Perturber;
use super::material::pool::Pools;
use super::material::random::Random;

/// Listings made beforehand, at most. One that is sent again has another id and another code in its title.
const MADE_MAX: usize = 20_000;

/// What a call is like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// Listings of a call: 1 is an object, more an array.
    pub(crate) batch: usize,
    /// With idempotency keys.
    pub(crate) keys: bool,
}

/// Bodies by the number of their call.
pub(crate) struct Bodies {
    made: Vec<Made>,
    shape: Shape,
    seed: u64,
    /// What this run's idempotency keys begin with.
    run: u64,
}

/// A listing as JSON, open where id and code belong.
struct Made {
    /// The title as a JSON string without its end.
    title: String,
    /// What follows the title, with the end of the object.
    rest: String,
}

impl Bodies {
    /// Makes listings out of others: so many as are sent, if that is known.
    pub(crate) fn make(pools: &Pools, sent: Option<f64>, shape: Shape, seed: u64, run: u64) -> Self {
        let count = sent.map_or(MADE_MAX, |sent| (sent as usize).clamp(1, MADE_MAX));
        let mut perturber = Perturber::new(pools, Random::new(seed));
        let made = (0..count).map(|row| Made::of(&perturber.listing(row).1)).collect();
        Self { made, shape, seed, run }
    }

    /// Listings of a call.
    pub(crate) fn batch(&self) -> usize {
        self.shape.batch
    }

    /// The body of a call.
    pub(crate) fn body(&self, call: u64) -> String {
        let mut body = String::with_capacity(1_200 * self.shape.batch);
        let first = call * self.shape.batch as u64;
        if self.shape.batch == 1 {
            self.write(first, &mut body);
            return body;
        }
        for listing in first..first + self.shape.batch as u64 {
            body.push(if listing == first { '[' } else { ',' });
            self.write(listing, &mut body);
        }
        body.push(']');
        body
    }

    /// The idempotency key of a call; none if keys are off.
    pub(crate) fn key(&self, call: u64) -> Option<String> {
        self.shape.keys.then(|| format!("load-{:x}-{call}", self.run))
    }

    fn write(&self, listing: u64, body: &mut String) {
        let Made { title, rest } = &self.made[(listing % self.made.len() as u64) as usize];
        let code = listing / self.made.len() as u64;
        *body += &format!(r#"{{"id":"load-{:x}-{listing}","title":{title} {code:03}"{rest}"#, self.seed);
    }
}

impl Made {
    fn of(listing: &Listing) -> Self {
        let l = listing;
        let texts = [
            ("description", &l.description),
            ("price", &l.price),
            ("brand", &l.brand),
            ("gtin", &l.gtin),
            ("condition", &l.condition),
            ("product_type", &l.product_type),
            ("marketplace", &l.marketplace),
            ("seller_id", &l.seller_id),
            ("image_link", &l.image_link),
            ("ships_from", &l.ships_from),
            ("market", &l.market),
            ("listed_at", &l.listed_at),
        ];
        let lists = [("variants", &l.variants), ("reviews", &l.reviews), ("questions", &l.questions)];
        let texts = texts.into_iter().filter(|(_, text)| !text.is_empty());
        let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
        let mut object: Map<String, Value> =
            texts.map(|(name, text)| (name.to_owned(), text.as_str().into())).collect();
        object.extend(lists.map(|(name, list)| (name.to_owned(), list.clone().into())));
        object.extend(l.stock.map(|stock| ("stock".to_owned(), stock.into())));
        let mut title = Value::from(l.title.as_str()).to_string();
        title.pop();
        let rest = Value::from(object).to_string();
        let rest = if rest == "{}" { "}".to_owned() } else { rest.replacen('{', ",", 1) };
        Self { title, rest }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_body_is_another_listing_and_a_seed_gives_the_same_again() {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
        let pools = Pools::read(None, &fixtures).unwrap();
        let make = |seed| Bodies::make(&pools, Some(100.0), Shape { batch: 3, keys: true }, seed, 7);
        let (bodies, again, other) = (make(1), make(1), make(2));
        let calls = [0, 1, 2, 100, 101];
        let mut seen = HashSet::new();
        for call in calls {
            let body = bodies.body(call);
            assert_eq!(body, again.body(call));
            assert_ne!(body, other.body(call));
            let listings: Vec<Value> = serde_json::from_str(&body).unwrap();
            assert_eq!(listings.len(), 3);
            for listing in listings {
                assert!(
                    seen.insert(listing["id"].to_string()) && seen.insert(listing["title"].to_string()),
                    "{listing}"
                );
            }
        }
        assert_eq!(bodies.key(5).unwrap(), "load-7-5");
    }
}
