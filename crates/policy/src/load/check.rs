//! What can be judged only of a compiled policy, and keeps it from loading: conditions that are
//! always the same, and guilt without evidence.

use crate::policy::{Judge, Policy};
use crate::rule::{Mode, Outcome, Rule};
use crate::testing::neutral_batch;
use touchstone_diagnostic::{Diagnostic, Level};

/// The findings, in no particular order.
pub(super) fn findings(policy: &Policy) -> Vec<Diagnostic> {
    let mut found = constants(policy);
    found.extend(on_nothing(policy));
    found.extend(shares_on_nothing(policy));
    found
}

fn constants(policy: &Policy) -> Vec<Diagnostic> {
    policy.judges.iter().filter_map(|judge| crate::lint::constant(policy, judge)).collect()
}

/// Rules that fire on a listing of which nothing is known.
fn on_nothing(policy: &Policy) -> Vec<Diagnostic> {
    let evaluation = policy.evaluate_all(&neutral_batch(&policy.columns, 1));
    let fired = |index: usize| evaluation.iter().any(|fired| fired.rule == index && fired.rows.value(0));
    let judged = policy.rules.iter().zip(policy.judges.iter()).enumerate();
    judged.filter(|(index, _)| fired(*index)).filter_map(|(_, (rule, judge))| guilt(rule, judge)).collect()
}

fn guilt(rule: &Rule, judge: &Judge) -> Option<Diagnostic> {
    let level = match rule.outcome {
        Outcome::Block => Level::Error,
        Outcome::Review if rule.mode != Mode::Off => Level::Warning,
        _ => return None,
    };
    let message = "fires when every signal is neutral: missing data is never guilt";
    Some(judge.diagnostic(level, message, Some("require a signal, for example with IS NOT NULL")))
}

/// Signals that add to the score of a listing of which nothing is known.
fn shares_on_nothing(policy: &Policy) -> Vec<Diagnostic> {
    let evaluation = policy.evaluate(&neutral_batch(&policy.columns, 1));
    let Some(row) = evaluation.row(0) else { return vec![] };
    let guilty = row.shares().filter(|(_, micro)| *micro > 0);
    let places = guilty.filter_map(|(signal, _)| policy.score.signals.iter().find(|each| each.signal == signal));
    let diagnostic = |each: &crate::score::SignalSteps| Diagnostic {
        file: policy.score.file.clone(),
        line: each.steps.first().map_or(1, |step| step.line),
        column: each.steps.first().map_or(1, |step| step.column),
        level: Level::Error,
        message: "raises the score when every signal is neutral: missing data is never guilt".to_owned(),
        help: None,
    };
    places.map(diagnostic).collect()
}
