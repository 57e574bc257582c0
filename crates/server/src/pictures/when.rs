//! When to try again what failed, and when to fetch again what succeeded: at moments that nobody outside can foretell, so
//! that showing us one picture and buyers another is a gamble.

use std::time::Duration;

use sha2::{Digest, Sha256};
use touchstone_store::PictureWork;

/// Tries, after which the decision by the words stands: half a minute, two, eight and thirty-two apart.
pub(super) const TRIES_MAX: u32 = 5;
/// Before the second try, in microseconds; before each further one four times as long.
const FIRST_WAIT: i64 = 30_000_000;

/// Moments that depend on the seed.
pub(super) struct Calendar {
    /// Microseconds from one fetch to the next, on average; none if it is fetched once.
    refetch: Option<i64>,
    seed: u64,
}

impl Calendar {
    pub(super) fn new(refetch: Duration, seed: u64) -> Self {
        let refetch = i64::try_from(refetch.as_micros()).unwrap_or(i64::MAX / 4);
        Self { refetch: Some(refetch).filter(|refetch| *refetch > 0), seed }
    }

    /// When to try again, after a try that failed; none if that was the last.
    pub(super) fn retry(&self, work: &PictureWork, now: i64) -> Option<i64> {
        let again = work.tries + 1 < TRIES_MAX;
        let wait = FIRST_WAIT << (2 * work.tries.min(TRIES_MAX));
        again.then(|| now + spread(wait, self.chance(work, now)) / 2 + wait / 4)
    }

    /// When to fetch again; none if never.
    pub(super) fn refetch(&self, work: &PictureWork, now: i64) -> Option<i64> {
        self.refetch.map(|mean| now + mean / 2 + spread(mean, self.chance(work, now)))
    }

    /// A number in [0, 2^32) that the seed, the listing and the moment decide.
    fn chance(&self, work: &PictureWork, now: i64) -> u32 {
        let mut hash = Sha256::new();
        hash.update(self.seed.to_le_bytes());
        hash.update(now.to_le_bytes());
        for part in [&work.name.marketplace, &work.name.seller_id, &work.name.listing_id] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        hash.finalize().first_chunk().map_or(0, |first| u32::from_le_bytes(*first))
    }
}

/// A part of a length: none of it at chance 0, nearly all at the highest.
fn spread(length: i64, chance: u32) -> i64 {
    let part = (i128::from(length) * i128::from(chance)) >> 32;
    i64::try_from(part).unwrap_or(length)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use touchstone_store::Name;
    use uuid::Uuid;

    use super::*;

    fn work(listing: u32, tries: u32) -> PictureWork {
        let name = Name { listing_id: listing.to_string(), ..Name::default() };
        PictureWork { name, decision_id: Uuid::nil(), due_at: 0, tries, seen: None }
    }

    #[test]
    fn fetches_are_spread_around_their_mean_and_depend_on_the_seed() {
        let day = 24 * 3_600 * 1_000_000;
        let at = |seed: u64, listing: u32| {
            Calendar::new(Duration::from_secs(24 * 3_600), seed).refetch(&work(listing, 0), 1_000).unwrap() - 1_000
        };
        let all: Vec<i64> = (0..1_000).map(|listing| at(7, listing)).collect();
        assert!(all.iter().all(|at| (day / 2..day * 3 / 2).contains(at)));
        let mean = all.iter().sum::<i64>() / 1_000;
        assert!((mean - day).abs() < day / 20, "{mean}");
        assert!(at(7, 1) == at(7, 1) && at(7, 1) != at(8, 1));
        assert_eq!(Calendar::new(Duration::ZERO, 7).refetch(&work(1, 0), 0), None);
    }

    #[test]
    fn tries_come_later_and_later_and_end() {
        let calendar = Calendar::new(Duration::ZERO, 7);
        let waits: Vec<i64> = (0..9).map_while(|tries| calendar.retry(&work(1, tries), 0)).collect();
        assert_eq!(waits.len() as u32, TRIES_MAX - 1);
        for (tries, wait) in waits.iter().enumerate() {
            let whole = FIRST_WAIT * 4_i64.pow(tries as u32);
            assert!((whole / 4..=whole * 3 / 4).contains(wait), "{tries}: {wait}");
        }
    }
}
