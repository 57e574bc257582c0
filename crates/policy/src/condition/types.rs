//! Types and nulls of a condition: what does not fit is an error, what quietly does not fire on a
//! null is a warning.

use std::collections::BTreeSet;

use super::function::{Arguments, Gives};
use super::{Arithmetic, Comparison, Function, Kind, Node, State};
use crate::column::{ColumnKind, Columns};
use touchstone_diagnostic::Issue;

/// Type of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Bool,
    Int,
    Text,
    /// Already reported, or `NULL`: fits everywhere.
    Any,
}

impl Type {
    fn fits(self, other: Self) -> bool {
        self == other || self == Self::Any || other == Self::Any
    }

    fn name(self) -> &'static str {
        match self {
            Self::Bool => ColumnKind::Bool.name(),
            Self::Int => ColumnKind::Int.name(),
            Self::Text => ColumnKind::Text.name(),
            Self::Any => "anything",
        }
    }
}

/// What is known of a value.
#[derive(Clone, Copy)]
struct Typed {
    of: Type,
    nullable: bool,
}

const fn typed(of: Type, nullable: bool) -> Typed {
    Typed { of, nullable }
}

/// Checks a whole condition.
pub(super) fn check(tree: &Node, columns: &Columns, issues: &mut Vec<Issue>) {
    let mut checker = Checker { columns, issues, present: BTreeSet::new() };
    let found = checker.node(tree);
    checker.expect(tree, found, Type::Bool);
}

struct Checker<'a> {
    columns: &'a Columns,
    issues: &'a mut Vec<Issue>,
    /// Columns that cannot be null here, because a sibling in an AND says so.
    present: BTreeSet<usize>,
}

impl Checker<'_> {
    fn node(&mut self, node: &Node) -> Typed {
        match &node.kind {
            Kind::Invalid | Kind::Null => typed(Type::Any, true),
            Kind::Bool(_) => typed(Type::Bool, false),
            Kind::Int(_) => typed(Type::Int, false),
            Kind::Text(_) => typed(Type::Text, false),
            Kind::Column(index) => self.column(*index),
            Kind::All(terms) => self.all(terms),
            Kind::Any(terms) => self.truths(terms),
            Kind::Not(value) => self.not(node, value),
            Kind::Compare(comparison, left, right) => self.compare(node, *comparison, left, right),
            Kind::Is { value, state, .. } => self.is(value, *state),
            Kind::In { value, list, negated } => self.in_list(node, value, list, *negated),
            Kind::Between { value, low, high, negated } => self.between(node, [value, low, high], *negated),
            Kind::Like { value, pattern, negated } => self.like(node, value, pattern, *negated),
            Kind::Arithmetic(operator, left, right) => self.arithmetic(*operator, left, right),
            Kind::Case { operand, arms, otherwise } => self.case(operand.as_deref(), arms, otherwise.as_deref()),
            Kind::Call(function, arguments) => self.call(node, *function, arguments),
        }
    }

    fn column(&self, index: usize) -> Typed {
        match self.columns.get(index) {
            None => typed(Type::Int, false),
            Some(column) => {
                let of = match column.kind {
                    ColumnKind::Bool => Type::Bool,
                    ColumnKind::Int => Type::Int,
                    ColumnKind::Text => Type::Text,
                };
                typed(of, column.nullable && !self.present.contains(&index))
            }
        }
    }

    fn expect(&mut self, node: &Node, found: Typed, wanted: Type) {
        if matches!(node.kind, Kind::Null) {
            self.null(node);
        } else if !found.of.fits(wanted) {
            let message = format!("expected {}, found {}", wanted.name(), found.of.name());
            self.issues.push(Issue::error(node.at, message));
        }
    }

    fn null(&mut self, node: &Node) {
        let issue = Issue::error(node.at, "NULL here makes the condition null, and a null does not fire");
        self.issues.push(issue.help("use IS NULL or IS NOT NULL"));
    }

    fn truth(&mut self, node: &Node) -> Typed {
        let found = self.node(node);
        self.expect(node, found, Type::Bool);
        found
    }

    fn truths(&mut self, terms: &[Node]) -> Typed {
        let nullable = terms.iter().fold(false, |nullable, term| self.truth(term).nullable | nullable);
        typed(Type::Bool, nullable)
    }

    fn all(&mut self, terms: &[Node]) -> Typed {
        let outside = self.present.clone();
        self.present.extend(terms.iter().filter_map(proves_present));
        let found = self.truths(terms);
        self.present = outside;
        typed(Type::Bool, found.nullable || self.can_be_null(terms))
    }

    /// Whether an AND is null where one of its columns is: a comparison with it is, what `IS` asks is not.
    fn can_be_null(&self, terms: &[Node]) -> bool {
        let asks = |term: &&Node| matches!(term.kind, Kind::Is { .. });
        let safe: BTreeSet<usize> = terms.iter().filter(asks).filter_map(proves_present).collect();
        let compared = terms.iter().filter(|term| !asks(term)).filter_map(proves_present);
        let mut open = compared.filter(|index| !safe.contains(index));
        open.any(|index| self.column(index).nullable)
    }

    fn not(&mut self, node: &Node, value: &Node) -> Typed {
        let found = self.truth(value);
        self.warn_if_null(node, found.nullable, "NOT over something that can be null");
        typed(Type::Bool, found.nullable)
    }

    fn warn_if_null(&mut self, node: &Node, nullable: bool, what: &str) {
        if nullable {
            let issue = Issue::warning(node.at, format!("{what}: a null does not fire"));
            self.issues.push(issue.help("add IS NOT NULL, or use IS DISTINCT FROM, IS NOT TRUE or coalesce()"));
        }
    }

    /// The types of two values that are compared with each other.
    fn alike(&mut self, left: &Node, right: &Node) -> (Type, bool) {
        let (a, b) = (self.node(left), self.node(right));
        self.expect(left, a, Type::Any);
        self.expect(right, b, a.of);
        (if a.of == Type::Any { b.of } else { a.of }, a.nullable || b.nullable)
    }

    fn compare(&mut self, node: &Node, comparison: Comparison, left: &Node, right: &Node) -> Typed {
        let (of, nullable) = self.alike(left, right);
        self.spelling(left, right);
        self.spelling(right, left);
        match comparison {
            Comparison::Distinct | Comparison::Same => return typed(Type::Bool, false),
            Comparison::NotEqual => self.warn_if_null(node, nullable, "<> with something that can be null"),
            Comparison::Equal => {}
            _ if of == Type::Bool => {
                self.issues.push(Issue::error(node.at, "truth values have no order"));
            }
            _ => {}
        }
        typed(Type::Bool, nullable)
    }

    /// Warns of text that a signal, being in lower case, never has.
    fn spelling(&mut self, value: &Node, literal: &Node) {
        if let Kind::Text(text) = &literal.kind {
            self.spelled(value, literal.at, text);
        }
    }

    fn spelled(&mut self, value: &Node, at: usize, text: &str) {
        let Kind::Column(index) = value.kind else { return };
        let signal = self.columns.get(index).is_some_and(|column| column.evidence);
        if signal && text.contains(char::is_uppercase) {
            let issue = Issue::warning(at, format!("'{text}' is never found: text of signals is in lower case"));
            self.issues.push(issue.help(format!("write '{}'", text.to_lowercase())));
        }
    }

    fn is(&mut self, value: &Node, state: State) -> Typed {
        let found = self.node(value);
        let wanted = if state == State::Null { Type::Any } else { Type::Bool };
        self.expect(value, found, wanted);
        typed(Type::Bool, false)
    }

    fn in_list(&mut self, node: &Node, value: &Node, list: &[Node], negated: bool) -> Typed {
        let found = self.node(value);
        self.expect(value, found, Type::Any);
        for item in list {
            let each = self.node(item);
            self.expect(item, each, found.of);
            self.spelling(value, item);
            if !matches!(item.kind, Kind::Int(_) | Kind::Text(_) | Kind::Bool(_) | Kind::Null | Kind::Invalid) {
                self.issues.push(Issue::error(item.at, "IN takes literals only"));
            }
        }
        self.warn_if_null(node, negated && found.nullable, "NOT IN over something that can be null");
        typed(Type::Bool, found.nullable)
    }

    fn between(&mut self, node: &Node, parts: [&Node; 3], negated: bool) -> Typed {
        let mut nullable = false;
        for part in parts {
            let found = self.node(part);
            self.expect(part, found, Type::Int);
            nullable |= found.nullable;
        }
        self.warn_if_null(node, negated && nullable, "NOT BETWEEN over something that can be null");
        typed(Type::Bool, nullable)
    }

    fn like(&mut self, node: &Node, value: &Node, pattern: &str, negated: bool) -> Typed {
        let found = self.node(value);
        self.expect(value, found, Type::Text);
        self.spelled(value, node.at, pattern);
        self.warn_if_null(node, negated && found.nullable, "NOT LIKE over something that can be null");
        if is_slow_pattern(pattern) {
            let issue = Issue::warning(node.at, format!("LIKE '{pattern}' is slow: it has a wildcard inside the text"));
            self.issues.push(issue.help("join LIKE 'a%', '%b%' or '%c' with AND"));
        }
        typed(Type::Bool, found.nullable)
    }

    fn arithmetic(&mut self, operator: Arithmetic, left: &Node, right: &Node) -> Typed {
        let (a, b) = (self.node(left), self.node(right));
        self.expect(left, a, Type::Int);
        self.expect(right, b, Type::Int);
        let divides = matches!(operator, Arithmetic::Divide | Arithmetic::Remainder);
        if divides && can_be_zero(right) {
            let issue = Issue::warning(right.at, "division by zero makes the row a review with rule_error");
            self.issues.push(issue.help("divide by nullif(…, 0)"));
        }
        typed(Type::Int, a.nullable || b.nullable)
    }

    fn case(&mut self, operand: Option<&Node>, arms: &[(Node, Node)], otherwise: Option<&Node>) -> Typed {
        let wanted = operand.map_or(Type::Bool, |operand| self.node(operand).of);
        for (when, _) in arms {
            let found = self.node(when);
            self.expect(when, found, wanted);
        }
        let results: Vec<&Node> = arms.iter().map(|(_, then)| then).chain(otherwise).collect();
        let found = self.alternatives(&results);
        typed(found.of, found.nullable || otherwise.is_none())
    }

    /// Values of which one is taken: all of one type; `NULL` is one of each.
    fn alternatives(&mut self, nodes: &[&Node]) -> Typed {
        let mut result = typed(Type::Any, false);
        for node in nodes {
            let found = self.node(node);
            if !matches!(node.kind, Kind::Null) {
                self.expect(node, found, result.of);
            }
            result.nullable |= found.nullable;
            if result.of == Type::Any {
                result.of = found.of;
            }
        }
        result
    }

    fn call(&mut self, node: &Node, function: Function, arguments: &[Node]) -> Typed {
        let found: Vec<Typed> = arguments.iter().map(|argument| self.node(argument)).collect();
        if let [value, literal] = arguments {
            self.spelling(value, literal);
        }
        let shape = function.shape();
        let wanted = match shape.arguments {
            Arguments::Exactly(types) => types.to_vec(),
            Arguments::Integers if arguments.len() >= 2 => vec![Type::Int; arguments.len()],
            Arguments::Alike(least, most) if (least..=most).contains(&arguments.len()) => {
                vec![found[0].of; arguments.len()]
            }
            _ => vec![],
        };
        if wanted.len() != arguments.len() {
            self.issues.push(Issue::error(node.at, "wrong number of arguments"));
            return typed(Type::Any, true);
        }
        for ((argument, found), wanted) in arguments.iter().zip(&found).zip(wanted) {
            self.expect(argument, *found, wanted);
        }
        let of = match shape.gives {
            Gives::Type(of) => of,
            Gives::First => found[0].of,
        };
        typed(of, call_nullable(function, &found))
    }
}

fn call_nullable(function: Function, found: &[Typed]) -> bool {
    match function {
        Function::Nullif => true,
        Function::Coalesce | Function::Greatest | Function::Least => found.iter().all(|each| each.nullable),
        _ => found.iter().any(|each| each.nullable),
    }
}

/// The column that cannot be null where this term of an AND is true. Negated terms are left out:
/// they are what the warning is about.
fn proves_present(term: &Node) -> Option<usize> {
    let column = |node: &Node| match node.kind {
        Kind::Column(index) => Some(index),
        _ => None,
    };
    match &term.kind {
        Kind::Is { value, state: State::Null, negated: true } => column(value),
        Kind::Is { value, state: State::True | State::False, negated: false } => column(value),
        Kind::Column(index) => Some(*index),
        Kind::In { value, negated: false, .. }
        | Kind::Between { value, negated: false, .. }
        | Kind::Like { value, negated: false, .. } => column(value),
        Kind::Compare(Comparison::NotEqual | Comparison::Distinct | Comparison::Same, ..) => None,
        Kind::Compare(_, left, right) => column(left).or_else(|| column(right)),
        _ => None,
    }
}

fn can_be_zero(divisor: &Node) -> bool {
    match &divisor.kind {
        Kind::Int(number) => *number == 0,
        Kind::Call(Function::Nullif, arguments) => !matches!(arguments.get(1), Some(Node { kind: Kind::Int(0), .. })),
        _ => true,
    }
}

/// `a%`, `%a`, `%a%` and plain text are searched directly; anything else becomes a regular
/// expression that the engine compiles anew for every batch.
fn is_slow_pattern(pattern: &str) -> bool {
    let inner = pattern.strip_prefix('%').unwrap_or(pattern);
    let inner = inner.strip_suffix('%').unwrap_or(inner);
    inner.contains(['%', '_', '\\'])
}
