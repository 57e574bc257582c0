//! How dear a term is, roughly, to evaluate the cheap ones first.

use crate::condition::{Kind, Node};

/// From this cost on it pays to pick out the rows that are left.
pub(super) const DEAR: usize = 8;

/// A comparison of numbers costs 3; reading text costs several times that.
pub(super) fn cost(node: &Node) -> usize {
    let own = match &node.kind {
        Kind::Like { .. } | Kind::Call(..) => DEAR,
        Kind::In { .. } | Kind::Case { .. } => 4,
        Kind::Text(_) => 3,
        _ => 1,
    };
    // The literals of a list are looked up, not tried one by one.
    let below = match &node.kind {
        Kind::In { value, .. } => cost(value),
        _ => node.children().into_iter().map(cost).sum(),
    };
    own + below
}
