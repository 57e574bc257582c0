//! The columns of a batch that somebody reads, by their position in the given columns.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;

use crate::column::{ColumnKind, Columns};

/// The inputs of an evaluation.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) rows: usize,
    /// For each given column its values if something reads it; at the end the score, once it is known.
    arrays: Vec<Option<ArrayRef>>,
    /// For each given column whether it says nothing in the whole batch: no value, or no `true`.
    silent: Vec<bool>,
}

impl Table {
    /// Takes the arrays of the columns that are read.
    pub(crate) fn new(columns: &Columns, arrays: Vec<Option<ArrayRef>>, rows: usize) -> Self {
        let read = columns.iter().zip(&arrays);
        let silent = read.map(|(column, array)| array.as_ref().is_some_and(|array| is_silent(array, column.kind)));
        let silent = silent.collect();
        Self { rows, arrays, silent }
    }

    pub(crate) fn array(&self, index: usize) -> Option<&ArrayRef> {
        self.arrays.get(index).and_then(Option::as_ref)
    }

    /// The same with the score at the end.
    pub(crate) fn with_score(mut self, score: Int64Array) -> Self {
        self.arrays.truncate(self.silent.len());
        self.arrays.push(Some(Arc::new(score)));
        self
    }

    /// Whether one of the columns says nothing in any row.
    pub(crate) fn any_silent(&self, columns: &[usize]) -> bool {
        columns.iter().any(|index| self.silent[*index])
    }

    /// A batch of these columns alone: the engine copies whole batches when it evaluates a part of the rows.
    pub(crate) fn narrow(&self, schema: &SchemaRef, columns: &[usize]) -> Option<RecordBatch> {
        let arrays: Option<Vec<ArrayRef>> = columns.iter().map(|index| self.array(*index).cloned()).collect();
        record_batch(schema, arrays?, self.rows)
    }
}

fn is_silent(array: &ArrayRef, kind: ColumnKind) -> bool {
    if array.null_count() == array.len() {
        return true;
    }
    kind == ColumnKind::Bool && array.as_boolean_opt().is_some_and(|truths| !truths.has_true())
}

/// A batch that may have no column at all.
pub(crate) fn record_batch(schema: &SchemaRef, arrays: Vec<ArrayRef>, rows: usize) -> Option<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options).ok()
}
