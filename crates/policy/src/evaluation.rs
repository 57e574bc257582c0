//! What a batch came to: verdicts, and for a row the rules, shares and errors behind its verdict.
//!
//! All is kept in columns and one bit a row for each rule that fired anywhere, so that a row that is
//! allowed costs nothing but its verdict.

use std::sync::Arc;

use arrow::array::Int64Array;
use serde::{Deserialize, Serialize};

use crate::evaluate::{Findings, Fired, every_row};
use crate::policy::Policy;
use crate::row::Row;
use crate::rule::{Mode, Outcome, Rule};
use crate::table::Table;

/// What becomes of a listing. Ordered from mildest to strictest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It goes up.
    Allow,
    /// A person looks; see [`Row::review`].
    Review,
    /// It does not go up.
    Block,
}

impl Verdict {
    /// Its slug in decisions.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Review => "review",
            Self::Block => "block",
        }
    }
}

/// Something could not be computed for a row: a rule, or (without one) its score or the whole row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowError {
    /// The row.
    pub row: usize,
    /// The rule's position in [`Policy::rules`].
    pub rule: Option<usize>,
}

/// No rule decided.
const NOBODY: u16 = u16::MAX;

/// The result for a batch, row by row in its order.
#[derive(Debug, Clone)]
pub struct Evaluation {
    pub(crate) rules: Arc<[Rule]>,
    pub(crate) verdicts: Vec<Verdict>,
    /// Position of the rule that gave the verdict and the class.
    pub(crate) deciding: Vec<u16>,
    pub(crate) scores: Int64Array,
    pub(crate) shares: Vec<(usize, Int64Array)>,
    /// Enforced rules, without escalations.
    pub(crate) fired: Vec<Fired>,
    /// Enforced escalations.
    pub(crate) escalations: Vec<Fired>,
    pub(crate) shadow: Vec<Fired>,
    /// Sorted by row.
    pub(crate) errors: Vec<RowError>,
    /// Rows whose block was lowered, ascending.
    pub(crate) lowered: Vec<usize>,
}

impl Evaluation {
    pub(crate) fn new(policy: &Policy, table: &Table, findings: Findings) -> Self {
        let Findings { scores, shares, fired, errors } = findings;
        let enforced = |fired: &Fired| policy.rules[fired.rule].mode == Mode::Enforce;
        let (mut fired, shadow): (Vec<_>, _) = fired.into_iter().partition(enforced);
        // The mildest outcome comes last.
        let verdicts = fired.partition_point(|fired| policy.rules[fired.rule].outcome > Outcome::Escalate);
        let escalations = fired.split_off(verdicts);
        let rows = table.rows;
        let mut evaluation = Self {
            rules: Arc::clone(&policy.rules),
            verdicts: vec![Verdict::Allow; rows],
            deciding: vec![NOBODY; rows],
            scores,
            shares,
            fired,
            escalations,
            shadow,
            errors,
            lowered: vec![],
        };
        evaluation.decide();
        evaluation.lower_blocks(policy, table);
        evaluation.review_errors();
        evaluation
    }

    /// A batch that could not be read at all.
    pub(crate) fn unusable(policy: &Policy, rows: usize) -> Self {
        let mut evaluation = Self {
            rules: Arc::clone(&policy.rules),
            verdicts: vec![Verdict::Allow; rows],
            deciding: vec![NOBODY; rows],
            scores: Int64Array::from_value(policy.prior(), rows),
            shares: vec![],
            fired: vec![],
            escalations: vec![],
            shadow: vec![],
            errors: every_row(rows),
            lowered: vec![],
        };
        evaluation.review_errors();
        evaluation
    }

    /// The first rule in the order (strictest, then lowest id) decides.
    fn decide(&mut self) {
        for fired in &self.fired {
            let verdict = match self.rules[fired.rule].outcome {
                Outcome::Escalate | Outcome::Allow => Verdict::Allow,
                Outcome::Block if !fired.blown => Verdict::Block,
                Outcome::Review | Outcome::Block => Verdict::Review,
            };
            for row in fired.rows.set_indices() {
                if self.deciding[row] == NOBODY {
                    self.deciding[row] = u16::try_from(fired.rule).unwrap_or(NOBODY);
                    self.verdicts[row] = verdict;
                }
            }
        }
    }

    /// A block stands on two kinds of evidence that is there, or on an admission.
    fn lower_blocks(&mut self, policy: &Policy, table: &Table) {
        let blocks_by = |fired: &&Fired| self.rules[fired.rule].outcome == Outcome::Block && !fired.blown;
        let blocks = self.fired.iter().take_while(blocks_by);
        let blocks: Vec<&Fired> = blocks.collect();
        if blocks.is_empty() {
            return;
        }
        let table = table.clone().with_score(self.scores.clone());
        let mut kinds = vec![0_u64; self.len()];
        for fired in blocks {
            self.count_kinds(policy, &table, fired, &mut kinds);
        }
        for (row, kinds) in kinds.into_iter().enumerate() {
            if self.verdicts[row] == Verdict::Block && kinds.count_ones() < 2 {
                self.verdicts[row] = Verdict::Review;
                self.lowered.push(row);
            }
        }
    }

    /// Adds the kinds of evidence that a fired block rule has in each row, one bit each; all for an admission.
    ///
    /// What is known of a listing counts against it only if the rule is true by it, or if it has raised the
    /// score that the rule is true by.
    fn count_kinds(&self, policy: &Policy, table: &Table, fired: &Fired, kinds: &mut [u64]) {
        let Some(grounds) = &policy.judges[fired.rule].grounds else {
            fired.rows.set_indices().for_each(|row| kinds[row] = u64::MAX);
            return;
        };
        grounds.visit(table, &fired.rows, &mut |columns, rows| {
            let score = columns.contains(&policy.columns.len());
            for index in &self.rules[fired.rule].evidence {
                let read = columns.contains(index);
                let (Some(column), Some(array)) = (policy.columns.get(*index), table.array(*index)) else { continue };
                let counts = |row| read || score && self.share(*index, row) > 0;
                for row in rows.set_indices().filter(|row| !column.is_neutral(array, *row) && counts(*row)) {
                    kinds[row] |= policy.columns.family_bit(*index);
                }
            }
        });
    }

    fn share(&self, signal: usize, row: usize) -> i64 {
        let share = self.shares.iter().find(|(index, _)| *index == signal);
        share.map_or(0, |(_, numbers)| numbers.value(row))
    }

    /// A row with an error in something that is enforced is at least a review.
    fn review_errors(&mut self) {
        for error in &self.errors {
            if self.is_enforced(error) && self.verdicts[error.row] == Verdict::Allow {
                self.verdicts[error.row] = Verdict::Review;
                self.deciding[error.row] = NOBODY;
            }
        }
    }

    pub(crate) fn is_enforced(&self, error: &RowError) -> bool {
        error.rule.is_none_or(|rule| self.rules[rule].mode == Mode::Enforce)
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.verdicts.len()
    }

    /// Whether the batch had no rows.
    pub fn is_empty(&self) -> bool {
        self.verdicts.is_empty()
    }

    /// The verdicts, one a row.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// The scores in micro-logits, one a row.
    pub fn scores(&self) -> &[i64] {
        self.scores.values()
    }

    /// One row, if there are that many.
    pub fn row(&self, index: usize) -> Option<Row<'_>> {
        (index < self.len()).then_some(Row { evaluation: self, index })
    }

    /// Every row.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        (0..self.len()).map(|index| Row { evaluation: self, index })
    }
}
