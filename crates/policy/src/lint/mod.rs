//! What a condition can never or must always say, and which rules another one makes needless.
//!
//! That a condition comes out in some way is brought into a few alternatives, each a set of values for every
//! column and a rest that is compared only by its spelling ([`form`]). One condition follows from others if
//! there is no alternative in which they are true and it is not. What cannot be reasoned about stays in the
//! rest, so a finding is always true, and something may be missed.

mod domain;
mod form;
mod outcomes;

use std::collections::BTreeSet;
use std::path::Path;

use datafusion_common::ScalarValue;

use crate::column::{Columns, SCORE};
use crate::condition::{Kind, Node, State};
use crate::load;
use crate::policy::{Judge, Policy};
use crate::rule::{Mode, Outcome, Rule};
use crate::score::SignalSteps;
use form::Form;
use outcomes::Outcomes;
use touchstone_diagnostic::{Diagnostic, Issue};

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
        match Self::from_sources(sources, columns) {
            Ok(policy) => policy.findings_of_lint(),
            Err(diagnostics) => diagnostics,
        }
    }

    fn findings_of_lint(&self) -> Vec<Diagnostic> {
        let mut found = self.warnings.clone();
        for judge in &self.judges {
            self.needless_terms(judge, &judge.condition.tree, &mut found);
        }
        found.extend(self.needless_rules());
        found.extend(self.score.signals.iter().flat_map(|signal| self.needless_shares(signal)));
        found.sort();
        found
    }

    /// Terms that could be left out of a condition, and alternatives that never hold.
    fn needless_terms(&self, judge: &Judge, node: &Node, found: &mut Vec<Diagnostic>) {
        let mut needless = |term: &Node, what: &str| {
            let message = format!("a term about {:?} {what}", self.first_column(term).unwrap_or_default());
            found.push(judge.place.part(term.at, |at| Issue::warning(at, message).help("leave it out")));
        };
        match &node.kind {
            Kind::All(terms) => {
                let mut kept: Vec<Option<Fact>> = terms.iter().map(|term| Fact::of(term, &self.columns)).collect();
                for (index, term) in terms.iter().enumerate() {
                    let Some(fact) = kept[index].take() else { continue };
                    if fact.elsewhere.is_never() {
                        needless(term, "is always true");
                    } else if !asks_for_presence(term) && follows(kept.iter().flatten(), &fact) {
                        needless(term, "says what the others say");
                    } else {
                        kept[index] = Some(fact);
                    }
                }
            }
            Kind::Any(terms) => {
                let never = |term: &&Node| Fact::of(term, &self.columns).is_some_and(|fact| fact.holds.is_never());
                terms.iter().filter(never).for_each(|term| needless(term, "is never true"));
            }
            _ => {}
        }
        node.children().into_iter().for_each(|child| self.needless_terms(judge, child, found));
    }

    fn first_column(&self, node: &Node) -> Option<&str> {
        let mut first = None;
        node.visit(&mut |node| {
            if let Kind::Column(index) = node.kind {
                first.get_or_insert(index);
            }
        });
        first.map(|index| self.columns.get(index).map_or(SCORE, |column| &column.name))
    }

    /// Rules without effect, because another one fires whenever they do.
    fn needless_rules(&self) -> Vec<Diagnostic> {
        let enforced = self.rules.iter().zip(&self.judges).filter(|(rule, _)| rule.mode == Mode::Enforce);
        let fact = |judge: &Judge| Fact::of(&judge.condition.tree, &self.columns);
        let facts: Vec<(&Rule, &Judge, Fact)> =
            enforced.filter_map(|(rule, judge)| Some((rule, judge, fact(judge)?))).collect();
        let mut found = Vec::new();
        for (rule, judge, narrow) in &facts {
            let covers = |(other, _, wider): &&(&Rule, &Judge, Fact)| {
                prevails(other, rule) && follows(std::iter::once(narrow), wider)
            };
            found.extend(facts.iter().find(covers).map(|(other, _, _)| {
                let verb = if rule.outcome == Outcome::Escalate { "says more" } else { "decides" };
                let message = format!("whenever {:?} fires, {:?} fires and {verb}", rule.id, other.id);
                let help = "narrow one of the two, or drop this rule";
                judge.place.whole(|at| Issue::warning(at, message).help(help))
            }));
        }
        found
    }

    /// Shares of one signal that are never reached.
    fn needless_shares(&self, signal: &SignalSteps) -> Vec<Diagnostic> {
        let facts = signal.steps.iter().map(|step| Fact::of(&step.condition.tree, &self.columns));
        let facts: Vec<Option<Fact>> = facts.collect();
        let reached = |index: usize| {
            let Some(fact) = &facts[index] else { return true };
            let earlier = facts[..index].iter().flatten().map(|earlier| &earlier.elsewhere);
            let mut left = Some(fact.holds.clone());
            for elsewhere in earlier {
                left = left.and_then(|left| left.and(elsewhere));
            }
            left.is_none_or(|left| !left.is_never())
        };
        let needless = signal.steps.iter().enumerate().filter(|(index, _)| !reached(*index));
        let help = "shares of one signal are tried in order, the first that holds counts";
        let issue = |at| Issue::warning(at, "this share is never reached").help(help);
        needless.map(|(_, step)| step.place.whole(issue)).collect()
    }
}

/// Where a condition is true, and where it is not.
struct Fact {
    reads: BTreeSet<usize>,
    holds: Form,
    elsewhere: Form,
}

impl Fact {
    /// None of what has too many alternatives, and of what can fail: a failure is neither.
    fn of(node: &Node, columns: &Columns) -> Option<Self> {
        let form = |wanted| Form::of(node, wanted, columns).filter(|_| !node.can_fail());
        Some(Self { reads: node.reads(), holds: form(Outcomes::TRUE)?, elsewhere: form(Outcomes::NOT_TRUE)? })
    }
}

/// Whether one condition is true wherever all the others are.
fn follows<'a>(others: impl Iterator<Item = &'a Fact>, fact: &Fact) -> bool {
    let mut related = others.filter(|other| !other.reads.is_disjoint(&fact.reads));
    let left = related.try_fold(fact.elsewhere.clone(), |left, other| left.and(&other.holds));
    left.is_some_and(|left| left.is_never())
}

/// `IS NOT NULL` is asked for beside a negation, although that does not fire on a null either.
fn asks_for_presence(term: &Node) -> bool {
    matches!(term.kind, Kind::Is { state: State::Null, negated: true, .. })
}

/// Whether `other` has the say wherever both fire, so that `rule` has none.
fn prevails(other: &Rule, rule: &Rule) -> bool {
    if other.id == rule.id || other.outcome < rule.outcome {
        return false;
    }
    match (other.outcome, rule.outcome) {
        (Outcome::Escalate, _) => {
            let strictest = other.review.stricter(rule.review) == other.review && other.severity >= rule.severity;
            strictest && (other.severity > rule.severity || other.review != rule.review || other.id < rule.id)
        }
        (_, Outcome::Escalate) => false,
        (stricter, milder) => stricter > milder || other.id < rule.id,
    }
}

/// A condition that is always the same.
pub(crate) fn constant(policy: &Policy, judge: &Judge) -> Option<Diagnostic> {
    let never = |wanted| Form::of(&judge.condition.tree, wanted, &policy.columns).is_some_and(|form| form.is_never());
    let by_engine = judge.compiled.constant.as_ref().map(|value| *value == ScalarValue::Boolean(Some(true)));
    let message = match by_engine {
        _ if never(Outcomes::TRUE) => "condition is never true",
        _ if never(Outcomes::NOT_TRUE) && !judge.can_fail => "condition is always true",
        Some(true) => "condition is always true",
        Some(false) => "condition is never true",
        None => return None,
    };
    Some(judge.place.whole(|at| Issue::error(at, message)))
}
