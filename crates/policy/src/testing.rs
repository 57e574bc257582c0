//! The `[[test]]` tables, run through the real evaluation.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};

use crate::column::{Column, ColumnKind, Columns};
use crate::evaluate::Fired;
use crate::load::{Given, TestCase};
use crate::policy::Policy;
use crate::table::record_batch;

/// What one `[[test]]` came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    /// The rule's id.
    pub rule: String,
    /// The test's name.
    pub name: String,
    /// The file it is in.
    pub file: String,
    /// The line of its name.
    pub line: usize,
    /// Whether the rule should have fired.
    pub expected: bool,
    /// Whether it did.
    pub fired: bool,
}

impl TestResult {
    /// Whether it came out as written.
    pub fn passed(&self) -> bool {
        self.expected == self.fired
    }
}

impl Policy {
    /// Runs every `[[test]]`: a listing with the given values, all others neutral, and the score given or
    /// computed. Rules in shadow or off are tested too.
    pub fn test(&self) -> Vec<TestResult> {
        let cases: Vec<(usize, &TestCase)> = self
            .judges
            .iter()
            .enumerate()
            .flat_map(|(rule, judge)| judge.tests.iter().map(move |case| (rule, case)))
            .collect();
        let batch = batch(&self.columns, &cases);
        let scores: Vec<(usize, i64)> = cases
            .iter()
            .enumerate()
            .filter_map(|(row, (_, case))| given(case, self.columns.len()).and_then(int).map(|score| (row, score)))
            .collect();
        let fired = self.evaluate_given(&batch, &scores);
        cases.iter().enumerate().map(|(row, (rule, case))| self.result(*rule, case, row, &fired)).collect()
    }

    fn result(&self, rule: usize, case: &TestCase, row: usize, fired: &[Fired]) -> TestResult {
        TestResult {
            rule: self.rules[rule].id.clone(),
            name: case.name.clone(),
            file: self.judges[rule].place.file.to_string(),
            line: case.line,
            expected: case.fires,
            fired: fired.iter().any(|fired| fired.rule == rule && fired.rows.value(row)),
        }
    }
}

pub(crate) fn batch(columns: &Columns, cases: &[(usize, &TestCase)]) -> RecordBatch {
    let array = |(index, column)| {
        let values: Vec<Option<&Given>> = cases.iter().map(|(_, case)| given(case, index)).collect();
        array(column, &values)
    };
    let arrays = columns.iter().enumerate().map(array).collect();
    let schema = columns.schema();
    record_batch(&schema, arrays, cases.len()).unwrap_or_else(|| RecordBatch::new_empty(schema))
}

/// A batch in which every column is neutral.
pub(crate) fn neutral_batch(columns: &Columns, rows: usize) -> RecordBatch {
    let arrays = columns.iter().map(|column| array(column, &vec![None; rows])).collect();
    let schema = columns.schema();
    record_batch(&schema, arrays, rows).unwrap_or_else(|| RecordBatch::new_empty(schema))
}

fn given(case: &TestCase, index: usize) -> Option<&Given> {
    case.given.iter().find(|(at, _)| *at == index).map(|(_, given)| given)
}

/// The values of one column; what is not given is neutral.
fn array(column: &Column, values: &[Option<&Given>]) -> ArrayRef {
    let fill = !column.nullable;
    match column.kind {
        ColumnKind::Bool => {
            let each = values.iter().map(|given| given.and_then(truth).or(fill.then_some(false)));
            Arc::new(each.collect::<BooleanArray>())
        }
        ColumnKind::Int => {
            let each = values.iter().map(|given| given.and_then(int).or(fill.then_some(0)));
            Arc::new(each.collect::<Int64Array>())
        }
        ColumnKind::Text => {
            let each = values.iter().map(|given| given.and_then(text).or(fill.then_some("")));
            Arc::new(each.collect::<StringArray>())
        }
    }
}

fn truth(given: &Given) -> Option<bool> {
    if let Given::Bool(value) = given { Some(*value) } else { None }
}

fn int(given: &Given) -> Option<i64> {
    if let Given::Int(value) = given { Some(*value) } else { None }
}

fn text(given: &Given) -> Option<&str> {
    if let Given::Text(value) = given { Some(value) } else { None }
}
