//! What is wrong in a file that people edit, where, and what to write instead; printed as rustc prints it.
//!
//! Rooms that read TOML find an [`Issue`] at a byte offset; a [`Source`] turns it into a
//! [`Diagnostic`] with file, line and column.

use std::fmt;
use std::path::Path;

/// How bad it is. An error keeps the policy from loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The policy cannot be used.
    Error,
    /// The policy can be used, but says perhaps not what was meant.
    Warning,
}

/// One finding about one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Path or name of the file as it was given.
    pub file: String,
    /// Line, from 1; 0 when the file or folder itself is meant.
    pub line: usize,
    /// Column in characters, from 1; 0 when the file or folder itself is meant.
    pub column: usize,
    /// Error or warning.
    pub level: Level,
    /// What is wrong: lower case, without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Error => "error",
            Level::Warning => "warning",
        };
        match self.line {
            0 => write!(f, "{}: {level}: {}", self.file, self.message)?,
            line => write!(f, "{}:{line}:{}: {level}: {}", self.file, self.column, self.message)?,
        }
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Diagnostic {}

impl Diagnostic {
    /// An error about a file or folder that cannot be read, so that it has no places.
    pub fn unreadable(path: &Path, why: impl ToString, help: &str) -> Self {
        let missing = !path.exists();
        let message = if missing { "there is no such file or folder".to_owned() } else { why.to_string() };
        let help = missing.then(|| help.to_owned());
        Self { file: path.display().to_string(), line: 0, column: 0, level: Level::Error, message, help }
    }
}

/// A finding before it is known in which file and line it is: a byte offset and the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Byte offset into the file.
    pub at: usize,
    /// Error or warning.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Issue {
    /// An error at a byte offset.
    pub fn error(at: usize, message: impl Into<String>) -> Self {
        Self { at, level: Level::Error, message: message.into(), help: None }
    }

    /// A warning at a byte offset.
    pub fn warning(at: usize, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::error(at, message) }
    }

    /// The same with advice.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// A file's name and text, which turn offsets into lines and columns.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Path or name as it was given.
    pub name: &'a str,
    /// The whole text.
    pub text: &'a str,
}

impl Source<'_> {
    /// The issue with its place.
    pub fn diagnostic(&self, issue: Issue) -> Diagnostic {
        let (line, column) = line_column(self.text, issue.at);
        let Issue { level, message, help, .. } = issue;
        Diagnostic { file: self.name.to_owned(), line, column, level, message, help }
    }
}

/// Line and column (in characters), both from 1, of a byte offset.
pub fn line_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(at)];
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    (line, before[start..].chars().count() + 1)
}

/// Byte offset of a line and column, both from 1; the end of the text if it has no such place.
pub fn offset(text: &str, line: u64, column: u64) -> usize {
    let line = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
    let column = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
    let start = match line {
        0 => 0,
        _ => match text.match_indices('\n').nth(line - 1) {
            Some((newline, _)) => newline + 1,
            None => return text.len(),
        },
    };
    let rest = &text[start..];
    start + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
}

/// The known name nearest to a mistyped one, if it is near.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = 1 + name.len() / 4;
    known
        .map(|candidate| (edits(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance in bytes; both sides are short slugs.
fn edits(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let substitute = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substitute.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_and_places_are_inverse() {
        let text = "eins\nzwölf = 1\n\nend";
        for at in text.char_indices().map(|(at, _)| at) {
            let (line, column) = line_column(text, at);
            assert_eq!(offset(text, line as u64, column as u64), at);
        }
        assert_eq!(offset(text, 99, 1), text.len());
    }

    #[test]
    fn nearest_is_near() {
        let check = |name, expected| assert_eq!(nearest(name, ["price", "brand", "stock"].into_iter()), expected);
        check("pirce", Some("price"));
        check("brnd", Some("brand"));
        check("picture_copy", None);
    }
}
