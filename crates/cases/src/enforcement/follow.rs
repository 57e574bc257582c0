//! What follows from what was decided: points for each incident, and a rung of the ladder for points.
//!
//! It is a pure function of the actions that stand, so that undoing one recomputes all that followed. Fewer incidents
//! never mean more points, an earlier warning or a higher rung: an undo makes nothing stricter at any moment.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use super::action::{Action, Actor, Cause, Measure, Order, Scope, Severity};
use super::standing::Standing;
use crate::id::{ActionId, Hash, Seller};
use crate::ladder::{Ladder, Regime, Regimes, Step};
use crate::moment::{DAY, HOUR, Moment};

/// What was decided together about a seller: counted once.
struct Incident<'a> {
    id: Uuid,
    at: Moment,
    actions: Vec<&'a Action>,
    regime: Option<&'a Regime>,
    points: u32,
}

/// Points of a seller: when each begins to count and ends.
pub(super) struct Tally {
    spans: Vec<(Moment, Moment, u32)>,
}

impl Tally {
    pub(super) fn of(standing: &Standing, regimes: &Regimes, seller: &Seller) -> Self {
        Self::over(&incidents(standing, regimes, seller))
    }

    fn over(incidents: &[Incident<'_>]) -> Self {
        let counted = incidents.iter().filter(|incident| incident.points > 0);
        let span = |incident: &Incident<'_>| {
            let days = incident.regime.map_or(0, |regime| regime.ladder.valid_days);
            (incident.at, incident.at.plus(i64::from(days) * DAY), incident.points)
        };
        Self { spans: counted.map(span).collect() }
    }

    /// Points that count at a moment.
    pub(super) fn points(&self, at: Moment) -> u32 {
        let counting = self.spans.iter().filter(|(from, until, _)| *from <= at && at < *until);
        counting.fold(0, |sum, (.., points)| sum.saturating_add(*points))
    }

    /// Whether there were so many points from one moment to another; they only fall when some expire.
    pub(super) fn stayed(&self, points: u32, from: Moment, at: Moment) -> bool {
        let expiries = self.spans.iter().map(|(_, until, _)| *until).filter(|until| from < *until && *until <= at);
        expiries.chain([at]).all(|moment| self.points(moment) >= points)
    }

    /// The next moment at which some expire.
    pub(super) fn next_expiry(&self, after: Moment) -> Option<Moment> {
        self.spans.iter().map(|(_, until, _)| *until).filter(|until| *until > after).min()
    }
}

fn incidents<'a>(standing: &'a Standing, regimes: &'a Regimes, seller: &'a Seller) -> Vec<Incident<'a>> {
    let mut by_id: BTreeMap<(Moment, Uuid), Vec<&Action>> = BTreeMap::new();
    for action in standing.decided(seller) {
        by_id.entry((action.imposed_at, action.incident)).or_default().push(action);
    }
    let mut earlier: BTreeMap<&str, Vec<Moment>> = BTreeMap::new();
    let incident = |((at, id), actions): ((Moment, Uuid), Vec<&'a Action>)| {
        let regime = regimes.at(at);
        let points = regime.map_or(0, |regime| points(&regime.ladder, &actions, at, &mut earlier));
        Incident { id, at, actions, regime, points }
    };
    by_id.into_iter().map(incident).collect()
}

/// The most that one of its actions gives; then its reasons are remembered for the next.
fn points<'a>(
    ladder: &Ladder,
    actions: &[&'a Action],
    at: Moment,
    earlier: &mut BTreeMap<&'a str, Vec<Moment>>,
) -> u32 {
    let since = at.plus(-i64::from(ladder.repeat_days) * DAY);
    let before = |reason: &str| earlier.get(reason).map_or(0, |all| all.iter().filter(|at| **at > since).count());
    let one = |action: &&Action| match action.order.measure {
        Measure::Points(points) => points,
        measure if ladder.counts(measure) => {
            ladder.points(&action.order.reason, action.order.severity, before(&action.order.reason))
        }
        _ => 0,
    };
    let most = actions.iter().map(one).max().unwrap_or(0);
    let counted = actions.iter().filter(|action| ladder.counts(action.order.measure));
    let reasons: BTreeSet<&'a str> = counted.map(|action| action.order.reason.as_str()).collect();
    reasons.into_iter().for_each(|reason| earlier.entry(reason).or_default().push(at));
    most
}

/// Every consequence that the standing actions have for a seller, in the order of their incidents.
pub(super) fn consequences(standing: &Standing, regimes: &Regimes, seller: &Seller) -> Vec<Action> {
    let incidents = incidents(standing, regimes, seller);
    let tally = Tally::over(&incidents);
    let by_hand = |action: &&Action| action.order.measure == Measure::Warn;
    let mut warnings: Vec<Moment> = standing.decided(seller).filter(by_hand).map(|action| action.imposed_at).collect();
    let mut all = Vec::new();
    for incident in incidents.iter().filter(|incident| incident.points > 0) {
        let Some(regime) = incident.regime.filter(|_| !standing.is_forgiven(incident.id, seller)) else { continue };
        let points = tally.points(incident.at);
        let warned = regime.is_warned(&warnings, incident.at);
        let steps = steps(&regime.ladder, points, warned);
        if !steps.is_empty() {
            warnings.push(incident.at);
        }
        all.extend(steps.into_iter().map(|(place, step)| follows(incident, seller, regime, place, step)));
    }
    all
}

/// Steps of every rung that is reached, each with its rung's points and its place there. A lower rung's stand beside a
/// higher one's, so that they remain when points expire; where a warning must come first, one warning comes instead.
fn steps(ladder: &Ladder, points: u32, warned: bool) -> Vec<((u32, usize), &Step)> {
    let reached = || ladder.rungs.iter().filter(|rung| rung.points <= points);
    let allowed = reached().filter(|rung| warned || !rung.needs_warning());
    let steps = allowed.flat_map(|rung| rung.steps.iter().enumerate().map(|(at, step)| ((rung.points, at), step)));
    let instead = reached().find(|rung| !warned && rung.needs_warning()).map(|rung| ((rung.points, 0), &Step::WARNING));
    steps.chain(instead).collect()
}

fn follows(
    incident: &Incident<'_>,
    seller: &Seller,
    regime: &Regime,
    (points, at): (u32, usize),
    step: &Step,
) -> Action {
    let draw = incident.actions.iter().map(|action| action.draw).max().unwrap_or(0);
    let account = step.measure.is_about_account();
    let delay = if account { delay(regime.delay_hours_max, draw) } else { 0 };
    let from = incident.at.plus(delay + i64::from(step.notice_days) * DAY);
    let gravest = incident.actions.iter().max_by_key(|action| action.order.severity);
    let order = Order {
        id: id(incident.id, seller, points, at, step.measure),
        measure: step.measure,
        scope: Scope::Seller(seller.clone()),
        goods: None,
        markets: BTreeSet::new(),
        start: Some(from),
        end: step.days.map(|days| from.plus(i64::from(days) * DAY)),
        reason: gravest.map_or_else(String::new, |action| action.order.reason.clone()),
        severity: gravest.map_or(Severity::Low, |action| action.order.severity),
        policy: regime.ladder.policy.clone(),
        evidence: evidence(incident),
        exception: None,
    };
    let cause = Some(Cause { incident: incident.id, points: (!step.lasting).then_some(points) });
    Action { order, incident: incident.id, imposed_at: incident.at, from, actor: Actor::Ladder, draw, cause }
}

fn evidence(incident: &Incident<'_>) -> BTreeSet<Hash> {
    incident.actions.iter().flat_map(|action| action.order.evidence.iter().copied()).collect()
}

/// Microseconds: the drawn part of the longest delay.
fn delay(hours_max: u32, draw: u32) -> i64 {
    let micros = (i128::from(hours_max) * i128::from(HOUR) * i128::from(draw)) >> 32;
    i64::try_from(micros).unwrap_or(i64::MAX)
}

/// The same consequence of the same incident has the same id, which is a UUID of version 7 as old as the incident's.
fn id(incident: Uuid, seller: &Seller, points: u32, step: usize, measure: Measure) -> ActionId {
    let mut hash = Sha256::new();
    hash.update(incident.as_bytes());
    for part in [&seller.marketplace, &seller.seller_id, &points.to_string(), &step.to_string(), measure.slug()] {
        hash.update([0]);
        hash.update(part.as_bytes());
    }
    let mut bytes: [u8; 32] = hash.finalize().into();
    bytes[..6].copy_from_slice(&incident.as_bytes()[..6]);
    let mut uuid = [0; 16];
    uuid.copy_from_slice(&bytes[..16]);
    ActionId(Builder::from_random_bytes(uuid).with_version(uuid::Version::SortRand).into_uuid())
}
