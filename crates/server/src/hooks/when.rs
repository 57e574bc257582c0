//! When to try again: soon first, then later and later, at moments that chance spreads, so that a receiver that comes back
//! is not asked by all at once.

use sha2::{Digest, Sha256};
use touchstone_store::Taken;

/// Seconds before the second try, the third and so on; the first is made at once. Together some 76 hours.
const WAITS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// Moments that depend on the seed.
pub(super) struct Calendar {
    seed: u64,
}

impl Calendar {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// When to try again, after a try that failed; none if that was the last. It comes up to a fifth of the wait later.
    pub(super) fn retry(&self, taken: &Taken, now: i64) -> Option<i64> {
        let wait = WAITS.get(usize::try_from(taken.tries).ok()?)? * 1_000_000;
        Some(now + wait + ((wait / 5 * i64::from(self.chance(taken))) >> 16))
    }

    /// A number in [0, 2^16) that the seed, the receiver, the message and the try decide.
    fn chance(&self, taken: &Taken) -> u16 {
        let mut hash = Sha256::new();
        hash.update(self.seed.to_le_bytes());
        hash.update(taken.webhook_id.as_bytes());
        hash.update(taken.seq.to_le_bytes());
        hash.update(taken.tries.to_le_bytes());
        hash.finalize().first_chunk().map_or(0, |first| u16::from_le_bytes(*first))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn taken(seq: i64, tries: u32) -> Taken {
        Taken { webhook_id: Uuid::nil(), seq, tries, until: 0 }
    }

    #[test]
    fn ten_tries_come_later_and_later() {
        let calendar = Calendar::new(7);
        let waits: Vec<i64> = (0..20).map_while(|tries| calendar.retry(&taken(1, tries), 1_000)).collect();
        assert_eq!(waits.len(), 9);
        for (wait, seconds) in waits.iter().zip(WAITS) {
            let whole = seconds * 1_000_000;
            assert!((whole..whole + whole / 5).contains(&(wait - 1_000)), "{seconds}: {wait}");
        }
    }

    #[test]
    fn messages_that_failed_together_come_apart() {
        let at = |seed: u64, seq: i64| Calendar::new(seed).retry(&taken(seq, 1), 0).unwrap();
        let all: std::collections::BTreeSet<i64> = (0..1_000).map(|seq| at(7, seq)).collect();
        assert!(all.len() > 900);
        assert!(at(7, 1) == at(7, 1) && at(7, 1) != at(8, 1));
    }
}
