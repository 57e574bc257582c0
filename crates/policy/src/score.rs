//! The score: log-odds in integer millionths, a prior plus one share a signal.
//!
//! The shares of one signal are tried in order, and the first that holds counts: a `CASE` expression. It is
//! evaluated condition by condition, which costs a fifth of what the engine's `CASE` does.

use arrow::array::Int64Array;
use datafusion_common::DataFusionError;

use crate::column::Columns;
use crate::condition::Condition;
use crate::expression::{Compiled, Failed};
use crate::load::Place;
use crate::table::Table;

/// What a score is until an audit says otherwise: it ranks, and is no probability.
pub(crate) const UNCALIBRATED: &str = "uncalibrated";

/// One `[[share]]` as read.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) condition: Condition,
    pub(crate) micro: i64,
    pub(crate) place: Place,
}

/// The steps of one signal in the order of the file.
#[derive(Debug)]
pub(crate) struct SignalSteps {
    pub(crate) signal: usize,
    pub(crate) steps: Vec<Step>,
}

/// What `score.toml` says.
#[derive(Debug)]
pub(crate) struct ScoreDraft {
    pub(crate) prior: i64,
    /// `uncalibrated`, or the audit that the score rests on.
    pub(crate) calibration: String,
    /// In registry order of the signals.
    pub(crate) signals: Vec<SignalSteps>,
}

impl Default for ScoreDraft {
    /// Without the file the score is always 0.
    fn default() -> Self {
        Self { prior: 0, calibration: UNCALIBRATED.to_owned(), signals: vec![] }
    }
}

impl ScoreDraft {
    /// The columns that the score depends on, in registry order.
    pub(crate) fn reads(&self) -> Vec<usize> {
        let steps = self.signals.iter().flat_map(|signal| &signal.steps);
        let mut reads: Vec<usize> = steps.flat_map(|step| step.condition.reads.iter().copied()).collect();
        reads.sort_unstable();
        reads.dedup();
        reads
    }
}

/// The compiled steps of one signal.
#[derive(Debug)]
pub(crate) struct Share {
    pub(crate) signal: usize,
    steps: Vec<(Compiled, i64)>,
}

impl Share {
    pub(crate) fn compile(signal: &SignalSteps, columns: &Columns) -> Result<Self, DataFusionError> {
        let step = |step: &Step| Ok((Compiled::new(&step.condition.tree, columns)?, step.micro));
        let steps: Result<Vec<_>, DataFusionError> = signal.steps.iter().map(step).collect();
        Ok(Self { signal: signal.signal, steps: steps? })
    }

    /// Each row's share, as `CASE WHEN … THEN … ELSE 0 END` over the steps, or `None` if all are 0. A row
    /// in which a step fails that is reached has the share 0.
    pub(crate) fn numbers(&self, table: &Table) -> (Option<Int64Array>, Failed) {
        let mut numbers: Option<Vec<i64>> = None;
        let mut failures = Failed::new();
        let mut reached = vec![true; if self.steps.len() > 1 { table.rows } else { 0 }];
        for (condition, micro) in &self.steps {
            let (rows, mut failed) = condition.truths(table);
            failed.retain(|row| take(&mut reached, *row));
            failures.append(&mut failed);
            let Some(rows) = rows else { continue };
            let numbers = numbers.get_or_insert_with(|| vec![0; table.rows]);
            for row in rows.set_indices() {
                if take(&mut reached, row) {
                    numbers[row] = *micro;
                }
            }
        }
        (numbers.map(Int64Array::from), failures)
    }
}

/// Whether a row is still open; it is not afterwards. With a single step all are.
fn take(reached: &mut [bool], row: usize) -> bool {
    reached.get_mut(row).is_none_or(std::mem::take)
}
