//! How long who guesses waits: by account and by address, so that neither one account is guessed from many addresses
//! nor many accounts from one. The wait doubles and has an end, so that nobody is locked out by others for long.

/// Failures that cost nothing.
const FREE_OF_ACCOUNT: i32 = 5;
/// The same for an address, behind which an office may sit.
const FREE_OF_ADDRESS: i32 = 30;
/// The first wait, in seconds.
const FIRST_SECONDS: i64 = 15;
/// The longest.
const LONGEST_SECONDS: i64 = 15 * 60;
/// Seconds after which failures are forgotten.
pub const FORGET_SECONDS: i64 = 24 * 3_600;

/// Whose failures are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Those with one login, whether there is such an account or not.
    Account,
    /// Those from one address.
    Address,
}

/// Attempts that have failed, or have not yet ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempts {
    /// How many.
    pub failures: i32,
    /// When the last one was, in seconds since 1970.
    pub last_at: i64,
}

impl Attempts {
    /// The attempts with one more, at this moment in seconds since 1970: it counts as failed until it has ended well, so
    /// that a hundred at once are a hundred.
    ///
    /// # Errors
    /// How many seconds to wait instead.
    pub fn one_more(self, of: Of, now: i64) -> Result<Self, i64> {
        let before = if now - self.last_at >= FORGET_SECONDS { Self::default() } else { self };
        match before.last_at + before.pause(of) - now {
            wait if wait > 0 => Err(wait),
            _ => Ok(Self { failures: before.failures.saturating_add(1), last_at: now }),
        }
    }

    fn pause(self, of: Of) -> i64 {
        let free = match of {
            Of::Account => FREE_OF_ACCOUNT,
            Of::Address => FREE_OF_ADDRESS,
        };
        match self.failures - free {
            doubled @ 0.. => (FIRST_SECONDS << doubled.min(20)).min(LONGEST_SECONDS),
            _ => 0,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// How many guesses somebody gets in a time who never gives up.
    fn guesses(of: Of, seconds: i64) -> usize {
        let (mut attempts, mut now, mut done) = (Attempts::default(), 1_000_000, 0);
        let end = now + seconds;
        while now < end {
            match attempts.one_more(of, now) {
                Ok(next) => (attempts, done) = (next, done + 1),
                Err(wait) => now += wait,
            }
        }
        done
    }

    #[test]
    fn a_day_of_guessing_is_a_hundred_guesses() {
        assert_eq!(guesses(Of::Account, 60), 5 + 2);
        let day = guesses(Of::Account, 24 * 3_600);
        assert!((90..=110).contains(&day), "{day}");
        let day = guesses(Of::Address, 24 * 3_600);
        assert!((110..=140).contains(&day), "{day}");
    }

    #[test]
    fn who_has_mistyped_waits_a_quarter_of_a_minute_then_a_half() {
        let mut attempts = Attempts::default();
        for _ in 0..5 {
            attempts = attempts.one_more(Of::Account, 100).unwrap();
        }
        assert_eq!(attempts.one_more(Of::Account, 100), Err(15));
        assert_eq!(attempts.one_more(Of::Account, 110), Err(5));
        attempts = attempts.one_more(Of::Account, 115).unwrap();
        assert_eq!(attempts.one_more(Of::Account, 115), Err(30));
        assert_eq!(attempts.one_more(Of::Account, 115 + FORGET_SECONDS).unwrap().failures, 1);
        let many = Attempts { failures: i32::MAX, last_at: 0 };
        assert_eq!(many.one_more(Of::Address, 0), Err(LONGEST_SECONDS));
    }
}
