//! Sets of values of one column, null included, with the operations of a Boolean algebra.

use std::collections::BTreeSet;

use crate::column::ColumnKind;

/// A set of values of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Domain {
    /// Whether null is in it; `None` for a column without nulls.
    null: Option<bool>,
    values: Values,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Values {
    Bool {
        yes: bool,
        no: bool,
    },
    /// Closed ranges, ascending, neither touching nor overlapping.
    Int(Vec<(i64, i64)>),
    /// These texts, or all but these.
    Text {
        list: BTreeSet<String>,
        inverted: bool,
    },
}

impl Domain {
    /// No value, not even null.
    pub(super) fn empty(kind: ColumnKind, nullable: bool) -> Self {
        let values = match kind {
            ColumnKind::Bool => Values::Bool { yes: false, no: false },
            ColumnKind::Int => Values::Int(vec![]),
            ColumnKind::Text => Values::Text { list: BTreeSet::new(), inverted: false },
        };
        Self { null: nullable.then_some(false), values }
    }

    /// Null alone.
    pub(super) fn null(self) -> Self {
        Self { null: self.null.map(|_| true), ..self }
    }

    pub(super) fn truth(self, value: bool) -> Self {
        Self { values: Values::Bool { yes: value, no: !value }, ..self }
    }

    /// The numbers from `low` to `high`, both included.
    pub(super) fn range(self, low: i64, high: i64) -> Self {
        let ranges = if low <= high { vec![(low, high)] } else { vec![] };
        Self { values: Values::Int(ranges), ..self }
    }

    pub(super) fn text(self, text: &str) -> Self {
        Self { values: Values::Text { list: BTreeSet::from([text.to_owned()]), inverted: false }, ..self }
    }

    pub(super) fn complement(&self) -> Self {
        let values = match &self.values {
            Values::Bool { yes, no } => Values::Bool { yes: !yes, no: !no },
            Values::Int(ranges) => Values::Int(gaps(ranges)),
            Values::Text { list, inverted } => Values::Text { list: list.clone(), inverted: !inverted },
        };
        Self { null: self.null.map(|null| !null), values }
    }

    pub(super) fn intersection(&self, other: &Self) -> Self {
        let values = match (&self.values, &other.values) {
            (Values::Bool { yes: a, no: b }, Values::Bool { yes: c, no: d }) => Values::Bool { yes: a & c, no: b & d },
            (Values::Int(a), Values::Int(b)) => Values::Int(common(a, b)),
            (Values::Text { list: a, inverted: x }, Values::Text { list: b, inverted: y }) => texts(a, *x, b, *y),
            // Two columns of one position have one type.
            _ => self.values.clone(),
        };
        Self { null: self.null.zip(other.null).map(|(a, b)| a && b), values }
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        self.complement().intersection(&other.complement()).complement()
    }

    pub(super) fn is_empty(&self) -> bool {
        let values = match &self.values {
            Values::Bool { yes, no } => !yes && !no,
            Values::Int(ranges) => ranges.is_empty(),
            Values::Text { list, inverted } => !inverted && list.is_empty(),
        };
        values && self.null != Some(true)
    }

    pub(super) fn is_full(&self) -> bool {
        self.complement().is_empty()
    }
}

/// The numbers that no range holds.
fn gaps(ranges: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut found = Vec::with_capacity(ranges.len() + 1);
    let mut next = Some(i64::MIN);
    for (low, high) in ranges {
        if let Some(from) = next.filter(|from| from < low) {
            found.push((from, low - 1));
        }
        next = high.checked_add(1);
    }
    found.extend(next.map(|from| (from, i64::MAX)));
    found
}

fn common(a: &[(i64, i64)], b: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut found = Vec::new();
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        let (low, high) = (x.0.max(y.0), x.1.min(y.1));
        if low <= high {
            found.push((low, high));
        }
        if x.1 < y.1 { i += 1 } else { j += 1 }
    }
    found
}

fn texts(a: &BTreeSet<String>, a_inverted: bool, b: &BTreeSet<String>, b_inverted: bool) -> Values {
    let (list, inverted) = match (a_inverted, b_inverted) {
        (false, false) => (a & b, false),
        (false, true) => (a - b, false),
        (true, false) => (b - a, false),
        (true, true) => (a | b, true),
    };
    Values::Text { list, inverted }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_numbers() {
        let none = || Domain::empty(ColumnKind::Int, true);
        let low = none().range(i64::MIN, 5);
        let high = none().range(6, i64::MAX);
        assert!(low.intersection(&high).is_empty());
        assert!(!low.union(&high).is_full(), "null is left out");
        assert!(low.union(&high).union(&none().null()).is_full());
        assert_eq!(none().range(2, 3).intersection(&low), none().range(2, 3));
        assert_eq!(low.complement().complement(), low);
        assert_eq!(none().range(1, 2).union(&none().range(3, 4)), none().range(1, 4));
    }

    #[test]
    fn sets_of_texts() {
        let none = || Domain::empty(ColumnKind::Text, false);
        let (a, b) = (none().text("a"), none().text("b"));
        assert!(a.intersection(&b).is_empty());
        assert_eq!(a.intersection(&a.union(&b)), a);
        assert_eq!(a.intersection(&b.complement()), a);
        assert!(a.union(&a.complement()).is_full());
    }
}
