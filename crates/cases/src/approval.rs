//! Four eyes: what is large enough waits for a second person, who agrees to exactly the difference they have seen.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::enforcement::{Diff, Measure};
use crate::id::{Hash, PersonId};
use crate::moment::Moment;
use crate::money::Money;

/// From where on a second person is needed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Sums that are frozen or let go at once, each in its currency; in a currency that is not named, any sum.
    pub amounts: Vec<Money>,
    /// Listings that change at once; none: any number.
    pub listings: Option<u32>,
    /// Closing a shop.
    pub closing: bool,
}

/// Why a second person is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// So much money.
    Amount(Money),
    /// So many listings.
    Listings(u32),
    /// A shop is closed.
    Closing,
}

impl Limits {
    /// What in a difference needs a second person. A consequence that waits is asked about when it is confirmed.
    pub fn needs(&self, diff: &Diff) -> Vec<Need> {
        let frozen = diff.begins.iter().filter_map(|planned| match planned.measure {
            Measure::Freeze(money) => Some(money),
            _ => None,
        });
        let freed = diff.lasting.iter().filter_map(|lasting| match lasting {
            crate::enforcement::Lasting::FundsLetGo(money) => Some(*money),
            _ => None,
        });
        let sums = sums(frozen.chain(freed)).into_iter().filter(|money| self.is_much(*money));
        let mut needs: Vec<Need> = sums.map(Need::Amount).collect();
        let changed: BTreeSet<_> = diff.listings.iter().map(|change| &change.of).collect();
        let number = u32::try_from(changed.len()).unwrap_or(u32::MAX);
        needs.extend(self.listings.filter(|limit| number >= *limit).map(|_| Need::Listings(number)));
        let closes = diff.begins.iter().any(|planned| planned.measure == Measure::Close && planned.waits.is_none())
            || diff.accounts.iter().any(|change| {
                change.after.access == crate::enforcement::Access::Closed && change.before.access != change.after.access
            });
        needs.extend((self.closing && closes).then_some(Need::Closing));
        needs
    }

    fn is_much(&self, money: Money) -> bool {
        if self.amounts.is_empty() {
            return false;
        }
        let limit = self.amounts.iter().find(|limit| limit.currency == money.currency);
        limit.is_none_or(|limit| money.minor >= limit.minor)
    }
}

fn sums(all: impl Iterator<Item = Money>) -> Vec<Money> {
    let mut sums: Vec<Money> = Vec::new();
    for money in all {
        match sums.iter_mut().find(|sum| sum.currency == money.currency) {
            Some(sum) => sum.minor = sum.minor.saturating_add(money.minor),
            None => sums.push(money),
        }
    }
    sums
}

/// Whom a request waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitsFor {
    /// Any colleague who may.
    Colleague,
    /// Somebody outside who was named for this.
    Outsider(PersonId),
    /// Nobody is there who could: it waits until somebody is, or is named.
    Nobody,
}

/// Where a request stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// For whom.
    Waits(WaitsFor),
    /// Approved.
    Approved {
        /// By whom.
        second: PersonId,
    },
    /// Refused.
    Refused {
        /// By whom.
        second: PersonId,
        /// Why.
        reason: String,
    },
    /// Taken back.
    Withdrawn,
    /// Nobody answered in time.
    Expired,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The difference that is asked about.
    pub sees: Hash,
    /// Why it is asked.
    pub needs: Vec<Need>,
    /// Who asks.
    pub by: PersonId,
    /// First moment at which it is too late, to answer and to act on the answer.
    pub expires: Moment,
    /// Where it stands.
    pub status: Status,
}

/// A second person's agreement to one difference. Only a [`Request`] gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    sees: Hash,
    first: PersonId,
    second: PersonId,
    expires: Moment,
}

impl Granted {
    /// Whether it is about exactly this, asked for by the one who acts, and still good.
    pub fn covers(&self, sees: Hash, actor: Option<PersonId>, now: Moment) -> bool {
        self.sees == sees && actor == Some(self.first) && self.first != self.second && now < self.expires
    }

    /// The second person, who cannot decide the appeal.
    pub fn second(&self) -> PersonId {
        self.second
    }
}

/// What somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// To ask.
    Ask {
        /// The difference.
        sees: Hash,
        /// Why.
        needs: Vec<Need>,
        /// Who.
        by: PersonId,
        /// How many others could answer.
        colleagues: u32,
        /// Who answers where there is no colleague.
        outsider: Option<PersonId>,
        /// Until when.
        expires: Moment,
    },
    /// To name somebody, or say that a colleague is there now.
    Turn(WaitsFor),
    /// To agree.
    Approve {
        /// Who.
        by: PersonId,
        /// What they have seen.
        sees: Hash,
    },
    /// To disagree.
    Refuse {
        /// Who.
        by: PersonId,
        /// Why.
        reason: String,
    },
    /// To take it back.
    Withdraw(PersonId),
    /// To say that it is too late.
    Tick,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Somebody asked.
    Asked(Request),
    /// It stands elsewhere now.
    Turned {
        /// Where.
        status: Status,
    },
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is one already, or none.
    #[error("there is no open request, or there is one already")]
    Closed,
    /// The same person.
    #[error("whoever asks cannot answer")]
    SamePerson,
    /// Not whom it waits for.
    #[error("it waits for somebody else")]
    NotYou,
    /// What they saw is not what is asked about.
    #[error("what you saw is not what is asked about: look again")]
    Stale,
    /// Too late.
    #[error("it expired at {0}")]
    Expired(Moment),
    /// Without a word.
    #[error("say why")]
    NoReason,
}

/// What a command brings about.
///
/// # Errors
/// If it may not be.
pub fn decide(state: Option<&Request>, command: Command, now: Moment) -> Result<Vec<Event>, Refusal> {
    let Some(request) = state else { return ask(command, now) };
    let Status::Waits(waits) = request.status else { return Err(Refusal::Closed) };
    let late = now >= request.expires;
    let status = match command {
        Command::Tick => return Ok(late.then_some(Event::Turned { status: Status::Expired }).into_iter().collect()),
        _ if late => return Err(Refusal::Expired(request.expires)),
        Command::Ask { .. } => return Err(Refusal::Closed),
        Command::Turn(WaitsFor::Outsider(outsider)) if outsider == request.by => return Err(Refusal::SamePerson),
        Command::Turn(waits) => Status::Waits(waits),
        Command::Withdraw(by) if by == request.by => Status::Withdrawn,
        Command::Withdraw(_) => return Err(Refusal::NotYou),
        Command::Approve { sees, .. } if sees != request.sees => return Err(Refusal::Stale),
        Command::Refuse { reason, .. } if reason.trim().is_empty() => return Err(Refusal::NoReason),
        Command::Approve { by, .. } => Status::Approved { second: other(request, waits, by)? },
        Command::Refuse { by, reason } => Status::Refused { second: other(request, waits, by)?, reason },
    };
    Ok(vec![Event::Turned { status }])
}

fn ask(command: Command, now: Moment) -> Result<Vec<Event>, Refusal> {
    let Command::Ask { sees, needs, by, colleagues, outsider, expires } = command else { return Err(Refusal::Closed) };
    if expires <= now {
        return Err(Refusal::Expired(expires));
    }
    let waits = match (colleagues, outsider) {
        (0, Some(outsider)) if outsider == by => return Err(Refusal::SamePerson),
        (0, Some(outsider)) => WaitsFor::Outsider(outsider),
        (0, None) => WaitsFor::Nobody,
        _ => WaitsFor::Colleague,
    };
    Ok(vec![Event::Asked(Request { sees, needs, by, expires, status: Status::Waits(waits) })])
}

fn other(request: &Request, waits: WaitsFor, by: PersonId) -> Result<PersonId, Refusal> {
    match waits {
        _ if by == request.by => Err(Refusal::SamePerson),
        WaitsFor::Nobody => Err(Refusal::NotYou),
        WaitsFor::Outsider(outsider) if outsider != by => Err(Refusal::NotYou),
        _ => Ok(by),
    }
}

/// What an event changes.
#[must_use]
pub fn apply(state: Option<Request>, event: &Event) -> Option<Request> {
    match event {
        Event::Asked(request) => Some(request.clone()),
        Event::Turned { status } => state.map(|request| Request { status: status.clone(), ..request }),
    }
}

impl Request {
    /// The agreement, once it was given.
    pub fn granted(&self) -> Option<Granted> {
        let Status::Approved { second } = self.status else { return None };
        Some(Granted { sees: self.sees, first: self.by, second, expires: self.expires })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use uuid::Uuid;

    const LATER: Moment = Moment(100);
    const SEEN: Hash = Hash([1; 32]);

    fn person(id: u128) -> PersonId {
        PersonId(Uuid::from_u128(id))
    }

    fn asked(colleagues: u32, outsider: Option<PersonId>) -> Request {
        let needs = vec![Need::Closing];
        let ask = Command::Ask { sees: SEEN, needs, by: person(1), colleagues, outsider, expires: LATER };
        decide(None, ask, Moment(0)).ok().and_then(|events| events.iter().fold(None, apply)).expect("it can be asked")
    }

    fn answer(request: &Request, by: u128, sees: Hash, at: i64) -> Result<Request, Refusal> {
        let events = decide(Some(request), Command::Approve { by: person(by), sees }, Moment(at))?;
        Ok(events.iter().fold(Some(request.clone()), apply).expect("there is a request"))
    }

    #[test]
    fn another_person_agrees_to_what_they_saw_in_time() {
        let request = asked(3, None);
        assert_eq!(answer(&request, 1, SEEN, 5), Err(Refusal::SamePerson));
        assert_eq!(answer(&request, 2, Hash([2; 32]), 5), Err(Refusal::Stale));
        assert_eq!(answer(&request, 2, SEEN, 100), Err(Refusal::Expired(LATER)));
        let granted = answer(&request, 2, SEEN, 5).ok().and_then(|request| request.granted()).expect("agreed");
        assert!(granted.covers(SEEN, Some(person(1)), Moment(6)));
        assert!(!granted.covers(Hash([2; 32]), Some(person(1)), Moment(6)), "another difference");
        assert!(!granted.covers(SEEN, Some(person(3)), Moment(6)), "another actor");
        assert!(!granted.covers(SEEN, None, Moment(6)), "a rule");
        assert!(!granted.covers(SEEN, Some(person(1)), LATER), "too late");
    }

    #[test]
    fn alone_it_waits_visibly_or_for_the_one_named() {
        let alone = asked(0, None);
        assert_eq!(alone.status, Status::Waits(WaitsFor::Nobody));
        assert_eq!(answer(&alone, 2, SEEN, 5), Err(Refusal::NotYou));
        let named = asked(0, Some(person(9)));
        assert_eq!(answer(&named, 2, SEEN, 5), Err(Refusal::NotYou));
        assert!(answer(&named, 9, SEEN, 5).is_ok());
        let events = decide(Some(&alone), Command::Turn(WaitsFor::Outsider(person(9))), Moment(5)).expect("named");
        let turned = events.iter().fold(Some(alone), apply).expect("a request");
        assert!(answer(&turned, 9, SEEN, 6).is_ok());
    }
}
