//! A condition compiled to DataFusion's physical expressions, and evaluated without failing.
//!
//! An expression is coerced and simplified before it is compiled (the engine's `coalesce` exists only
//! after that), and its arithmetic is made to fail on overflow instead of wrapping around.
//!
//! What a row gets must not depend on the other rows of its batch. The engine evaluates the right side
//! of an AND on some rows only, depending on the left side, so a failure in a batch proves nothing about
//! a row: then each row is evaluated alone, and that answer counts. The converse holds by the engine's
//! rules: it skips a row in a batch only if it would skip it alone, so a batch without a failure has none
//! row by row either.
//!
//! A condition that cannot fail is an AND of terms in any order: the cheap ones come first, and the dear
//! ones see only the rows that are left.

mod cost;
mod lower;
mod needs;
mod term;

use arrow::buffer::BooleanBuffer;
use datafusion_common::{DataFusionError, ScalarValue};

pub(crate) use lower::lower;

use crate::column::Columns;
use crate::condition::{Kind, Node};
use crate::table::Table;
use term::Term;

/// A compiled condition.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// All must be true.
    terms: Vec<Term>,
    /// Columns that must say something for it to be true.
    needs: Vec<usize>,
    /// Its value if the engine found that it is always the same.
    pub(crate) constant: Option<ScalarValue>,
}

/// Rows for which a condition could not be computed.
pub(crate) type Failed = Vec<usize>;

impl Compiled {
    pub(crate) fn new(tree: &Node, columns: &Columns) -> Result<Self, DataFusionError> {
        let (whole, constant) = Term::compile(tree, columns)?;
        let terms = match &tree.kind {
            Kind::All(terms) if !tree.can_fail() => by_cost(terms, columns)?,
            _ => vec![whole],
        };
        Ok(Self { terms, needs: needs::needs(tree, columns), constant })
    }

    /// The rows for which it is true (not false, not null), or `None` if there is no such row.
    pub(crate) fn truths(&self, table: &Table) -> (Option<BooleanBuffer>, Failed) {
        if table.any_silent(&self.needs) {
            return (None, Failed::new());
        }
        let mut left: Option<BooleanBuffer> = None;
        let mut failures = Failed::new();
        for term in &self.terms {
            let (rows, mut failed) = term.truths(table, left.as_ref());
            failures.append(&mut failed);
            left = rows;
            if left.is_none() {
                break;
            }
        }
        (left, failures)
    }
}

fn by_cost(terms: &[Node], columns: &Columns) -> Result<Vec<Term>, DataFusionError> {
    let mut order: Vec<&Node> = terms.iter().collect();
    order.sort_by_key(|term| cost::cost(term));
    order.into_iter().map(|term| Ok(Term::compile(term, columns)?.0)).collect()
}
