//! Rules: those in force as their authors wrote them, and what another text of one would have done.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use touchstone_people::{Action, Resource};
use touchstone_policy::{Column, ColumnKind, Diagnostic, Level, Policy, Rule};
use touchstone_screening::columns as all_columns;
use touchstone_signals::REGISTRY;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::actor::Actor;
use crate::app::App;
use crate::backtest::{Backtest, Stretch, backtest};
use crate::govern::command;
use crate::guard::{JsonBody, RequestId};
use crate::problem::{Code, Problem};
use crate::read_log::Personal;

/// Decisions that are made again if nothing is said, and at most.
const DECISIONS: u64 = 1_000;
const DECISIONS_MAX: u64 = 5_000;
/// Bytes of a rule's text, at most.
const TEXT_BYTES_MAX: usize = 1 << 16;

/// A rule in force.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyRule)]
pub(crate) struct RuleView {
    /// Its id, which is the code of its reason.
    rule: String,
    /// What it asks for: `allow`, `review` or `block`.
    outcome: &'static str,
    /// What it holds the listing to be.
    class: &'static str,
    /// How much harm it is about.
    severity: &'static str,
    /// `enforce`, `shadow` or `off`.
    mode: &'static str,
    /// The file, as its author wrote it.
    text: String,
}

/// All rules in force.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyRules)]
pub(crate) struct Rules {
    /// By id.
    items: Vec<RuleView>,
}

/// Lists the rules in force, as they were written.
#[utoipa::path(get, path = "/v1/rules", operation_id = "list_rules", tag = "rules", security(("session" = [])),
    responses((status = 200, description = "All rules", body = Rules), crate::openapi::Problems))]
pub(crate) async fn list(State(app): State<Arc<App>>, actor: Actor) -> Result<Json<Rules>, Problem> {
    actor.may(Resource::Rule, Action::Read)?;
    let active = app.in_force.current();
    let texts = app.in_force.texts(&active).await.map_err(unread)?;
    let text = |id: &str| texts.iter().find(|(name, _)| stem(name) == id).map(|(_, text)| text.clone());
    let view = |rule: &Rule| RuleView {
        rule: rule.id.clone(),
        outcome: rule.outcome.as_str(),
        class: rule.class.as_str(),
        severity: rule.severity.as_str(),
        mode: rule.mode.as_str(),
        text: text(&rule.id).unwrap_or_default(),
    };
    Ok(Json(Rules { items: active.policy.rules().iter().map(view).collect() }))
}

/// Something that a rule's condition may read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleColumn {
    /// Its name.
    name: String,
    /// `bool`, `int` or `text`.
    kind: &'static str,
    /// What it sees; empty where it is what the listing states.
    what: &'static str,
    /// Which kind of evidence it is; absent where it is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    family: Option<String>,
    /// Whether the seller may be told its value.
    sayable: bool,
}

/// All that a condition may read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleColumns {
    /// Signals in the order of the reference, then what listings state.
    items: Vec<RuleColumn>,
}

/// Lists the signals that a rule's condition may read.
#[utoipa::path(get, path = "/v1/rules/columns", operation_id = "list_rule_columns", tag = "rules", security(("session" = [])),
    responses((status = 200, description = "All signals", body = RuleColumns), crate::openapi::Problems))]
pub(crate) async fn columns(actor: Actor) -> Result<Json<RuleColumns>, Problem> {
    actor.may(Resource::Rule, Action::Read)?;
    let what = |name: &str| REGISTRY.iter().find(|spec| spec.id == name).map_or("", |spec| spec.doc);
    let column = |column: &Column| RuleColumn {
        name: column.name.clone(),
        kind: match column.kind {
            ColumnKind::Bool => "bool",
            ColumnKind::Int => "int",
            ColumnKind::Text => "text",
        },
        what: what(&column.name),
        family: Some(column.family.clone()).filter(|family| !["", "claim"].contains(&family.as_str())),
        sayable: column.sayable,
    };
    Ok(Json(RuleColumns { items: all_columns().iter().map(column).collect() }))
}

/// A rule to be tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TryRule {
    /// Its id: of one in force, which this takes the place of, or a new one.
    #[schema(pattern = "^[a-z][a-z0-9_]{0,63}$")]
    rule: String,
    /// The whole file.
    #[schema(max_length = 65_536)]
    text: String,
    /// How many decisions are made again, the last ones; 1,000 if not said. With 0 the text is only checked.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 5_000)]
    decisions: Option<u64>,
    /// Those before this one are made again: `next` of an earlier answer.
    #[serde(default)]
    before: Option<Uuid>,
}

/// What was found in the text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleFinding)]
pub(crate) struct Finding {
    /// `error` or `warning`.
    level: &'static str,
    /// From 1; 0 if the whole is meant.
    line: usize,
    /// From 1, in characters; 0 if the whole is meant.
    column: usize,
    /// What is wrong.
    message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

/// What a test of the rule came to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleTest {
    /// Its name.
    name: String,
    /// Its line.
    line: usize,
    /// Whether it came out as written.
    passed: bool,
}

/// What became of the trial. Nothing is in force by it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleTried {
    /// Errors, with one of which there is no more than these, and warnings.
    findings: Vec<Finding>,
    /// Its own tests.
    tests: Vec<RuleTest>,
    /// What it would have done.
    #[serde(skip_serializing_if = "Option::is_none")]
    backtest: Option<Backtest>,
}

/// Tries a rule: its text is checked, its tests are run, and the last decisions are made again with it and without.
#[utoipa::path(post, path = "/v1/rules/dry-run", operation_id = "dry_run_rule", tag = "rules", request_body = TryRule,
    security(("session" = [])),
    responses((status = 200, description = "What was found, and what it would have done", body = RuleTried), crate::openapi::Problems))]
pub(crate) async fn dry_run(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    JsonBody(body): JsonBody,
) -> Result<Json<RuleTried>, Problem> {
    actor.may(Resource::Rule, Action::Create)?;
    actor.may(Resource::Decision, Action::Read)?;
    let asked: TryRule = command(&body)?;
    let decisions = checked(&asked)?;
    let active = app.in_force.current();
    let mut texts = app.in_force.texts(&active).await.map_err(unread)?;
    texts.retain(|(name, _)| stem(name) != asked.rule);
    texts.push((format!("{}.toml", asked.rule), asked.text));
    texts.sort();
    let loaded = tokio::task::spawn_blocking(move || {
        let policy = Policy::from_sources(texts, &all_columns())?;
        let tests = policy.test();
        Ok::<_, Vec<Diagnostic>>((policy, tests))
    });
    let (policy, tests) = match loaded.await.map_err(|error| Problem::internal("a rule can't be tried", error))? {
        Ok(loaded) => loaded,
        Err(found) => {
            let findings = found.into_iter().map(finding).collect();
            return Ok(Json(RuleTried { findings, tests: Vec::new(), backtest: None }));
        }
    };
    let own = |found: &&Diagnostic| stem(&found.file) == asked.rule;
    let findings = policy.warnings().iter().filter(own).cloned().map(finding).collect();
    let tests = tests.into_iter().filter(|test| test.rule == asked.rule);
    let test =
        |test: touchstone_policy::TestResult| RuleTest { passed: test.passed(), name: test.name, line: test.line };
    let tests = tests.map(test).collect();
    let other = Arc::new(active.with_policy(policy));
    let backtest = match decisions {
        0 => None,
        decisions => Some(backtest(&app, other, &asked.rule, Stretch { before: asked.before, decisions }).await?),
    };
    let read = backtest.iter().flat_map(|told| told.examples());
    let read = read.map(|one| Personal::of_seller(&one.marketplace, &one.seller_id, "backtest"));
    app.note_read(&actor, &request, Resource::Decision, read).await?;
    Ok(Json(RuleTried { findings, tests, backtest }))
}

/// How many decisions are made again.
fn checked(asked: &TryRule) -> Result<u64, Problem> {
    let bad = |why: &str| Problem::new(Code::BadCommand, why.to_owned());
    let slug = asked.rule.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !slug || asked.rule.is_empty() || asked.rule.len() > 64 || asked.rule == "score" {
        return Err(bad("rule: an id is at most 64 small letters, digits and underscores, and not `score`"));
    }
    if asked.text.len() > TEXT_BYTES_MAX {
        return Err(bad("text: a rule has at most 65,536 bytes"));
    }
    let decisions = asked.decisions.unwrap_or(DECISIONS);
    if decisions > DECISIONS_MAX {
        return Err(bad("decisions: at most 5,000 are made again"));
    }
    Ok(decisions)
}

fn finding(found: Diagnostic) -> Finding {
    let level = match found.level {
        Level::Error => "error",
        Level::Warning => "warning",
    };
    Finding { level, line: found.line, column: found.column, message: found.message, help: found.help }
}

/// A file's name without what it ends with: the rule's id.
fn stem(name: &str) -> &str {
    name.strip_suffix(".toml").unwrap_or(name)
}

fn unread(error: std::io::Error) -> Problem {
    Problem::internal("the rules in force can't be read", error)
}
