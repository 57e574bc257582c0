//! Finds the cheapest edit that lets one caught listing through, within a budget of screenings.
//!
//! ```text
//! tactics ─► single edits, cheapest first ─► screened in batches ─► slips
//!                          └─ the most promising that failed ─► pairs, cheapest first ─► slips
//! ```
//!
//! A tactic that has slipped through is not tried again at a higher cost, and a pair only where it
//! would be cheaper than every single edit. What is screened depends on the listing, the seed and
//! the budget alone, never on other listings or on threads.

use anyhow::Result;
use touchstone_catalog::{Listing, ListingBatch};
use touchstone_screening::{Decision, RowContext, Screener, Verdict};

use super::edit::{Draft, Edit};
use super::random::Rng;
use super::scene::Scene;
use super::tactics::TACTICS;

/// Candidates that are screened at once.
const BATCH: usize = 32;
/// Of the budget, single edits may use so many fourths.
const SINGLE_FOURTHS: usize = 3;
/// Failed edits that are joined to pairs, and those of one tactic among them.
const BEAM: usize = 24;
const BEAM_PER_TACTIC: usize = 3;

/// An edit and the tactics in it: indices into [`TACTICS`].
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) tactics: Vec<usize>,
    pub(super) edit: Edit,
}

/// What was found out about one caught listing.
#[derive(Debug)]
pub(super) struct Outcome {
    /// Candidates screened.
    pub(super) screened: usize,
    /// By tactic: at least one edit was screened.
    pub(super) tried: Vec<bool>,
    /// Pairs were screened.
    pub(super) tried_pairs: bool,
    /// The cheapest slip of each tactic, readable or not, then the cheapest pair if that is cheaper than all.
    pub(super) slips: Vec<Candidate>,
}

impl Outcome {
    /// The cheapest slip that a buyer can still read.
    pub(super) fn cheapest(&self) -> Option<&Candidate> {
        self.slips.iter().filter(|s| s.edit.readable).min_by_key(|s| s.edit.cost)
    }

    /// The cheapest slip of one tactic by itself.
    pub(super) fn slip_of(&self, tactic: usize, readable: bool) -> Option<&Candidate> {
        self.slips.iter().find(|s| s.tactics == [tactic] && s.edit.readable == readable)
    }

    /// The cheapest slip that took two tactics.
    pub(super) fn pair(&self) -> Option<&Candidate> {
        self.slips.iter().find(|s| s.tactics.len() > 1)
    }
}

/// The listing under attack and what decides on it.
pub(super) struct Search<'s> {
    pub(super) screener: &'s mut Screener,
    pub(super) listing: Listing<'s>,
    pub(super) context: &'s RowContext,
    pub(super) scene: &'s Scene<'s>,
    pub(super) budget: usize,
}

/// How close an edit came: the verdict first, then the rules that fired, then the score. Lower is closer.
type Heat = (Verdict, usize, i64);

impl Search<'_> {
    /// Attacks the listing.
    pub(super) fn run(mut self, rng: &mut Rng) -> Result<Outcome> {
        let mut outcome =
            Outcome { screened: 0, tried: vec![false; TACTICS.len()], tried_pairs: false, slips: Vec::new() };
        let failed = self.singles(rng, &mut outcome)?;
        self.pairs(failed, &mut outcome)?;
        Ok(outcome)
    }

    /// Screens single edits; gives back those that failed and how close they came.
    fn singles(&mut self, rng: &mut Rng, outcome: &mut Outcome) -> Result<Vec<(Heat, Candidate)>> {
        let mut queue = self.queue(rng);
        let mut failed = Vec::new();
        while !queue.is_empty() && self.budget > 0 {
            queue.retain(|c| outcome.slip_of(c.tactics[0], c.edit.readable).is_none());
            let batch: Vec<Candidate> = queue.drain(..queue.len().min(BATCH).min(self.budget)).collect();
            for (heat, candidate) in self.screened(batch, outcome)? {
                let tactic = candidate.tactics[0];
                outcome.tried[tactic] = true;
                if heat.0 != Verdict::Allow {
                    failed.push((heat, candidate));
                } else if outcome.slip_of(tactic, candidate.edit.readable).is_none() {
                    outcome.slips.push(candidate);
                }
            }
        }
        outcome.slips.sort_by_key(|s| (s.tactics[0], !s.edit.readable));
        Ok(failed)
    }

    /// Every single edit, readable ones first, cheapest first.
    fn queue(&self, rng: &mut Rng) -> Vec<Candidate> {
        let per_tactic = (self.budget * SINGLE_FOURTHS / 4 / TACTICS.len()).max(1);
        let mut queue: Vec<Candidate> = Vec::new();
        for (index, tactic) in TACTICS.iter().enumerate() {
            let edits = tactic.edits(self.scene, rng, per_tactic);
            queue.extend(edits.into_iter().map(|edit| Candidate { tactics: vec![index], edit }));
        }
        queue.sort_by_key(|c| (!c.edit.readable, c.edit.cost, c.tactics[0]));
        queue
    }

    /// Screens pairs of the closest failures, as long as they would be cheaper than what was found.
    fn pairs(&mut self, failed: Vec<(Heat, Candidate)>, outcome: &mut Outcome) -> Result<()> {
        let cheapest = outcome.cheapest().map_or(usize::MAX, |c| c.edit.cost);
        let mut queue = joined(&self.scene.draft, &beam(failed), cheapest);
        while !queue.is_empty() && self.budget > 0 {
            let batch: Vec<Candidate> = queue.drain(..queue.len().min(BATCH).min(self.budget)).collect();
            outcome.tried_pairs = true;
            let through = self.screened(batch, outcome)?.into_iter().find(|(heat, _)| heat.0 == Verdict::Allow);
            if let Some((_, pair)) = through {
                outcome.slips.push(pair);
                return Ok(());
            }
        }
        Ok(())
    }

    /// Screens candidates and says how hot each still is.
    fn screened(&mut self, batch: Vec<Candidate>, outcome: &mut Outcome) -> Result<Vec<(Heat, Candidate)>> {
        let drafts: Vec<Draft> = batch.iter().map(|c| self.scene.draft.edited(&c.edit)).collect();
        let listings = ListingBatch::from_listings(drafts.iter().map(|d| d.on(self.listing)))?;
        let decisions = self.screener.screen(&listings, &vec![self.context.clone(); batch.len()]);
        self.budget -= batch.len().min(self.budget);
        outcome.screened += batch.len();
        let heats = decisions
            .verdicts()
            .iter()
            .zip(decisions.decisions())
            .map(|(v, d): (_, Decision)| (*v, d.reasons.len(), d.score));
        Ok(heats.zip(batch).collect())
    }
}

/// The readable failures that came closest, with few of each tactic.
fn beam(mut failed: Vec<(Heat, Candidate)>) -> Vec<Candidate> {
    failed.retain(|(_, c)| c.edit.readable);
    failed.sort_by_key(|(heat, c)| (*heat, c.edit.cost, c.tactics[0]));
    let mut taken = vec![0; TACTICS.len()];
    let fresh = |c: &Candidate| {
        taken[c.tactics[0]] += 1;
        taken[c.tactics[0]] <= BEAM_PER_TACTIC
    };
    failed.into_iter().map(|(_, c)| c).filter(fresh).take(BEAM).collect()
}

/// All pairs of two tactics that cost less than `below`, cheapest first.
fn joined(draft: &Draft, beam: &[Candidate], below: usize) -> Vec<Candidate> {
    let mut pairs = Vec::new();
    for (i, one) in beam.iter().enumerate() {
        for other in beam.iter().skip(i + 1).filter(|o| o.tactics != one.tactics) {
            let edit = one.edit.with(draft, &other.edit).filter(|e| e.cost < below);
            pairs.extend(edit.map(|edit| Candidate { tactics: vec![one.tactics[0], other.tactics[0]], edit }));
        }
    }
    pairs.sort_by_key(|p| p.edit.cost);
    pairs
}
