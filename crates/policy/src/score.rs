//! The score: log-odds in integer millionths, a prior plus one share a signal.
//!
//! The shares of one signal are one `CASE` expression: they are tried in order, the first that holds counts.

use crate::column::Columns;
use crate::condition::Condition;
use crate::expression::{Compiled, Compiler, case, lower, needs};

/// One `[[share]]` as read.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) condition: Condition,
    pub(crate) micro: i64,
    /// Where its condition stands, as line and column.
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// The steps of one signal in the order of the file.
#[derive(Debug)]
pub(crate) struct SignalSteps {
    pub(crate) signal: usize,
    pub(crate) steps: Vec<Step>,
}

/// What `score.toml` says. Without the file the score is always 0.
#[derive(Debug, Default)]
pub(crate) struct ScoreDraft {
    pub(crate) file: String,
    pub(crate) prior: i64,
    pub(crate) calibration: String,
    /// In registry order of the signals.
    pub(crate) signals: Vec<SignalSteps>,
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

/// The compiled shares of one signal.
#[derive(Debug)]
pub(crate) struct Share {
    pub(crate) signal: usize,
    pub(crate) compiled: Compiled,
    /// For each step the columns without which it does not hold; a silent one in each step, and the
    /// whole share is 0.
    pub(crate) needs: Vec<Vec<usize>>,
}

/// Compiles one signal's steps.
pub(crate) fn compile(
    signal: &SignalSteps,
    columns: &Columns,
    compiler: &Compiler,
) -> Result<Share, datafusion_common::DataFusionError> {
    let arm = |step: &Step| (lower(&step.condition.tree, columns), step.micro);
    let compiled = compiler.compile(case(signal.steps.iter().map(arm).collect()))?;
    let needs = signal.steps.iter().map(|step| needs(&step.condition.tree, columns)).collect();
    Ok(Share { signal: signal.signal, compiled, needs })
}
