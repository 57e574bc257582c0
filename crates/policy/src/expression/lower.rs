//! The condition's tree as DataFusion's logical expression.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion_common::{Column, ScalarValue};
use datafusion_expr::expr::{BinaryExpr, InList};
use datafusion_expr::{Between, Case, Expr, Like, Operator, ScalarUDF, cast, lit};
use datafusion_functions::{core, string, unicode};

use crate::column::{Columns, SCORE};
use crate::condition::{Arithmetic, Comparison, Function, Kind, Node, State};

/// The node as an expression over columns by name.
pub(crate) fn lower(node: &Node, columns: &Columns) -> Expr {
    let low = |node: &Node| lower(node, columns);
    let boxed = |node: &Node| Box::new(lower(node, columns));
    match &node.kind {
        Kind::Invalid | Kind::Null => Expr::Literal(ScalarValue::Null, None),
        Kind::Bool(value) => lit(*value),
        Kind::Int(number) => lit(*number),
        Kind::Text(text) => lit(text.as_str()),
        Kind::Column(index) => column(*index, columns),
        Kind::All(terms) => join(terms.iter().map(low).collect(), Operator::And),
        Kind::Any(terms) => join(terms.iter().map(low).collect(), Operator::Or),
        Kind::Not(value) => Expr::Not(boxed(value)),
        Kind::Compare(comparison, left, right) => binary(low(left), operator(*comparison), low(right)),
        Kind::Is { value, state, negated } => is(boxed(value), *state, *negated),
        Kind::In { value, list, negated } => {
            Expr::InList(InList::new(boxed(value), list.iter().map(low).collect(), *negated))
        }
        Kind::Between { value, low, high, negated } => {
            Expr::Between(Between::new(boxed(value), *negated, boxed(low), boxed(high)))
        }
        Kind::Like { value, pattern, negated } => {
            Expr::Like(Like::new(*negated, boxed(value), Box::new(lit(pattern.as_str())), None, false))
        }
        Kind::Arithmetic(operator, left, right) => binary(low(left), arithmetic(*operator), low(right)),
        Kind::Case { operand, arms, otherwise } => Expr::Case(Case::new(
            operand.as_deref().map(boxed),
            arms.iter().map(|(when, then)| (boxed(when), boxed(then))).collect(),
            otherwise.as_deref().map(boxed),
        )),
        Kind::Call(function, arguments) => call(*function, arguments.iter().map(low).collect()),
    }
}

fn column(index: usize, columns: &Columns) -> Expr {
    let name = columns.get(index).map_or(SCORE, |column| &column.name);
    Expr::Column(Column::new_unqualified(name))
}

/// Joins as a balanced tree, in order, so that no recursion is as deep as the chain is long.
fn join(mut terms: Vec<Expr>, by: Operator) -> Expr {
    if terms.len() > 1 {
        let right = terms.split_off(terms.len() / 2);
        return binary(join(terms, by), by, join(right, by));
    }
    terms.pop().unwrap_or_else(|| lit(by == Operator::And))
}

fn binary(left: Expr, op: Operator, right: Expr) -> Expr {
    Expr::BinaryExpr(BinaryExpr::new(Box::new(left), op, Box::new(right)))
}

fn operator(comparison: Comparison) -> Operator {
    match comparison {
        Comparison::Equal => Operator::Eq,
        Comparison::NotEqual => Operator::NotEq,
        Comparison::Less => Operator::Lt,
        Comparison::AtMost => Operator::LtEq,
        Comparison::Greater => Operator::Gt,
        Comparison::AtLeast => Operator::GtEq,
        Comparison::Distinct => Operator::IsDistinctFrom,
        Comparison::Same => Operator::IsNotDistinctFrom,
    }
}

fn arithmetic(operator: Arithmetic) -> Operator {
    match operator {
        Arithmetic::Add => Operator::Plus,
        Arithmetic::Subtract => Operator::Minus,
        Arithmetic::Multiply => Operator::Multiply,
        Arithmetic::Divide => Operator::Divide,
        Arithmetic::Remainder => Operator::Modulo,
    }
}

fn is(value: Box<Expr>, state: State, negated: bool) -> Expr {
    match (state, negated) {
        (State::Null, false) => Expr::IsNull(value),
        (State::Null, true) => Expr::IsNotNull(value),
        (State::True, false) => Expr::IsTrue(value),
        (State::True, true) => Expr::IsNotTrue(value),
        (State::False, false) => Expr::IsFalse(value),
        (State::False, true) => Expr::IsNotFalse(value),
    }
}

fn call(function: Function, mut arguments: Vec<Expr>) -> Expr {
    let udf: Arc<ScalarUDF> = match function {
        Function::Abs => return absolute(arguments.pop()),
        Function::Length => return integer(unicode::character_length().call(arguments)),
        Function::Strpos => return integer(unicode::strpos().call(arguments)),
        Function::Coalesce => core::coalesce(),
        Function::Nullif => core::nullif(),
        Function::Greatest => core::greatest(),
        Function::Least => core::least(),
        Function::Contains => string::contains(),
        Function::StartsWith => string::starts_with(),
        Function::EndsWith => string::ends_with(),
    };
    udf.call(arguments)
}

/// Lengths and positions are 32 bits wide in the engine; ours are all 64.
fn integer(expr: Expr) -> Expr {
    cast(expr, DataType::Int64)
}

/// Written out, so that the least integer fails like every other overflow.
fn absolute(value: Option<Expr>) -> Expr {
    let value = value.unwrap_or(Expr::Literal(ScalarValue::Null, None));
    let negative = binary(value.clone(), Operator::Lt, lit(0_i64));
    let minus = binary(lit(0_i64), Operator::Minus, value.clone());
    let arms = vec![(Box::new(negative), Box::new(minus))];
    Expr::Case(Case::new(None, arms, Some(Box::new(value))))
}
