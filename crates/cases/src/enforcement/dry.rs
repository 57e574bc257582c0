//! What a command would change, exactly: a difference of effective states, now and when something would begin. Moments
//! are told from now on, so that it has the same hash until something else has changed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::action::{Action, Measure, Offer, Scope};
use super::effect::{AccountState, ListingState, account_state, listing_state};
use super::standing::{Event, Standing, Waiting, apply};
use crate::id::{ActionId, Hash, Seller};
use crate::ladder::Regimes;
use crate::moment::Moment;
use crate::money::Money;

/// Before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change<Of, State> {
    /// Of what.
    pub of: Of,
    /// Microseconds from now.
    pub in_micros: i64,
    /// As it would be otherwise.
    pub before: State,
    /// As it would be.
    pub after: State,
}

/// What begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Its id.
    pub action: ActionId,
    /// What.
    pub measure: Measure,
    /// How far.
    pub scope: Scope,
    /// Microseconds from now to its start.
    pub from_micros: i64,
    /// Microseconds from now to its end.
    pub end_micros: Option<i64>,
    /// Whether it follows from others.
    pub follows: bool,
    /// Whether it waits for a person first.
    pub waits: Option<Waiting>,
}

/// What cannot be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lasting {
    /// Money that is let go can be paid out, and then cannot be frozen again.
    FundsLetGo(Money),
    /// The time in which nothing was sold does not come back.
    TimeOffSale,
    /// The seller has been told, and what was told cannot be untold.
    Told,
}

/// What a command would change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diff {
    /// Listings whose state would be another.
    pub listings: Vec<Change<Offer, ListingState>>,
    /// Sellers whose state would be another.
    pub accounts: Vec<Change<Seller, AccountState>>,
    /// What would begin.
    pub begins: Vec<Planned>,
    /// What would be undone, or fall.
    pub ends: Vec<ActionId>,
    /// What cannot be taken back.
    pub lasting: Vec<Lasting>,
}

impl Diff {
    /// SHA-256 of its JSON: what an approver has seen.
    pub fn hash(&self) -> Hash {
        Hash(Sha256::digest(serde_json::to_vec(self).unwrap_or_default()).into())
    }

    pub(super) fn of(
        standing: &Standing,
        events: &[Event],
        (regimes, offers): (&Regimes, &[Offer]),
        now: Moment,
    ) -> Self {
        let after = events.iter().fold(standing.clone(), apply);
        let imposed = events.iter().filter_map(|event| match event {
            Event::Imposed { action, waits } => Some((&**action, *waits)),
            _ => None,
        });
        let mut diff =
            Self { begins: imposed.map(|(action, waits)| planned(action, waits, now)).collect(), ..Self::default() };
        diff.ends = events.iter().filter_map(ended).collect();
        diff.lasting = lasting(standing, &diff);
        let begins = diff.begins.iter().map(|planned| planned.from_micros);
        let moments: BTreeSet<i64> = begins.chain(confirmed(events, now)).filter(|from| *from > 0).chain([0]).collect();
        let sellers = sellers(&after, events, offers);
        for in_micros in moments {
            let at = now.plus(in_micros);
            diff.accounts.extend(sellers.iter().filter_map(|seller| {
                let [before, after] = [standing, &after].map(|all| account_state(&[all], regimes, seller, at));
                let of = (*seller).clone();
                (before != after).then_some(Change { of, in_micros, before, after })
            }));
            diff.listings.extend(offers.iter().filter_map(|offer| {
                let [before, after] = [standing, &after].map(|all| listing_state(&[all], regimes, offer, None, at));
                (before != after).then(|| Change { of: offer.clone(), in_micros, before, after })
            }));
        }
        diff
    }
}

fn planned(action: &Action, waits: Option<Waiting>, now: Moment) -> Planned {
    let order = &action.order;
    let from_now = |at: Moment| at.0.saturating_sub(now.0);
    Planned {
        action: order.id,
        measure: order.measure,
        scope: order.scope.clone(),
        from_micros: from_now(action.from),
        end_micros: order.end.map(from_now),
        follows: action.cause.is_some(),
        waits,
    }
}

fn ended(event: &Event) -> Option<ActionId> {
    match event {
        Event::Undone { action, .. } | Event::Fell { action, .. } => Some(*action),
        _ => None,
    }
}

fn confirmed(events: &[Event], now: Moment) -> impl Iterator<Item = i64> {
    events.iter().filter_map(move |event| match event {
        Event::Confirmed { from, .. } => Some(from.0.saturating_sub(now.0)),
        _ => None,
    })
}

fn lasting(standing: &Standing, diff: &Diff) -> Vec<Lasting> {
    let ended = diff.ends.iter().filter_map(|id| standing.records.get(id));
    let money = ended.filter_map(|record| match record.action.order.measure {
        Measure::Freeze(money) => Some(Lasting::FundsLetGo(money)),
        _ => None,
    });
    let stops = |planned: &Planned| {
        matches!(planned.measure, Measure::Hold | Measure::Hide | Measure::Remove | Measure::Suspend | Measure::Close)
    };
    let time = diff.begins.iter().any(stops).then_some(Lasting::TimeOffSale);
    let told = (!diff.begins.is_empty()).then_some(Lasting::Told);
    money.chain(time).chain(told).collect()
}

fn sellers(after: &Standing, events: &[Event], offers: &[Offer]) -> BTreeSet<Seller> {
    let id = |event: &Event| match event {
        Event::Imposed { action, .. } => action.id(),
        Event::Confirmed { action, .. }
        | Event::Undone { action, .. }
        | Event::Fell { action, .. }
        | Event::Ended { action, .. } => *action,
    };
    let touched = events.iter().filter_map(|event| after.records.get(&id(event))?.action.order.scope.seller());
    touched.chain(offers.iter().map(|offer| &offer.listing.seller)).cloned().collect()
}
