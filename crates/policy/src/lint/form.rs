//! A condition as alternatives, each saying of some columns which values they must have.

use std::collections::{BTreeMap, BTreeSet};

use super::domain::Domain;
use crate::column::{ColumnKind, Columns};
use crate::condition::{Comparison, Kind, Node, State};
use crate::expression::lower;

/// More alternatives are not reasoned about.
const BRANCHES_MAX: usize = 32;

/// A condition is true where one of its alternatives is.
#[derive(Debug, Clone)]
pub(super) struct Form(Vec<Branch>);

/// True where each column has one of its values and each opaque term is true.
#[derive(Debug, Clone, Default)]
struct Branch {
    domains: BTreeMap<usize, Domain>,
    opaque: BTreeSet<String>,
}

impl Form {
    /// The form of a condition, unless it has too many alternatives.
    pub(super) fn of(node: &Node, columns: &Columns) -> Option<Self> {
        if let Some(truth) = truth(node, columns) {
            return Some(Self::single(truth.column, truth.yes));
        }
        match &node.kind {
            Kind::Bool(true) => Some(Self(vec![Branch::default()])),
            Kind::Bool(false) => Some(Self(vec![])),
            Kind::Any(terms) => terms.iter().try_fold(Self(vec![]), |form, term| form.or(Self::of(term, columns)?)),
            Kind::All(terms) => {
                let start = Self(vec![Branch::default()]);
                terms.iter().try_fold(start, |form, term| form.and(&Self::of(term, columns)?))
            }
            _ => {
                let opaque = BTreeSet::from([lower(node, columns).to_string()]);
                Some(Self(vec![Branch { opaque, ..Branch::default() }]))
            }
        }
    }

    fn single(column: usize, domain: Domain) -> Self {
        if domain.is_empty() {
            return Self(vec![]);
        }
        let full = domain.is_full();
        let domains = if full { BTreeMap::new() } else { BTreeMap::from([(column, domain)]) };
        Self(vec![Branch { domains, ..Branch::default() }])
    }

    fn or(mut self, other: Self) -> Option<Self> {
        self.0.extend(other.0);
        (self.0.len() <= BRANCHES_MAX).then_some(self)
    }

    fn and(self, other: &Self) -> Option<Self> {
        if self.0.len() * other.0.len() > BRANCHES_MAX {
            return None;
        }
        let pairs = self.0.iter().flat_map(|a| other.0.iter().map(move |b| a.and(b)));
        Some(Self(pairs.flatten().collect()))
    }

    /// No value makes it true.
    pub(super) fn is_never(&self) -> bool {
        self.0.is_empty()
    }

    /// Every value makes it true.
    pub(super) fn is_always(&self) -> bool {
        self.0.iter().any(|branch| branch.domains.is_empty() && branch.opaque.is_empty())
    }

    /// Wherever this one is true, `wider` is.
    pub(super) fn implies(&self, wider: &Self) -> bool {
        self.0.iter().all(|branch| wider.0.iter().any(|other| branch.implies(other)))
    }
}

impl Branch {
    /// Both; none if they contradict each other.
    fn and(&self, other: &Self) -> Option<Self> {
        let mut domains = self.domains.clone();
        for (column, domain) in &other.domains {
            let both = domains.get(column).map_or_else(|| domain.clone(), |own| own.intersection(domain));
            if both.is_empty() {
                return None;
            }
            domains.insert(*column, both);
        }
        Some(Self { domains, opaque: &self.opaque | &other.opaque })
    }

    fn implies(&self, wider: &Self) -> bool {
        let within =
            |(column, domain): (&usize, &Domain)| self.domains.get(column).is_some_and(|own| own.is_subset(domain));
        wider.opaque.is_subset(&self.opaque) && wider.domains.iter().all(within)
    }
}

/// For which values of one column a node is true and for which it is false; for the rest it is null.
struct Truth {
    column: usize,
    yes: Domain,
    no: Domain,
}

impl Truth {
    fn known(column: usize, yes: Domain) -> Self {
        Self { column, no: yes.complement(), yes }
    }

    /// Null is neither.
    fn compared(column: usize, yes: Domain, empty: Domain) -> Self {
        let null = empty.null();
        let no = yes.union(&null).complement();
        Self { column, yes, no }
    }

    fn not(self) -> Self {
        Self { yes: self.no, no: self.yes, ..self }
    }

    fn and(self, other: Self) -> Option<Self> {
        let same = self.column == other.column;
        same.then(|| Self { column: self.column, yes: self.yes.intersection(&other.yes), no: self.no.union(&other.no) })
    }
}

/// The truth of a node that is about one column and literals.
fn truth(node: &Node, columns: &Columns) -> Option<Truth> {
    match &node.kind {
        Kind::Column(index) => {
            let empty = empty(*index, columns);
            let is_bool = columns.get(*index).is_some_and(|column| column.kind == ColumnKind::Bool);
            is_bool.then(|| Truth::compared(*index, empty.clone().truth(true), empty))
        }
        Kind::Not(value) => truth(value, columns).map(Truth::not),
        Kind::All(terms) => joined(terms, columns, false),
        Kind::Any(terms) => joined(terms, columns, true).map(Truth::not),
        Kind::Compare(comparison, left, right) => compared(*comparison, left, right, columns),
        Kind::Is { value, state, negated } => {
            let truth = is(value, *state, columns)?;
            Some(if *negated { truth.not() } else { truth })
        }
        Kind::In { value, list, negated } => {
            let (index, empty) = column(value, columns)?;
            let each = list.iter().map(|item| equal(&empty, item));
            let yes = each.collect::<Option<Vec<_>>>()?.iter().fold(empty.clone(), |all, one| all.union(one));
            let truth = Truth::compared(index, yes, empty);
            Some(if *negated { truth.not() } else { truth })
        }
        Kind::Between { value, low, high, negated } => {
            let (index, empty) = column(value, columns)?;
            let (Kind::Int(low), Kind::Int(high)) = (&low.kind, &high.kind) else { return None };
            let truth = Truth::compared(index, empty.clone().range(*low, *high), empty);
            Some(if *negated { truth.not() } else { truth })
        }
        Kind::Like { value, pattern, negated } if !pattern.contains(['%', '_', '\\']) => {
            let (index, empty) = column(value, columns)?;
            let truth = Truth::compared(index, empty.clone().text(pattern), empty);
            Some(if *negated { truth.not() } else { truth })
        }
        _ => None,
    }
}

/// All terms, or with `negated` the negation of each: NOT (a OR b) is NOT a AND NOT b.
fn joined(terms: &[Node], columns: &Columns, negated: bool) -> Option<Truth> {
    let one = |term: &Node| {
        let truth = truth(term, columns)?;
        Some(if negated { truth.not() } else { truth })
    };
    let (first, rest) = terms.split_first()?;
    rest.iter().try_fold(one(first)?, |all, term| all.and(one(term)?))
}

fn is(value: &Node, state: State, columns: &Columns) -> Option<Truth> {
    if state == State::Null
        && let Some((index, empty)) = column(value, columns)
    {
        return Some(Truth::known(index, empty.null()));
    }
    let inner = truth(value, columns)?;
    let yes = match state {
        State::Null => inner.yes.union(&inner.no).complement(),
        State::True => inner.yes,
        State::False => inner.no,
    };
    Some(Truth::known(inner.column, yes))
}

fn compared(comparison: Comparison, left: &Node, right: &Node, columns: &Columns) -> Option<Truth> {
    let (comparison, left, right) = match &left.kind {
        Kind::Column(_) => (comparison, left, right),
        _ => (mirrored(comparison), right, left),
    };
    let (index, empty) = column(left, columns)?;
    let same = || equal(&empty, right);
    let truth = match comparison {
        Comparison::Equal => Truth::compared(index, same()?, empty),
        Comparison::NotEqual => Truth::compared(index, same()?, empty).not(),
        Comparison::Same => Truth::known(index, same()?),
        Comparison::Distinct => Truth::known(index, same()?).not(),
        _ => Truth::compared(index, ordered(&empty, comparison, right)?, empty),
    };
    Some(truth)
}

fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::AtMost => Comparison::AtLeast,
        Comparison::Greater => Comparison::Less,
        Comparison::AtLeast => Comparison::AtMost,
        symmetric => symmetric,
    }
}

fn ordered(empty: &Domain, comparison: Comparison, literal: &Node) -> Option<Domain> {
    let Kind::Int(number) = literal.kind else { return None };
    let range = match comparison {
        Comparison::Less => number.checked_sub(1).map(|high| (i64::MIN, high)),
        Comparison::AtMost => Some((i64::MIN, number)),
        Comparison::Greater => number.checked_add(1).map(|low| (low, i64::MAX)),
        Comparison::AtLeast => Some((number, i64::MAX)),
        _ => return None,
    };
    Some(range.map_or_else(|| empty.clone(), |(low, high)| empty.clone().range(low, high)))
}

/// The set of one literal.
fn equal(empty: &Domain, literal: &Node) -> Option<Domain> {
    let empty = empty.clone();
    match &literal.kind {
        Kind::Bool(value) => Some(empty.truth(*value)),
        Kind::Int(number) => Some(empty.range(*number, *number)),
        Kind::Text(text) => Some(empty.text(text)),
        _ => None,
    }
}

fn column(node: &Node, columns: &Columns) -> Option<(usize, Domain)> {
    match node.kind {
        Kind::Column(index) => Some((index, empty(index, columns))),
        _ => None,
    }
}

/// The empty set of a column; past the end is the score.
fn empty(index: usize, columns: &Columns) -> Domain {
    match columns.get(index) {
        Some(column) => Domain::empty(column.kind, column.nullable),
        None => Domain::empty(ColumnKind::Int, false),
    }
}
