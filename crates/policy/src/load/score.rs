//! Reads `score.toml`.

use crate::column::Columns;
use crate::condition::{Condition, Scope};
use crate::file::{AuditTable, ScoreFile, ShareTable, check_schema, in_literal, micro, read as read_file, slice};
use crate::score::{ScoreDraft, SignalSteps, Step, UNCALIBRATED};
use touchstone_diagnostic::{Issue, Source};

use super::place::Place;
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
    let calibration = calibration(&file, issues);
    let mut draft = ScoreDraft { prior: prior.unwrap_or_default(), calibration, signals: vec![] };
    for table in file.share {
        if let Some((signal, step)) = step(source, &table, columns, issues) {
            add(&mut draft.signals, signal, step);
        }
    }
    draft.signals.sort_by_key(|each| each.signal);
    draft
}

/// Fewest randomly audited outcomes on which a score may call itself calibrated.
const OUTCOMES_MIN: u64 = 500;

/// What the score says of itself: that it is uncalibrated, or on which audit it rests.
fn calibration(file: &ScoreFile, issues: &mut Vec<Issue>) -> String {
    let at = file.calibration.span().start;
    let mut wrong = |at, message: String, help: &str| issues.push(Issue::error(at, message).help(help));
    match (file.calibration.get_ref().as_str(), &file.audit) {
        (UNCALIBRATED, None) => {}
        (UNCALIBRATED, Some(audit)) => {
            wrong(
                audit.span().start,
                "an uncalibrated score has no audit".into(),
                "write calibration = \"calibrated\"",
            );
        }
        ("calibrated", None) => {
            let message = format!("a calibrated score rests on at least {OUTCOMES_MIN} randomly audited outcomes");
            wrong(at, message, "add [audit] with outcomes, date and source, or write \"uncalibrated\"");
        }
        ("calibrated", Some(audit)) => {
            let AuditTable { outcomes, date, source } = audit.get_ref();
            audit_issues(audit.get_ref(), issues);
            let (outcomes, date, source) = (outcomes.get_ref(), date.get_ref(), source.get_ref());
            return format!("calibrated on {outcomes} randomly audited outcomes ({source}, {date})");
        }
        (other, _) => wrong(at, format!("unknown calibration {other:?}"), "write \"uncalibrated\" or \"calibrated\""),
    }
    UNCALIBRATED.to_owned()
}

fn audit_issues(audit: &AuditTable, issues: &mut Vec<Issue>) {
    let outcomes = audit.outcomes.get_ref();
    if *outcomes < OUTCOMES_MIN {
        let message = format!("{outcomes} audited outcomes are too few, a calibrated score needs {OUTCOMES_MIN}");
        issues.push(Issue::error(audit.outcomes.span().start, message));
    }
    let date = audit.date.get_ref();
    if time::Date::parse(date, &time::macros::format_description!("[year]-[month]-[day]")).is_err() {
        let issue = Issue::error(audit.date.span().start, format!("{date:?} is not a day"));
        issues.push(issue.help("write YYYY-MM-DD"));
    }
    if audit.source.get_ref().trim().is_empty() {
        issues.push(Issue::error(audit.source.span().start, "the audit has no source"));
    }
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
    Some((signal, Step { condition, micro, place: Place::of(source, &table.when) }))
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
