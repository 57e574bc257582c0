//! What a command brings about, with all that follows, or why not.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::action::{Action, Actor, Exception, Measure, Offer, Order, Scope};
use super::dry::Diff;
use super::effect::active;
use super::follow::{Tally, consequences};
use super::standing::{Ending, Event, Fate, Ground, Record, Standing, Waiting, apply};
use super::switch::Switch;
use crate::approval::{Granted, Need};
use crate::id::{ActionId, Hash, Seller};
use crate::ladder::Regimes;
use crate::moment::{DAY, Moment};
use crate::vault::{Barred, Vault};

/// Orders in one command, at most.
pub const ORDERS_MAX: usize = 10_000;

/// What somebody or a rule wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// To do something about a finding.
    Impose {
        /// What is decided together, and counted once.
        incident: Uuid,
        /// What.
        orders: Vec<Order>,
        /// Who wants it.
        actor: Actor,
        /// Chance of 2³² for the delay of account consequences.
        draw: u32,
    },
    /// To take it back.
    Undo {
        /// Which.
        actions: Vec<ActionId>,
        /// Who wants it.
        actor: Actor,
        /// Why.
        ground: Ground,
        /// In words.
        reason: String,
    },
    /// To let a consequence begin that waits.
    Confirm {
        /// Which.
        action: ActionId,
        /// Who wants it.
        actor: Actor,
    },
    /// To say what has come to its end.
    Tick,
}

/// What decisions stand on beside the actions themselves.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// Ladder and law, each from its day on.
    pub regimes: &'a Regimes,
    /// What is stopped.
    pub switch: &'a Switch,
    /// Proof that was accepted.
    pub vault: &'a Vault,
    /// Offers that the command reaches, as the catalogue knows them.
    pub offers: &'a [Offer],
    /// What a second person has approved.
    pub granted: Option<&'a Granted>,
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing was ordered, or too much at once.
    #[error("between 1 and {ORDERS_MAX} at once")]
    Number,
    /// The incident or the action exists.
    #[error("{0} was decided already")]
    Known(Uuid),
    /// There is no such action, or it is not in a state for that.
    #[error("action {0} does not stand")]
    NoAction(ActionId),
    /// It does not wait.
    #[error("action {0} does not wait for anybody")]
    NotWaiting(ActionId),
    /// It lacks what an action must have.
    #[error("order {order}: {lacks}")]
    Incomplete {
        /// Which.
        order: ActionId,
        /// What.
        lacks: &'static str,
    },
    /// The kill switch is on.
    #[error("automatic actions are stopped")]
    Stopped,
    /// Proof was accepted, and nothing new was seen.
    #[error("order {order}: {why}")]
    Barred {
        /// Which.
        order: ActionId,
        /// Why.
        why: Box<Barred>,
    },
    /// A warning must come first.
    #[error("order {0}: a warning must come before a suspension, or an exception be named")]
    NotWarned(ActionId),
    /// The end of an account is told in advance.
    #[error("order {order}: it may begin at {earliest}, or an exception be named")]
    Notice {
        /// Which.
        order: ActionId,
        /// First moment allowed.
        earliest: Moment,
    },
    /// The exception is not there.
    #[error("order {0}: the history shows no repeated infringement")]
    NoRepetition(ActionId),
    /// Somebody else must agree to exactly this.
    #[error("a second person must approve this")]
    Approval {
        /// For what reasons.
        needs: Vec<Need>,
        /// What they must have seen.
        sees: Hash,
    },
}

/// What a command brings about.
///
/// # Errors
/// If it may not be.
pub fn decide(standing: &Standing, command: &Command, rules: Rules<'_>, now: Moment) -> Result<Vec<Event>, Refusal> {
    let events = plan(standing, command, rules, now)?;
    if *command == Command::Tick {
        return Ok(events);
    }
    let diff = Diff::of(standing, &events, (rules.regimes, rules.offers), now);
    let needs = rules.regimes.at(now).map(|regime| regime.approval.needs(&diff)).unwrap_or_default();
    if needs.is_empty() {
        return Ok(events);
    }
    let sees = diff.hash();
    let agreed = rules.granted.is_some_and(|granted| granted.covers(sees, actor(command).and_then(Actor::person), now));
    if agreed { Ok(events) } else { Err(Refusal::Approval { needs, sees }) }
}

/// What a command would change, without asking whether it needs approval.
///
/// # Errors
/// If it may not be.
pub fn dry_run(standing: &Standing, command: &Command, rules: Rules<'_>, now: Moment) -> Result<Diff, Refusal> {
    let events = plan(standing, command, rules, now)?;
    Ok(Diff::of(standing, &events, (rules.regimes, rules.offers), now))
}

/// When something ends by itself next, so that [`Command::Tick`] has something to say.
pub fn next_end(standing: &Standing, regimes: &Regimes, now: Moment) -> Option<Moment> {
    let untold = standing.records.values().filter(|record| record.fate == Fate::Stands && !record.told);
    let ends = untold.filter_map(|record| record.action.order.end).filter(|end| *end > now);
    let sellers: BTreeSet<&Seller> = standing.stands().filter_map(|action| action.order.scope.seller()).collect();
    let expiries = sellers.into_iter().filter_map(|seller| Tally::of(standing, regimes, seller).next_expiry(now));
    ends.chain(expiries).min()
}

fn actor(command: &Command) -> Option<&Actor> {
    match command {
        Command::Impose { actor, .. } | Command::Undo { actor, .. } | Command::Confirm { actor, .. } => Some(actor),
        Command::Tick => None,
    }
}

fn plan(standing: &Standing, command: &Command, rules: Rules<'_>, now: Moment) -> Result<Vec<Event>, Refusal> {
    let first = match command {
        Command::Impose { incident, orders, actor, draw } => {
            fits(standing, *incident, orders)?;
            if rules.switch.stops(actor) {
                return Err(Refusal::Stopped);
            }
            let action = |order: &Order| {
                let from = check(standing, order, actor, rules, now)?;
                let order = Order { start: Some(from), ..order.clone() };
                let (incident, actor) = (*incident, actor.clone());
                let action = Action { order, incident, imposed_at: now, from, actor, draw: *draw, cause: None };
                Ok(Event::Imposed { action: Box::new(action), waits: None })
            };
            orders.iter().map(action).collect::<Result<Vec<_>, _>>()?
        }
        Command::Undo { actions, actor, ground, reason } => undo(standing, actions, (actor, ground, reason), now)?,
        Command::Confirm { action, actor } => return confirm(standing, *action, actor, now),
        Command::Tick => return Ok(ended(standing, rules.regimes, now)),
    };
    let after = first.iter().fold(standing.clone(), apply);
    let then = follow_up(&after, &touched(&after, &first), rules, now);
    Ok(first.into_iter().chain(then).collect())
}

fn fits(standing: &Standing, incident: Uuid, orders: &[Order]) -> Result<(), Refusal> {
    if orders.is_empty() || orders.len() > ORDERS_MAX {
        return Err(Refusal::Number);
    }
    if standing.records.values().any(|record| record.action.incident == incident) {
        return Err(Refusal::Known(incident));
    }
    let mut seen = BTreeSet::new();
    let known = |order: &&Order| standing.records.contains_key(&order.id) || !seen.insert(order.id);
    let twice = orders.iter().find(known);
    twice.map_or(Ok(()), |order| Err(Refusal::Known(order.id.0)))
}

/// The first moment at which an order may hold.
fn check(standing: &Standing, order: &Order, actor: &Actor, rules: Rules<'_>, now: Moment) -> Result<Moment, Refusal> {
    if let Some(lacks) = lacks(order, actor, now) {
        return Err(Refusal::Incomplete { order: order.id, lacks });
    }
    if let Some(why) = rules.vault.barred(order, now) {
        return Err(Refusal::Barred { order: order.id, why: Box::new(why) });
    }
    let start = order.start.unwrap_or(now);
    let Some((regime, seller)) = rules.regimes.at(now).zip(order.scope.seller()) else { return Ok(start) };
    if order.exception == Some(Exception::RepeatedInfringement) && incidents(standing, seller) < 2 {
        return Err(Refusal::NoRepetition(order.id));
    }
    let earliest = now.plus(i64::from(regime.close_notice_days) * DAY);
    match order.measure {
        Measure::Suspend if order.exception.is_none() && !regime.is_warned(&warnings(standing, seller), now) => {
            Err(Refusal::NotWarned(order.id))
        }
        Measure::Close if order.exception.is_none_or(|exception| exception == Exception::OtherGround) => {
            match order.start {
                Some(start) if start < earliest => Err(Refusal::Notice { order: order.id, earliest }),
                start => Ok(start.unwrap_or(earliest)),
            }
        }
        _ => Ok(start),
    }
}

/// What an order lacks, or has too much of.
fn lacks(order: &Order, actor: &Actor, now: Moment) -> Option<&'static str> {
    let whole = matches!(order.scope, Scope::Seller(_));
    let about_goods = order.measure.is_about_goods();
    let money = match order.measure {
        Measure::Freeze(money) => Some(money),
        _ => None,
    };
    let rules = [
        (order.reason.trim().is_empty(), "it has no reason code"),
        (order.policy.trim().is_empty(), "it does not name the policy it stands on"),
        (order.evidence.is_empty(), "it has no evidence"),
        (*actor == Actor::Ladder, "the ladder orders nothing, it follows"),
        (order.start.is_some_and(|start| start < now), "it begins in the past"),
        (order.end.is_some_and(|end| end <= order.start.unwrap_or(now)), "it ends before it begins"),
        (!about_goods && !whole, "what is about an account has the seller as its scope"),
        (money.is_some_and(|money| money.minor <= 0), "nothing is frozen"),
        (money.is_some() && order.end.is_none(), "a freeze says until when"),
        (order.measure == Measure::ListingBan && order.end.is_none(), "a listing ban says until when"),
        (order.measure == Measure::Close && order.end.is_some(), "an account that ends does not come back by itself"),
    ];
    rules.into_iter().find(|(wrong, _)| *wrong).map(|(_, lacks)| lacks)
}

fn incidents(standing: &Standing, seller: &Seller) -> usize {
    standing.decided(seller).map(|action| action.incident).collect::<BTreeSet<_>>().len()
}

/// When a seller was warned: by a warning, or by a consequence.
fn warnings(standing: &Standing, seller: &Seller) -> Vec<Moment> {
    let of = |action: &&Action| action.order.scope.seller() == Some(seller);
    let warns = |action: &&Action| action.cause.is_some() || action.order.measure == Measure::Warn;
    standing.stands().filter(of).filter(warns).map(|action| action.imposed_at).collect()
}

fn undo(
    standing: &Standing,
    actions: &[ActionId],
    (by, ground, reason): (&Actor, &Ground, &str),
    now: Moment,
) -> Result<Vec<Event>, Refusal> {
    let unique: BTreeSet<ActionId> = actions.iter().copied().collect();
    if unique.is_empty() || unique.len() > ORDERS_MAX {
        return Err(Refusal::Number);
    }
    let one = |action: ActionId| {
        let open = |record: &&Record| matches!(record.fate, Fate::Stands | Fate::Waits(_));
        standing.records.get(&action).filter(open).ok_or(Refusal::NoAction(action))?;
        let (by, ground, reason) = (by.clone(), ground.clone(), reason.to_owned());
        Ok(Event::Undone { action, at: now, by, ground, reason })
    };
    unique.into_iter().map(one).collect()
}

/// It begins no sooner than it would have, and its notice runs from now.
fn confirm(standing: &Standing, action: ActionId, by: &Actor, now: Moment) -> Result<Vec<Event>, Refusal> {
    let record = standing.records.get(&action).ok_or(Refusal::NoAction(action))?;
    if !matches!(record.fate, Fate::Waits(_)) || by.is_automatic() {
        return Err(Refusal::NotWaiting(action));
    }
    let lead = record.action.from.0.saturating_sub(record.action.imposed_at.0);
    let from = now.plus(lead);
    let length = record.action.order.end.map(|end| end.0.saturating_sub(record.action.from.0));
    Ok(vec![Event::Confirmed { action, by: by.clone(), from, end: length.map(|length| from.plus(length)) }])
}

fn touched(after: &Standing, events: &[Event]) -> BTreeSet<Seller> {
    let action = |event: &Event| match event {
        Event::Imposed { action, .. } => Some(action.id()),
        Event::Undone { action, .. } => Some(*action),
        _ => None,
    };
    let records = events.iter().filter_map(action).filter_map(|id| after.records.get(&id));
    records.filter_map(|record| record.action.order.scope.seller()).cloned().collect()
}

/// Consequences that fall because nothing supports them any more, and those that now follow.
fn follow_up(after: &Standing, sellers: &BTreeSet<Seller>, rules: Rules<'_>, now: Moment) -> Vec<Event> {
    let closing = rules.regimes.at(now).is_some_and(|regime| regime.approval.closing);
    let stopped = rules.switch.stops(&Actor::Ladder).then_some(Waiting::Stopped);
    let mut events = Vec::new();
    for seller in sellers {
        let wanted = consequences(after, rules.regimes, seller);
        let ids: BTreeSet<ActionId> = wanted.iter().map(Action::id).collect();
        let open = after.records.values().filter(|record| matches!(record.fate, Fate::Stands | Fate::Waits(_)));
        let mine = open.map(|record| &record.action).filter(|action| action.order.scope.seller() == Some(seller));
        let fallen = mine.filter(|action| action.cause.is_some() && !ids.contains(&action.id()));
        events.extend(fallen.map(|action| Event::Fell { action: action.id(), at: now }));
        let fresh = wanted.into_iter().filter(|action| !after.records.contains_key(&action.id()));
        events.extend(fresh.filter(|action| action.order.end.is_none_or(|end| now < end)).map(|action| {
            let approval = (closing && action.order.measure == Measure::Close).then_some(Waiting::Approval);
            Event::Imposed { action: Box::new(action), waits: stopped.or(approval) }
        }));
    }
    events
}

fn ended(standing: &Standing, regimes: &Regimes, now: Moment) -> Vec<Event> {
    let active: BTreeSet<ActionId> = active(standing, regimes, now).map(Action::id).collect();
    let untold = standing.records.values().filter(|record| record.fate == Fate::Stands && !record.told);
    let over = untold.filter(|record| record.action.from <= now && !active.contains(&record.action.id()));
    let event = |record: &Record| {
        let why = if record.action.spans(now) { Ending::PointsExpired } else { Ending::Over };
        Event::Ended { action: record.action.id(), why }
    };
    over.map(event).collect()
}
