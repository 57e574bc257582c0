//! What of a policy is hashed, in a spelling that does not depend on how the files are laid out.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::column::Columns;
use crate::message::Texts;
use crate::rule::{Class, Cure, Mode, Outcome, Review, Rule, Severity};
use crate::score::ScoreDraft;

#[derive(Serialize)]
struct PolicyText<'a> {
    schema: u32,
    prior: i64,
    calibration: &'a str,
    shares: Vec<ShareText<'a>>,
    rules: Vec<RuleText<'a>>,
}

#[derive(Serialize)]
struct ShareText<'a> {
    signal: &'a str,
    when: &'a str,
    micro: i64,
}

#[derive(Serialize)]
struct RuleText<'a> {
    id: &'a str,
    outcome: Outcome,
    class: Class,
    severity: Severity,
    mode: Mode,
    admission: bool,
    when: &'a str,
    evidence: Vec<&'a str>,
    review: Review,
    message: BTreeMap<&'a str, String>,
    seller: BTreeMap<&'a str, String>,
    cure: Option<Cure>,
}

/// The hash; an error only if something cannot be written as JSON, which nothing here is.
pub(crate) fn hash(rules: &[Rule], score: &ScoreDraft, columns: &Columns) -> serde_json::Result<[u8; 32]> {
    let name = |index: usize| columns.get(index).map_or("", |column| column.name.as_str());
    let steps = score.signals.iter().flat_map(|each| each.steps.iter().map(|step| (each.signal, step)));
    let share =
        |(signal, step): (usize, &'_ crate::score::Step)| (name(signal), step.condition.canonical.clone(), step.micro);
    let shares: Vec<_> = steps.map(share).collect();
    let text = PolicyText {
        schema: 1,
        prior: score.prior,
        calibration: &score.calibration,
        shares: shares.iter().map(|(signal, when, micro)| ShareText { signal, when, micro: *micro }).collect(),
        rules: rules.iter().filter(|rule| rule.mode != Mode::Off).map(|each| rule(each, &name)).collect(),
    };
    Ok(Sha256::digest(serde_json::to_vec(&text)?).into())
}

fn rule<'a>(rule: &'a Rule, name: &impl Fn(usize) -> &'a str) -> RuleText<'a> {
    RuleText {
        id: &rule.id,
        outcome: rule.outcome,
        class: rule.class,
        severity: rule.severity,
        mode: rule.mode,
        admission: rule.admission,
        when: &rule.when,
        evidence: rule.evidence.iter().map(|index| name(*index)).collect(),
        review: rule.review,
        message: texts(&rule.message),
        seller: texts(&rule.seller),
        cure: rule.cure,
    }
}

fn texts(texts: &Texts) -> BTreeMap<&str, String> {
    texts.0.iter().map(|(language, template)| (language.as_str(), template.source())).collect()
}
