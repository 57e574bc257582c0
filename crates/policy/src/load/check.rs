//! What can be judged only of a compiled policy, and keeps it from loading: conditions that are
//! always the same, and guilt without evidence.

use crate::policy::{Judge, Policy};
use crate::rule::{Mode, Outcome, Rule};
use crate::testing::neutral_batch;
use touchstone_diagnostic::{Diagnostic, Issue, Level};

/// The findings, in no particular order.
pub(super) fn findings(policy: &Policy) -> Vec<Diagnostic> {
    let on_nothing = policy.evaluate_all(&neutral_batch(&policy.columns, 1));
    let fires = |index: usize| on_nothing.iter().any(|fired| fired.rule == index && fired.rows.value(0));
    let mut found = shares_on_nothing(policy);
    for (index, (rule, judge)) in policy.rules.iter().zip(&policy.judges).enumerate() {
        let constant = crate::lint::constant(policy, judge);
        found.extend(constant.or_else(|| guilt(rule, judge).filter(|_| fires(index))));
    }
    found
}

/// What is to be said of a rule that fires on a listing of which nothing is known.
fn guilt(rule: &Rule, judge: &Judge) -> Option<Diagnostic> {
    let level = match rule.outcome {
        Outcome::Block => Level::Error,
        Outcome::Review | Outcome::Escalate if rule.mode != Mode::Off => Level::Warning,
        _ => return None,
    };
    let message = "fires when every signal is neutral: missing data is never guilt";
    let help = "require a signal, for example with IS NOT NULL";
    Some(judge.place.whole(|at| Issue { level, ..Issue::error(at, message).help(help) }))
}

/// Signals that add to the score of a listing of which nothing is known.
fn shares_on_nothing(policy: &Policy) -> Vec<Diagnostic> {
    let evaluation = policy.evaluate(&neutral_batch(&policy.columns, 1));
    let Some(row) = evaluation.row(0) else { return vec![] };
    let guilty = row.shares().filter(|(_, micro)| *micro > 0);
    let steps = guilty.filter_map(|(signal, _)| policy.score.signals.iter().find(|each| each.signal == signal));
    let message = "raises the score when every signal is neutral: missing data is never guilt";
    steps.filter_map(|each| Some(each.steps.first()?.place.whole(|at| Issue::error(at, message)))).collect()
}
