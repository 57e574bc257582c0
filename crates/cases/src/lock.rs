//! Who has an item in hand: one person at a time, for a while, told apart by a token.
//!
//! Each taking gets the next token of its item. What a person sends names the token; only the newest counts, so that
//! somebody whose item was taken meanwhile is refused instead of overwriting. A lock that ran out is not lost before
//! somebody else takes the item: late work that nobody competes with is kept.

use serde::{Deserialize, Serialize};

use crate::id::PersonId;
use crate::moment::{HOUR, Moment};

/// Longest time for which one taking or renewal holds, in microseconds: four hours.
pub const LEASE_MAX: i64 = 4 * HOUR;

/// The lock of one item. It starts free, and its tokens only grow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// The last token given out; 0 before the first.
    pub token: u64,
    /// Who took it, unless it was given back.
    pub held: Option<Held>,
}

/// Who has it, and until when nobody else may take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Who.
    pub by: PersonId,
    /// From this moment on others may take it.
    pub until: Moment,
}

/// What can be asked of a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Take it, if nobody has it.
    Take {
        /// Who.
        by: PersonId,
        /// For how long, in microseconds.
        lease: i64,
    },
    /// Keep it longer, from now on.
    Renew {
        /// Who.
        by: PersonId,
        /// The token that was given.
        token: u64,
        /// For how long, in microseconds.
        lease: i64,
    },
    /// Give it back.
    Release {
        /// Who.
        by: PersonId,
        /// The token that was given.
        token: u64,
    },
    /// Take it from whoever has it. That a lead asks is for the caller to know.
    TakeOver {
        /// The lead.
        by: PersonId,
        /// Why.
        reason: String,
        /// For how long, in microseconds.
        lease: i64,
    },
}

/// What happened to a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Somebody has it.
    Taken {
        /// Who.
        by: PersonId,
        /// With this token.
        token: u64,
        /// Until then.
        until: Moment,
        /// Who had it before and lost it: by running out, or to a lead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<PersonId>,
        /// Why a lead took it; none when it was free or had run out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// It is held longer.
    Renewed {
        /// Until then.
        until: Moment,
    },
    /// It is free.
    Released,
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Somebody else has it.
    #[error("the item is held by {by} until {until}; take another, or ask a lead to take it over")]
    Held {
        /// Who.
        by: PersonId,
        /// Until then.
        until: Moment,
    },
    /// The token is not the newest, or the item was given back: HTTP's 409.
    #[error("token {token} is no longer good, the item has had token {newest} since; read it again before deciding")]
    Late {
        /// The token that was sent.
        token: u64,
        /// The newest one.
        newest: u64,
    },
    /// The token is somebody else's.
    #[error("the token was given to somebody else")]
    NotYours,
    /// A lease of no time, or too long.
    #[error("a lease is longer than nothing and at most four hours")]
    Lease,
    /// A take-over without a reason.
    #[error("taking an item from somebody needs a reason")]
    NoReason,
}

impl Lock {
    /// Who has it so that nobody else may take it now.
    pub fn holder(&self, now: Moment) -> Option<Held> {
        self.held.filter(|held| now < held.until)
    }

    /// Whether this person may still act with this token.
    ///
    /// # Errors
    /// [`Refusal::Late`] or [`Refusal::NotYours`].
    pub fn check(&self, by: PersonId, token: u64) -> Result<(), Refusal> {
        match self.held {
            Some(held) if token == self.token && held.by == by => Ok(()),
            Some(_) if token == self.token => Err(Refusal::NotYours),
            _ => Err(Refusal::Late { token, newest: self.token }),
        }
    }
}

/// What a command brings about.
///
/// # Errors
/// A [`Refusal`] that says why not, and changes nothing.
pub fn decide(lock: &Lock, command: Command, now: Moment) -> Result<Event, Refusal> {
    match command {
        Command::Take { by, lease } => match lock.holder(now) {
            Some(held) if held.by != by => Err(Refusal::Held { by: held.by, until: held.until }),
            _ => taken(lock, by, end(now, lease)?, None),
        },
        Command::Renew { by, token, lease } => {
            lock.check(by, token)?;
            Ok(Event::Renewed { until: end(now, lease)? })
        }
        Command::Release { by, token } => lock.check(by, token).map(|()| Event::Released),
        Command::TakeOver { reason, .. } if reason.trim().is_empty() => Err(Refusal::NoReason),
        Command::TakeOver { by, reason, lease } => taken(lock, by, end(now, lease)?, Some(reason)),
    }
}

fn taken(lock: &Lock, by: PersonId, until: Moment, reason: Option<String>) -> Result<Event, Refusal> {
    let from = lock.held.map(|held| held.by).filter(|from| *from != by);
    Ok(Event::Taken { by, token: lock.token.saturating_add(1), until, from, reason })
}

fn end(now: Moment, lease: i64) -> Result<Moment, Refusal> {
    if (1..=LEASE_MAX).contains(&lease) { Ok(now.plus(lease)) } else { Err(Refusal::Lease) }
}

/// What an event changes.
pub fn apply(lock: &mut Lock, event: &Event) {
    match event {
        Event::Taken { by, token, until, .. } => {
            *lock = Lock { token: *token, held: Some(Held { by: *by, until: *until }) };
        }
        Event::Renewed { until } => {
            if let Some(held) = &mut lock.held {
                held.until = *until;
            }
        }
        Event::Released => lock.held = None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use uuid::Uuid;

    use super::*;

    const A: PersonId = PersonId(Uuid::from_u128(1));
    const B: PersonId = PersonId(Uuid::from_u128(2));

    fn done(lock: &mut Lock, command: Command, now: i64) -> Event {
        let event = decide(lock, command, Moment(now)).unwrap();
        apply(lock, &event);
        event
    }

    #[test]
    fn a_late_token_is_refused_and_a_renewed_one_is_not() {
        let mut lock = Lock::default();
        done(&mut lock, Command::Take { by: A, lease: 10 }, 0);
        let busy = decide(&lock, Command::Take { by: B, lease: 10 }, Moment(9));
        assert_eq!(busy, Err(Refusal::Held { by: A, until: Moment(10) }));
        done(&mut lock, Command::Renew { by: A, token: 1, lease: 10 }, 9);
        assert!(decide(&lock, Command::Take { by: B, lease: 10 }, Moment(18)).is_err());
        // Run out, and nobody came: still A's.
        assert_eq!(lock.check(A, 1), Ok(()));
        done(&mut lock, Command::Take { by: B, lease: 10 }, 19);
        assert_eq!(lock.check(A, 1), Err(Refusal::Late { token: 1, newest: 2 }));
        assert_eq!(lock.check(A, 2), Err(Refusal::NotYours));
        assert_eq!(lock.check(B, 2), Ok(()));
    }

    #[test]
    fn a_lead_takes_over_with_a_reason() {
        let mut lock = Lock::default();
        done(&mut lock, Command::Take { by: A, lease: 100 }, 0);
        let over = |reason: &str| Command::TakeOver { by: B, reason: reason.into(), lease: 10 };
        assert_eq!(decide(&lock, over(" "), Moment(1)), Err(Refusal::NoReason));
        let event = done(&mut lock, over("gone home"), 1);
        assert!(matches!(event, Event::Taken { from: Some(A), token: 2, reason: Some(_), .. }), "{event:?}");
        assert_eq!(lock.check(A, 1), Err(Refusal::Late { token: 1, newest: 2 }));
    }

    #[test]
    fn what_was_given_back_is_gone() {
        let mut lock = Lock::default();
        done(&mut lock, Command::Take { by: A, lease: 10 }, 0);
        done(&mut lock, Command::Release { by: A, token: 1 }, 1);
        assert_eq!(lock.check(A, 1), Err(Refusal::Late { token: 1, newest: 1 }));
        assert_eq!(decide(&lock, Command::Take { by: B, lease: 0 }, Moment(2)), Err(Refusal::Lease));
        assert!(done(&mut lock, Command::Take { by: B, lease: 10 }, 2) != Event::Released);
    }
}
