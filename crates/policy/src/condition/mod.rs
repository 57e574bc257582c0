//! A condition as a typed tree of our own.
//!
//! SQL is parsed by `sqlparser`, but only what is listed in [`Kind`] passes (`parse`); everything
//! after that (types, compilation, reasoning about ranges) works on this small tree and knows where
//! in the text each node stands.

mod chain;
mod function;
mod parse;
mod refuse;
mod tokens;
mod types;

use std::collections::BTreeSet;

pub(crate) use function::Function;

use crate::column::Columns;
use touchstone_diagnostic::Issue;

/// Longest `when`, in bytes.
pub(crate) const BYTES_MAX: usize = 8 * 1024;
/// Deepest nesting. A chain of AND or OR counts once, however long.
pub(crate) const DEPTH_MAX: usize = 32;
/// Most tokens in one condition.
pub(crate) const TOKENS_MAX: usize = 2048;
/// Most terms in one chain of AND or OR.
pub(crate) const TERMS_MAX: usize = 256;
/// Most nodes after the engine has written out BETWEEN, short IN lists and COALESCE.
pub(crate) const WEIGHT_MAX: usize = 20_000;

/// A node and the byte offset in the condition at which it is to be blamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) at: usize,
    pub(crate) kind: Kind,
}

/// What a condition can be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Something refused, already reported; keeps the rest checkable.
    Invalid,
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    /// Position in the columns; one past the end is the score.
    Column(usize),
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
    Is {
        value: Box<Node>,
        state: State,
        negated: bool,
    },
    In {
        value: Box<Node>,
        list: Vec<Node>,
        negated: bool,
    },
    Between {
        value: Box<Node>,
        low: Box<Node>,
        high: Box<Node>,
        negated: bool,
    },
    Like {
        value: Box<Node>,
        pattern: String,
        negated: bool,
    },
    Arithmetic(Arithmetic, Box<Node>, Box<Node>),
    Case {
        operand: Option<Box<Node>>,
        arms: Vec<(Node, Node)>,
        otherwise: Option<Box<Node>>,
    },
    Call(Function, Vec<Node>),
}

/// Comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
    /// `IS DISTINCT FROM`: never null.
    Distinct,
    /// `IS NOT DISTINCT FROM`: never null.
    Same,
}

/// Integer arithmetic, checked: overflow and division by zero are errors of the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// What `IS` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Null,
    True,
    False,
}

/// A condition that passed: its tree, and the text it came from in canonical spelling.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    pub(crate) tree: Node,
    /// The text as the parser writes it, without comments and with one kind of white space.
    pub(crate) canonical: String,
    /// Columns it reads, in registry order, without the score.
    pub(crate) reads: Vec<usize>,
    pub(crate) reads_score: bool,
}

/// Whether a condition may read the score (shares may not: they make it).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    WithScore,
    WithoutScore,
}

impl Condition {
    /// Parses and checks a condition. Findings go to `issues`, with offsets into `text`;
    /// none is returned if one of them is an error.
    pub(crate) fn parse(text: &str, columns: &Columns, scope: Scope, issues: &mut Vec<Issue>) -> Option<Self> {
        let before = issues.len();
        let (tree, canonical) = parse::parse(text, columns, scope, issues)?;
        types::check(&tree, columns, issues);
        let failed = issues[before..].iter().any(|issue| issue.level == crate::Level::Error);
        if failed {
            return None;
        }
        let mut reads = tree.reads();
        let reads_score = reads.remove(&columns.len());
        Some(Self { tree, canonical, reads: reads.into_iter().collect(), reads_score })
    }
}

impl Node {
    /// Calls `look` on the node and everything below it.
    pub(crate) fn visit<'a>(&'a self, look: &mut impl FnMut(&'a Node)) {
        look(self);
        for child in self.children() {
            child.visit(look);
        }
    }

    /// The columns below it; one past the end is the score.
    pub(crate) fn reads(&self) -> BTreeSet<usize> {
        let mut reads = BTreeSet::new();
        self.visit(&mut |node| {
            if let Kind::Column(index) = node.kind {
                reads.insert(index);
            }
        });
        reads
    }

    pub(crate) fn children(&self) -> Vec<&Node> {
        match &self.kind {
            Kind::Invalid | Kind::Null | Kind::Bool(_) | Kind::Int(_) | Kind::Text(_) | Kind::Column(_) => vec![],
            Kind::All(list) | Kind::Any(list) | Kind::Call(_, list) => list.iter().collect(),
            Kind::Not(value) | Kind::Is { value, .. } | Kind::Like { value, .. } => vec![value],
            Kind::Compare(_, left, right) | Kind::Arithmetic(_, left, right) => vec![left, right],
            Kind::In { value, list, .. } => std::iter::once(value.as_ref()).chain(list).collect(),
            Kind::Between { value, low, high, .. } => vec![value, low, high],
            Kind::Case { operand, arms, otherwise } => {
                let arms = arms.iter().flat_map(|(when, then)| [when, then]);
                operand.as_deref().into_iter().chain(arms).chain(otherwise.as_deref()).collect()
            }
        }
    }

    /// Whether it is plainly a truth value; columns and what may be of any type are left out.
    pub(crate) fn is_truth(&self) -> bool {
        use Kind::{All, Any, Between, Bool, Compare, In, Is, Like, Not};
        matches!(
            self.kind,
            All(_) | Any(_) | Not(_) | Compare(..) | Is { .. } | In { .. } | Between { .. } | Like { .. } | Bool(_)
        )
    }

    /// Whether evaluating it can fail for a row: it computes with numbers.
    pub(crate) fn can_fail(&self) -> bool {
        let mut found = false;
        self.visit(&mut |node| {
            found |= matches!(node.kind, Kind::Arithmetic(..) | Kind::Call(Function::Abs, _));
        });
        found
    }

    /// Nodes after the engine has written out what it writes out; it copies operands to do so,
    /// so nesting these multiplies.
    pub(crate) fn weight(&self) -> usize {
        let sum = |nodes: Vec<&Node>| nodes.into_iter().fold(1_usize, |sum, node| sum.saturating_add(node.weight()));
        let copies = match &self.kind {
            Kind::Between { .. } | Kind::Call(Function::Coalesce, _) => 2,
            Kind::Call(Function::Abs, _) | Kind::In { .. } => 3,
            // A CASE of truth values becomes AND and OR, with each condition once more for every later arm.
            Kind::Case { arms, .. } => 1 + arms.len().min(4),
            _ => 1,
        };
        sum(self.children()).saturating_mul(copies)
    }
}
