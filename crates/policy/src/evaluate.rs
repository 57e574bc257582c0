//! The evaluation of a batch: project, shares, score, rules.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, RecordBatchOptions};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::SchemaRef;

use crate::column::ColumnKind;
use crate::evaluation::{Evaluation, RowError};
use crate::policy::Policy;
use crate::rule::{Mode, Rule};

/// The rows in which one rule fired; there is at least one.
#[derive(Debug, Clone)]
pub(crate) struct Fired {
    pub(crate) rule: usize,
    pub(crate) rows: BooleanBuffer,
}

/// The inputs of a batch.
pub(crate) struct Table {
    pub(crate) batch: RecordBatch,
    /// For each given column whether it says nothing in the whole batch.
    silent: Vec<bool>,
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
        match self.project(batch) {
            None => Evaluation::unusable(self, batch.num_rows()),
            Some(table) => {
                let findings = self.findings(&table, &[], |rule| rule.mode != Mode::Off);
                Evaluation::new(self, &table, findings)
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
        let arrays = self.inputs.projection.iter().map(|index| Arc::clone(batch.column(*index)));
        let batch = record_batch(&self.inputs.plain, arrays.collect(), batch.num_rows())?;
        Some(self.table(batch))
    }

    /// Takes a batch of inputs as it is.
    pub(crate) fn table(&self, batch: RecordBatch) -> Table {
        let silent = |index: usize| {
            let kind = self.columns.get(index).map(|column| column.kind);
            let array = self.inputs.position[index].map(|place| batch.column(place));
            array.is_some_and(|array| is_silent(array, kind))
        };
        let silent = (0..self.columns.len()).map(silent).collect();
        Table { batch, silent }
    }

    /// Evaluates the shares and the rules that are `wanted`.
    pub(crate) fn findings(
        &self,
        table: &Table,
        given_scores: &[(usize, i64)],
        wanted: impl Fn(&Rule) -> bool,
    ) -> Findings {
        let (mut scores, shares, mut errors) = self.shares(table);
        for (row, score) in given_scores {
            scores[*row] = *score;
        }
        let scores = Int64Array::from(scores);
        let mut fired = Vec::new();
        let Some(scored) = self.scored(table, &scores) else {
            errors = every_row(table.batch.num_rows());
            return Findings { scores, shares, fired, errors };
        };
        for index in self.order.iter().copied().filter(|index| wanted(&self.rules[*index])) {
            let judge = &self.judges[index];
            if table.any_silent(&judge.needs) {
                continue;
            }
            let (rows, failed) = judge.compiled.truths(&scored);
            fired.extend(rows.map(|rows| Fired { rule: index, rows }));
            errors.extend(failed.into_iter().map(|row| RowError { row, rule: Some(index) }));
        }
        errors.sort_unstable();
        errors.dedup();
        Findings { scores, shares, fired, errors }
    }

    fn shares(&self, table: &Table) -> (Vec<i64>, Vec<(usize, Int64Array)>, Vec<RowError>) {
        let mut scores = vec![self.score.prior; table.batch.num_rows()];
        let mut shares = Vec::new();
        let mut errors = Vec::new();
        for share in &self.shares {
            if share.needs.iter().all(|needs| table.any_silent(needs)) {
                continue;
            }
            let (numbers, failed) = share.compiled.numbers(&table.batch);
            errors.extend(failed.into_iter().map(|row| RowError { row, rule: None }));
            let Some(numbers) = numbers else { continue };
            for (score, share) in scores.iter_mut().zip(numbers.values()) {
                *score = score.saturating_add(*share);
            }
            shares.push((share.signal, numbers));
        }
        (scores, shares, errors)
    }

    fn scored(&self, table: &Table, scores: &Int64Array) -> Option<RecordBatch> {
        let mut arrays: Vec<ArrayRef> = table.batch.columns().to_vec();
        arrays.push(Arc::new(scores.clone()));
        record_batch(&self.inputs.scored, arrays, table.batch.num_rows())
    }
}

impl Table {
    fn any_silent(&self, columns: &[usize]) -> bool {
        columns.iter().any(|index| self.silent[*index])
    }
}

/// A batch that may have no column at all.
pub(crate) fn record_batch(schema: &SchemaRef, arrays: Vec<ArrayRef>, rows: usize) -> Option<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options).ok()
}

/// Every row failed, by no rule in particular.
pub(crate) fn every_row(rows: usize) -> Vec<RowError> {
    (0..rows).map(|row| RowError { row, rule: None }).collect()
}

fn is_silent(array: &ArrayRef, kind: Option<ColumnKind>) -> bool {
    if array.null_count() == array.len() {
        return true;
    }
    kind == Some(ColumnKind::Bool) && array.as_boolean_opt().is_some_and(|truths| !truths.has_true())
}
