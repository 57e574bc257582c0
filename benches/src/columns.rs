//! The columns that rules read, built as screening builds them, which has no door for it.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
use touchstone_catalog::{Listing, ListingBatch};
use touchstone_screening::Active;
use touchstone_signals::{Context, Findings, REGISTRY, Scratch, Value, ValueKind, detect};

/// The signals of a batch, one row behind the other, and the prices.
pub struct Seen<'a> {
    values: Vec<Value<'a>>,
    usd_cents: Vec<Option<i64>>,
}

/// Runs every detector over a batch.
#[must_use]
pub fn see<'a>(active: &'a Active, batch: &ListingBatch) -> Seen<'a> {
    let mut scratch = Scratch::default();
    let mut findings = Findings::default();
    let mut seen = Seen { values: Vec::new(), usd_cents: Vec::new() };
    for listing in batch.rows() {
        let view = scratch.view(&active.snapshot, listing, Context::default());
        detect(&view, &mut findings);
        seen.values.extend_from_slice(findings.values());
        seen.usd_cents.push(view.usd_cents);
    }
    seen
}

/// One column a signal, then the plain inputs by their names.
/// # Panics
/// When screening has got an input that is not known here.
#[must_use]
pub fn record_batch(active: &Active, batch: &ListingBatch, seen: &Seen<'_>) -> RecordBatch {
    let signals = REGISTRY
        .iter()
        .enumerate()
        .map(|(at, spec)| array(spec.kind, seen.values.iter().skip(at).step_by(REGISTRY.len()).copied()));
    let inputs = active.policy.columns().iter().skip(REGISTRY.len()).map(|column| input(&column.name, batch, seen));
    let arrays: Vec<ArrayRef> = signals.chain(inputs).collect();
    RecordBatch::try_new(active.policy.columns().schema(), arrays)
        .unwrap_or_else(|error| panic!("the columns of screening changed: {error}"))
}

fn input(name: &str, batch: &ListingBatch, seen: &Seen<'_>) -> ArrayRef {
    let text = |get: fn(Listing<'_>) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter(batch.rows().map(|l| Some(get(l)).filter(|t| !t.is_empty()))))
    };
    match name {
        "condition" => text(|l| l.condition.to_owned()),
        "marketplace" => text(|l| l.marketplace.to_owned()),
        "market" => text(|l| l.market.to_owned()),
        "ships_from" => text(|l| l.ships_from.to_owned()),
        "stock" => Arc::new(Int64Array::from_iter(batch.rows().map(|l| l.stock))),
        "reviews" => {
            let reviews = batch.rows().map(|l| i64::try_from(l.reviews.len()).ok().filter(|n| *n > 0));
            Arc::new(Int64Array::from_iter(reviews))
        }
        "price_usd_cents" => Arc::new(Int64Array::from_iter(seen.usd_cents.iter().copied())),
        other => panic!("screening has an input that this benchmark does not know: {other}"),
    }
}

fn array<'a>(kind: ValueKind, values: impl Iterator<Item = Value<'a>>) -> ArrayRef {
    match kind {
        ValueKind::Bool => Arc::new(BooleanArray::from_iter(values.map(|v| (v == Value::True).then_some(true)))),
        ValueKind::Int => {
            Arc::new(Int64Array::from_iter(values.map(|v| if let Value::Int(n) = v { Some(n) } else { None })))
        }
        ValueKind::Text => {
            Arc::new(StringArray::from_iter(values.map(|v| if let Value::Text(t) = v { Some(t) } else { None })))
        }
    }
}
