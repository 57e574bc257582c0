//! Sets of the three ways a condition can come out.

use crate::condition::State;

/// Some of true, false and null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outcomes(u8);

impl Outcomes {
    pub(super) const NONE: Self = Self(0);
    pub(super) const TRUE: Self = Self(1);
    pub(super) const FALSE: Self = Self(2);
    pub(super) const NULL: Self = Self(4);
    pub(super) const NOT_TRUE: Self = Self(6);
    pub(super) const NOT_FALSE: Self = Self(5);
    pub(super) const ALL: Self = Self(7);

    pub(super) fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    fn others(self) -> Self {
        Self(self.0 ^ Self::ALL.0)
    }

    /// Whether this one way is among them.
    pub(super) fn holds(self, way: Self) -> bool {
        self.both(way) != Self::NONE
    }

    /// How a value must come out for its negation to come out so.
    pub(super) fn negated(self) -> Self {
        Self(self.0 & Self::NULL.0 | (self.0 & 1) << 1 | (self.0 & 2) >> 1)
    }

    /// How a value must come out for `value IS [NOT] state`, which is never null, to come out so.
    pub(super) fn through(self, state: State, negated: bool) -> Self {
        let way = match state {
            State::Null => Self::NULL,
            State::True => Self::TRUE,
            State::False => Self::FALSE,
        };
        let way = if negated { way.others() } else { way };
        let yes = if self.holds(Self::TRUE) { way } else { Self::NONE };
        let no = if self.holds(Self::FALSE) { way.others() } else { Self::NONE };
        Self(yes.0 | no.0)
    }
}
