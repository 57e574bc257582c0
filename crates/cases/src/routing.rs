//! Which queue an item waits in: rules of a file, the first that holds, and a default that always does.
//!
//! ```toml
//! schema = 1
//! default = "general"
//!
//! [[queue]]
//! id = "general"
//!
//! [[queue]]
//! id = "watches"
//! skill = "watches"          # who takes from it must have it
//!
//! [[rule]]
//! queue = "watches"
//! when = { class = ["counterfeit"], brand = ["rolex", "omega"], value_from = 100_000 }
//!
//! [[rule]]
//! queue = "general"
//! skill = "zh"               # instead of the queue's
//! when = { language = ["zh"] }
//! ```

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use toml::Spanned;
use touchstone_diagnostic::{Issue, Source, nearest};

use crate::facts::{Condition, Facts, Known};
use crate::file::{Loaded, check_schema, check_slug, load};

/// Where an item waits, and for whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// The queue.
    pub queue: String,
    /// What a person must have to take it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skill: Option<String>,
}

/// Rules that were read.
#[derive(Debug, Clone)]
pub struct Routing {
    queues: Vec<Route>,
    rules: Vec<(Condition, Route)>,
    default: Route,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: Spanned<i64>,
    default: Spanned<String>,
    #[serde(default)]
    queue: Vec<QueueTable>,
    #[serde(default)]
    rule: Vec<Spanned<RuleTable>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct QueueTable {
    id: Spanned<String>,
    skill: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleTable {
    queue: Spanned<String>,
    skill: Option<Spanned<String>>,
    when: Spanned<Condition>,
}

impl Routing {
    /// Reads a file; what is wrong has its line and column.
    pub fn read(source: Source<'_>, known: Known<'_>) -> Loaded<Self> {
        load(source, |file: File, issues| make(file, known, issues))
    }

    /// Where an item goes.
    pub fn route(&self, facts: &Facts<'_>) -> &Route {
        let rule = self.rules.iter().find(|(condition, _)| condition.holds(facts));
        rule.map_or(&self.default, |(_, route)| route)
    }

    /// All queues, in the order of the file.
    pub fn queues(&self) -> impl Iterator<Item = &Route> {
        self.queues.iter()
    }
}

fn make(file: File, known: Known<'_>, issues: &mut Vec<Issue>) -> Option<Routing> {
    check_schema(&file.schema, issues);
    let queues = queues(&file.queue, issues);
    let default = find(&queues, &file.default, issues);
    let rules = file.rule.iter().filter_map(|rule| read_rule(rule.get_ref(), &queues, known, issues)).collect();
    unreachable(&file.rule, issues);
    unused(&file, issues);
    Some(Routing { default: default?, rules, queues })
}

fn queues(tables: &[QueueTable], issues: &mut Vec<Issue>) -> Vec<Route> {
    let mut seen = BTreeSet::new();
    for QueueTable { id, skill } in tables {
        check_slug(id, issues);
        skill.iter().for_each(|skill| check_slug(skill, issues));
        if !seen.insert(id.get_ref()) {
            issues.push(Issue::error(id.span().start, format!("queue {:?} is given twice", id.get_ref())));
        }
    }
    let skill = |table: &QueueTable| table.skill.as_ref().map(|skill| skill.get_ref().clone());
    tables.iter().map(|table| Route { queue: table.id.get_ref().clone(), skill: skill(table) }).collect()
}

fn find(queues: &[Route], name: &Spanned<String>, issues: &mut Vec<Issue>) -> Option<Route> {
    let found = queues.iter().find(|route| route.queue == *name.get_ref()).cloned();
    if found.is_none() {
        let issue = Issue::error(name.span().start, format!("there is no queue {:?}", name.get_ref()));
        let near = nearest(name.get_ref(), queues.iter().map(|route| route.queue.as_str()));
        issues.push(match near {
            Some(near) => issue.help(format!("did you mean {near:?}?")),
            None => issue.help("add it as [[queue]]"),
        });
    }
    found
}

fn read_rule(
    rule: &RuleTable,
    queues: &[Route],
    known: Known<'_>,
    issues: &mut Vec<Issue>,
) -> Option<(Condition, Route)> {
    rule.when.get_ref().check(rule.when.span().start, known, issues);
    rule.skill.iter().for_each(|skill| check_slug(skill, issues));
    let queue = find(queues, &rule.queue, issues)?;
    let skill = rule.skill.as_ref().map(|skill| skill.get_ref().clone()).or(queue.skill);
    Some((rule.when.get_ref().clone(), Route { skill, ..queue }))
}

/// A rule that never decides, because one above it holds whenever it does.
fn unreachable(rules: &[Spanned<RuleTable>], issues: &mut Vec<Issue>) {
    for (index, rule) in rules.iter().enumerate() {
        let when = rule.get_ref().when.get_ref();
        if let Some(above) = rules[..index].iter().position(|above| above.get_ref().when.get_ref().covers(when)) {
            let message = format!("this rule never decides: rule {} holds whenever it does", above + 1);
            issues.push(Issue::warning(rule.span().start, message).help("move it up, or take it out"));
        }
    }
}

fn unused(file: &File, issues: &mut Vec<Issue>) {
    let used =
        |id: &str| file.default.get_ref() == id || file.rule.iter().any(|rule| rule.get_ref().queue.get_ref() == id);
    let idle = file.queue.iter().filter(|queue| !used(queue.id.get_ref()));
    issues.extend(
        idle.map(|queue| {
            Issue::warning(queue.id.span().start, "no rule leads to this queue, and it is not the default")
        }),
    );
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const KNOWN: Known<'static> =
        Known { classes: &["counterfeit", "none"], severities: &["low", "critical"], brands: &["rolex"] };

    fn read(text: &str) -> (Option<Routing>, String) {
        let (routing, found) = Routing::read(Source { name: "routing.toml", text }, KNOWN);
        (routing, found.iter().map(|d| format!("{d}\n")).collect())
    }

    const FILE: &str = r#"schema = 1
default = "general"
[[queue]]
id = "general"
[[queue]]
id = "watches"
skill = "watches"
[[rule]]
queue = "watches"
when = { brand = ["rolex"], value_from = 100_000 }
[[rule]]
queue = "general"
skill = "zh"
when = { language = ["zh"] }
"#;

    #[test]
    fn the_first_rule_that_holds_decides() {
        let (routing, found) = read(FILE);
        let routing = routing.unwrap();
        assert_eq!(found, "");
        let check = |facts: Facts<'_>, queue: &str, skill: Option<&str>| {
            let route = routing.route(&facts);
            assert_eq!((route.queue.as_str(), route.skill.as_deref()), (queue, skill), "{facts:?}");
        };
        let dear = Facts { brand: Some("rolex"), value_minor: Some(100_000), language: Some("zh"), ..Facts::default() };
        check(dear, "watches", Some("watches"));
        check(Facts { value_minor: Some(99_999), ..dear }, "general", Some("zh"));
        check(Facts { value_minor: None, ..dear }, "general", Some("zh"));
        check(Facts::default(), "general", None);
    }

    #[test]
    fn mistakes_have_their_place() {
        let check = |from: &str, to: &str, expected: &str| {
            let (routing, found) = read(&FILE.replacen(from, to, 1));
            assert!(found.contains(expected), "{found}");
            assert_eq!(routing.is_none(), found.contains("error"), "{found}");
        };
        check(
            "default = \"general\"",
            "default = \"generl\"",
            "routing.toml:2:11: error: there is no queue \"generl\"\n  help: did you mean \"general\"?",
        );
        check("brand = [\"rolex\"]", "brand = [\"rolx\"]", "routing.toml:10:19: error: unknown brand \"rolx\"");
        check(
            "language = [\"zh\"]",
            "language = [\"Chinese\"]",
            "routing.toml:14:22: error: \"Chinese\" is no language",
        );
        check(
            "value_from = 100_000",
            "value_from = 5, value_below = 5",
            "routing.toml:10:8: error: value_from is not below",
        );
        check("language = [\"zh\"]", "language = []", "routing.toml:14:8: error: language is an empty list");
        check(
            "language = [\"zh\"]",
            "brand = [\"rolex\"], value_from = 200_000",
            "routing.toml:11:1: warning: this rule never decides",
        );
        check("queue = \"watches\"", "queue = \"general\"", "routing.toml:6:6: warning: no rule leads to this queue");
        check("id = \"watches\"", "id = \"general\"", "routing.toml:6:6: error: queue \"general\" is given twice");
        check("schema = 1", "schema = 2", "routing.toml:1:10: error: unknown schema 2");
        check("skill = \"zh\"", "skil = \"zh\"", "routing.toml:13:1: error: unknown field `skil`");
    }
}
