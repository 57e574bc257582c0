//! TOML that people edit, with the place of what is wrong.

use serde::de::DeserializeOwned;
use toml::Spanned;
use touchstone_diagnostic::{Diagnostic, Issue, Level, Source};

/// Largest file, in bytes.
const FILE_BYTES_MAX: usize = 256 * 1024;

/// What reading found: a value unless one of the diagnostics is an error.
pub type Loaded<T> = (Option<T>, Vec<Diagnostic>);

/// Reads a file into its table, or says what is wrong and where.
pub(crate) fn table<T: DeserializeOwned>(text: &str) -> Result<T, Issue> {
    if text.len() > FILE_BYTES_MAX {
        let message = format!("file is {} bytes long, at most {FILE_BYTES_MAX} are allowed", text.len());
        return Err(Issue::error(0, message));
    }
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        Issue::error(at, error.message().lines().next().unwrap_or_default())
    })
}

/// Reads a table and makes of it what it says; `make` adds what it does not like.
pub(crate) fn load<T: DeserializeOwned, R>(
    source: Source<'_>,
    make: impl FnOnce(T, &mut Vec<Issue>) -> Option<R>,
) -> Loaded<R> {
    let mut issues = Vec::new();
    let made = match table(source.text) {
        Ok(table) => make(table, &mut issues),
        Err(issue) => {
            issues.push(issue);
            None
        }
    };
    issues.sort_by_key(|issue| issue.at);
    let sound = issues.iter().all(|issue| issue.level != Level::Error);
    (made.filter(|_| sound), issues.into_iter().map(|issue| source.diagnostic(issue)).collect())
}

/// Only `schema = 1` is known.
pub(crate) fn check_schema(schema: &Spanned<i64>, issues: &mut Vec<Issue>) {
    if *schema.get_ref() != 1 {
        let message = format!("unknown schema {}, this version reads 1", schema.get_ref());
        issues.push(Issue::error(schema.span().start, message));
    }
}

/// Names in a file are slugs: they stay when what they name is called otherwise.
pub(crate) fn check_slug(name: &Spanned<String>, issues: &mut Vec<Issue>) {
    let text = name.get_ref();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    if text.is_empty() || text.len() > 64 || !text.chars().all(fits) {
        let message = format!("{text:?} is no name: small letters, digits, _ and -, at most 64");
        issues.push(Issue::error(name.span().start, message));
    }
}
