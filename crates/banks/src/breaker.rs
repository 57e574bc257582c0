//! Stops a bank, or one entry of it, that suddenly matches a large share of traffic.
//!
//! A size chart put into the wrong bank, or a picture with nothing on it, would hold half a marketplace before anybody
//! looks. So queries of traffic are counted over a sliding window, and what matches more than its share of them is named
//! once; the caller stops it ([`Banks::stop`](crate::Banks::stop)), which every process learns, and a person starts it
//! again. Queries made by hand are no traffic.
//!
//! The window moves in slices: a query counts from its slice on until the slice is a window old.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::entry::Bank;
use crate::event::Contents;
use crate::library::Answer;

/// Slices of a window.
const SLICES: i64 = 60;

/// From when on something is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Length of the window in milliseconds, at least 60.
    pub window: i64,
    /// Fewer queries than this within the window stop nothing.
    pub queries_min: u64,
    /// Share of queries that one entry may match, in permille.
    pub entry: u16,
    /// Share of queries that `genuine` may match, in permille: shops show the brand's own pictures.
    pub genuine: u16,
    /// Share of queries that `counterfeit` may match, in permille.
    pub counterfeit: u16,
    /// Share of queries that `negative` may match, in permille: size charts are everywhere.
    pub negative: u16,
    /// Share of queries that show an enrolled logo, in permille.
    pub logos: u16,
}

impl Default for Limits {
    fn default() -> Self {
        Self { window: 600_000, queries_min: 500, entry: 50, genuine: 400, counterfeit: 100, negative: 600, logos: 950 }
    }
}

impl Limits {
    fn of(&self, subject: &Subject) -> u64 {
        u64::from(match subject {
            Subject::Entry(_) => self.entry,
            Subject::Bank(Bank::Genuine) => self.genuine,
            Subject::Bank(Bank::Counterfeit) => self.counterfeit,
            Subject::Bank(Bank::Negative) => self.negative,
            Subject::Bank(Bank::Logos) => self.logos,
        })
    }
}

/// What can be stopped.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A whole bank.
    Bank(Bank),
    /// An entry, by its id.
    Entry(String),
}

/// Something that matched more than its share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trip {
    /// What.
    pub subject: Subject,
    /// Queries that it matched within the window.
    pub matched: u64,
    /// Queries within the window.
    pub queries: u64,
}

/// What was asked within one slice of time.
#[derive(Debug, Default)]
struct Slice {
    number: i64,
    queries: u64,
    matched: HashMap<Subject, u64>,
}

/// Counts queries of traffic.
#[derive(Debug, Default)]
pub struct Breaker {
    limits: Limits,
    slices: VecDeque<Slice>,
    queries: u64,
    matched: HashMap<Subject, u64>,
}

impl Breaker {
    /// With limits of its own.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Counts one query and what it matched; `now` in milliseconds. What is more than its share is named, once.
    pub fn observe(&mut self, now: i64, answer: &Answer, contents: &Contents) -> Vec<Trip> {
        let matches = answer.matches.iter().filter(|each| each.found.is_match()).chain(&answer.negative);
        let entries = matches.filter_map(|each| contents.entries().get(each.number));
        self.count(now, entries.map(|entry| (entry.item.bank, Some(entry.id.as_str()))))
    }

    /// The same, for what was matched otherwise; of a bank as a whole where the entry is not known.
    pub fn count<'m>(&mut self, now: i64, matched: impl Iterator<Item = (Bank, Option<&'m str>)>) -> Vec<Trip> {
        let mut subjects: Vec<Subject> = Vec::new();
        for (bank, id) in matched {
            subjects.push(Subject::Bank(bank));
            subjects.extend(id.map(|id| Subject::Entry(id.to_owned())));
        }
        subjects.sort_unstable();
        subjects.dedup();
        let slice = self.slice(now);
        slice.queries += 1;
        for subject in &subjects {
            *slice.matched.entry(subject.clone()).or_default() += 1;
        }
        self.queries += 1;
        for subject in &subjects {
            *self.matched.entry(subject.clone()).or_default() += 1;
        }
        let trips: Vec<Trip> = subjects.into_iter().filter_map(|subject| self.tripped(subject)).collect();
        for trip in &trips {
            self.forget(&trip.subject);
        }
        trips
    }

    /// Queries within the window, and those of them that matched this; without what is too old by now.
    pub fn share(&mut self, now: i64, subject: &Subject) -> (u64, u64) {
        self.slice(now);
        (self.queries, self.matched.get(subject).copied().unwrap_or(0))
    }

    /// The slice of this moment, with those before the window dropped. A clock that goes back stays where it was.
    fn slice(&mut self, now: i64) -> &mut Slice {
        let length = (self.limits.window / SLICES).max(1);
        let newest = self.slices.back().map_or(i64::MIN, |slice| slice.number);
        let number = now.div_euclid(length).max(newest);
        while self.slices.front().is_some_and(|slice| slice.number <= number - SLICES) {
            self.drop_oldest();
        }
        if newest != number || self.slices.is_empty() {
            self.slices.push_back(Slice { number, ..Slice::default() });
        }
        let last = self.slices.len() - 1;
        &mut self.slices[last]
    }

    fn drop_oldest(&mut self) {
        let Some(oldest) = self.slices.pop_front() else { return };
        self.queries -= oldest.queries;
        for (subject, count) in oldest.matched {
            if let Some(sum) = self.matched.get_mut(&subject) {
                *sum -= count;
                if *sum == 0 {
                    self.matched.remove(&subject);
                }
            }
        }
    }

    fn tripped(&self, subject: Subject) -> Option<Trip> {
        let (queries, matched) = (self.queries, self.matched.get(&subject).copied().unwrap_or(0));
        let over = queries >= self.limits.queries_min && matched * 1000 > queries * self.limits.of(&subject);
        over.then_some(Trip { subject, matched, queries })
    }

    /// What was stopped begins anew when it is started again.
    fn forget(&mut self, subject: &Subject) {
        self.matched.remove(subject);
        for slice in &mut self.slices {
            slice.matched.remove(subject);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: Limits = Limits {
        window: 600,
        queries_min: 10,
        entry: 300,
        genuine: 1000,
        counterfeit: 600,
        negative: 1000,
        logos: 1000,
    };

    fn bank(trips: &[Trip]) -> Vec<&Subject> {
        trips.iter().map(|trip| &trip.subject).collect()
    }

    #[test]
    fn what_matches_more_than_its_share_is_named_once() {
        let mut breaker = Breaker::new(LIMITS);
        let mut trips = Vec::new();
        for n in 0..40 {
            let hit = n % 2 == 0;
            trips.extend(breaker.count(n, hit.then_some((Bank::Counterfeit, Some("a"))).into_iter()));
        }
        let entry = Subject::Entry("a".into());
        assert_eq!(trips[0], Trip { subject: entry.clone(), matched: 6, queries: 11 });
        assert_eq!(bank(&trips)[1..], [&entry; 1], "it had to match a share of the window anew to be named again");
    }

    #[test]
    fn a_share_of_few_queries_stops_nothing() {
        let mut breaker = Breaker::new(LIMITS);
        for n in 0..9 {
            assert!(breaker.count(n, [(Bank::Counterfeit, Some("a"))].into_iter()).is_empty());
        }
        let trips = breaker.count(9, [(Bank::Counterfeit, Some("b"))].into_iter());
        assert_eq!(bank(&trips), [&Subject::Bank(Bank::Counterfeit)], "many entries, one bank");
    }

    #[test]
    fn what_is_a_window_old_does_not_count() {
        let mut breaker = Breaker::new(LIMITS);
        for n in 0..9 {
            breaker.count(n, [(Bank::Counterfeit, Some("a"))].into_iter());
        }
        for n in 700..800 {
            assert!(breaker.count(n, std::iter::empty()).is_empty());
        }
        assert!(breaker.count(800, [(Bank::Counterfeit, Some("a"))].into_iter()).is_empty());
        assert!(breaker.slices.len() <= SLICES as usize);
    }

    proptest! {
        /// The sums agree with counting anew, whatever the clock does, and nothing is kept of what is too old.
        #[test]
        fn sums_agree_with_counting(steps in proptest::collection::vec((-50i64..200, 0usize..4), 1..300)) {
            let ids = ["a", "b", "c"];
            // Nothing trips, so that nothing is forgotten.
            let mut breaker = Breaker::new(Limits { queries_min: u64::MAX, ..LIMITS });
            let (mut now, mut newest) = (0, i64::MIN);
            let mut all: Vec<(i64, Option<&str>)> = Vec::new();
            for (step, which) in steps {
                now += step;
                newest = newest.max(now.div_euclid(10));
                let id = ids.get(which).copied();
                breaker.count(now, id.map(|id| (Bank::Genuine, Some(id))).into_iter());
                all.push((newest, id));
                let within: Vec<_> = all.iter().filter(|(slice, _)| *slice > newest - SLICES).collect();
                prop_assert_eq!(breaker.queries, within.len() as u64);
                for id in ids {
                    let expected = within.iter().filter(|(_, hit)| *hit == Some(id)).count() as u64;
                    let counted = breaker.matched.get(&Subject::Entry(id.into())).copied().unwrap_or(0);
                    prop_assert_eq!(counted, expected);
                }
            }
        }
    }
}
