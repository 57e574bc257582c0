//! A chain of AND (or of OR) as one list, found without recursion: the parser builds it one level
//! deeper for every term.

use datafusion_sql::sqlparser::ast::{BinaryOperator, Expr};

use super::TERMS_MAX;

/// The terms in the order written, and whether they are joined by AND.
pub(super) fn chain(expr: &Expr) -> Result<(bool, Vec<&Expr>), String> {
    let all = matches!(expr, Expr::BinaryOp { op: BinaryOperator::And, .. });
    let mut open = vec![expr];
    let mut terms = Vec::new();
    while let Some(expr) = open.pop() {
        match expr {
            Expr::BinaryOp { left, op, right } if joins(op, all) => open.extend([right.as_ref(), left.as_ref()]),
            Expr::Nested(inner) if is_same_chain(inner, all) => open.push(inner),
            term => terms.push(term),
        }
        if terms.len() > TERMS_MAX {
            return Err(format!("more than {TERMS_MAX} terms in one chain of AND or OR"));
        }
    }
    Ok((all, terms))
}

fn joins(op: &BinaryOperator, all: bool) -> bool {
    match op {
        BinaryOperator::And => all,
        BinaryOperator::Or => !all,
        _ => false,
    }
}

fn is_same_chain(expr: &Expr, all: bool) -> bool {
    match expr {
        Expr::BinaryOp { op, .. } => joins(op, all),
        Expr::Nested(inner) => is_same_chain(inner, all),
        _ => false,
    }
}
