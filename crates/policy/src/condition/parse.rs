//! SQL text to [`Node`]: an allow-list. What has no arm here has no way in.

use datafusion_sql::sqlparser::ast::{
    BinaryOperator, CaseWhen, Expr, Ident, Spanned, UnaryOperator, Value, ValueWithSpan,
};
use datafusion_sql::sqlparser::parser::{Parser, ParserError};
use datafusion_sql::sqlparser::tokenizer::Token;

use super::chain::chain;
use super::tokens::{ConditionDialect, lower, place, tokens};
use super::{Arithmetic, Comparison, DEPTH_MAX, Kind, Node, Scope, State, WEIGHT_MAX, refuse};
use crate::column::{Columns, SCORE};
use touchstone_diagnostic::{Issue, offset};

/// The parser takes several steps for one level of nesting, so its own limit is wider than ours.
const PARSER_STEPS_MAX: usize = 4 * DEPTH_MAX;

/// Parses a condition; the tree may hold [`Kind::Invalid`] where something was refused.
pub(super) fn parse(text: &str, columns: &Columns, scope: Scope, issues: &mut Vec<Issue>) -> Option<(Node, String)> {
    let expr = match syntax(text, columns) {
        Ok(expr) => expr,
        Err(issue) => {
            issues.push(issue);
            return None;
        }
    };
    let mut reader = Reader { text, columns, scope, issues };
    let tree = reader.node(&expr, 0);
    if tree.weight() > WEIGHT_MAX {
        let issue = Issue::error(0, "condition is too complex: nested BETWEEN, IN, COALESCE or ABS multiply");
        reader.issues.push(issue.help("split it into several rules"));
        return None;
    }
    Some((tree, expr.to_string()))
}

fn syntax(text: &str, columns: &Columns) -> Result<Expr, Issue> {
    let tokens = tokens(text, columns)?;
    let mut parser =
        Parser::new(&ConditionDialect).with_recursion_limit(PARSER_STEPS_MAX).with_tokens_with_locations(tokens);
    let expr = parser.parse_expr().map_err(|error| syntax_issue(text, &error))?;
    let rest = parser.peek_token();
    match rest.token {
        Token::EOF => Ok(expr),
        token => {
            let message = format!("expected the end of the condition, found: {token}");
            Err(Issue::error(place(text, rest.span.start), message))
        }
    }
}

fn syntax_issue(text: &str, error: &ParserError) -> Issue {
    match error {
        ParserError::RecursionLimitExceeded => too_deep(0),
        ParserError::ParserError(message) | ParserError::TokenizerError(message) => {
            let (message, at) = split_location(text, message);
            Issue::error(at, lower(message))
        }
    }
}

fn too_deep(at: usize) -> Issue {
    Issue::error(at, format!("condition is nested more than {DEPTH_MAX} deep")).help("split it into several rules")
}

/// The parser writes its location into the message; takes it out again.
fn split_location<'m>(text: &str, message: &'m str) -> (&'m str, usize) {
    let Some((words, location)) = message.rsplit_once(" at Line: ") else {
        return (message, text.len());
    };
    let place = location
        .split_once(", Column: ")
        .and_then(|(line, column)| Some(offset(text, line.parse().ok()?, column.parse().ok()?)));
    (words, place.unwrap_or(text.len()))
}

/// Walks the parser's tree with what is needed to judge it.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    columns: &'a Columns,
    scope: Scope,
    pub(super) issues: &'a mut Vec<Issue>,
}

impl Reader<'_> {
    pub(super) fn node(&mut self, expr: &Expr, depth: usize) -> Node {
        let at = self.at(expr);
        if depth > DEPTH_MAX {
            return self.invalid(too_deep(at));
        }
        let kind = self.kind(expr, at, depth);
        Node { at, kind }
    }

    pub(super) fn at(&self, expr: &Expr) -> usize {
        place(self.text, expr.span().start)
    }

    fn invalid(&mut self, issue: Issue) -> Node {
        let at = issue.at;
        Node { at, kind: self.refuse(issue) }
    }

    pub(super) fn refuse(&mut self, issue: Issue) -> Kind {
        // A hostile condition could be wrong in two thousand places; one says it.
        if self.issues.len() < 50 {
            self.issues.push(issue);
        }
        Kind::Invalid
    }

    fn boxed(&mut self, expr: &Expr, depth: usize) -> Box<Node> {
        Box::new(self.node(expr, depth + 1))
    }

    fn list(&mut self, list: &[Expr], depth: usize) -> Vec<Node> {
        list.iter().map(|expr| self.node(expr, depth + 1)).collect()
    }

    fn kind(&mut self, expr: &Expr, at: usize, depth: usize) -> Kind {
        match expr {
            Expr::Nested(inner) => self.node(inner, depth).kind,
            Expr::Identifier(ident) => self.column(ident, at),
            Expr::Value(value) => self.literal(value, at),
            Expr::BinaryOp { op: BinaryOperator::And | BinaryOperator::Or, .. } => self.terms(expr, at, depth),
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right, depth),
            Expr::UnaryOp { op, expr } => self.unary(op, expr, at, depth),
            Expr::IsDistinctFrom(left, right) => self.compare(Comparison::Distinct, left, right, depth),
            Expr::IsNotDistinctFrom(left, right) => self.compare(Comparison::Same, left, right, depth),
            Expr::IsNull(value) | Expr::IsUnknown(value) => self.is(value, State::Null, false, depth),
            Expr::IsNotNull(value) | Expr::IsNotUnknown(value) => self.is(value, State::Null, true, depth),
            Expr::IsTrue(value) => self.is(value, State::True, false, depth),
            Expr::IsNotTrue(value) => self.is(value, State::True, true, depth),
            Expr::IsFalse(value) => self.is(value, State::False, false, depth),
            Expr::IsNotFalse(value) => self.is(value, State::False, true, depth),
            Expr::InList { expr, list, negated } => {
                let (value, list) = (self.boxed(expr, depth), self.list(list, depth));
                Kind::In { value, list, negated: *negated }
            }
            Expr::Between { expr, negated, low, high } => {
                let value = self.boxed(expr, depth);
                let (low, high) = (self.boxed(low, depth), self.boxed(high, depth));
                Kind::Between { value, low, high, negated: *negated }
            }
            Expr::Like { negated, any: false, expr, pattern, escape_char: None } => {
                self.like(expr, pattern, *negated, depth)
            }
            Expr::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref(), depth)
            }
            Expr::Function(function) => self.call(function, at, depth),
            other => self.refused(other, at),
        }
    }

    fn column(&mut self, ident: &Ident, at: usize) -> Kind {
        let name = match ident.quote_style {
            Some(_) => ident.value.clone(),
            None => ident.value.to_ascii_lowercase(),
        };
        if name == SCORE {
            return match self.scope {
                Scope::WithScore => Kind::Column(self.columns.len()),
                Scope::WithoutScore => self.refuse(Issue::error(at, "a share cannot read the score it is part of")),
            };
        }
        match self.columns.position(&name) {
            Some(index) => Kind::Column(index),
            None => {
                let issue = refuse::column(&name, at, self.columns);
                self.refuse(issue)
            }
        }
    }

    fn literal(&mut self, value: &ValueWithSpan, at: usize) -> Kind {
        match &value.value {
            Value::Null => Kind::Null,
            Value::Boolean(value) => Kind::Bool(*value),
            Value::SingleQuotedString(text) => Kind::Text(text.clone()),
            Value::Number(digits, false) => self.integer(&digits.to_string(), at),
            other => self.refuse(Issue::error(at, format!("literal {other} is not allowed"))),
        }
    }

    fn integer(&mut self, digits: &str, at: usize) -> Kind {
        match digits.parse() {
            Ok(number) => Kind::Int(number),
            Err(_) => self.refuse(
                Issue::error(at, format!("{digits} is not a 64-bit integer"))
                    .help("columns are integers: permille, minor units, micro-logits"),
            ),
        }
    }

    fn terms(&mut self, expr: &Expr, at: usize, depth: usize) -> Kind {
        let (all, terms) = match chain(expr) {
            Ok(terms) => terms,
            Err(message) => return self.refuse(Issue::error(at, message).help("use IN, or several rules")),
        };
        let nodes = terms.into_iter().map(|term| self.node(term, depth + 1)).collect();
        if all { Kind::All(nodes) } else { Kind::Any(nodes) }
    }

    fn binary(&mut self, left: &Expr, op: &BinaryOperator, right: &Expr, depth: usize) -> Kind {
        if let Some(comparison) = comparison(op) {
            return self.compare(comparison, left, right, depth);
        }
        let at = self.at(left);
        match arithmetic(op) {
            Some(operator) => {
                let (left, right) = (self.boxed(left, depth), self.boxed(right, depth));
                self.fold(operator, left, right)
            }
            None => self.refuse(refuse::operator(op, at)),
        }
    }

    fn compare(&mut self, comparison: Comparison, left: &Expr, right: &Expr, depth: usize) -> Kind {
        Kind::Compare(comparison, self.boxed(left, depth), self.boxed(right, depth))
    }

    fn is(&mut self, value: &Expr, state: State, negated: bool, depth: usize) -> Kind {
        Kind::Is { value: self.boxed(value, depth), state, negated }
    }

    fn unary(&mut self, op: &UnaryOperator, value: &Expr, at: usize, depth: usize) -> Kind {
        match op {
            UnaryOperator::Not => Kind::Not(self.boxed(value, depth)),
            UnaryOperator::Plus => self.node(value, depth + 1).kind,
            UnaryOperator::Minus => self.minus(value, at, depth),
            other => self.refuse(Issue::error(at, format!("operator {other} is not allowed"))),
        }
    }

    /// `-5` is a literal (also the least one, whose digits alone do not fit); else `0 - value`.
    fn minus(&mut self, value: &Expr, at: usize, depth: usize) -> Kind {
        if let Expr::Value(ValueWithSpan { value: Value::Number(digits, false), .. }) = value {
            return self.integer(&format!("-{digits}"), at);
        }
        let zero = Box::new(Node { at, kind: Kind::Int(0) });
        let value = self.boxed(value, depth);
        self.fold(Arithmetic::Subtract, zero, value)
    }

    /// Computes constants here and checked, because the engine would wrap around.
    fn fold(&mut self, operator: Arithmetic, left: Box<Node>, right: Box<Node>) -> Kind {
        let (Kind::Int(a), Kind::Int(b)) = (&left.kind, &right.kind) else {
            return Kind::Arithmetic(operator, left, right);
        };
        match operator.apply(*a, *b) {
            Some(number) => Kind::Int(number),
            None => self.refuse(Issue::error(left.at, "constant overflows or divides by zero")),
        }
    }

    fn like(&mut self, value: &Expr, pattern: &Expr, negated: bool, depth: usize) -> Kind {
        let value = self.boxed(value, depth);
        let pattern = self.node(pattern, depth + 1);
        match pattern.kind {
            Kind::Text(pattern) => Kind::Like { value, pattern, negated },
            Kind::Invalid => Kind::Invalid,
            _ => self.refuse(
                Issue::error(pattern.at, "the pattern of LIKE must be a text literal")
                    .help("use contains(), starts_with() or ends_with() to compare with a column"),
            ),
        }
    }

    fn case(&mut self, operand: Option<&Expr>, arms: &[CaseWhen], otherwise: Option<&Expr>, depth: usize) -> Kind {
        let arm = |reader: &mut Self, arm: &CaseWhen| {
            (reader.node(&arm.condition, depth + 1), reader.node(&arm.result, depth + 1))
        };
        Kind::Case {
            operand: operand.map(|operand| self.boxed(operand, depth)),
            arms: arms.iter().map(|each| arm(self, each)).collect(),
            otherwise: otherwise.map(|otherwise| self.boxed(otherwise, depth)),
        }
    }
}

fn comparison(op: &BinaryOperator) -> Option<Comparison> {
    Some(match op {
        BinaryOperator::Eq => Comparison::Equal,
        BinaryOperator::NotEq => Comparison::NotEqual,
        BinaryOperator::Lt => Comparison::Less,
        BinaryOperator::LtEq => Comparison::AtMost,
        BinaryOperator::Gt => Comparison::Greater,
        BinaryOperator::GtEq => Comparison::AtLeast,
        _ => return None,
    })
}

fn arithmetic(op: &BinaryOperator) -> Option<Arithmetic> {
    Some(match op {
        BinaryOperator::Plus => Arithmetic::Add,
        BinaryOperator::Minus => Arithmetic::Subtract,
        BinaryOperator::Multiply => Arithmetic::Multiply,
        BinaryOperator::Divide => Arithmetic::Divide,
        BinaryOperator::Modulo => Arithmetic::Remainder,
        _ => return None,
    })
}

impl Arithmetic {
    fn apply(self, a: i64, b: i64) -> Option<i64> {
        match self {
            Self::Add => a.checked_add(b),
            Self::Subtract => a.checked_sub(b),
            Self::Multiply => a.checked_mul(b),
            Self::Divide => a.checked_div(b),
            Self::Remainder => a.checked_rem(b),
        }
    }
}
