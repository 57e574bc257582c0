//! What another policy would have done: decisions that were made are made again with it, from the listings and what was
//! looked up for them then, and beside them with the policy in force. It is the engine that decides every day; fuses are
//! left aside on both sides.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use touchstone_catalog::ListingBatch;
use touchstone_catalog::feed::Objects;
use touchstone_screening::{Active, ContextBatch, Decision, SignalValue};
use touchstone_store::{DecisionFilter, StoredDecision};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::problem::Problem;

/// Decisions of one job of the screening threads: calls wait no longer than for these.
const CHUNK: usize = 64;
/// Changed decisions that are named, those most worth a look first.
const NAMED_MAX: usize = 30;
/// Brands and sellers that are named.
const COUNTED_MAX: usize = 20;

/// What a policy would have done.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Backtest {
    /// Decisions that were made again, the last ones; those of erased sellers are left out.
    decisions: u64,
    /// In how many the rule fires, also in shadow mode.
    fires: u64,
    /// In how many it fires as it is in force.
    fired: u64,
    /// How many verdicts change, by what they are and would be.
    changes: Vec<VerdictChange>,
    /// Brands whose offers change, most first.
    brands: Vec<Counted>,
    /// Sellers whose offers change, most first.
    sellers: Vec<Counted>,
    /// Offers that change: those that would be stopped with the least behind it first.
    examples: Vec<ChangedOffer>,
    /// The oldest of these decisions, where there may be more before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Uuid>,
}

/// Which decisions are made again: so many, before this one or the last ones.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch {
    pub(crate) before: Option<Uuid>,
    pub(crate) decisions: u64,
}

/// Verdicts that change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VerdictChange {
    /// What the policy in force says.
    from: String,
    /// What the other says.
    to: String,
    /// How often.
    count: u64,
}

/// How many of something.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Counted {
    /// Of what.
    name: String,
    /// How many.
    count: u64,
}

/// An offer whose verdict changes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangedOffer {
    /// The decision that was made.
    decision_id: Uuid,
    /// The offer's marketplace; empty if it did not say.
    pub(crate) marketplace: String,
    /// Its seller; empty if it did not say.
    pub(crate) seller_id: String,
    /// Its id.
    listing_id: String,
    /// What the policy in force says.
    from: String,
    /// What the other says.
    to: String,
    /// Log-odds in millionths by the other.
    score: i64,
}

impl Backtest {
    /// Offers that are named.
    pub(crate) fn examples(&self) -> &[ChangedOffer] {
        &self.examples
    }
}

/// Makes decisions again with both; `rule` is the one that somebody asks about.
pub(crate) async fn backtest(
    app: &App,
    other: Arc<Active>,
    rule: &str,
    Stretch { before, decisions }: Stretch,
) -> Result<Backtest, Problem> {
    let now = app.in_force.current();
    let found = app.store.decisions(&DecisionFilter { before, ..DecisionFilter::default() }, decisions).await?;
    let last = found.last().filter(|_| found.len() as u64 == decisions);
    let next = last.map(|last| last.as_ref().map_or_else(|erased| *erased, |last| last.decision_id));
    let stored: Vec<StoredDecision> = found.into_iter().filter_map(Result::ok).collect();
    let mut tally = Tally::default();
    for part in stored.chunks(CHUNK) {
        let (rows, batch, context) = read(app, part).await?;
        let is = app.pool.screen(Arc::clone(&now), batch.clone(), context.clone()).await?;
        let would = app.pool.screen(Arc::clone(&other), batch, context).await?;
        let pairs = is.decisions().zip(would.decisions());
        rows.iter().zip(pairs).for_each(|(id, (is, would))| tally.add(*id, rule, &is, &would));
    }
    Ok(Backtest { next, ..tally.told() })
}

/// Listings and what was looked up for them, without those that can't be read any more.
async fn read(app: &App, part: &[StoredDecision]) -> Result<(Vec<Uuid>, ListingBatch, ContextBatch), Problem> {
    let contents = app.store.contents(part.iter().map(|stored| stored.listing_hash.clone()).collect()).await?;
    let mut objects = Objects::new(app.config.listing, part.len());
    let (mut rows, mut context) = (Vec::new(), ContextBatch::new());
    for stored in part {
        let Ok(decision) = serde_json::from_slice::<Decision>(&stored.body) else { continue };
        let Some(content) = contents.get(&stored.listing_hash) else { continue };
        if objects.push(content).is_ok() {
            rows.push(stored.decision_id);
            context.push(decision.context);
        }
    }
    let batch = objects.finish().map_err(|error| Problem::internal("listings can't be read", error))?;
    Ok((rows, batch, context))
}

#[derive(Default)]
struct Tally {
    told: Backtest,
    changes: BTreeMap<(String, String), u64>,
    brands: BTreeMap<String, u64>,
    sellers: BTreeMap<String, u64>,
}

impl Tally {
    fn add(&mut self, id: Uuid, rule: &str, is: &Decision, would: &Decision) {
        self.told.decisions += 1;
        self.told.fired += u64::from(fires(is, rule));
        self.told.fires += u64::from(fires(would, rule));
        if is.verdict == would.verdict {
            return;
        }
        *self.changes.entry((is.verdict.clone(), would.verdict.clone())).or_default() += 1;
        if let Some(SignalValue::Text(brand)) = would.signals.get("brand_claimed") {
            *self.brands.entry(brand.clone()).or_default() += 1;
        }
        *self.sellers.entry(would.seller_id.clone()).or_default() += 1;
        self.told.examples.push(ChangedOffer {
            decision_id: id,
            marketplace: would.marketplace.clone(),
            seller_id: would.seller_id.clone(),
            listing_id: would.listing_id.clone(),
            from: is.verdict.clone(),
            to: would.verdict.clone(),
            score: would.score,
        });
    }

    fn told(mut self) -> Backtest {
        let change = |((from, to), count)| VerdictChange { from, to, count };
        self.told.changes = self.changes.into_iter().map(change).collect();
        self.told.brands = most(self.brands);
        self.told.sellers = most(self.sellers);
        self.told.examples.sort_by_key(|one| (std::cmp::Reverse(strictness(&one.to)), one.score, one.decision_id));
        self.told.examples.truncate(NAMED_MAX);
        self.told
    }
}

fn fires(decision: &Decision, rule: &str) -> bool {
    decision.reasons.iter().any(|reason| reason.code == rule) || decision.shadow.iter().any(|shadow| shadow == rule)
}

fn strictness(verdict: &str) -> u8 {
    match verdict {
        "block" => 2,
        "review" => 1,
        _ => 0,
    }
}

fn most(counts: BTreeMap<String, u64>) -> Vec<Counted> {
    let mut counts: Vec<Counted> = counts.into_iter().map(|(name, count)| Counted { name, count }).collect();
    counts.sort_by_key(|one| std::cmp::Reverse(one.count));
    counts.truncate(COUNTED_MAX);
    counts
}
