//! From files to a policy. Everything that is wrong is collected, not only the first thing.

mod check;
mod folder;
mod place;
mod rule;
mod score;

pub(crate) use folder::read as read_folder;
pub(crate) use place::Place;
pub(crate) use rule::{Draft, Given, TestCase};

use crate::column::Columns;
use crate::policy::Policy;
use crate::score::ScoreDraft;
use touchstone_diagnostic::{Diagnostic, Issue, Level, Source};

/// Most rules in one policy.
pub(crate) const RULES_MAX: usize = 1_000;

/// Reserved stem of the file that holds the shares.
const SCORE_STEM: &str = "score";

/// A tree of the permitted depth fits several times; what calls us may have a small stack.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// What loading found: a policy unless one of the diagnostics is an error.
pub(crate) type Loaded = (Option<Policy>, Vec<Diagnostic>);

/// Loads on a thread of its own with a stack that the limits are made for.
pub(crate) fn load(sources: Vec<(String, String)>, columns: &Columns) -> Loaded {
    let columns = columns.clone();
    let work = move || assemble(sources, &columns);
    let thread = std::thread::Builder::new().name("policy-load".into()).stack_size(STACK_BYTES).spawn(work);
    let result = thread
        .map_err(|error| error.to_string())
        .and_then(|thread| thread.join().map_err(|_| "the policy could not be compiled: internal error".to_owned()));
    result.unwrap_or_else(|message| (None, vec![whole("policy", message)]))
}

/// A diagnostic about a file or folder as a whole.
pub(crate) fn whole(file: &str, message: impl Into<String>) -> Diagnostic {
    Source { name: file, text: "" }.diagnostic(Issue::error(0, message))
}

fn assemble(mut sources: Vec<(String, String)>, columns: &Columns) -> Loaded {
    sources.sort();
    let mut diagnostics = Vec::new();
    let score = read_score(&sources, columns, &mut diagnostics);
    let drafts = read_rules(&sources, columns, &score.reads(), &mut diagnostics);
    let policy = if has_error(&diagnostics) { None } else { compile(drafts, score, columns, &mut diagnostics) };
    diagnostics.sort();
    (policy.filter(|_| !has_error(&diagnostics)), diagnostics)
}

fn compile(
    drafts: Vec<Draft>,
    score: ScoreDraft,
    columns: &Columns,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Policy> {
    let policy = Policy::compile(drafts, score, columns).map_err(|found| diagnostics.extend(found)).ok()?;
    diagnostics.extend(check::findings(&policy));
    Some(policy)
}

fn has_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error)
}

fn read_score(sources: &[(String, String)], columns: &Columns, diagnostics: &mut Vec<Diagnostic>) -> ScoreDraft {
    let file = sources.iter().find(|(name, _)| stem(name) == SCORE_STEM);
    let Some((name, text)) = file else { return ScoreDraft::default() };
    let source = Source { name, text };
    let mut issues = Vec::new();
    let score = score::read(source, columns, &mut issues);
    diagnostics.extend(issues.into_iter().map(|issue| source.diagnostic(issue)));
    score
}

fn read_rules(
    sources: &[(String, String)],
    columns: &Columns,
    score_reads: &[usize],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Draft> {
    let rules: Vec<_> = sources.iter().filter(|(name, _)| stem(name) != SCORE_STEM).collect();
    if rules.len() > RULES_MAX {
        let (name, _) = rules[RULES_MAX];
        diagnostics.push(whole(name, format!("more than {RULES_MAX} rules in one policy")));
        return vec![];
    }
    let mut drafts = Vec::with_capacity(rules.len());
    for (name, text) in rules {
        let source = Source { name, text };
        let mut issues = Vec::new();
        drafts.extend(rule::read(source, stem(name), columns, score_reads, &mut issues));
        diagnostics.extend(issues.into_iter().map(|issue| source.diagnostic(issue)));
    }
    drafts.sort_by(|a, b| a.rule.id.cmp(&b.rule.id));
    for pair in drafts.windows(2).filter(|pair| pair[0].rule.id == pair[1].rule.id) {
        diagnostics.push(whole(&pair[1].place.file, format!("rule {:?} is given twice", pair[1].rule.id)));
    }
    drafts
}

/// `policy/a_rule.toml` is `a_rule`.
fn stem(name: &str) -> &str {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    file.strip_suffix(".toml").unwrap_or(file)
}
