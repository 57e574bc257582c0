//! The pure part: a batch of listings and what was looked up become decisions.

use std::sync::Arc;

use touchstone_catalog::ListingBatch;
use touchstone_policy::{Evaluation, Row, Rule, Verdict};
use touchstone_signals::{Evidence, Findings, REGISTRY, Scratch, Value, detect};

use crate::active::Active;
use crate::columns::record_batch;
use crate::context::{ContextBatch, RowContext};
use crate::decision::{Decision, EvidencePlace, Hashes, Reason, ReviewNote, SignalValue};

/// Version of the engine that decisions name.
const ENGINE: &str = concat!("touchstone ", env!("CARGO_PKG_VERSION"));
const SCHEMA: u32 = 1;

/// Screens batches; one a thread. It holds buffers, no state.
pub struct Screener {
    active: Arc<Active>,
    scratch: Scratch,
}

/// The decisions on a batch, in its order.
pub struct DecisionBatch {
    decisions: Vec<Decision>,
    verdicts: Vec<Verdict>,
}

impl Screener {
    /// A screener for what is in force.
    pub fn new(active: Arc<Active>) -> Self {
        Self { active, scratch: Scratch::default() }
    }

    /// Decides on every row. Rows without a context (a shorter `context`) are screened without one.
    pub fn screen(&mut self, batch: &ListingBatch, context: &ContextBatch) -> DecisionBatch {
        let active = Arc::clone(&self.active);
        let none = RowContext::default();
        let seen = self.see(&active, batch, context, &none);
        let columns = record_batch(active.policy.columns(), batch, &seen.values, &seen.usd_cents);
        let evaluation = active.policy.evaluate(&columns);
        let counterfactuals = active.policy.counterfactuals(&columns, &evaluation);
        let build = Build { active: &active, seen: &seen, evaluation: &evaluation, counterfactuals: &counterfactuals };
        let decisions = batch.rows().enumerate().map(|(i, listing)| build.decision(i, &listing, context.get(i).unwrap_or(&none))).collect();
        DecisionBatch { decisions, verdicts: evaluation.verdicts().to_vec() }
    }

    fn see<'a>(&mut self, active: &'a Active, batch: &ListingBatch, context: &'a ContextBatch, none: &'a RowContext) -> Seen<'a> {
        let mut seen = Seen::with_rows(batch.len());
        let mut findings = Findings::default();
        for (i, listing) in batch.rows().enumerate() {
            let context = context.get(i).unwrap_or(none);
            let view = self.scratch.view(&active.snapshot, listing, context.as_context());
            detect(&view, &mut findings);
            seen.push(&findings, view.usd_cents);
        }
        seen
    }
}

/// Findings of a batch, flat.
struct Seen<'a> {
    values: Vec<Value<'a>>,
    usd_cents: Vec<Option<i64>>,
    evidence: Vec<(u16, Evidence)>,
    ends: Vec<usize>,
}

impl<'a> Seen<'a> {
    fn with_rows(rows: usize) -> Self {
        Self { values: Vec::with_capacity(rows * REGISTRY.len()), usd_cents: Vec::with_capacity(rows), evidence: Vec::new(), ends: Vec::with_capacity(rows) }
    }

    fn push(&mut self, findings: &Findings<'a>, usd_cents: Option<i64>) {
        self.values.extend_from_slice(findings.values());
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

struct Build<'b> {
    active: &'b Active,
    seen: &'b Seen<'b>,
    evaluation: &'b Evaluation,
    counterfactuals: &'b [Option<Vec<usize>>],
}

impl Build<'_> {
    fn decision(&self, row: usize, listing: &touchstone_catalog::Listing<'_>, context: &RowContext) -> Decision {
        let result = self.evaluation.row(row);
        let shares = result.map(|r| r.shares().filter(|(_, share)| *share != 0).map(|(at, share)| (column_name(at), share)).collect());
        Decision {
            class: result.map_or("none", |r| r.class().as_str()).to_owned(),
            context: context.clone(),
            counterfactual: self.counterfactuals.get(row).and_then(|c| c.as_ref()).map(|c| c.iter().map(|at| column_name(*at)).collect()),
            hashes: self.hashes(listing, context),
            listing_id: listing.id.to_owned(),
            marketplace: listing.marketplace.to_owned(),
            reasons: result.map(|r| self.reasons(row, r)).unwrap_or_default(),
            review: result.and_then(Row::review).map(|r| ReviewNote { hours: r.hours, listing: r.listing.as_str().to_owned() }),
            schema: SCHEMA,
            score: result.map_or(0, Row::score),
            seller_id: listing.seller_id.to_owned(),
            shadow: result.map(|r| r.shadow().map(|rule| rule.id.clone()).collect()).unwrap_or_default(),
            shares: shares.unwrap_or_default(),
            signals: self.signals(row),
            verdict: result.map_or("allow", |r| r.verdict().as_str()).to_owned(),
        }
    }

    fn hashes(&self, listing: &touchstone_catalog::Listing<'_>, context: &RowContext) -> Hashes {
        Hashes {
            context: hex(&context.hash()),
            engine: ENGINE.to_owned(),
            knowledge: hex(&self.active.snapshot.hash),
            listing: hex(&listing.content_hash()),
            policy: hex(&self.active.policy.hash()),
        }
    }

    fn signals(&self, row: usize) -> std::collections::BTreeMap<String, SignalValue> {
        let named = REGISTRY.iter().zip(self.seen.row(row));
        named.filter_map(|(spec, value)| Some((spec.id.to_owned(), signal_value(*value)?))).collect()
    }

    fn reasons(&self, row: usize, result: Row<'_>) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = result.fired().map(|rule| self.reason(row, rule)).collect();
        if result.has_rule_error() {
            reasons.push(Reason { code: touchstone_policy::RULE_ERROR.to_owned(), evidence: Vec::new(), message: "a rule could not be computed for this listing".to_owned(), severity: "high".to_owned() });
        }
        reasons
    }

    fn reason(&self, row: usize, rule: &Rule) -> Reason {
        let places = self.seen.evidence(row).iter().filter(|(signal, _)| rule.evidence.contains(&(*signal as usize)));
        let message = rule.message("en", |name| self.say(row, name));
        Reason { code: rule.id.clone(), evidence: places.map(|(signal, e)| place(*signal, e)).collect(), message, severity: rule.severity.as_str().to_owned() }
    }

    /// A signal's value as a person says it: brands by name, ratios in per cent.
    fn say(&self, row: usize, name: &str) -> String {
        let at = REGISTRY.iter().position(|spec| spec.id == name);
        match at.and_then(|at| self.seen.row(row).get(at)) {
            Some(Value::Int(permille)) if name.starts_with("price_vs_") => format!("{} %", permille / 10),
            Some(Value::Int(number)) => number.to_string(),
            Some(Value::Text(slug)) => self.active.snapshot.brand_by_slug(slug).and_then(|b| self.active.snapshot.brand(b)).map_or_else(|| slug.replace('_', " "), |b| b.name.clone()),
            Some(Value::True) => "yes".to_owned(),
            _ => "unknown".to_owned(),
        }
    }
}

fn column_name(at: usize) -> String {
    REGISTRY.get(at).map_or_else(String::new, |spec| spec.id.to_owned())
}

fn signal_value(value: Value<'_>) -> Option<SignalValue> {
    match value {
        Value::Null => None,
        Value::True => Some(SignalValue::Bool(true)),
        Value::Int(number) => Some(SignalValue::Int(number)),
        Value::Text(text) => Some(SignalValue::Text(text.to_owned())),
    }
}

fn place(signal: u16, evidence: &Evidence) -> EvidencePlace {
    let (field, item) = evidence.field.name();
    EvidencePlace { end: evidence.span.end, field: field.to_owned(), item, signal: column_name(signal as usize), start: evidence.span.start }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[(b >> 4) as usize] as char, DIGITS[(b & 15) as usize] as char]).collect()
}

impl DecisionBatch {
    /// The decisions, in the order of the batch.
    pub fn decisions(&self) -> &[Decision] {
        &self.decisions
    }

    /// The verdicts, in the order of the batch.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }
}
