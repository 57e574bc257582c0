//! The evaluation of a batch: project, shares, score, rules.

use std::sync::Arc;

use arrow::array::{Array, Int64Array, RecordBatch};
use arrow::buffer::BooleanBuffer;

use crate::evaluation::{Evaluation, RowError};
use crate::fuses::Blown;
use crate::policy::Policy;
use crate::rule::Mode;
use crate::table::Table;

/// The rows in which one rule fired; there is at least one.
#[derive(Debug, Clone)]
pub(crate) struct Fired {
    pub(crate) rule: usize,
    pub(crate) rows: BooleanBuffer,
    /// Its fuse is blown in these rows: it stops them, and does not block.
    pub(crate) blown: bool,
}

/// What came of the shares and the rules, before verdicts.
pub(crate) struct Findings {
    pub(crate) scores: Int64Array,
    /// Signals whose share is not 0 everywhere, with their shares.
    pub(crate) shares: Vec<(usize, Int64Array)>,
    /// Strictest outcome first, then by id.
    pub(crate) fired: Vec<Fired>,
    pub(crate) errors: Vec<RowError>,
}

impl Policy {
    /// Evaluates a batch with the columns' schema. Never fails: a rule that cannot be computed for a row
    /// makes that row a review with [`crate::RULE_ERROR`] and leaves the others alone. If the batch does
    /// not have the schema, that is every row.
    pub fn evaluate(&self, batch: &RecordBatch) -> Evaluation {
        self.evaluate_with(batch, &Blown::default())
    }

    /// The same where the fuses of some rules are blown.
    pub fn evaluate_with(&self, batch: &RecordBatch, blown: &Blown) -> Evaluation {
        match self.project(batch) {
            None => Evaluation::unusable(self, batch.num_rows()),
            Some(table) => {
                let findings = self.findings(&table, &[], |index| self.rules[index].mode != Mode::Off);
                Evaluation::new(self, &table, blown.apart(findings, &self.rules))
            }
        }
    }

    /// Where every rule fires, those that are off included.
    pub(crate) fn evaluate_all(&self, batch: &RecordBatch) -> Vec<Fired> {
        self.evaluate_given(batch, &[])
    }

    /// The same with the scores of some rows given.
    pub(crate) fn evaluate_given(&self, batch: &RecordBatch, scores: &[(usize, i64)]) -> Vec<Fired> {
        let table = self.project(batch);
        table.map_or_else(Vec::new, |table| self.findings(&table, scores, |_| true).fired)
    }

    /// The inputs of a batch, if it has the columns' types and keeps their promises about nulls.
    pub(crate) fn project(&self, batch: &RecordBatch) -> Option<Table> {
        if batch.num_columns() != self.columns.len() {
            return None;
        }
        let mut arrays = vec![None; self.columns.len()];
        for index in &self.inputs {
            let (column, array) = (self.columns.get(*index)?, batch.column(*index));
            if *array.data_type() != column.kind.data_type() || !column.nullable && array.null_count() > 0 {
                return None;
            }
            arrays[*index] = Some(Arc::clone(array));
        }
        Some(Table::new(&self.columns, arrays, batch.num_rows()))
    }

    /// Evaluates the shares and the rules that are `wanted`.
    pub(crate) fn findings(
        &self,
        table: &Table,
        given_scores: &[(usize, i64)],
        wanted: impl Fn(usize) -> bool,
    ) -> Findings {
        let (mut scores, shares, mut errors) = self.shares(table);
        for (row, score) in given_scores {
            scores[*row] = *score;
        }
        let scores = Int64Array::from(scores);
        let table = table.clone().with_score(scores.clone());
        let mut fired = Vec::new();
        for index in self.order.iter().copied().filter(|index| wanted(*index)) {
            let (rows, failed) = self.judges[index].compiled.truths(&table);
            fired.extend(rows.map(|rows| Fired { rule: index, rows, blown: false }));
            errors.extend(failed.into_iter().map(|row| RowError { row, rule: Some(index) }));
        }
        errors.sort_unstable();
        errors.dedup();
        Findings { scores, shares, fired, errors }
    }

    fn shares(&self, table: &Table) -> (Vec<i64>, Vec<(usize, Int64Array)>, Vec<RowError>) {
        let mut scores = vec![self.score.prior; table.rows];
        let mut shares = Vec::new();
        let mut errors = Vec::new();
        for share in &self.shares {
            let (numbers, failed) = share.numbers(table);
            errors.extend(failed.into_iter().map(|row| RowError { row, rule: None }));
            let Some(numbers) = numbers else { continue };
            for (score, share) in scores.iter_mut().zip(numbers.values()) {
                *score = score.saturating_add(*share);
            }
            shares.push((share.signal, numbers));
        }
        (scores, shares, errors)
    }
}

/// Every row failed, by no rule in particular.
pub(crate) fn every_row(rows: usize) -> Vec<RowError> {
    (0..rows).map(|row| RowError { row, rule: None }).collect()
}
