//! What can be asked of an item, and what happens then.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Ageing, Item, REASON_CHARS_MAX, Refusal, Risk, SKIP_MAX, Stage, State};
use crate::id::{GroupId, PersonId};
use crate::lock;
use crate::moment::Moment;
use crate::review::{self, Judgement};
use crate::routing::Route;
use crate::sample::Stratum;

/// Somebody who reviews, with what they may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewer {
    /// Who.
    pub id: PersonId,
    /// Settles what others disagree on, and takes items over.
    pub lead: bool,
    /// What they know.
    pub skills: BTreeSet<String>,
}

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Take it in hand.
    Take {
        /// Who.
        who: Reviewer,
        /// For how long, in microseconds.
        lease: i64,
    },
    /// Keep it longer.
    Renew {
        /// Who.
        by: PersonId,
        /// The token that was given.
        token: u64,
        /// For how long from now, in microseconds.
        lease: i64,
    },
    /// Give it back.
    Release {
        /// Who.
        by: PersonId,
        /// The token that was given.
        token: u64,
    },
    /// Take it from whoever has it.
    TakeOver {
        /// The lead.
        who: Reviewer,
        /// Why.
        reason: String,
        /// For how long, in microseconds.
        lease: i64,
    },
    /// Not now.
    Skip {
        /// Who has it in hand.
        by: PersonId,
        /// The token that was given.
        token: u64,
        /// Why.
        reason: String,
        /// From when on it may be taken again.
        until: Moment,
    },
    /// Say what it is.
    Judge {
        /// Who has it in hand.
        who: Reviewer,
        /// The token that was given.
        token: u64,
        /// What they say; `by` and `at` are set here.
        judgement: Judgement,
    },
    /// A group decision says what it is. Nobody may have it in hand.
    Serve {
        /// Who decided for the group.
        who: Reviewer,
        /// The group.
        group: GroupId,
        /// What they say; `by` and `at` are set here.
        judgement: Judgement,
    },
    /// It needs no verdict any more.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// The verdict is taken back, or it needs one after all.
    Reopen {
        /// Why.
        reason: String,
    },
    /// What is known of the harm has changed. It keeps its age.
    Weigh {
        /// Why it matters now.
        risk: Risk,
        /// How waiting counts.
        ageing: Ageing,
    },
    /// Nobody got to it, and it needs no verdict for itself any more; but chance drew it, so that it waits for one as a
    /// sample of all that nobody got to.
    Draw {
        /// The stratum, and with which probability.
        stratum: Stratum,
        /// Whose place it takes: that of another that waits, so that its place tells nothing.
        place: Risk,
        /// How waiting counts.
        ageing: Ageing,
    },
    /// It belongs into another queue.
    Move {
        /// Which.
        route: Route,
    },
}

/// What happened to an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// To its lock.
    Lock(lock::Event),
    /// To its review.
    Review(review::Event),
    /// It stands otherwise.
    Staged {
        /// Where it stands now.
        to: Stage,
        /// Why it was reopened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// It has another place in the order.
    Weighed {
        /// Why it matters.
        risk: Risk,
        /// Its new place.
        key: i64,
    },
    /// It waits as a sample, blind and in another's place.
    Drawn {
        /// From which stratum, with which probability.
        stratum: Stratum,
        /// Its new place.
        key: i64,
    },
    /// It waits elsewhere.
    Moved {
        /// Where.
        route: Route,
    },
}

/// What a command brings about.
///
/// # Errors
/// A [`Refusal`] that says why not, and changes nothing.
pub fn decide(item: &Item, command: Command, now: Moment) -> Result<Vec<Event>, Refusal> {
    if let Command::Reopen { reason } = command {
        return reopen(item, reason, now);
    }
    item.unclosed(now)?;
    match command {
        Command::Take { who, lease } => {
            item.may_take(&who, now)?;
            locked(item, lock::Command::Take { by: who.id, lease }, now)
        }
        Command::Renew { by, token, lease } => locked(item, lock::Command::Renew { by, token, lease }, now),
        Command::Release { by, token } => locked(item, lock::Command::Release { by, token }, now),
        Command::TakeOver { who, reason, lease } => {
            take_over(item, &who, now)?;
            locked(item, lock::Command::TakeOver { by: who.id, reason: given(reason)?, lease }, now)
        }
        Command::Skip { by, token, reason, until } => {
            item.lock.check(by, token)?;
            skip(by, given(reason)?, until, now)
        }
        Command::Judge { who, token, judgement } => {
            item.lock.check(who.id, token)?;
            judge(item, &who, judgement, None, now)
        }
        Command::Serve { who, group, judgement } => {
            serve(item, &who, now)?;
            judge(item, &who, judgement, Some(group), now)
        }
        Command::Withdraw { reason } => Ok(freed(item, Stage::Withdrawn { reason: given(reason)? }, None)),
        Command::Weigh { risk, ageing } => Ok(vec![Event::Weighed { risk, key: ageing.key(item.created_at, risk) }]),
        Command::Draw { stratum, place, ageing } => {
            let key = ageing.key(now, place);
            Ok(freed(item, Stage::Open, None).into_iter().chain([Event::Drawn { stratum, key }]).collect())
        }
        Command::Move { route } => Ok(vec![Event::Moved { route }]),
        Command::Reopen { .. } => Ok(vec![]),
    }
}

fn locked(item: &Item, command: lock::Command, now: Moment) -> Result<Vec<Event>, Refusal> {
    Ok(vec![Event::Lock(lock::decide(&item.lock, command, now)?)])
}

fn take_over(item: &Item, who: &Reviewer, now: Moment) -> Result<(), Refusal> {
    if who.lead { item.may_take(who, now) } else { Err(Refusal::NotLead) }
}

fn skip(by: PersonId, reason: String, until: Moment, now: Moment) -> Result<Vec<Event>, Refusal> {
    if until <= now || until > now.plus(SKIP_MAX) {
        return Err(Refusal::Until);
    }
    let to = Stage::Skipped { by, reason, until };
    Ok(vec![Event::Lock(lock::Event::Released), Event::Staged { to, reason: None }])
}

/// A group decision leaves alone what somebody else has in hand.
fn serve(item: &Item, who: &Reviewer, now: Moment) -> Result<(), Refusal> {
    item.may_take(who, now)?;
    match item.lock.holder(now) {
        Some(held) if held.by != who.id => Err(lock::Refusal::Held { by: held.by, until: held.until }.into()),
        _ => Ok(()),
    }
}

fn judge(
    item: &Item,
    who: &Reviewer,
    judgement: Judgement,
    group: Option<GroupId>,
    now: Moment,
) -> Result<Vec<Event>, Refusal> {
    let judgement = Judgement { by: who.id, at: now, ..judgement };
    let said = review::judge(&item.review, judgement, who.lead)?;
    let settled = said.iter().any(|event| matches!(event, review::Event::Settled { .. }));
    let to = if settled { Stage::Decided { group } } else { Stage::Open };
    Ok(said.into_iter().map(Event::Review).chain(freed(item, to, None)).collect())
}

fn reopen(item: &Item, reason: String, now: Moment) -> Result<Vec<Event>, Refusal> {
    let reason = given(reason)?;
    let again = match item.state(now) {
        State::Decided => Some(Event::Review(review::reopen(&item.review)?)),
        State::Withdrawn => None,
        State::Open | State::Locked | State::Skipped => return Err(review::Refusal::NotSettled.into()),
    };
    Ok(again.into_iter().chain(freed(item, Stage::Open, Some(reason))).collect())
}

/// The item stands otherwise, and nobody has it any more.
fn freed(item: &Item, to: Stage, reason: Option<String>) -> Vec<Event> {
    let lock = item.lock.held.map(|_| Event::Lock(lock::Event::Released));
    let staged = (to != item.stage || reason.is_some()).then_some(Event::Staged { to, reason });
    lock.into_iter().chain(staged).collect()
}

fn given(reason: String) -> Result<String, Refusal> {
    let fits = !reason.trim().is_empty() && reason.chars().count() <= REASON_CHARS_MAX;
    if fits { Ok(reason) } else { Err(Refusal::Reason) }
}

/// What an event changes.
pub fn apply(item: &mut Item, event: &Event) {
    match event {
        Event::Lock(event) => lock::apply(&mut item.lock, event),
        Event::Review(event) => review::apply(&mut item.review, event),
        Event::Staged { to, .. } => item.stage = to.clone(),
        Event::Weighed { risk, key } => (item.risk, item.key) = (*risk, *key),
        Event::Drawn { stratum, key } => {
            (item.drawn, item.key, item.review.blind) = (Some(stratum.clone()), *key, true);
        }
        Event::Moved { route } => item.route = route.clone(),
    }
}
