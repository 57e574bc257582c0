//! Which columns must say something for a condition to be true.
//!
//! Most signals are silent in most batches. If a column that a condition needs is silent in a whole
//! batch (no value; for a truth value, no `true`), the condition need not be evaluated. With one
//! listing a batch this saves nearly all rules.

use std::collections::BTreeSet;

use crate::column::{ColumnKind, Columns};
use crate::condition::{Comparison, Function, Kind, Node, State};

type Set = BTreeSet<usize>;

/// The columns without which the condition is not true. None if it can fail: a failure must show.
pub(super) fn needs(tree: &Node, columns: &Columns) -> Vec<usize> {
    if tree.can_fail() {
        return vec![];
    }
    for_true(tree, columns).into_iter().collect()
}

/// Columns whose silence makes the node something else than true.
fn for_true(node: &Node, columns: &Columns) -> Set {
    match &node.kind {
        Kind::Column(index) if is(*index, columns, ColumnKind::Bool) => Set::from([*index]),
        Kind::All(terms) => terms.iter().flat_map(|term| for_true(term, columns)).collect(),
        Kind::Any(terms) => common(terms, columns),
        Kind::Is { value, state: State::True, negated: false } => for_true(value, columns),
        Kind::Is { value, state: State::Null, negated: true } => for_value(value, columns),
        Kind::Compare(Comparison::Distinct | Comparison::Same, ..) => Set::new(),
        _ => for_value(node, columns),
    }
}

fn common(terms: &[Node], columns: &Columns) -> Set {
    let sets = terms.iter().map(|term| for_true(term, columns));
    sets.reduce(|a, b| &a & &b).unwrap_or_default()
}

/// Columns whose silence makes the node null. Truth values are left out: theirs may be `false`.
fn for_value(node: &Node, columns: &Columns) -> Set {
    let of = |node: &Node| for_value(node, columns);
    match &node.kind {
        Kind::Column(index) => {
            let silent_is_null = columns.get(*index).is_some_and(|c| c.nullable && c.kind != ColumnKind::Bool);
            if silent_is_null { Set::from([*index]) } else { Set::new() }
        }
        Kind::Not(value) | Kind::Like { value, .. } | Kind::In { value, .. } => of(value),
        Kind::Compare(Comparison::Distinct | Comparison::Same, ..) => Set::new(),
        Kind::Compare(_, left, right) | Kind::Arithmetic(_, left, right) => &of(left) | &of(right),
        // A null bound alone does not make it null: `1 BETWEEN 2 AND NULL` is false. Nor true, but
        // NOT BETWEEN would be.
        Kind::Between { value, .. } => of(value),
        Kind::Call(function, arguments) if function.is_strict() => arguments.iter().flat_map(of).collect(),
        Kind::Call(Function::Nullif, arguments) => arguments.first().map(of).unwrap_or_default(),
        _ => Set::new(),
    }
}

fn is(index: usize, columns: &Columns, kind: ColumnKind) -> bool {
    columns.get(index).is_some_and(|column| column.kind == kind)
}
