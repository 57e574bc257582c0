//! Reads `score.toml`.

use crate::column::Columns;
use crate::condition::{Condition, Scope};
use crate::file::{ScoreFile, ShareTable, check_schema, in_literal, micro, read as read_file, slice};
use crate::score::{ScoreDraft, SignalSteps, Step};
use touchstone_diagnostic::{Issue, Source, line_column};

use super::rule::signal;

/// The score as written; what cannot be used is reported and left out.
pub(super) fn read(source: Source<'_>, columns: &Columns, issues: &mut Vec<Issue>) -> ScoreDraft {
    let file: ScoreFile = match read_file(source.text) {
        Ok(file) => file,
        Err(issue) => {
            issues.push(issue);
            return ScoreDraft::default();
        }
    };
    check_schema(&file.schema, issues);
    let prior = number(source, file.prior.span(), issues);
    let mut draft = ScoreDraft {
        file: source.name.to_owned(),
        prior: prior.unwrap_or_default(),
        calibration: file.calibration,
        signals: vec![],
    };
    for table in file.share {
        if let Some((signal, step)) = step(source, &table, columns, issues) {
            add(&mut draft.signals, signal, step);
        }
    }
    draft.signals.sort_by_key(|each| each.signal);
    draft
}

fn add(signals: &mut Vec<SignalSteps>, signal: usize, step: Step) {
    match signals.iter_mut().find(|each| each.signal == signal) {
        Some(each) => each.steps.push(step),
        None => signals.push(SignalSteps { signal, steps: vec![step] }),
    }
}

fn step(source: Source<'_>, table: &ShareTable, columns: &Columns, issues: &mut Vec<Issue>) -> Option<(usize, Step)> {
    let signal = signal(&table.signal, columns, issues);
    let micro = number(source, table.logit.span(), issues);
    let condition = condition(source, &table.when, columns, Scope::WithoutScore, issues);
    let (signal, micro, condition) = (signal?, micro?, condition?);
    if !condition.reads.contains(&signal) {
        let message = format!("share of {:?} does not read it", table.signal.get_ref());
        issues.push(Issue::error(table.when.span().start, message));
    }
    let (line, column) = line_column(source.text, table.when.span().start);
    Some((signal, Step { condition, micro, line, column }))
}

fn number(source: Source<'_>, span: std::ops::Range<usize>, issues: &mut Vec<Issue>) -> Option<i64> {
    let found = micro(slice(source.text, span.clone()));
    if found.is_none() {
        let issue = Issue::error(span.start, "not a plain decimal between -100 and 100 with at most six places");
        issues.push(issue);
    }
    found
}

/// Parses a condition and moves its findings from the string's value to the file.
pub(super) fn condition(
    source: Source<'_>,
    when: &toml::Spanned<String>,
    columns: &Columns,
    scope: Scope,
    issues: &mut Vec<Issue>,
) -> Option<Condition> {
    let mut found = Vec::new();
    let condition = Condition::parse(when.get_ref(), columns, scope, &mut found);
    let raw = slice(source.text, when.span());
    let moved = found.into_iter().map(|issue| {
        let at = in_literal(raw, when.span().start, issue.at);
        Issue { at, ..issue }
    });
    issues.extend(moved);
    condition
}
