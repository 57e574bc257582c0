//! The pure part: a batch of listings and what was looked up become decisions.

use std::collections::BTreeMap;
use std::sync::Arc;

use touchstone_catalog::{Listing, ListingBatch};
use touchstone_policy::{Blown, Evaluation, Verdict};
use touchstone_signals::{Context, Evidence, Findings, REGISTRY, Scratch, Sights, Value, View, detect};

use crate::active::Active;
use crate::canonical::{Canonical, Constants, NUMBER_MAX, RowParts};
use crate::columns::record_batch;
use crate::context::{ContextBatch, RowContext};
use crate::decision::Decision;
use crate::gist::Gist;

/// Screens batches; one a thread. It holds buffers, no state.
pub struct Screener {
    active: Arc<Active>,
    constants: Constants,
    scratch: Scratch,
    sights: Sights,
}

/// The decisions on a batch, in its order: canonical JSON, one line each.
pub struct DecisionBatch {
    lines: Vec<u8>,
    ends: Vec<usize>,
    verdicts: Vec<Verdict>,
    gists: Vec<Gist>,
    first_reasons: Vec<(usize, String)>,
    rule_errors: usize,
}

/// A decision is rarely shorter.
const MIN_LINE_BYTES: usize = 640;

impl Screener {
    /// A screener for what is in force.
    pub fn new(active: Arc<Active>) -> Self {
        let constants = Constants::new(&active.snapshot.hash, &active.policy.hash());
        Self { active, constants, scratch: Scratch::default(), sights: Sights::default() }
    }

    /// Decides on every row. Rows without a context (a shorter `context`) are screened without one.
    pub fn screen(&mut self, batch: &ListingBatch, context: &ContextBatch) -> DecisionBatch {
        self.screen_as_read(&[batch], |row, _| context.get(row).unwrap_or(&NOTHING))
    }

    /// Decides on several batches as if they were one. Each row's context is asked for once the row is read, so that
    /// whoever looks something up by what a listing says need not read it again.
    pub fn screen_as_read<'c>(
        &mut self,
        batches: &[&ListingBatch],
        context: impl FnMut(usize, &View<'_, '_>) -> &'c RowContext,
    ) -> DecisionBatch {
        let active = Arc::clone(&self.active);
        let seen = self.see(&active, batches, context);
        let columns = record_batch(active.policy.columns(), batches, &seen.values, &seen.usd_cents);
        let blown = Blown::of(&active.policy, seen.contexts.iter().map(|context| &context.blown));
        let evaluation = active.policy.evaluate_with(&columns, &blown);
        let counterfactuals = active.policy.counterfactuals(&columns, &evaluation);
        let mut decisions = DecisionBatch::with(&evaluation);
        for (i, listing) in rows(batches).enumerate() {
            let row = RowParts {
                listing,
                context: seen.contexts.get(i).copied().unwrap_or(&NOTHING),
                values: seen.row(i),
                evidence: seen.evidence(i),
                result: evaluation.row(i),
                counterfactual: counterfactuals.get(i).and_then(|c| c.as_deref()),
            };
            Canonical { out: &mut decisions.lines }
                .decision(&row, &self.constants, |name| active.say(name, signal(row.values, name)));
            decisions.lines.push(b'\n');
            decisions.ends.push(decisions.lines.len());
        }
        decisions
    }

    fn see<'a, 'c: 'a>(
        &mut self,
        active: &'a Active,
        batches: &[&ListingBatch],
        mut context: impl FnMut(usize, &View<'_, '_>) -> &'c RowContext,
    ) -> Seen<'a> {
        let mut seen = Seen::with_rows(batches.iter().map(|batch| batch.len()).sum());
        let mut findings = Findings::default();
        for (i, listing) in rows(batches).enumerate() {
            let mut view = self.scratch.view(&active.snapshot, listing, Context::default());
            let context = context(i, &view);
            view.context = context.as_context();
            view.look(&mut self.sights);
            detect(&view, &mut findings);
            seen.push(&findings, context, view.usd_cents);
        }
        seen
    }
}

/// Of a listing nothing is known.
static NOTHING: RowContext = RowContext {
    blown: Vec::new(),
    day: None,
    eyes: None,
    pictures: Vec::new(),
    previous: None,
    proven: BTreeMap::new(),
    resembles: None,
    seller: None,
    shop: None,
};

fn rows<'b>(batches: &'b [&ListingBatch]) -> impl Iterator<Item = Listing<'b>> {
    batches.iter().flat_map(|batch| batch.rows())
}

/// Findings of a batch, flat.
struct Seen<'a> {
    contexts: Vec<&'a RowContext>,
    values: Vec<Value<'a>>,
    usd_cents: Vec<Option<i64>>,
    evidence: Vec<(u16, Evidence)>,
    ends: Vec<usize>,
}

impl<'a> Seen<'a> {
    fn with_rows(rows: usize) -> Self {
        Self {
            contexts: Vec::with_capacity(rows),
            values: Vec::with_capacity(rows * REGISTRY.len()),
            usd_cents: Vec::with_capacity(rows),
            evidence: Vec::new(),
            ends: Vec::with_capacity(rows),
        }
    }

    fn push(&mut self, findings: &Findings<'a>, context: &'a RowContext, usd_cents: Option<i64>) {
        self.contexts.push(context);
        self.values.extend(findings.values().iter().map(|value| exact(*value)));
        self.usd_cents.push(usd_cents);
        for signal in 0..REGISTRY.len() {
            self.evidence.extend(findings.evidence(signal).iter().map(|e| (signal as u16, *e)));
        }
        self.ends.push(self.evidence.len());
    }

    fn row(&self, row: usize) -> &[Value<'a>] {
        self.values.get(row * REGISTRY.len()..(row + 1) * REGISTRY.len()).unwrap_or_default()
    }

    fn evidence(&self, row: usize) -> &[(u16, Evidence)] {
        let from = row.checked_sub(1).map_or(0, |r| self.ends[r]);
        &self.evidence[from..self.ends[row]]
    }
}

/// The value as rules and decisions have it: a number beyond what JSON keeps is the largest that it does keep.
fn exact(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Int(number) => Value::Int(number.clamp(-NUMBER_MAX, NUMBER_MAX)),
        other => other,
    }
}

fn signal<'v>(values: &[Value<'v>], name: &str) -> Value<'v> {
    let at = REGISTRY.iter().position(|spec| spec.id == name);
    at.and_then(|at| values.get(at)).copied().unwrap_or(Value::Null)
}

impl DecisionBatch {
    fn with(evaluation: &Evaluation) -> Self {
        let stopped = evaluation.rows().enumerate().filter(|(_, r)| r.verdict() != Verdict::Allow);
        Self {
            lines: Vec::with_capacity(evaluation.len() * MIN_LINE_BYTES),
            ends: Vec::with_capacity(evaluation.len()),
            verdicts: evaluation.verdicts().to_vec(),
            gists: evaluation.rows().map(Gist::of).collect(),
            first_reasons: stopped
                .map(|(i, r)| (i, r.reasons().next().map_or_else(String::new, |reason| reason.rule.id.clone())))
                .collect(),
            rule_errors: evaluation.rows().filter(|r| r.has_rule_error()).count(),
        }
    }

    /// Number of decisions.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All decisions as lines of canonical JSON, each with its line end.
    pub fn as_lines(&self) -> &[u8] {
        &self.lines
    }

    /// The decision on one row as canonical JSON.
    pub fn json(&self, row: usize) -> &[u8] {
        let from = row.checked_sub(1).and_then(|r| self.ends.get(r)).copied().unwrap_or(0);
        let to = self.ends.get(row).map_or(from, |end| end - 1);
        self.lines.get(from..to).unwrap_or_default()
    }

    /// The decision on one row, read back from its canonical JSON.
    pub fn decision(&self, row: usize) -> Option<Decision> {
        serde_json::from_slice(self.json(row)).ok()
    }

    /// All decisions, read back.
    pub fn decisions(&self) -> impl Iterator<Item = Decision> + '_ {
        (0..self.len()).filter_map(|row| self.decision(row))
    }

    /// The verdicts, in the order of the batch.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// What of the decision on one row is asked most.
    pub fn gist(&self, row: usize) -> Option<&Gist> {
        self.gists.get(row)
    }

    /// For every row that does not simply stay up: its first reason's code.
    pub fn first_reasons(&self) -> impl Iterator<Item = &str> {
        self.first_reasons.iter().map(|(_, code)| code.as_str())
    }

    /// Rows under review because a rule could not be computed.
    pub fn rule_errors(&self) -> usize {
        self.rule_errors
    }
}
