//! The columns a policy may read: name, type, kind of evidence, and the neutral value of each.
//!
//! A column's position here is its position in every batch and decides ties in counterfactuals,
//! so the order is the registry's and never sorted.

use std::sync::Arc;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};

/// Name of the column that every policy has besides the given ones: the score in micro-logits.
pub const SCORE: &str = "score";

/// More families than this are refused; a row's families are counted in one machine word.
const FAMILIES_MAX: usize = 64;

/// The family of signals that say what an offer is about: no evidence of anything, so it never counts
/// towards a block.
pub const CLAIM: &str = "claim";

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// `Boolean` in Arrow.
    Bool,
    /// `Int64` in Arrow. There are no fractions: use permille, minor units, micro-logits.
    Int,
    /// `Utf8` in Arrow, already normalised and lower case where it is text of a listing.
    Text,
}

impl ColumnKind {
    /// The Arrow type of such a column.
    pub fn data_type(self) -> DataType {
        match self {
            Self::Bool => DataType::Boolean,
            Self::Int => DataType::Int64,
            Self::Text => DataType::Utf8,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bool => "a truth value",
            Self::Int => "an integer",
            Self::Text => "text",
        }
    }
}

/// One column that conditions may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Lower snake case; what a condition calls it.
    pub name: String,
    /// Its type.
    pub kind: ColumnKind,
    /// Kind of evidence: "words", "price", "identity", … Two families make a block stand.
    pub family: String,
    /// Whether it may be null, which says "not seen" and never accuses.
    pub nullable: bool,
    /// A signal; otherwise plain input (context, a listing's field). Only signals are evidence and
    /// candidates in counterfactuals.
    pub evidence: bool,
    /// Whether its value may be told to the seller.
    pub sayable: bool,
}

impl Column {
    /// A nullable signal that is not told to the seller.
    pub fn signal(name: &str, kind: ColumnKind, family: &str) -> Self {
        let (name, family) = (name.to_owned(), family.to_owned());
        Self { name, kind, family, nullable: true, evidence: true, sayable: false }
    }

    /// A nullable plain input: readable by conditions, but no evidence.
    pub fn input(name: &str, kind: ColumnKind) -> Self {
        Self { evidence: false, ..Self::signal(name, kind, "") }
    }

    /// The same column without nulls.
    #[must_use]
    pub fn required(self) -> Self {
        Self { nullable: false, ..self }
    }

    /// The same column, sayable.
    #[must_use]
    pub fn sayable(self) -> Self {
        Self { sayable: true, ..self }
    }

    /// Whether the value in `row` is the neutral one: null, or `false`, `0` and `""` where there are no nulls.
    pub(crate) fn is_neutral(&self, array: &dyn Array, row: usize) -> bool {
        if self.nullable || array.is_null(row) {
            return array.is_null(row);
        }
        match self.kind {
            ColumnKind::Bool => !array.as_boolean().value(row),
            ColumnKind::Int => array.as_primitive::<Int64Type>().value(row) == 0,
            ColumnKind::Text => array.as_string::<i32>().value(row).is_empty(),
        }
    }
}

/// Why a list of columns is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ColumnError {
    /// Not a lower-case slug.
    #[error("column name {0:?} is not lower snake case")]
    Name(String),
    /// Given twice.
    #[error("column {0:?} is given twice")]
    Twice(String),
    /// `score` is computed here.
    #[error("column name \"score\" is reserved")]
    Reserved,
    /// A signal without a family could never count towards a block.
    #[error("signal {0:?} has no family")]
    NoFamily(String),
    /// More than 64 families.
    #[error("more than {FAMILIES_MAX} families of evidence")]
    Families,
}

/// The columns in registry order.
#[derive(Debug, Clone)]
pub struct Columns {
    list: Arc<[Column]>,
    /// For each column the bit of its family; 0 for plain input.
    families: Arc<[u64]>,
}

impl Columns {
    /// Takes the columns in registry order.
    ///
    /// # Errors
    /// A name that is not lower snake case, is given twice or is `score`; a signal without a family;
    /// more than 64 families.
    pub fn new(list: Vec<Column>) -> Result<Self, ColumnError> {
        let mut names: Vec<&str> = Vec::with_capacity(list.len());
        for column in &list {
            check(column)?;
            names.push(&column.name);
        }
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(ColumnError::Twice(pair[0].to_owned()));
        }
        let families = family_bits(&list)?;
        Ok(Self { list: list.into(), families: families.into() })
    }

    /// Number of columns, without the score.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The columns in registry order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Column> {
        self.list.iter()
    }

    /// The column at a position.
    pub fn get(&self, index: usize) -> Option<&Column> {
        self.list.get(index)
    }

    /// The position of a name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.list.iter().position(|column| column.name == name)
    }

    /// The Arrow schema a batch must have.
    pub fn schema(&self) -> SchemaRef {
        let field = |c: &Column| Field::new(&c.name, c.kind.data_type(), c.nullable);
        Arc::new(Schema::new(self.list.iter().map(field).collect::<Vec<_>>()))
    }

    pub(crate) fn family_bit(&self, index: usize) -> u64 {
        self.families[index]
    }
}

fn check(column: &Column) -> Result<(), ColumnError> {
    if column.name == SCORE {
        return Err(ColumnError::Reserved);
    }
    if !is_snake(&column.name) {
        return Err(ColumnError::Name(column.name.clone()));
    }
    if column.evidence && column.family.is_empty() {
        return Err(ColumnError::NoFamily(column.name.clone()));
    }
    Ok(())
}

fn is_snake(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// One bit a family, in order of first appearance.
fn family_bits(list: &[Column]) -> Result<Vec<u64>, ColumnError> {
    let mut seen: Vec<&str> = Vec::new();
    let mut bits = Vec::with_capacity(list.len());
    for column in list {
        if !column.evidence || column.family == CLAIM {
            bits.push(0);
            continue;
        }
        let known = seen.iter().position(|family| *family == column.family);
        let place = known.unwrap_or(seen.len());
        if place == FAMILIES_MAX {
            return Err(ColumnError::Families);
        }
        if known.is_none() {
            seen.push(&column.family);
        }
        bits.push(1 << place);
    }
    Ok(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_would_mislead() {
        let signal = |name: &str, family: &str| Column::signal(name, ColumnKind::Bool, family);
        let check = |list: Vec<Column>, expected: ColumnError| assert_eq!(Columns::new(list).err(), Some(expected));
        check(vec![signal("score", "price")], ColumnError::Reserved);
        check(vec![signal("Price", "price")], ColumnError::Name("Price".into()));
        check(vec![signal("a", "x"), signal("a", "y")], ColumnError::Twice("a".into()));
        check(vec![signal("a", "")], ColumnError::NoFamily("a".into()));
        check((0..65).map(|i| signal(&format!("s{i}"), &format!("f{i}"))).collect(), ColumnError::Families);
    }
}
