//! The table by tactic, with an example each, and what it comes to.

use std::io::{self, Write};

use super::Attacked;
use super::example::Example;
use super::search::{Candidate, Outcome};
use super::tactics::{Group, TACTICS};
use crate::style::{self, paint};
use crate::summary::thousands;

/// Costs by which slips are counted in the summary.
const CHEAP: [usize; 2] = [3, 6];
const NAME_WIDTH: usize = 18;

/// What one tactic came to.
#[derive(Default)]
struct Row {
    tried: usize,
    /// Cost of the cheapest readable slip, one a listing.
    costs: Vec<usize>,
    /// Listings where only an unreadable edit slipped through.
    unreadable: usize,
    example: Option<((usize, bool), Example)>,
}

/// What all tactics came to.
pub(super) struct Report {
    rows: Vec<Row>,
    pairs: Row,
    known_fakes: usize,
    screened: usize,
    /// By caught listing: the cost of its cheapest readable slip.
    cheapest: Vec<Option<usize>>,
    /// Caught listings that a mechanical disguise alone lets through.
    mechanical: usize,
    /// Caught listings that only unreadable edits let through.
    unreadable: usize,
}

impl Default for Report {
    fn default() -> Self {
        let rows = TACTICS.iter().map(|_| Row::default()).collect();
        Self {
            rows,
            pairs: Row::default(),
            known_fakes: 0,
            screened: 0,
            cheapest: Vec::new(),
            mechanical: 0,
            unreadable: 0,
        }
    }
}

impl Row {
    fn count(&mut self, attacked: &Attacked, tried: bool, readable: Option<&Candidate>, unreadable: bool) {
        self.tried += usize::from(tried);
        self.unreadable += usize::from(readable.is_none() && unreadable);
        if let Some(slip) = readable {
            self.costs.push(slip.edit.cost);
            self.show(attacked, slip);
        }
    }

    /// The cheapest slip is the example; of equal ones that from the strictest verdict, of these the first.
    fn show(&mut self, attacked: &Attacked, slip: &Candidate) {
        let rank = (slip.edit.cost, attacked.decision.verdict != "block");
        if self.example.as_ref().is_none_or(|(best, _)| rank < *best) {
            self.example = Some((rank, Example::new(attacked.draft.clone(), slip.clone())));
        }
    }

    fn median(&self) -> Option<usize> {
        let mut costs = self.costs.clone();
        costs.sort_unstable();
        costs.get(costs.len().saturating_sub(1) / 2).copied()
    }

    fn print(&self, out: &mut dyn Write, name: &str) -> io::Result<()> {
        let share = percent(self.costs.len(), self.tried);
        let median = self.median().map_or(String::new(), |m| m.to_string());
        let unreadable = if self.unreadable > 0 { self.unreadable.to_string() } else { String::new() };
        writeln!(
            out,
            "{name:<NAME_WIDTH$} {:>7} {:>9} {share:>8} {median:>12} {unreadable:>11}",
            self.tried,
            self.costs.len()
        )?;
        match &self.example {
            Some((_, example)) => writeln!(out, "{}{example}", " ".repeat(NAME_WIDTH + 1)),
            None => Ok(()),
        }
    }
}

impl Report {
    /// So many known fakes more were read.
    pub(super) fn read(&mut self, known_fakes: usize) {
        self.known_fakes += known_fakes;
    }

    /// Counts what was found out about one caught listing.
    pub(super) fn count(&mut self, attacked: &Attacked) {
        let outcome = &attacked.outcome;
        self.screened += outcome.screened;
        for (tactic, row) in self.rows.iter_mut().enumerate() {
            let unreadable = outcome.slip_of(tactic, false).is_some();
            row.count(attacked, outcome.tried.get(tactic) == Some(&true), outcome.slip_of(tactic, true), unreadable);
        }
        self.pairs.count(attacked, outcome.tried_pairs, outcome.pair(), false);
        let cheapest = outcome.cheapest().map(|s| s.edit.cost);
        self.cheapest.push(cheapest);
        self.mechanical += usize::from(is_mechanical(outcome));
        self.unreadable += usize::from(cheapest.is_none() && !outcome.slips.is_empty());
    }

    pub(super) fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let head = format!(
            "{:<NAME_WIDTH$} {:>7} {:>9} {:>8} {:>12} {:>11}",
            "tactic", "tried", "slipped", "share", "median cost", "unreadable"
        );
        writeln!(out, "{}", paint(style::HEAD, &head))?;
        let mut group = None;
        for (tactic, row) in TACTICS.iter().zip(&self.rows) {
            if group.replace(tactic.group) != Some(tactic.group) {
                writeln!(out, "{}", paint(style::DIM, tactic.group.heading()))?;
            }
            row.print(out, tactic.name)?;
        }
        self.pairs.print(out, "two of them")?;
        self.print_summary(out)
    }

    fn print_summary(&self, out: &mut dyn Write) -> io::Result<()> {
        let (known, caught) = (self.known_fakes, self.cheapest.len());
        writeln!(
            out,
            "\n{} of {} known fakes are caught ({}); {} stay up as they are",
            thousands(caught as u64),
            thousands(known as u64),
            percent(caught, known),
            thousands((known - caught) as u64)
        )?;
        let within = |cost: usize| self.cheapest.iter().flatten().filter(|c| **c <= cost).count();
        let share = |n: usize| format!("{} ({})", thousands(n as u64), percent(n, caught));
        let cheap: Vec<String> = CHEAP.iter().map(|cost| format!("cost ≤ {cost}: {}", share(within(*cost)))).collect();
        writeln!(
            out,
            "{} {} · any cost: {}",
            paint(style::HEAD, "a readable edit lets through"),
            cheap.join(" · "),
            share(within(usize::MAX))
        )?;
        writeln!(
            out,
            "a mechanical disguise alone lets through {}; only what buyers can't read any more: {}",
            share(self.mechanical),
            share(self.unreadable)
        )?;
        let legend = "cost: characters changed · unreadable: listings that only an edit lets through after which no buyer knows what is on offer";
        writeln!(
            out,
            "{}",
            paint(style::DIM, &format!("{legend} · {} edits screened", thousands(self.screened as u64)))
        )
    }
}

/// One of the disguises that a program can undo was enough.
fn is_mechanical(outcome: &Outcome) -> bool {
    let mechanical = TACTICS.iter().enumerate().filter(|(_, t)| t.group == Group::Mechanical);
    mechanical.map(|(index, _)| index).any(|t| outcome.slip_of(t, true).is_some())
}

fn percent(n: usize, all: usize) -> String {
    format!("{:.1} %", 100.0 * n as f64 / all.max(1) as f64)
}
