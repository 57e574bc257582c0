//! The functions a condition may call: all immutable, all total but `abs`.

use super::types::Type;

/// An allow-listed function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Abs,
    Coalesce,
    Contains,
    EndsWith,
    Greatest,
    Least,
    Length,
    Nullif,
    StartsWith,
    Strpos,
}

/// Names as they may be written, and what they mean.
const NAMES: [(&str, Function); 12] = [
    ("abs", Function::Abs),
    ("char_length", Function::Length),
    ("character_length", Function::Length),
    ("coalesce", Function::Coalesce),
    ("contains", Function::Contains),
    ("ends_with", Function::EndsWith),
    ("greatest", Function::Greatest),
    ("least", Function::Least),
    ("length", Function::Length),
    ("nullif", Function::Nullif),
    ("starts_with", Function::StartsWith),
    ("strpos", Function::Strpos),
];

/// What a function takes and gives.
pub(crate) struct Shape {
    pub(crate) arguments: Arguments,
    pub(crate) gives: Gives,
}

/// How many arguments of which type.
pub(crate) enum Arguments {
    /// Exactly these.
    Exactly(&'static [Type]),
    /// That many or more, all of one type, whichever.
    Alike(usize, usize),
    /// Two or more integers.
    Integers,
}

/// Type of the result.
pub(crate) enum Gives {
    Type(Type),
    /// The type of the first argument.
    First,
}

impl Function {
    pub(crate) fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, function)| *function)
    }

    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    pub(crate) fn shape(self) -> Shape {
        let (arguments, gives) = match self {
            Self::Abs => (Arguments::Exactly(&[Type::Int]), Gives::Type(Type::Int)),
            Self::Length => (Arguments::Exactly(&[Type::Text]), Gives::Type(Type::Int)),
            Self::Strpos => (Arguments::Exactly(&[Type::Text, Type::Text]), Gives::Type(Type::Int)),
            Self::Contains | Self::StartsWith | Self::EndsWith => {
                (Arguments::Exactly(&[Type::Text, Type::Text]), Gives::Type(Type::Bool))
            }
            Self::Coalesce => (Arguments::Alike(2, 16), Gives::First),
            Self::Nullif => (Arguments::Alike(2, 2), Gives::First),
            Self::Greatest | Self::Least => (Arguments::Integers, Gives::Type(Type::Int)),
        };
        Shape { arguments, gives }
    }

    /// Whether one null argument makes the result null.
    pub(crate) fn is_strict(self) -> bool {
        !matches!(self, Self::Coalesce | Self::Greatest | Self::Least | Self::Nullif)
    }
}
