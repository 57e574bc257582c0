//! A condition as alternatives, each saying of some columns which values they must have.

use std::collections::BTreeMap;

use super::domain::Domain;
use super::outcomes::Outcomes;
use crate::column::{ColumnKind, Columns};
use crate::condition::{Comparison, Kind, Node, State};
use crate::expression::lower;

/// More alternatives are not reasoned about.
const BRANCHES_MAX: usize = 32;

/// A condition comes out as asked where one of its alternatives holds.
#[derive(Debug, Clone)]
pub(super) struct Form(Vec<Branch>);

/// Each column has one of its values, and each opaque term comes out in one of its ways.
#[derive(Debug, Clone, Default)]
struct Branch {
    domains: BTreeMap<usize, Domain>,
    /// By their spelling.
    opaque: BTreeMap<String, Outcomes>,
}

impl Form {
    /// Where a condition comes out in one of these ways, unless that has too many alternatives.
    pub(super) fn of(node: &Node, wanted: Outcomes, columns: &Columns) -> Option<Self> {
        if wanted == Outcomes::ALL || wanted == Outcomes::NONE {
            return Some(Self::constant(wanted == Outcomes::ALL));
        }
        if let Some(truth) = truth(node, columns) {
            return Some(Self::single(truth.column, truth.domain(wanted)));
        }
        match &node.kind {
            Kind::Bool(value) => {
                Some(Self::constant(wanted.holds(if *value { Outcomes::TRUE } else { Outcomes::FALSE })))
            }
            Kind::All(terms) => Self::all(terms, wanted, false, columns),
            // The OR is false where the AND of the negations is true.
            Kind::Any(terms) => Self::all(terms, wanted.negated(), true, columns),
            Kind::Not(value) => Self::of(value, wanted.negated(), columns),
            Kind::Is { value, state, negated } if value.is_truth() => {
                Self::of(value, wanted.through(*state, *negated), columns)
            }
            _ => {
                let opaque = BTreeMap::from([(lower(node, columns).to_string(), wanted)]);
                Some(Self(vec![Branch { opaque, ..Branch::default() }]))
            }
        }
    }

    /// An AND of terms, each negated or not.
    fn all(terms: &[Node], wanted: Outcomes, negated: bool, columns: &Columns) -> Option<Self> {
        let of = |term, wanted: Outcomes| Self::of(term, if negated { wanted.negated() } else { wanted }, columns);
        let every = |wanted| {
            let mut forms = terms.iter().map(|term| of(term, wanted));
            forms.try_fold(Self::constant(true), |form, term| form.and(&term?))
        };
        let some = |wanted| {
            let mut forms = terms.iter().map(|term| of(term, wanted));
            forms.try_fold(Self::constant(false), |form, term| form.or(term?))
        };
        // True if each is true, false if one is false, else null.
        match wanted {
            Outcomes::TRUE | Outcomes::NOT_FALSE => every(wanted),
            Outcomes::FALSE | Outcomes::NOT_TRUE => some(wanted),
            Outcomes::NULL => every(Outcomes::NOT_FALSE)?.and(&some(Outcomes::NOT_TRUE)?),
            _ => every(Outcomes::TRUE)?.or(some(Outcomes::FALSE)?),
        }
    }

    fn constant(value: bool) -> Self {
        Self(if value { vec![Branch::default()] } else { vec![] })
    }

    fn single(column: usize, domain: Domain) -> Self {
        if domain.is_empty() || domain.is_full() {
            return Self::constant(domain.is_full());
        }
        Self(vec![Branch { domains: BTreeMap::from([(column, domain)]), ..Branch::default() }])
    }

    fn or(mut self, other: Self) -> Option<Self> {
        self.0.extend(other.0);
        (self.0.len() <= BRANCHES_MAX).then_some(self)
    }

    /// Both; what contradicts itself is left out.
    pub(super) fn and(&self, other: &Self) -> Option<Self> {
        let pairs = self.0.iter().flat_map(|a| other.0.iter().map(move |b| a.and(b)));
        let branches: Vec<Branch> = pairs.flatten().take(BRANCHES_MAX + 1).collect();
        (branches.len() <= BRANCHES_MAX).then_some(Self(branches))
    }

    /// It comes out so nowhere.
    pub(super) fn is_never(&self) -> bool {
        self.0.is_empty()
    }
}

impl Branch {
    /// Both; none if they contradict each other.
    fn and(&self, other: &Self) -> Option<Self> {
        let mut both = self.clone();
        for (column, domain) in &other.domains {
            let met = both.domains.get(column).map_or_else(|| domain.clone(), |own| own.intersection(domain));
            if met.is_empty() {
                return None;
            }
            both.domains.insert(*column, met);
        }
        for (term, outcomes) in &other.opaque {
            let met = both.opaque.get(term).map_or(*outcomes, |own| own.both(*outcomes));
            if met == Outcomes::NONE {
                return None;
            }
            both.opaque.insert(term.clone(), met);
        }
        Some(both)
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

    /// The values for which it comes out in one of these ways.
    fn domain(&self, wanted: Outcomes) -> Domain {
        let known = self.yes.union(&self.no);
        let ways = [(Outcomes::TRUE, &self.yes), (Outcomes::FALSE, &self.no), (Outcomes::NULL, &known.complement())];
        let none = self.yes.intersection(&self.yes.complement());
        ways.into_iter().filter(|(way, _)| wanted.holds(*way)).fold(none, |all, (_, domain)| all.union(domain))
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
