//! Rows that were set aside, and why: a bad row never stops the others, and never disappears.

use std::io;

use serde::Serialize;

use crate::field::Field;

/// One row that was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// File the row stands in, `-` for standard input.
    pub file: String,
    /// Number of the row among the file's data rows, from 1. A header is no row, a blank line neither.
    pub row: u64,
    /// Line of the file on which the row starts, from 1; none where there are no lines (Parquet).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The listing's id, where one was read before the row turned out to be bad.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Field that is wrong; none if the row as a whole is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
    /// What is wrong, as a stable code.
    pub reason: Reason,
    /// What is wrong, in words and with the values at hand.
    pub detail: String,
    /// What to do about it.
    pub hint: &'static str,
}

/// Why a row was set aside. The snake_case names are stable codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// A line that is not one JSON object.
    NotJson,
    /// A name that comes twice in one object of a call.
    NameTwice,
    /// An item that is not well-formed XML.
    NotXml,
    /// More or fewer cells than the header has, or a quote that never closes.
    WrongCells,
    /// No `id`.
    NoId,
    /// A value of another type than its field takes.
    WrongType,
    /// A price that is no price.
    BadPrice,
    /// A currency that is not in ISO 4217.
    UnknownCurrency,
    /// A number that is no whole number of 64 bits.
    BadNumber,
    /// A time that is neither RFC 3339 nor a date.
    BadTime,
    /// A seller record with a value it can't have.
    BadSeller,
    /// More bytes than the limit.
    TooLong,
    /// More nesting than the limit.
    TooDeep,
    /// More list items than the limit.
    TooManyItems,
    /// A NUL character.
    Nul,
    /// The listing stands earlier in the input; the first one counts.
    Duplicate,
}

impl Reason {
    /// What to do about it.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::NotUtf8 => "save the file as UTF-8, for example with: iconv -f WINDOWS-1252 -t UTF-8",
            Self::NotJson => "write one JSON object per line; jq -c '.[]' turns an array into lines",
            Self::NameTwice => "give every name once; readers differ in which of two they take",
            Self::NotXml => "write & as &amp; and < as &lt;, or wrap the text in <![CDATA[...]]>",
            Self::WrongCells => "quote a cell that holds the separator, a quote or a line break, and double its quotes",
            Self::NoId => "give every listing the id it has on the marketplace",
            Self::WrongType => "write texts as strings and lists as arrays of strings",
            Self::BadPrice => "write amount and currency with a decimal point: 1299.00 USD",
            Self::UnknownCurrency => "write the ISO 4217 code: USD, EUR, CNY",
            Self::BadNumber => "write a whole number without unit or decimals",
            Self::BadTime => "write RFC 3339 (2026-11-01T09:30:00Z) or a date (2026-11-01)",
            Self::BadSeller => {
                "numbers are whole and not negative, country is two capital letters (DE), identity_level is none, \
                 contact, document or business"
            }
            Self::TooLong => "shorten it or leave it out; no listing needs as much",
            Self::TooDeep => "flatten the row; listings need no such nesting",
            Self::TooManyItems => "leave items out, the oldest first",
            Self::Nul => "remove the NUL characters; they often mean that the file is UTF-16",
            Self::Duplicate => "send each listing once; the first one was read",
        }
    }
}

/// Takes the rows that were set aside.
pub trait RejectSink {
    /// Takes one row.
    ///
    /// # Errors
    /// When it can't be kept; reading then ends with [`FeedError::Rejects`](crate::feed::FeedError::Rejects).
    fn reject(&mut self, reject: Reject) -> io::Result<()>;
}

/// Keeps all rejects in memory: for calls and tests, not for files of unknown size.
impl RejectSink for Vec<Reject> {
    fn reject(&mut self, reject: Reject) -> io::Result<()> {
        self.push(reject);
        Ok(())
    }
}

/// Drops rejects; [`Counts`](crate::feed::Counts) still counts them.
impl RejectSink for () {
    fn reject(&mut self, _: Reject) -> io::Result<()> {
        Ok(())
    }
}

impl<S: RejectSink + ?Sized> RejectSink for &mut S {
    fn reject(&mut self, reject: Reject) -> io::Result<()> {
        (**self).reject(reject)
    }
}

impl<S: RejectSink + ?Sized> RejectSink for Box<S> {
    fn reject(&mut self, reject: Reject) -> io::Result<()> {
        (**self).reject(reject)
    }
}

/// Writes rejects as JSON lines. Wrap files in a [`std::io::BufWriter`] and flush it at the end.
#[derive(Debug)]
pub struct RejectLines<W: io::Write>(pub W);

impl<W: io::Write> RejectSink for RejectLines<W> {
    fn reject(&mut self, reject: Reject) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, &reject)?;
        self.0.write_all(b"\n")
    }
}

/// Characters of a message, at most: parsers quote what they could not read, whatever its length.
const DETAIL_CHARS_MAX: usize = 600;

/// The beginning of a message.
pub(crate) fn shortened(detail: impl Into<String>) -> String {
    let mut detail = detail.into();
    if let Some((end, _)) = detail.char_indices().nth(DETAIL_CHARS_MAX) {
        detail.truncate(end);
        detail.push('…');
    }
    detail
}

/// What is wrong with a row, before its place is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) field: Option<Field>,
    pub(crate) reason: Reason,
    pub(crate) detail: String,
}

impl Fault {
    /// A fault of the row as a whole.
    pub(crate) fn row(reason: Reason, detail: impl Into<String>) -> Self {
        Self { field: None, reason, detail: shortened(detail) }
    }

    /// A fault of one field.
    pub(crate) fn field(field: Field, reason: Reason, detail: impl Into<String>) -> Self {
        Self { field: Some(field), reason, detail: shortened(detail) }
    }

    /// The fault of a row that stands at `place` of `file`.
    pub(crate) fn at(self, file: &str, place: Place) -> Reject {
        Reject {
            file: file.to_owned(),
            row: place.row,
            line: place.line,
            id: None,
            field: self.field.map(Field::name),
            reason: self.reason,
            detail: self.detail,
            hint: self.reason.hint(),
        }
    }
}

/// Where a row stands in its file; both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place {
    pub(crate) row: u64,
    pub(crate) line: Option<u64>,
}
