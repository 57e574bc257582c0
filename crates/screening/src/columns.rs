//! From findings to the columns that rules read.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::compute::concat;
use touchstone_catalog::ListingBatch;
use touchstone_policy::{Column, ColumnKind, Columns};
use touchstone_signals::{REGISTRY, Spec, Value, ValueKind};

/// Plain inputs behind the signals: fields of the listing that rules may read.
const INPUTS: [(&str, ColumnKind); 7] = [
    ("condition", ColumnKind::Text),
    ("marketplace", ColumnKind::Text),
    ("market", ColumnKind::Text),
    ("ships_from", ColumnKind::Text),
    ("stock", ColumnKind::Int),
    ("price_usd_cents", ColumnKind::Int),
    ("reviews", ColumnKind::Int),
];

/// Every column a policy may read: the signals in registry order, then plain inputs.
pub fn columns() -> Columns {
    let signals = REGISTRY.iter().map(signal);
    let inputs = INPUTS.iter().map(|(name, kind)| Column::input(name, *kind));
    // The registry is ours and a test holds it to the rules for columns.
    Columns::new(signals.chain(inputs).collect()).unwrap_or_else(|error| unreachable!("the registry is valid: {error}"))
}

fn signal(spec: &Spec) -> Column {
    let kind = match spec.kind {
        ValueKind::Bool => ColumnKind::Bool,
        ValueKind::Int => ColumnKind::Int,
        ValueKind::Text => ColumnKind::Text,
    };
    let column = Column::signal(spec.id, kind, spec.family);
    if spec.sayable { column.sayable() } else { column }
}

/// The batch that the policy evaluates, of all rows of `listings`. `values` holds one row of signals after the other.
pub(crate) fn record_batch(
    policy: &Columns,
    listings: &[&ListingBatch],
    values: &[Value<'_>],
    usd_cents: &[Option<i64>],
) -> RecordBatch {
    let width = REGISTRY.len();
    let column = |at: usize| values.iter().skip(at).step_by(width).copied();
    let mut arrays: Vec<ArrayRef> =
        REGISTRY.iter().enumerate().map(|(at, spec)| array(spec.kind, column(at))).collect();
    for column in [ListingBatch::condition, ListingBatch::marketplace, ListingBatch::market, ListingBatch::ships_from] {
        arrays.push(joined(listings.iter().map(|batch| column(batch))));
    }
    arrays.push(joined(listings.iter().map(|batch| batch.stock())));
    arrays.push(Arc::new(Int64Array::from_iter(usd_cents.iter().copied())));
    // A feed without reviews does not say that there are none.
    let reviews = listings
        .iter()
        .flat_map(|batch| batch.rows())
        .map(|row| i64::try_from(row.reviews.len()).ok().filter(|n| *n > 0));
    arrays.push(Arc::new(Int64Array::from_iter(reviews)));
    RecordBatch::try_new(policy.schema(), arrays)
        .unwrap_or_else(|error| unreachable!("the columns fit their schema: {error}"))
}

/// The columns of several batches as one; that of a single batch is not copied.
fn joined<'b, A: Array + Clone + 'static>(columns: impl Iterator<Item = &'b A>) -> ArrayRef {
    let columns: Vec<&A> = columns.collect();
    if let [one] = columns[..] {
        return Arc::new(one.clone());
    }
    let columns: Vec<&dyn Array> = columns.into_iter().map(|column| column as &dyn Array).collect();
    concat(&columns).unwrap_or_else(|error| unreachable!("columns of one type: {error}"))
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

#[cfg(test)]
mod tests {
    #[test]
    fn the_registry_makes_columns() {
        assert_eq!(super::columns().len(), super::REGISTRY.len() + super::INPUTS.len());
    }
}
