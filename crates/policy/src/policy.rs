//! A policy: rules and score, compiled once, immutable, shared by threads.

use std::path::Path;
use std::sync::Arc;

use datafusion_common::DataFusionError;

use crate::builtin;
use crate::column::Columns;
use crate::condition::Condition;
use crate::expression::Compiled;
use crate::grounds::Grounds;
use crate::hash;
use crate::load::{self, Draft, Place, TestCase};
use crate::rule::{Outcome, Rule};
use crate::score::{ScoreDraft, Share, SignalSteps};
use touchstone_diagnostic::{Diagnostic, Issue};

/// Rules and score over given columns.
#[derive(Debug)]
pub struct Policy {
    pub(crate) columns: Columns,
    /// Sorted by id; a rule's index is its position here.
    pub(crate) rules: Arc<[Rule]>,
    pub(crate) judges: Vec<Judge>,
    /// Indices of rules, strictest outcome first, then by id.
    pub(crate) order: Vec<usize>,
    pub(crate) score: ScoreDraft,
    pub(crate) shares: Vec<Share>,
    /// Positions of the columns that something reads, ascending; the others are never looked at.
    pub(crate) inputs: Vec<usize>,
    pub(crate) warnings: Vec<Diagnostic>,
    hash: [u8; 32],
}

/// What is needed of a rule to evaluate it; beside [`Rule`], which is what is shown of it.
#[derive(Debug)]
pub(crate) struct Judge {
    pub(crate) condition: Condition,
    pub(crate) compiled: Compiled,
    /// Whether it can fail for a row.
    pub(crate) can_fail: bool,
    /// For each column whether the rule depends on it, directly or through the score.
    pub(crate) depends: Vec<bool>,
    /// What a block is true by; none for what is no block, and for an admission.
    pub(crate) grounds: Option<Grounds>,
    pub(crate) tests: Vec<TestCase>,
    pub(crate) place: Place,
}

impl Policy {
    /// Loads every `*.toml` in a folder: `score.toml` and one file a rule.
    ///
    /// # Errors
    /// Every diagnostic if one of them is an error, sorted by place; warnings alone do not keep a policy
    /// from loading, see [`Policy::warnings`].
    pub fn load(dir: impl AsRef<Path>, columns: &Columns) -> Result<Self, Vec<Diagnostic>> {
        Self::from_sources(load::read_folder(dir.as_ref())?, columns)
    }

    /// The same from names (`a_rule.toml`) and texts.
    ///
    /// # Errors
    /// As [`Policy::load`].
    pub fn from_sources(sources: Vec<(String, String)>, columns: &Columns) -> Result<Self, Vec<Diagnostic>> {
        let (policy, diagnostics) = load::load(sources, columns);
        match policy {
            Some(policy) => Ok(Self { warnings: diagnostics, ..policy }),
            None => Err(diagnostics),
        }
    }

    /// What loading warned of.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The rules sorted by id, those that are off included.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule, or the built-in reason, with this id: what a decision's reason code names.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.position(id).map_or_else(|| builtin::named(id), |index| Some(&self.rules[index]))
    }

    /// A rule's index.
    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.rules.binary_search_by(|rule| rule.id.as_str().cmp(id)).ok()
    }

    /// The columns it was loaded with.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The score of a listing of which nothing is known, in micro-logits.
    pub fn prior(&self) -> i64 {
        self.score.prior
    }

    /// `uncalibrated`, or on how many randomly audited outcomes the score rests, which and until when.
    pub fn calibration(&self) -> &str {
        &self.score.calibration
    }

    /// Positions of the columns that a rule or a share reads, ascending. The others need not be computed.
    pub fn reads(&self) -> &[usize] {
        &self.inputs
    }

    /// SHA-256 over what can change a decision or its words: score, and the rules that are not off, with
    /// their conditions in canonical spelling and their texts. Tests, rules that are off, comments, white
    /// space and the order of keys do not count; neither do the columns, which are the engine's.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    pub(crate) fn compile(drafts: Vec<Draft>, score: ScoreDraft, columns: &Columns) -> Result<Self, Vec<Diagnostic>> {
        let inputs = inputs(&drafts, &score);
        let mut diagnostics = Vec::new();
        let mut shares = Vec::new();
        for signal in &score.signals {
            match Share::compile(signal, columns) {
                Ok(share) => shares.push(share),
                Err(error) => diagnostics.extend(step_error(signal, &error)),
            }
        }
        let score_reads = score.reads();
        let mut rules = Vec::new();
        let mut judges = Vec::new();
        for draft in drafts {
            let Draft { rule, condition, tests, place } = draft;
            match Judge::new(&rule, condition, columns, &score_reads, tests, place.clone()) {
                Ok(judge) => judges.push(judge),
                Err(error) => diagnostics.push(place.whole(|at| Issue::error(at, engine_message(&error)))),
            }
            rules.push(rule);
        }
        let hash = hash::hash(&rules, &score, columns);
        match hash {
            Ok(hash) if diagnostics.is_empty() => {
                let order = strictest_first(&rules);
                let (columns, rules) = (columns.clone(), rules.into());
                Ok(Self { columns, rules, judges, order, score, shares, inputs, warnings: vec![], hash })
            }
            Ok(_) => Err(diagnostics),
            Err(error) => Err(vec![load::whole("policy", error.to_string())]),
        }
    }
}

fn strictest_first(rules: &[Rule]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rules.len()).collect();
    order.sort_by_key(|index| (std::cmp::Reverse(rules[*index].outcome), *index));
    order
}

fn step_error(signal: &SignalSteps, error: &DataFusionError) -> Option<Diagnostic> {
    let first = signal.steps.first()?;
    Some(first.place.whole(|at| Issue::error(at, engine_message(error))))
}

/// The engine's words without what only its makers need.
fn engine_message(error: &DataFusionError) -> String {
    error.strip_backtrace().lines().next().unwrap_or_default().to_owned()
}

impl Judge {
    fn new(
        rule: &Rule,
        condition: Condition,
        columns: &Columns,
        score_reads: &[usize],
        tests: Vec<TestCase>,
        place: Place,
    ) -> Result<Self, DataFusionError> {
        let compiled = Compiled::new(&condition.tree, columns)?;
        let counts_evidence = rule.outcome == Outcome::Block && !rule.admission;
        let grounds = counts_evidence.then(|| Grounds::of(&condition.tree, columns)).transpose()?;
        let mut depends = vec![false; columns.len()];
        let through_score = score_reads.iter().filter(|_| condition.reads_score);
        for index in condition.reads.iter().chain(through_score) {
            depends[*index] = true;
        }
        let can_fail = condition.tree.can_fail();
        Ok(Self { condition, compiled, can_fail, depends, grounds, tests, place })
    }
}

/// What something reads, and the signals whose shares decide whether they count as evidence.
fn inputs(drafts: &[Draft], score: &ScoreDraft) -> Vec<usize> {
    let mut inputs: Vec<usize> = score.reads();
    inputs.extend(score.signals.iter().map(|each| each.signal));
    inputs.extend(drafts.iter().flat_map(|draft| &draft.condition.reads));
    inputs.extend(drafts.iter().flat_map(|draft| &draft.rule.evidence));
    inputs.sort_unstable();
    inputs.dedup();
    inputs
}
