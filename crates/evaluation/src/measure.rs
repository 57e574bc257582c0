//! The measures and the bars they are held to.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use touchstone_screening::Verdict;

use crate::half::Split;
use crate::run::{Judged, Run};
use crate::source::{Role, Set};
use crate::statistics::share;
use crate::tally::{Event, Halves, Tally};
use crate::variant::Variant;

/// What a rate must keep, in per cent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Goal {
    limit: Limit,
    /// Without it nothing is released.
    pub bar: Option<f64>,
    /// Where it should be.
    pub aim: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Limit {
    AtLeast,
    AtMost,
}

/// How far a rate got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The aim is reached.
    Aim,
    /// The bar is reached, the aim is not.
    Bar,
    /// Neither is.
    Missed,
}

impl Goal {
    /// No less than this.
    pub const fn at_least(bar: Option<f64>, aim: Option<f64>) -> Self {
        Self { limit: Limit::AtLeast, bar, aim }
    }

    /// No more than this.
    pub const fn at_most(bar: Option<f64>, aim: Option<f64>) -> Self {
        Self { limit: Limit::AtMost, bar, aim }
    }

    /// How far `percent` got; a goal without a bar is missed until the aim is reached.
    pub fn mark(&self, percent: f64) -> Mark {
        let keeps = |goal: Option<f64>| goal.is_some_and(|goal| self.keeps(percent, goal));
        match (keeps(self.aim), keeps(self.bar)) {
            (true, _) => Mark::Aim,
            (false, true) if self.aim.is_none() => Mark::Aim,
            (false, true) => Mark::Bar,
            (false, false) => Mark::Missed,
        }
    }

    fn keeps(&self, percent: f64, goal: f64) -> bool {
        match self.limit {
            Limit::AtLeast => percent >= goal,
            Limit::AtMost => percent <= goal,
        }
    }

    /// `≥` or `≤`.
    pub fn sign(&self) -> &'static str {
        match self.limit {
            Limit::AtLeast => "≥",
            Limit::AtMost => "≤",
        }
    }
}

/// One rate with what it must keep.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// What is measured.
    pub name: String,
    /// What counts.
    pub event: Event,
    /// What it must keep, if anything.
    pub goal: Option<Goal>,
    /// The counts.
    pub halves: Halves,
}

impl Measured {
    fn new(name: impl Into<String>, event: Event, goal: Option<Goal>, halves: Halves) -> Self {
        Self { name: name.into(), event, goal, halves }
    }
}

const REPLICA: Goal = Goal::at_least(Some(80.0), Some(92.0));
const REPLICA_UNPRICED: Goal = Goal::at_least(None, Some(60.0));
const NO_BLOCK: Goal = Goal::at_most(Some(0.0), Some(0.0));
const SHOP: Goal = Goal::at_most(Some(1.5), Some(0.3));
const HONEST: Goal = Goal::at_most(Some(8.0), Some(3.0));
const HONEST_BESIDE_TACTICS: Goal = Goal::at_most(Some(5.0), Some(3.0));
const SHEIN: Goal = Goal::at_most(Some(0.5), Some(0.1));
const LAZADA: Goal = Goal::at_most(Some(3.0), Some(1.0));
const TACTIC: Goal = Goal::at_least(Some(85.0), Some(95.0));
/// What the largest difference between currencies must keep, in points.
pub const SPREAD: Goal = Goal::at_most(Some(1.0), None);

/// Every rate that is held to a bar.
pub fn main_measures(runs: &[Run<'_>], split: Split) -> Vec<Measured> {
    let mut measures: Vec<Measured> = runs.iter().flat_map(of_run).collect();
    measures.extend(weakest(tactics(runs), split));
    measures.extend(of_set(runs, Set::Honest).map(|run| {
        let name = "honest, beside the tactics: review or block";
        Measured::new(name, Event::Stopped, Some(HONEST_BESIDE_TACTICS), Halves::of(run.rows()))
    }));
    measures
}

fn of_run(run: &Run<'_>) -> Vec<Measured> {
    let halves = Halves::of(run.rows());
    let stopped = |goal| Measured::new(format!("{}: review or block", run.name()), Event::Stopped, goal, halves);
    let blocked = || Measured::new(format!("{}: block", run.name()), Event::Blocked, Some(NO_BLOCK), halves);
    match (run.source.set, run.variant) {
        (Set::Replica, Variant::NoPrice) => vec![stopped(Some(REPLICA_UNPRICED))],
        (Set::Replica, _) => vec![stopped(Some(REPLICA))],
        (Set::Evasions, _) => vec![stopped(None)],
        (Set::Honest, _) => vec![stopped(Some(HONEST)), blocked()],
        (Set::Shop, _) => vec![stopped(Some(SHOP)), blocked()],
        (Set::Shein, _) => vec![stopped(Some(SHEIN))],
        (Set::Lazada, _) => vec![stopped(Some(LAZADA))],
    }
}

fn weakest(tactics: Vec<Measured>, split: Split) -> Option<Measured> {
    let rate = |m: &Measured| rate(&m.halves.over(split), m.event);
    let measured = tactics.into_iter().filter(|m| m.halves.over(split).rows > 0);
    let weakest = measured.min_by(|a, b| rate(a).total_cmp(&rate(b)))?;
    Some(Measured { name: format!("evasions, weakest tactic ({}): review or block", weakest.name), ..weakest })
}

fn of_set<'r, 's>(runs: &'r [Run<'s>], set: Set) -> impl Iterator<Item = &'r Run<'s>> {
    runs.iter().filter(move |run| run.source.set == set)
}

/// The event's rate in per cent.
pub fn rate(tally: &Tally, event: Event) -> f64 {
    100.0 * share(tally.hits(event), tally.rows)
}

/// Largest difference in points between the currencies of the replica rows: ours, and the baseline's.
pub fn spread(runs: &[Run<'_>], split: Split) -> (f64, f64) {
    let priced = of_set(runs, Set::Replica).filter(|run| run.variant != Variant::NoPrice);
    let tallies: Vec<Tally> = priced.map(|run| Halves::of(run.rows()).over(split)).collect();
    let ours = tallies.iter().map(|t| rate(t, Event::Stopped));
    (range(ours), range(tallies.iter().map(|t| 100.0 * share(t.rival, t.rows))))
}

fn range(rates: impl Iterator<Item = f64>) -> f64 {
    let (low, high) = rates.fold((f64::MAX, f64::MIN), |(low, high), rate| (low.min(rate), high.max(rate)));
    (high - low).max(0.0)
}

/// The evasions by tactic.
pub fn tactics(runs: &[Run<'_>]) -> Vec<Measured> {
    grouped(runs, Set::Evasions, Some(TACTIC), |row| &row.label.way)
}

/// The honest fixtures by trap.
pub fn traps(runs: &[Run<'_>]) -> Vec<Measured> {
    grouped(runs, Set::Honest, None, |row| &row.label.way)
}

/// A fixture by language.
pub fn languages(runs: &[Run<'_>], set: Set) -> Vec<Measured> {
    grouped(runs, set, None, |row| &row.label.language)
}

fn grouped(runs: &[Run<'_>], set: Set, goal: Option<Goal>, group: for<'r> fn(&Judged<'r>) -> &'r str) -> Vec<Measured> {
    let groups = of_set(runs, set).flat_map(|run| Halves::by(run.rows(), group));
    groups.map(|(name, halves)| Measured::new(name, Event::Stopped, goal, halves)).collect()
}

/// The error of every source: misses of fakes, false alarms on honest offers.
pub fn errors(runs: &[Run<'_>]) -> Vec<Measured> {
    let error = |run: &Run<'_>| match run.source.set.role() {
        Role::Fake => Measured::new(format!("{}: missed", run.name()), Event::Allowed, None, Halves::of(run.rows())),
        Role::Honest => {
            Measured::new(format!("{}: false alarm", run.name()), Event::Stopped, None, Halves::of(run.rows()))
        }
    };
    runs.iter().map(error).collect()
}

/// The deciding rules of a run's stopped rows, most frequent first.
pub fn reasons(run: &Run<'_>, split: Split) -> Vec<(String, Verdict, u64)> {
    let mut counts: BTreeMap<(Verdict, String), u64> = BTreeMap::new();
    for row in run.rows().filter(|row| row.is_stopped() && split.holds(row.label.half)) {
        let code = row.outcome.reason.clone().unwrap_or_default();
        *counts.entry((row.outcome.verdict, code)).or_default() += 1;
    }
    let mut reasons: Vec<_> = counts.into_iter().map(|((verdict, code), count)| (code, verdict, count)).collect();
    reasons.sort_by_key(|(_, _, count)| Reverse(*count));
    reasons
}

#[cfg(test)]
mod tests {
    use super::{Goal, Mark, range};

    #[test]
    fn marks_tell_bar_from_aim() {
        let recall = Goal::at_least(Some(80.0), Some(92.0));
        assert_eq!([79.9, 80.0, 92.0].map(|p| recall.mark(p)), [Mark::Missed, Mark::Bar, Mark::Aim]);
        let error = Goal::at_most(Some(1.5), Some(0.3));
        assert_eq!([1.6, 1.5, 0.3].map(|p| error.mark(p)), [Mark::Missed, Mark::Bar, Mark::Aim]);
    }

    #[test]
    fn without_an_aim_the_bar_is_all() {
        assert_eq!(Goal::at_most(Some(1.0), None).mark(0.9), Mark::Aim);
        assert_eq!(Goal::at_least(None, Some(60.0)).mark(59.0), Mark::Missed);
    }

    #[test]
    fn the_range_of_nothing_is_nothing() {
        assert_eq!(range([].into_iter()), 0.0);
        assert_eq!(range([3.0, 1.0, 2.0].into_iter()), 2.0);
    }
}
