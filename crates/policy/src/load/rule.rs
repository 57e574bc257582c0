//! Reads one rule file and judges what it says about itself.

use std::collections::BTreeMap;

use toml::Spanned;

use super::place::Place;
use super::score::condition;
use crate::column::{ColumnKind, Columns, SCORE};
use crate::condition::{Condition, Scope};
use crate::file::{RuleFile, TestTable, check_schema, in_literal, read as read_file, slice};
use crate::message::{Template, Texts};
use crate::rule::{Class, Cure, Outcome, Review, Rule};
use crate::{RULE_ERROR, RULE_FUSE, SINGLE_KIND};
use touchstone_diagnostic::{Issue, Source, line_column, nearest};

/// Longest rule id.
const ID_BYTES_MAX: usize = 64;

/// A rule that was read, before it is compiled.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) rule: Rule,
    pub(crate) condition: Condition,
    pub(crate) tests: Vec<TestCase>,
    pub(crate) place: Place,
}

/// Languages that every rule speaks to both faces.
const LANGUAGES: [&str; 2] = ["en", "zh"];

/// One `[[test]]` as read.
#[derive(Debug, Clone)]
pub(crate) struct TestCase {
    pub(crate) name: String,
    pub(crate) line: usize,
    /// Position of a column, or one past the end for the score.
    pub(crate) given: Vec<(usize, Given)>,
    pub(crate) fires: bool,
}

/// A value in a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Given {
    Bool(bool),
    Int(i64),
    Text(String),
}

/// Reads a rule; what is wrong goes to `issues`, and then there may be no draft.
pub(super) fn read(
    source: Source<'_>,
    id: &str,
    columns: &Columns,
    score_reads: &[usize],
    issues: &mut Vec<Issue>,
) -> Option<Draft> {
    let file: RuleFile = read_file(source.text).map_err(|issue| issues.push(issue)).ok()?;
    let mut reader = Reader { source, columns, issues };
    reader.id(id);
    reader.class(&file);
    check_schema(&file.schema, reader.issues);
    let condition = condition(source, &file.when, columns, Scope::WithScore, reader.issues);
    let evidence = reader.evidence(&file, condition.as_ref(), score_reads);
    let review = reader.review(&file);
    let message = reader.texts(Face::Staff, &file.message, file.outcome);
    let seller = reader.texts(Face::Seller, &file.seller, file.outcome);
    let cure = reader.cure(&file.seller);
    let tests = reader.tests(&file.test);
    let condition = condition?;
    let rule = Rule {
        id: id.to_owned(),
        outcome: file.outcome,
        class: *file.class.get_ref(),
        severity: file.severity,
        mode: file.mode,
        admission: file.admission,
        when: condition.canonical.clone(),
        evidence,
        review,
        cure,
        message,
        seller,
    };
    let place = Place::of(source, &file.when);
    Some(Draft { rule, condition, tests, place })
}

/// The position of a signal's name, or a report.
pub(super) fn signal(name: &Spanned<String>, columns: &Columns, issues: &mut Vec<Issue>) -> Option<usize> {
    let index = known(name.get_ref(), name.span().start, columns, issues)?;
    let evidence = columns.get(index).is_some_and(|column| column.evidence);
    if !evidence {
        let message = format!("{:?} is plain input, not a signal", name.get_ref());
        issues.push(Issue::error(name.span().start, message));
    }
    evidence.then_some(index)
}

fn known(name: &str, at: usize, columns: &Columns, issues: &mut Vec<Issue>) -> Option<usize> {
    let index = columns.position(name);
    if index.is_none() {
        let issue = Issue::error(at, format!("unknown column {name:?}"));
        issues.push(match nearest(name, columns.iter().map(|column| column.name.as_str())) {
            Some(near) => issue.help(format!("did you mean {near:?}?")),
            None => issue,
        });
    }
    index
}

/// Key of `[seller]` that is no language.
const CURE: &str = "cure";

/// Who reads a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Face {
    Staff,
    Seller,
}

impl Face {
    fn table(self) -> &'static str {
        match self {
            Self::Staff => "message",
            Self::Seller => "seller",
        }
    }
}

struct Reader<'a> {
    source: Source<'a>,
    columns: &'a Columns,
    issues: &'a mut Vec<Issue>,
}

impl Reader<'_> {
    fn error(&mut self, at: usize, message: impl Into<String>) {
        self.issues.push(Issue::error(at, message));
    }

    fn id(&mut self, id: &str) {
        let slug = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
        if id.is_empty() || id.len() > ID_BYTES_MAX || !id.bytes().all(slug) {
            let message =
                format!("rule id {id:?} is not a slug of a-z, 0-9, _ and - with at most {ID_BYTES_MAX} characters");
            self.error(0, message);
        }
        if [RULE_ERROR, RULE_FUSE, SINGLE_KIND].contains(&id) {
            self.error(0, format!("rule id {id:?} is reserved"));
        }
    }

    fn class(&mut self, file: &RuleFile) {
        if file.outcome == Outcome::Escalate && *file.class.get_ref() != Class::None {
            self.error(file.class.span().start, "an escalation gives no class: write \"none\"");
        }
    }

    fn evidence(&mut self, file: &RuleFile, condition: Option<&Condition>, score_reads: &[usize]) -> Vec<usize> {
        let names = file.evidence.as_ref().map_or(&[][..], |names| names.get_ref());
        let mut found = Vec::new();
        for name in names {
            let Some(index) = signal(name, self.columns, self.issues) else { continue };
            let read = condition.is_none_or(|condition| {
                condition.reads.contains(&index) || condition.reads_score && score_reads.contains(&index)
            });
            if !read {
                self.error(name.span().start, format!("the condition does not read {:?}", name.get_ref()));
            }
            if found.contains(&index) {
                self.error(name.span().start, format!("{:?} is named twice", name.get_ref()));
            }
            found.push(index);
        }
        let at = file.evidence.as_ref().map_or(0, |names| names.span().start);
        self.kinds(file, &found, at);
        found
    }

    /// A block needs two kinds of evidence or an admission, and a price admits nothing.
    fn kinds(&mut self, file: &RuleFile, evidence: &[usize], at: usize) {
        if file.admission && file.outcome != Outcome::Block {
            self.issues.push(Issue::warning(0, "admission has an effect in block rules only"));
        }
        if file.outcome != Outcome::Block {
            return;
        }
        let family = |index: &usize| self.columns.get(*index).map_or("", |column| &column.family);
        let mut families: Vec<&str> = evidence.iter().map(family).filter(|family| *family != crate::CLAIM).collect();
        families.sort_unstable();
        families.dedup();
        let issue = match families[..] {
            [] => Issue::error(at, "a block rule names no evidence"),
            ["price"] => Issue::error(at, "price alone never blocks"),
            [family] if !file.admission => Issue::error(at, format!("all evidence is of one kind, {family:?}")),
            _ => return,
        };
        self.issues.push(issue.help("name signals of a second family, or make it a review"));
    }

    fn review(&mut self, file: &RuleFile) -> Review {
        let Some(review) = &file.review else {
            if matches!(file.outcome, Outcome::Review | Outcome::Escalate) {
                let message = format!("a rule with outcome {} needs review = {{ listing, hours }}", file.outcome);
                self.issues.push(Issue::error(0, message).help("listing is \"hold\" or \"live\""));
            }
            return Review::DEFAULT;
        };
        let at = review.span().start;
        if file.outcome == Outcome::Allow {
            self.error(at, "an allow rule has no review");
        }
        let hours = review.get_ref().hours;
        if !(1..=Review::HOURS_MAX).contains(&hours) {
            self.error(at, format!("hours must be 1 to {}", Review::HOURS_MAX));
        }
        *review.get_ref()
    }

    fn cure(&mut self, seller: &BTreeMap<String, Spanned<String>>) -> Option<Cure> {
        let written = seller.get(CURE)?;
        let slug = toml::Value::String(written.get_ref().clone());
        let cure = slug.try_into().ok();
        if cure.is_none() {
            self.error(written.span().start, format!("unknown cure {:?}", written.get_ref()));
        }
        cure
    }

    /// The templates of one face.
    fn texts(&mut self, face: Face, texts: &BTreeMap<String, Spanned<String>>, outcome: Outcome) -> Texts {
        let table = face.table();
        let silent = outcome == Outcome::Allow && texts.is_empty();
        for language in LANGUAGES.iter().filter(|language| !silent && !texts.contains_key(**language)) {
            self.error(self.table(table), format!("[{table}] has no text in {language}"));
        }
        let mut found = BTreeMap::new();
        for (language, text) in texts {
            if face == Face::Seller && language == CURE {
                continue;
            }
            if !is_language(language) {
                let message = format!("{language:?} in [{table}] is not a language such as en or zh-tw");
                self.error(text.span().start, message);
            }
            found.insert(language.clone(), self.template(face, text));
        }
        Texts(found)
    }

    /// Where the file begins a table; the beginning of the file if it has none.
    fn table(&self, name: &str) -> usize {
        let header = format!("[{name}]");
        let mut lines = self.source.text.match_indices(&header).map(|(at, _)| at);
        lines.find(|at| *at == 0 || self.source.text[..*at].ends_with('\n')).unwrap_or(0)
    }

    fn template(&mut self, face: Face, text: &Spanned<String>) -> Template {
        let raw = slice(self.source.text, text.span());
        let place = |at| in_literal(raw, text.span().start, at);
        let template = match Template::parse(text.get_ref()) {
            Ok(template) => template,
            Err((at, message)) => {
                self.error(place(at), message);
                return Template::default();
            }
        };
        for (name, at) in template.names() {
            self.placeholder(face, name, place(at));
        }
        template
    }

    fn placeholder(&mut self, face: Face, name: &str, at: usize) {
        let sayable = match name {
            SCORE => false,
            _ => match known(name, at, self.columns, self.issues) {
                Some(index) => self.columns.get(index).is_some_and(|column| column.sayable),
                None => return,
            },
        };
        if face == Face::Seller && !sayable {
            self.error(at, format!("{{{name}}} may not be said to the seller"));
        }
    }

    fn tests(&mut self, tables: &[TestTable]) -> Vec<TestCase> {
        for (fires, what) in [(true, "fires"), (false, "does not fire")] {
            if !tables.iter().any(|table| table.fires == fires) {
                let issue = Issue::warning(0, format!("no [[test]] in which the rule {what}"));
                self.issues.push(issue.help("one test that fires and one that just does not say what is meant"));
            }
        }
        tables.iter().map(|table| self.test(table)).collect()
    }

    fn test(&mut self, table: &TestTable) -> TestCase {
        let given = table.given.iter().filter_map(|(name, value)| self.given(name, value)).collect();
        let (line, _) = line_column(self.source.text, table.name.span().start);
        TestCase { name: table.name.get_ref().clone(), line, given, fires: table.fires }
    }

    fn given(&mut self, name: &Spanned<String>, value: &Spanned<toml::Value>) -> Option<(usize, Given)> {
        let (index, kind) = match name.get_ref().as_str() {
            SCORE => (self.columns.len(), ColumnKind::Int),
            column => {
                let index = known(column, name.span().start, self.columns, self.issues)?;
                (index, self.columns.get(index)?.kind)
            }
        };
        let given = match (kind, value.get_ref()) {
            (ColumnKind::Bool, toml::Value::Boolean(value)) => Given::Bool(*value),
            (ColumnKind::Int, toml::Value::Integer(number)) => Given::Int(*number),
            (ColumnKind::Text, toml::Value::String(text)) => Given::Text(text.clone()),
            (kind, other) => {
                let message = format!("{} is {}, found {}", name.get_ref(), kind.name(), other.type_str());
                self.error(value.span().start, message);
                return None;
            }
        };
        Some((index, given))
    }
}

fn is_language(tag: &str) -> bool {
    let part = |part: &str| {
        (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    tag.split('-').all(part)
}
