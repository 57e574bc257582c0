//! What is refused, and what to write instead.

use datafusion_sql::sqlparser::ast::{
    BinaryOperator, Expr, Function as Call, FunctionArg, FunctionArgExpr, FunctionArguments,
};

use super::parse::Reader;
use super::{Function, Kind};
use crate::diagnostic::{Issue, nearest};

const NORMALISED: &str = "text columns are already normalised and lower case: use LIKE or = with lower-case text";
const TYPED: &str = "columns are already typed: compare integers as they are (permille, minor units)";

/// An operator that is not allow-listed.
pub(super) fn operator(op: &BinaryOperator, at: usize) -> Issue {
    let issue = Issue::error(at, format!("operator {op} is not allowed"));
    match op {
        BinaryOperator::PGRegexMatch
        | BinaryOperator::PGRegexIMatch
        | BinaryOperator::PGRegexNotMatch
        | BinaryOperator::PGRegexNotIMatch
        | BinaryOperator::Regexp => issue.help(NORMALISED),
        _ => issue,
    }
}

impl Reader<'_> {
    /// An expression that has no place in a condition.
    pub(super) fn refused(&mut self, expr: &Expr, at: usize) -> Kind {
        let issue = match expr {
            Expr::ILike { .. } => Issue::error(at, "ILIKE is not allowed").help(NORMALISED),
            Expr::SimilarTo { .. } | Expr::RLike { .. } => {
                Issue::error(at, "regular expressions are not allowed").help(NORMALISED)
            }
            Expr::Like { .. } => Issue::error(at, "LIKE ANY and LIKE … ESCAPE are not allowed"),
            Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } | Expr::AnyOp { .. } | Expr::AllOp { .. } => {
                Issue::error(at, "subqueries are not allowed").help("a condition sees one listing's columns only")
            }
            Expr::Cast { data_type, .. } => {
                Issue::error(at, format!("cast to {data_type} is not allowed")).help(TYPED)
            }
            Expr::Convert { .. } | Expr::TypedString(_) => Issue::error(at, "casts are not allowed").help(TYPED),
            Expr::CompoundIdentifier(_) => {
                Issue::error(at, format!("{expr}: columns have no qualifier")).help("write the column's name alone")
            }
            Expr::Interval(_) | Expr::Extract { .. } | Expr::AtTimeZone { .. } => {
                Issue::error(at, "dates and times are not allowed").help("a decision must not depend on the clock")
            }
            Expr::Trim { .. } | Expr::Substring { .. } | Expr::Overlay { .. } => {
                Issue::error(at, "text cannot be changed in a condition").help(NORMALISED)
            }
            _ => Issue::error(at, "this kind of expression is not allowed in a condition"),
        };
        self.refuse(issue)
    }

    /// A call: by allow-list, with plain arguments.
    pub(super) fn call(&mut self, call: &Call, at: usize, depth: usize) -> Kind {
        let name = call.name.to_string().to_ascii_lowercase();
        if call.over.is_some() {
            return self.refuse(Issue::error(at, "window functions are not allowed"));
        }
        let Some(function) = Function::named(&name) else {
            return self.refuse(unknown(&name, at));
        };
        let Some(arguments) = plain(call) else {
            return self.refuse(Issue::error(at, format!("{name} takes plain arguments only")));
        };
        let arguments = arguments.into_iter().map(|argument| self.node(argument, depth + 1)).collect();
        Kind::Call(function, arguments)
    }
}

fn unknown(name: &str, at: usize) -> Issue {
    let message = |what: &str| Issue::error(at, format!("{name} is not allowed: {what}"));
    match name {
        "lower" | "upper" | "trim" | "btrim" | "ltrim" | "rtrim" | "initcap" | "replace" => {
            message("it is needless").help(NORMALISED)
        }
        _ if name.starts_with("regexp") => message("no regular expressions").help(NORMALISED),
        "count" | "sum" | "avg" | "min" | "max" | "stddev" | "variance" | "array_agg" => {
            message("no aggregates").help("a condition sees one listing; use greatest() and least() across columns")
        }
        "now" | "current_date" | "current_timestamp" | "current_time" | "random" | "rand" | "uuid" => {
            message("the same listing must always get the same answer")
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
