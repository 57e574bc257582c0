//! What a batch came to: verdicts, and for a row the rules, shares and errors behind its verdict.
//!
//! All is kept in columns and one bit a row for each rule that fired anywhere, so that a row that is
//! allowed costs nothing but its verdict.

use std::sync::Arc;

use arrow::array::Int64Array;
use serde::{Deserialize, Serialize};

use crate::evaluate::{Findings, Fired, every_row};
use crate::policy::Policy;
use crate::rule::{Class, Mode, Outcome, Review, Rule};
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
    rules: Arc<[Rule]>,
    verdicts: Vec<Verdict>,
    /// Position of the rule that gave the verdict and the class.
    deciding: Vec<u16>,
    scores: Int64Array,
    shares: Vec<(usize, Int64Array)>,
    pub(crate) fired: Vec<Fired>,
    shadow: Vec<Fired>,
    /// Sorted by row.
    pub(crate) errors: Vec<RowError>,
    /// Rows whose block was lowered, ascending.
    lowered: Vec<usize>,
}

impl Evaluation {
    pub(crate) fn new(policy: &Policy, table: &Table, findings: Findings) -> Self {
        let Findings { scores, shares, fired, errors } = findings;
        let enforced = |fired: &Fired| policy.rules[fired.rule].mode == Mode::Enforce;
        let (fired, shadow) = fired.into_iter().partition(enforced);
        let rows = table.rows;
        let mut evaluation = Self {
            rules: Arc::clone(&policy.rules),
            verdicts: vec![Verdict::Allow; rows],
            deciding: vec![NOBODY; rows],
            scores,
            shares,
            fired,
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
                Outcome::Allow => Verdict::Allow,
                Outcome::Review => Verdict::Review,
                Outcome::Block => Verdict::Block,
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
        let blocks = self.fired.iter().take_while(|fired| self.rules[fired.rule].outcome == Outcome::Block);
        let blocks: Vec<&Fired> = blocks.collect();
        if blocks.is_empty() {
            return;
        }
        let mut kinds = vec![0_u64; self.len()];
        for fired in blocks {
            for row in fired.rows.set_indices() {
                kinds[row] |= self.kinds(policy, table, fired.rule, row);
            }
        }
        for (row, kinds) in kinds.into_iter().enumerate() {
            if self.verdicts[row] == Verdict::Block && kinds.count_ones() < 2 {
                self.verdicts[row] = Verdict::Review;
                self.lowered.push(row);
            }
        }
    }

    /// The kinds of evidence that a fired block rule has in a row, one bit each; all for an admission.
    fn kinds(&self, policy: &Policy, table: &Table, rule: usize, row: usize) -> u64 {
        if self.rules[rule].admission {
            return u64::MAX;
        }
        let present = |index: &&usize| {
            let column = policy.columns.get(**index);
            column.zip(table.array(**index)).is_some_and(|(column, array)| !column.is_neutral(array, row))
        };
        // What is known of a listing counts against it only if the rule looks at it, or if it has raised
        // the score that the rule looks at.
        let reads = &policy.judges[rule].condition.reads;
        let counts = |index: &&usize| reads.contains(index) || self.share(**index, row) > 0;
        let evidence = self.rules[rule].evidence.iter().filter(present).filter(counts);
        evidence.fold(0, |kinds, index| kinds | policy.columns.family_bit(*index))
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

/// One row of an [`Evaluation`].
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    evaluation: &'a Evaluation,
    index: usize,
}

impl<'a> Row<'a> {
    /// Its position in the batch.
    pub fn index(self) -> usize {
        self.index
    }

    /// The verdict: the strictest of the rules that fired, a review if that was a block on one kind of
    /// evidence, and at least a review if a rule failed.
    pub fn verdict(self) -> Verdict {
        self.evaluation.verdicts[self.index]
    }

    /// The rule that gave the verdict and the class: strictest outcome, then lowest id. None if nothing
    /// fired, or if the row is under review only because a rule failed.
    pub fn deciding(self) -> Option<&'a Rule> {
        let index = self.evaluation.deciding[self.index];
        self.evaluation.rules.get(usize::from(index))
    }

    /// The deciding rule's class.
    pub fn class(self) -> Class {
        self.deciding().map_or(Class::None, |rule| rule.class)
    }

    /// The score in micro-logits, with the prior.
    pub fn score(self) -> i64 {
        self.evaluation.scores.value(self.index)
    }

    /// Column and share in micro-logits of every signal whose share is not 0, in registry order.
    pub fn shares(self) -> impl Iterator<Item = (usize, i64)> + 'a {
        let share = move |(signal, numbers): &(usize, Int64Array)| (*signal, numbers.value(self.index));
        self.evaluation.shares.iter().map(share).filter(|(_, share)| *share != 0)
    }

    /// Enforced rules that fired, strictest outcome first, then by id.
    pub fn fired(self) -> impl Iterator<Item = &'a Rule> {
        self.of(&self.evaluation.fired)
    }

    /// Shadow rules that fired, in the same order.
    pub fn shadow(self) -> impl Iterator<Item = &'a Rule> {
        self.of(&self.evaluation.shadow)
    }

    fn of(self, fired: &'a [Fired]) -> impl Iterator<Item = &'a Rule> {
        let fired = fired.iter().filter(move |fired| fired.rows.value(self.index));
        fired.map(move |fired| &self.evaluation.rules[fired.rule])
    }

    /// What could not be computed, also in shadow; see [`crate::RULE_ERROR`].
    pub fn errors(self) -> &'a [RowError] {
        let errors = &self.evaluation.errors;
        let from = errors.partition_point(|error| error.row < self.index);
        let length = errors[from..].partition_point(|error| error.row == self.index);
        &errors[from..from + length]
    }

    /// Whether an enforced rule or the score could not be computed.
    pub fn has_rule_error(self) -> bool {
        self.errors().iter().any(|error| self.evaluation.is_enforced(error))
    }

    /// Whether a block was lowered to a review for want of a second kind of evidence; see
    /// [`crate::SINGLE_KIND`].
    pub fn is_lowered(self) -> bool {
        self.evaluation.lowered.binary_search(&self.index).is_ok()
    }

    /// What the review means: hold before live, and the shortest deadline, of all that ask for it. None
    /// unless the verdict is a review.
    pub fn review(self) -> Option<Review> {
        if self.verdict() != Verdict::Review {
            return None;
        }
        let asking = self.fired().filter(|rule| rule.outcome != Outcome::Allow).map(|rule| rule.review);
        let asking = asking.chain(self.has_rule_error().then_some(Review::RULE_ERROR));
        asking.reduce(Review::stricter)
    }
}
