//! What a condition can never or must always say, and which rules another one makes needless.
//!
//! A condition is brought into a few alternatives, each a set of values for every column and a rest that
//! is compared only by its spelling ([`form`]). What cannot be reasoned about stays in the rest, so a
//! finding is always true, and something may be missed.

mod domain;
mod form;

use std::path::Path;

use datafusion_common::ScalarValue;

use crate::column::{Columns, SCORE};
use crate::condition::Kind;
use crate::load;
use crate::policy::{Judge, Policy};
use crate::rule::{Mode, Rule};
use crate::score::Step;
use form::Form;
use touchstone_diagnostic::{Diagnostic, Level};

impl Policy {
    /// Everything there is to say about a folder of files, errors and warnings, sorted by place.
    pub fn check(dir: impl AsRef<Path>, columns: &Columns) -> Vec<Diagnostic> {
        match load::read_folder(dir.as_ref()) {
            Ok(sources) => Self::check_sources(sources, columns),
            Err(diagnostics) => diagnostics,
        }
    }

    /// The same for names and texts.
    pub fn check_sources(sources: Vec<(String, String)>, columns: &Columns) -> Vec<Diagnostic> {
        let policy = match Self::from_sources(sources, columns) {
            Ok(policy) => policy,
            Err(diagnostics) => return diagnostics,
        };
        let mut found = policy.warnings.clone();
        found.extend(policy.idle_terms());
        found.extend(policy.needless_rules());
        found.extend(policy.needless_shares());
        found.sort();
        found
    }

    /// Terms of an AND that are always true.
    fn idle_terms(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for judge in &self.judges {
            let Kind::All(terms) = &judge.condition.tree.kind else { continue };
            for term in terms.iter().filter(|term| Form::of(term, &self.columns).is_some_and(|form| form.is_always())) {
                let name = self.first_column(term).unwrap_or_default();
                let message = format!("a term about {name:?} is always true");
                found.push(judge.diagnostic(Level::Warning, message, Some("leave it out")));
            }
        }
        found
    }

    fn first_column(&self, node: &crate::condition::Node) -> Option<&str> {
        let mut first = None;
        node.visit(&mut |node| {
            if let Kind::Column(index) = node.kind {
                first.get_or_insert(index);
            }
        });
        first.map(|index| self.columns.get(index).map_or(SCORE, |column| &column.name))
    }

    /// Rules that never decide, because another one fires whenever they do.
    fn needless_rules(&self) -> Vec<Diagnostic> {
        let form = |judge: &Judge| Form::of(&judge.condition.tree, &self.columns);
        let enforced = self.rules.iter().zip(&self.judges).filter(|(rule, _)| rule.mode == Mode::Enforce);
        let forms: Vec<(&Rule, &Judge, Form)> =
            enforced.filter_map(|(rule, judge)| Some((rule, judge, form(judge)?))).collect();
        let mut found = Vec::new();
        for (rule, judge, form) in &forms {
            let cover = forms.iter().find(|(other, _, wider)| prevails(other, rule) && form.implies(wider));
            found.extend(cover.map(|(other, _, _)| {
                let message = format!("whenever {:?} fires, {:?} fires and decides", rule.id, other.id);
                judge.diagnostic(Level::Warning, message, Some("narrow one of the two, or drop this rule"))
            }));
        }
        found
    }

    /// Shares that are never reached.
    fn needless_shares(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for signal in &self.score.signals {
            let form = |step: &Step| Form::of(&step.condition.tree, &self.columns);
            let forms: Vec<Option<Form>> = signal.steps.iter().map(form).collect();
            for (index, (step, form)) in signal.steps.iter().zip(&forms).enumerate() {
                let Some(form) = form else { continue };
                let earlier = forms[..index].iter().flatten().any(|earlier| form.implies(earlier));
                if form.is_never() || earlier {
                    found.push(self.unreached(step));
                }
            }
        }
        found
    }

    fn unreached(&self, step: &Step) -> Diagnostic {
        Diagnostic {
            file: self.score.file.clone(),
            line: step.line,
            column: step.column,
            level: Level::Warning,
            message: "this share is never reached".to_owned(),
            help: Some("shares of one signal are tried in order, the first that holds counts".to_owned()),
        }
    }
}

/// Whether `other` decides wherever both fire, so that `rule` gives neither verdict nor class.
fn prevails(other: &Rule, rule: &Rule) -> bool {
    if other.id == rule.id || other.outcome < rule.outcome {
        return false;
    }
    other.outcome > rule.outcome || other.id < rule.id
}

/// A condition that is always the same.
pub(crate) fn constant(policy: &Policy, judge: &Judge) -> Option<Diagnostic> {
    let form = Form::of(&judge.condition.tree, &policy.columns);
    let by_form = form.and_then(|form| match (form.is_never(), form.is_always()) {
        (true, _) => Some(false),
        (_, true) => Some(true),
        _ => None,
    });
    let by_engine = judge.compiled.constant.as_ref().map(|value| *value == ScalarValue::Boolean(Some(true)));
    let message = match by_form.or(by_engine)? {
        true => "condition is always true",
        false => "condition is never true",
    };
    Some(judge.diagnostic(Level::Error, message, None))
}
