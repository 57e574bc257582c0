//! A list of texts, wherever it lives: in an Arrow column, in a row that is being read, in a test.

use std::fmt;

use arrow::array::{Array, AsArray, ListArray, StringArray};

use crate::draft::Span;

/// A borrowed list of texts. Cheap to copy; iterating allocates nothing.
///
/// ```
/// use touchstone_catalog::{Listing, Texts};
///
/// let listing = Listing { variants: Texts::from(&["black", "red"][..]), ..Listing::default() };
/// assert_eq!(listing.variants.iter().collect::<Vec<_>>(), ["black", "red"]);
/// ```
#[derive(Clone, Copy)]
pub struct Texts<'a>(Repr<'a>);

#[derive(Clone, Copy)]
enum Repr<'a> {
    Slice(&'a [&'a str]),
    Array { values: &'a StringArray, start: usize, len: usize },
    Spans { text: &'a str, spans: &'a [Span] },
}

impl<'a> Texts<'a> {
    /// Row `row` of a list column; a null list is empty, a null item too.
    pub(crate) fn of_array(array: &'a ListArray, row: usize) -> Self {
        let (start, end) = (array.value_offsets()[row] as usize, array.value_offsets()[row + 1] as usize);
        let values = array.values().as_string_opt::<i32>().filter(|_| array.is_valid(row));
        Self(values.map_or(Repr::Slice(&[]), |values| Repr::Array { values, start, len: end - start }))
    }

    /// Pieces of `text`.
    pub(crate) fn of_spans(text: &'a str, spans: &'a [Span]) -> Self {
        Self(Repr::Spans { text, spans })
    }

    /// Number of texts.
    #[must_use]
    pub fn len(&self) -> usize {
        match self.0 {
            Repr::Slice(texts) => texts.len(),
            Repr::Array { len, .. } => len,
            Repr::Spans { spans, .. } => spans.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The text at `position`, if there are so many.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<&'a str> {
        match self.0 {
            Repr::Slice(texts) => texts.get(position).copied(),
            Repr::Array { values, start, len } => (position < len)
                .then(|| if values.is_null(start + position) { "" } else { values.value(start + position) }),
            Repr::Spans { text, spans } => spans.get(position).map(|span| span.of(text)),
        }
    }

    /// The texts in order.
    #[must_use]
    pub fn iter(&self) -> TextsIter<'a> {
        TextsIter { texts: *self, next: 0 }
    }
}

impl Default for Texts<'_> {
    fn default() -> Self {
        Self(Repr::Slice(&[]))
    }
}

impl<'a> From<&'a [&'a str]> for Texts<'a> {
    fn from(texts: &'a [&'a str]) -> Self {
        Self(Repr::Slice(texts))
    }
}

impl PartialEq for Texts<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl fmt::Debug for Texts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

/// Iterates over [`Texts`].
#[derive(Debug, Clone)]
pub struct TextsIter<'a> {
    texts: Texts<'a>,
    next: usize,
}

impl<'a> Iterator for TextsIter<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let text = self.texts.get(self.next)?;
        self.next += 1;
        Some(text)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.texts.len() - self.next;
        (left, Some(left))
    }
}

impl ExactSizeIterator for TextsIter<'_> {}

impl<'a> IntoIterator for Texts<'a> {
    type Item = &'a str;
    type IntoIter = TextsIter<'a>;

    fn into_iter(self) -> TextsIter<'a> {
        self.iter()
    }
}

impl<'a> IntoIterator for &Texts<'a> {
    type Item = &'a str;
    type IntoIter = TextsIter<'a>;

    fn into_iter(self) -> TextsIter<'a> {
        self.iter()
    }
}
