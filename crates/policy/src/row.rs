//! One row of an evaluation: its verdict, and all that is behind it.

use arrow::array::Int64Array;

use crate::builtin;
use crate::evaluate::Fired;
use crate::evaluation::{Evaluation, RowError, Verdict};
use crate::rule::{Class, Outcome, Review, Rule, Severity};

/// One row of an [`Evaluation`].
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub(crate) evaluation: &'a Evaluation,
    pub(crate) index: usize,
}

/// One reason why a listing is what it is.
#[derive(Debug, Clone, Copy)]
pub struct Reason<'a> {
    /// The rule that fired, or a built-in reason with the same two faces.
    pub rule: &'a Rule,
    /// The rule's severity, or a higher one if something escalates what stops the listing.
    pub severity: Severity,
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

    /// Why, for both faces: the enforced rules that fired, the deciding one first; that a block was lowered, or a rule's
    /// fuse is blown; that something could not be computed; and what escalates a listing that is stopped.
    pub fn reasons(self) -> impl Iterator<Item = Reason<'a>> {
        let raised = self.escalations().map(|rule| rule.severity).max();
        let lowered = self.is_lowered().then_some(&*builtin::LOWERED);
        let blown = self.is_blown().then_some(&*builtin::BLOWN);
        let failed = self.has_rule_error().then_some(&*builtin::FAILED);
        let rules = self.fired().chain(lowered).chain(blown).chain(failed).chain(self.escalations());
        rules.map(move |rule| {
            let raised = raised.filter(|_| rule.outcome > Outcome::Allow);
            Reason { rule, severity: raised.map_or(rule.severity, |raised| raised.max(rule.severity)) }
        })
    }

    /// Enforced rules that fired, strictest outcome first, then by id; a block whose fuse is blown comes behind those that
    /// block. Without escalations.
    pub fn fired(self) -> impl Iterator<Item = &'a Rule> {
        self.of(&self.evaluation.fired)
    }

    /// Enforced escalations that fired, by id; none for a listing that is allowed.
    pub fn escalations(self) -> impl Iterator<Item = &'a Rule> {
        self.with_effect(self.of(&self.evaluation.escalations))
    }

    /// Shadow rules that fired, strictest outcome first, then by id.
    pub fn shadow(self) -> impl Iterator<Item = &'a Rule> {
        self.with_effect(self.of(&self.evaluation.shadow))
    }

    /// There is nothing to escalate about a listing that is allowed.
    fn with_effect(self, rules: impl Iterator<Item = &'a Rule>) -> impl Iterator<Item = &'a Rule> {
        rules.filter(move |rule| rule.outcome > Outcome::Escalate || self.verdict() != Verdict::Allow)
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

    /// Whether it is under review and a rule would have blocked it whose fuse is blown; see [`crate::RULE_FUSE`].
    pub fn is_blown(self) -> bool {
        let mut blown = self.evaluation.fired.iter().filter(|fired| fired.blown);
        self.verdict() == Verdict::Review && blown.any(|fired| fired.rows.value(self.index))
    }

    /// What the review means: hold before live, and the shortest deadline, of all that ask for it. None
    /// unless the verdict is a review.
    pub fn review(self) -> Option<Review> {
        if self.verdict() != Verdict::Review {
            return None;
        }
        let stopping = self.fired().filter(|rule| rule.outcome != Outcome::Allow);
        let failed = self.has_rule_error().then_some(&*builtin::FAILED);
        let asking = stopping.chain(failed).chain(self.escalations());
        asking.map(|rule| rule.review).reduce(Review::stricter)
    }
}
