//! What holds at a moment: computed from every action that is active then, the strictest first; never from what held
//! before.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::action::{Action, Measure, Offer};
use super::follow::Tally;
use super::standing::Standing;
use crate::id::{ActionId, Seller};
use crate::ladder::Regimes;
use crate::moment::Moment;
use crate::money::{Currency, Money};

/// Where buyers see a listing, from everywhere to nowhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// As any other.
    #[default]
    Shown,
    /// Later in search.
    Demoted,
    /// Waits to be published.
    Held,
    /// Not shown.
    Hidden,
    /// Taken down.
    Removed,
}

/// What a seller may do, from all to nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Everything.
    #[default]
    Full,
    /// Nothing new may be offered.
    NoNewListings,
    /// Nothing may be sold.
    Suspended,
    /// The account has ended.
    Closed,
}

/// What holds for a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingState {
    /// Where it is seen.
    pub visibility: Visibility,
    /// Every active action that bears on it.
    pub because: BTreeSet<ActionId>,
}

/// What holds for a seller.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountState {
    /// What the seller may do.
    pub access: Access,
    /// Points that count.
    pub points: u32,
    /// Minor units that are not paid out, by currency: each freeze has its own claim, so they add up.
    pub frozen: BTreeMap<Currency, i64>,
    /// Whether a warning is active.
    pub warned: bool,
    /// Every active action that bears on it.
    pub because: BTreeSet<ActionId>,
}

/// What holds for an offer at a moment in a country; without one, in the strictest.
pub fn listing_state(
    standings: &[&Standing],
    regimes: &Regimes,
    offer: &Offer,
    market: Option<&str>,
    at: Moment,
) -> ListingState {
    let active = standings.iter().flat_map(|standing| active(standing, regimes, at));
    let bearing = active.filter(|action| action.order.scope.reaches(offer) && action.holds_in(market));
    let mut state = ListingState::default();
    for (action, visibility) in bearing.filter_map(|action| Some((action, visibility(action.order.measure)?))) {
        state.visibility = state.visibility.max(visibility);
        state.because.insert(action.id());
    }
    state
}

/// What holds for a seller at a moment.
pub fn account_state(standings: &[&Standing], regimes: &Regimes, seller: &Seller, at: Moment) -> AccountState {
    let mut state = AccountState::default();
    for standing in standings {
        state.points = state.points.saturating_add(Tally::of(standing, regimes, seller).points(at));
        let active = active(standing, regimes, at);
        active.filter(|action| action.order.scope.seller() == Some(seller)).for_each(|action| bear(&mut state, action));
    }
    state
}

fn bear(state: &mut AccountState, action: &Action) {
    let access = match action.order.measure {
        Measure::ListingBan => Access::NoNewListings,
        Measure::Suspend => Access::Suspended,
        Measure::Close => Access::Closed,
        Measure::Warn | Measure::Points(_) | Measure::Freeze(_) => Access::Full,
        Measure::Demote | Measure::Hold | Measure::Hide | Measure::Remove => return,
    };
    match action.order.measure {
        Measure::Warn => state.warned = true,
        Measure::Freeze(Money { minor, currency }) => {
            let sum = state.frozen.entry(currency).or_default();
            *sum = sum.saturating_add(minor);
        }
        _ => {}
    }
    state.access = state.access.max(access);
    state.because.insert(action.id());
}

/// What a measure means for a listing it reaches; a suspended seller's goods are not shown.
fn visibility(measure: Measure) -> Option<Visibility> {
    match measure {
        Measure::Demote => Some(Visibility::Demoted),
        Measure::Hold => Some(Visibility::Held),
        Measure::Hide | Measure::Suspend => Some(Visibility::Hidden),
        Measure::Remove | Measure::Close => Some(Visibility::Removed),
        Measure::Warn | Measure::Points(_) | Measure::ListingBan | Measure::Freeze(_) => None,
    }
}

/// Actions in force: standing, begun, not over, and, if they follow from points, with those points still there.
pub fn active<'a>(standing: &'a Standing, regimes: &Regimes, at: Moment) -> impl Iterator<Item = &'a Action> {
    let mut tallies: BTreeMap<&Seller, Tally> = BTreeMap::new();
    standing.stands().filter(move |action| {
        action.spans(at)
            && action.cause.is_none_or(|cause| match (cause.points, action.order.scope.seller()) {
                (Some(points), Some(seller)) => {
                    let tally = tallies.entry(seller).or_insert_with(|| Tally::of(standing, regimes, seller));
                    tally.stayed(points, action.imposed_at, at)
                }
                _ => true,
            })
    })
}
