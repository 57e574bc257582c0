//! Where a condition stands in its file.

use std::sync::Arc;

use toml::Spanned;

use crate::file::{in_literal, slice};
use touchstone_diagnostic::{Diagnostic, Issue, Source};

/// A condition's file, and the string in it that holds the condition.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) file: Arc<str>,
    text: Arc<str>,
    start: usize,
    end: usize,
    /// White space before the condition, in bytes of the string's value.
    blank: usize,
}

impl Place {
    pub(super) fn of(source: Source<'_>, when: &Spanned<String>) -> Self {
        let blank = when.get_ref().len() - when.get_ref().trim_start().len();
        let (start, end) = (when.span().start, when.span().end);
        Self { file: source.name.into(), text: source.text.into(), start, end, blank }
    }

    /// A finding about the whole condition, at its first character.
    pub(crate) fn whole(&self, issue: impl FnOnce(usize) -> Issue) -> Diagnostic {
        self.part(self.blank, issue)
    }

    /// A finding about the part of the condition that begins at this byte of it.
    pub(crate) fn part(&self, at: usize, issue: impl FnOnce(usize) -> Issue) -> Diagnostic {
        let at = in_literal(slice(&self.text, self.start..self.end), self.start, at);
        Source { name: &self.file, text: &self.text }.diagnostic(issue(at))
    }
}
