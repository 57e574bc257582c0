//! A source in a variant, screened, with what the baseline says of it.

use std::sync::Arc;

use touchstone_catalog::{Listing, ListingBatch};
use touchstone_screening::{Active, Verdict};

use crate::baseline::{Baseline, Lesson, Look};
use crate::error::EvaluationError;
use crate::half::Half;
use crate::screen::{Outcome, screen};
use crate::source::{Label, Role, Set, Source};
use crate::variant::{Variant, check_rates};

/// A source in a variant with everything that was said about it, row by row.
#[derive(Debug)]
pub struct Run<'s> {
    /// Where its rows are from.
    pub source: &'s Source,
    /// What was changed about them.
    pub variant: Variant,
    listings: ListingBatch,
    outcomes: Vec<Outcome>,
    rival: Vec<Said>,
}

/// What the baseline says of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Said {
    /// Log-odds that it is a fake.
    pub score: f64,
    /// Whether it is stopped.
    pub stops: bool,
}

/// One row of a run.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'r> {
    /// As it was screened.
    pub listing: Listing<'r>,
    /// What was kept aside.
    pub label: &'r Label,
    /// What the screening says.
    pub outcome: &'r Outcome,
    /// What the baseline says.
    pub rival: Said,
}

impl Judged<'_> {
    /// Whether it was reviewed or blocked.
    pub fn is_stopped(&self) -> bool {
        self.outcome.verdict != Verdict::Allow
    }
}

/// Screens every source, the replica rows in every variant, and trains the baseline on them.
///
/// # Errors
/// When a rate is missing or a batch can't be screened.
pub fn run_all<'s>(active: &Arc<Active>, sources: &'s [Source]) -> Result<Vec<Run<'s>>, EvaluationError> {
    check_rates(&active.snapshot.knowledge.rates)?;
    let plan = sources.iter().flat_map(|source| variants(source.set).map(move |variant| (source, variant)));
    let mut runs = plan.map(|(source, variant)| Run::new(active, source, variant)).collect::<Result<Vec<_>, _>>()?;
    let lessons: Vec<Lesson> = runs.iter().filter(|run| run.variant == Variant::AsOffered).map(Run::lesson).collect();
    let rival = Baseline::train(&lessons);
    runs.iter_mut().for_each(|run| run.ask(&rival));
    Ok(runs)
}

fn variants(set: Set) -> impl Iterator<Item = Variant> {
    Variant::all().filter(move |variant| set == Set::Replica || *variant == Variant::AsOffered)
}

impl<'s> Run<'s> {
    fn new(active: &Arc<Active>, source: &'s Source, variant: Variant) -> Result<Self, EvaluationError> {
        let rates = &active.snapshot.knowledge.rates;
        let listings = ListingBatch::from_listings(source.listings.rows().map(|row| variant.apply(row, rates)))?;
        let outcomes = screen(active, &listings)?;
        Ok(Self { source, variant, listings, outcomes, rival: Vec::new() })
    }

    fn lesson(&self) -> Lesson {
        let half =
            |half: Half| self.rows().filter(|row| row.label.half == half).map(|row| Look::at(&row.listing)).collect();
        Lesson { fake: self.source.set.role() == Role::Fake, learn: half(Half::Tune), check: half(Half::Held) }
    }

    fn ask(&mut self, rival: &Baseline) {
        let looks = self.listings.rows().map(|row| Look::at(&row));
        self.rival = looks.map(|look| Said { score: rival.score(&look), stops: rival.stops(&look) }).collect();
    }

    /// The rows in order.
    pub fn rows(&self) -> impl Iterator<Item = Judged<'_>> {
        let rows = self.listings.rows().zip(&self.source.labels).zip(&self.outcomes).enumerate();
        rows.map(|(at, ((listing, label), outcome))| {
            let rival = self.rival.get(at).copied().unwrap_or_default();
            Judged { listing, label, outcome, rival }
        })
    }

    /// The source's name, with the currency for the replica rows.
    pub fn name(&self) -> String {
        let name = self.source.set.name();
        match (self.source.set, self.variant) {
            (Set::Replica, Variant::AsOffered) => format!("{name} in CNY"),
            (_, Variant::AsOffered) => name.to_owned(),
            (_, Variant::In(target)) => format!("{name} in {}", target.code),
            (_, Variant::NoPrice) => format!("{name} without price"),
        }
    }
}
