//! The files as written: TOML with the place of everything that can be wrong.

mod literal;

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

pub(crate) use literal::in_literal;

use crate::rule::{Class, Mode, Outcome, Review, Severity};
use touchstone_diagnostic::Issue;

/// Largest file, in bytes.
pub(crate) const FILE_BYTES_MAX: usize = 256 * 1024;

/// `policy/<rule_id>.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleFile {
    pub(crate) schema: Spanned<i64>,
    pub(crate) outcome: Outcome,
    pub(crate) class: Spanned<Class>,
    pub(crate) severity: Severity,
    pub(crate) mode: Mode,
    #[serde(default)]
    pub(crate) admission: bool,
    pub(crate) when: Spanned<String>,
    #[serde(default)]
    pub(crate) evidence: Option<Spanned<Vec<Spanned<String>>>>,
    pub(crate) review: Option<Spanned<Review>>,
    #[serde(default)]
    pub(crate) message: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    pub(crate) seller: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    pub(crate) test: Vec<TestTable>,
}

/// One `[[test]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TestTable {
    pub(crate) name: Spanned<String>,
    #[serde(default)]
    pub(crate) given: BTreeMap<Spanned<String>, Spanned<toml::Value>>,
    pub(crate) fires: bool,
}

/// `policy/score.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScoreFile {
    pub(crate) schema: Spanned<i64>,
    /// Read as a number only to have its place; the digits are taken from the text.
    pub(crate) prior: Spanned<f64>,
    pub(crate) calibration: Spanned<String>,
    pub(crate) audit: Option<Spanned<AuditTable>>,
    #[serde(default)]
    pub(crate) share: Vec<ShareTable>,
}

/// `[audit]`: the outcomes that a calibrated score was fitted to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuditTable {
    pub(crate) outcomes: Spanned<u64>,
    pub(crate) date: Spanned<String>,
    pub(crate) source: Spanned<String>,
}

/// One `[[share]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShareTable {
    pub(crate) signal: Spanned<String>,
    pub(crate) when: Spanned<String>,
    pub(crate) logit: Spanned<f64>,
}

/// Reads a file into its table, or says what is wrong and where.
pub(crate) fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Issue> {
    if text.len() > FILE_BYTES_MAX {
        let message = format!("file is {} bytes long, at most {FILE_BYTES_MAX} are allowed", text.len());
        return Err(Issue::error(0, message));
    }
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        Issue::error(at, first_line(error.message()))
    })
}

fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

/// Only `schema = 1` is known.
pub(crate) fn check_schema(schema: &Spanned<i64>, issues: &mut Vec<Issue>) {
    if *schema.get_ref() != 1 {
        let message = format!("unknown schema {}, this version reads 1", schema.get_ref());
        issues.push(Issue::error(schema.span().start, message));
    }
}

/// A decimal such as `-5.0` or `2.25` in millionths, exactly; `None` if it is not a plain decimal,
/// has more than six places or is beyond ±100.
pub(crate) fn micro(text: &str) -> Option<i64> {
    const LIMIT: i64 = 100 * crate::MICRO;
    let text = text.trim().replace('_', "");
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(&text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 4 || fraction.len() > 6 || !plain(whole) || !plain(fraction) {
        return None;
    }
    let micro: i64 = format!("{whole}{fraction:0<6}").parse().ok()?;
    (micro <= LIMIT).then_some(if negative { -micro } else { micro })
}

/// The text a span covers.
pub(crate) fn slice(text: &str, span: Range<usize>) -> &str {
    text.get(span).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        let check = |text: &str, expected| assert_eq!(micro(text), expected, "{text}");
        check("2.5", Some(2_500_000));
        check("-5.0", Some(-5_000_000));
        check("0.1", Some(100_000));
        check("0.000001", Some(1));
        check("+3", Some(3_000_000));
        check("100", Some(100_000_000));
        check("100.000001", None);
        check("0.0000001", None);
        check("1e3", None);
        check("inf", None);
        check("", None);
    }
}
