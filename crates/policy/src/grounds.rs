//! By which columns a condition is true in a row.
//!
//! In `a OR b` only the branch that holds is a ground: what the other one reads is known of the listing,
//! and says nothing against it. A CASE and the arguments of a function count as a whole.

use arrow::buffer::BooleanBuffer;
use datafusion_common::DataFusionError;

use crate::column::Columns;
use crate::condition::{Kind, Node, State};
use crate::expression::Compiled;
use crate::table::Table;

/// What a part of a condition that holds is true by.
#[derive(Debug)]
pub(crate) struct Grounds {
    /// Columns that all its rows are true by; one past the end is the score.
    columns: Vec<usize>,
    /// Alternatives, of which some hold in a row.
    choices: Vec<Vec<(Compiled, Grounds)>>,
}

impl Grounds {
    pub(crate) fn of(tree: &Node, columns: &Columns) -> Result<Self, DataFusionError> {
        let mut grounds = Self { columns: vec![], choices: vec![] };
        grounds.add(tree, columns)?;
        Ok(grounds)
    }

    fn add(&mut self, node: &Node, columns: &Columns) -> Result<(), DataFusionError> {
        match &node.kind {
            Kind::All(terms) => terms.iter().try_for_each(|term| self.add(term, columns)),
            Kind::Any(terms) => {
                let choice = |term: &Node| Ok((Compiled::new(term, columns)?, Self::of(term, columns)?));
                self.choices.push(terms.iter().map(choice).collect::<Result<_, DataFusionError>>()?);
                Ok(())
            }
            Kind::Is { value, state: State::True, negated: false } => self.add(value, columns),
            Kind::Not(value) => match inverted(value) {
                Some(node) => self.add(&node, columns),
                None => self.read(node),
            },
            _ => self.read(node),
        }
    }

    fn read(&mut self, node: &Node) -> Result<(), DataFusionError> {
        self.columns.extend(node.reads());
        Ok(())
    }

    /// Gives sets of columns and, for each, the rows that are true by it. `rows` are those in which the
    /// whole is true, of a table with the score.
    pub(crate) fn visit<F: FnMut(&[usize], &BooleanBuffer)>(&self, table: &Table, rows: &BooleanBuffer, give: &mut F) {
        give(&self.columns, rows);
        for (condition, grounds) in self.choices.iter().flatten() {
            let Some(holds) = condition.truths(table).0 else { continue };
            let both = &holds & rows;
            if both.has_true() {
                grounds.visit(table, &both, give);
            }
        }
    }
}

/// `NOT` drawn inwards: of an AND the OR of the negations, and the other way round.
fn inverted(value: &Node) -> Option<Node> {
    let not = |term: &Node| Node { at: term.at, kind: Kind::Not(Box::new(term.clone())) };
    let kind = match &value.kind {
        Kind::All(terms) => Kind::Any(terms.iter().map(not).collect()),
        Kind::Any(terms) => Kind::All(terms.iter().map(not).collect()),
        Kind::Not(inner) => return Some(inner.as_ref().clone()),
        _ => return None,
    };
    Some(Node { at: value.at, kind })
}
