//! What is refused, and what to write instead.

use datafusion_sql::sqlparser::ast::{
    BinaryOperator, Expr, Function as Call, FunctionArg, FunctionArgExpr, FunctionArguments,
};
use datafusion_sql::sqlparser::keywords::Keyword;
use datafusion_sql::sqlparser::tokenizer::Word;

use super::parse::Reader;
use super::{Function, Kind};
use crate::column::{Columns, SCORE};
use touchstone_diagnostic::{Issue, nearest};

const NORMALISED: &str = "text columns are already normalised and lower case: use LIKE or = with lower-case text";
const TYPED: &str = "columns are already typed: compare integers as they are (permille, minor units)";
const ONE_LISTING: &str = "a condition sees one listing's columns only";
const NO_CLOCK: &str = "the same listing must always get the same answer";

/// A name that no column has.
pub(super) fn column(name: &str, at: usize, columns: &Columns) -> Issue {
    let known = columns.iter().map(|column| column.name.as_str());
    let issue = Issue::error(at, format!("unknown column {name:?}"));
    match nearest(name, known.chain([SCORE])) {
        Some(near) => issue.help(format!("did you mean {near:?}?")),
        None => issue,
    }
}

/// A word of SQL that conditions do without.
pub(super) fn word(word: &Word, at: usize, columns: &Columns) -> Issue {
    let error = |help: &str| Issue::error(at, format!("{} is not allowed", word.value)).help(help);
    match word.keyword {
        Keyword::ILIKE | Keyword::RLIKE | Keyword::REGEXP | Keyword::SIMILAR => error(NORMALISED),
        Keyword::ESCAPE => error("LIKE knows % and _ only; use contains() to find those"),
        Keyword::SELECT | Keyword::WITH | Keyword::VALUES | Keyword::EXISTS => error(ONE_LISTING),
        Keyword::CURRENT_DATE | Keyword::CURRENT_TIME | Keyword::CURRENT_TIMESTAMP => error(NO_CLOCK),
        Keyword::INTERVAL | Keyword::DATE | Keyword::TIME | Keyword::TIMESTAMP => error(NO_CLOCK),
        _ => column(&word.value.to_ascii_lowercase(), at, columns),
    }
}

/// A call of something that is not allow-listed.
pub(super) fn function(name: &str, at: usize) -> Issue {
    let error = |help: &str| Issue::error(at, format!("{name}() is not allowed")).help(help);
    match name {
        "lower" | "upper" | "trim" | "btrim" | "ltrim" | "rtrim" | "initcap" | "replace" | "substr" | "substring" => {
            error(NORMALISED)
        }
        _ if name.starts_with("regexp") => error(NORMALISED),
        "cast" | "try_cast" | "safe_cast" | "convert" => error(TYPED),
        "count" | "sum" | "avg" | "min" | "max" | "stddev" | "variance" | "array_agg" => {
            error("no aggregates: a condition sees one listing; use greatest() and least() across columns")
        }
        "exists" | "any" | "all" | "some" => error(ONE_LISTING),
        "now" | "current_date" | "current_timestamp" | "current_time" | "random" | "rand" | "uuid" | "extract" => {
            error(NO_CLOCK)
        }
        _ => {
            let issue = Issue::error(at, format!("function {name:?} is not on the allow-list"));
            match nearest(name, Function::names()) {
                Some(near) => issue.help(format!("did you mean {near:?}?")),
                None => issue.help(format!("allowed: {}", Function::names().collect::<Vec<_>>().join(", "))),
            }
        }
    }
}

/// An operator that is not allow-listed.
pub(super) fn operator(op: &BinaryOperator, at: usize) -> Issue {
    let issue = Issue::error(at, format!("operator {op} is not allowed"));
    match op {
        BinaryOperator::PGRegexMatch
        | BinaryOperator::PGRegexIMatch
        | BinaryOperator::PGRegexNotMatch
        | BinaryOperator::PGRegexNotIMatch => issue.help(NORMALISED),
        _ => issue,
    }
}

impl Reader<'_> {
    /// An expression that has no place in a condition, although its words and signs have.
    pub(super) fn refused(&mut self, expr: &Expr, at: usize) -> Kind {
        let issue = match expr {
            Expr::CompoundIdentifier(_) => {
                Issue::error(at, "columns have no qualifier").help("write the column's name alone")
            }
            Expr::Cast { .. } | Expr::TypedString(_) => Issue::error(at, "casts are not allowed").help(TYPED),
            _ => Issue::error(at, "this kind of expression is not allowed in a condition"),
        };
        self.refuse(issue)
    }

    /// A call of a function with plain arguments.
    pub(super) fn call(&mut self, call: &Call, at: usize, depth: usize) -> Kind {
        let name = call.name.to_string().to_ascii_lowercase();
        if call.over.is_some() {
            return self.refuse(Issue::error(at, "window functions are not allowed").help(ONE_LISTING));
        }
        let Some(function) = Function::named(&name) else {
            return self.refuse(function(&name, at));
        };
        let Some(arguments) = plain(call) else {
            return self.refuse(Issue::error(at, format!("{name} takes plain arguments only")));
        };
        let arguments = arguments.into_iter().map(|argument| self.node(argument, depth + 1)).collect();
        Kind::Call(function, arguments)
    }
}

/// The arguments if there is nothing else in the call.
fn plain(call: &Call) -> Option<Vec<&Expr>> {
    let FunctionArguments::List(list) = &call.args else { return None };
    let bare = list.duplicate_treatment.is_none()
        && list.clauses.is_empty()
        && call.filter.is_none()
        && call.within_group.is_empty()
        && call.null_treatment.is_none()
        && matches!(call.parameters, FunctionArguments::None);
    let argument = |argument| match argument {
        &FunctionArg::Unnamed(FunctionArgExpr::Expr(ref expr)) => Some(expr),
        _ => None,
    };
    bare.then(|| list.args.iter().map(argument).collect::<Option<Vec<_>>>()).flatten()
}
