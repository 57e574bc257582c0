//! What detectors say: one value a signal, and where in the listing it was seen.

use touchstone_text::Span;

use crate::pictures::Place;

/// A field of the listing that evidence points into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// `title`
    Title,
    /// `description`
    Description,
    /// `brand`
    Brand,
    /// `product_type`
    ProductType,
    /// `gtin`
    Gtin,
    /// `price`
    Price,
    /// An item of `variants`.
    Variant(u16),
    /// An item of `details`.
    Detail(u16),
    /// An item of `reviews`.
    Review(u16),
    /// An item of `questions`.
    Question(u16),
    /// `seller`
    Seller,
}

impl Field {
    /// The field's name in the feed, and the item of a list.
    pub fn name(self) -> (&'static str, Option<u16>) {
        match self {
            Self::Title => ("title", None),
            Self::Description => ("description", None),
            Self::Brand => ("brand", None),
            Self::ProductType => ("product_type", None),
            Self::Gtin => ("gtin", None),
            Self::Price => ("price", None),
            Self::Variant(i) => ("variants", Some(i)),
            Self::Detail(i) => ("details", Some(i)),
            Self::Review(i) => ("reviews", Some(i)),
            Self::Question(i) => ("questions", Some(i)),
            Self::Seller => ("seller", None),
        }
    }
}

/// Where a signal was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// Bytes of a field as it came from the feed.
    Words {
        /// The field.
        field: Field,
        /// Half-open range of UTF-8 bytes; empty when the whole field is meant.
        span: Span,
    },
    /// A place on a picture.
    Picture {
        /// Which of the pictures that were looked at.
        picture: u16,
        /// Where on it.
        place: Place,
        /// Which of its copies, where an entry of a bank stands beside it.
        copy: Option<u16>,
    },
}

/// A signal's value. Null is "not seen".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Value<'a> {
    /// Not seen.
    #[default]
    Null,
    /// Seen.
    True,
    /// A number.
    Int(i64),
    /// A slug.
    Text(&'a str),
}

impl From<bool> for Value<'_> {
    fn from(seen: bool) -> Self {
        if seen { Self::True } else { Self::Null }
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Self::Null, Self::Int)
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }
}

/// All values of one listing in registry order, with their evidence. Reuse it.
#[derive(Clone, Debug, Default)]
pub struct Findings<'a> {
    values: Vec<Value<'a>>,
    evidence: Vec<Evidence>,
    ends: Vec<u32>,
}

impl<'a> Findings<'a> {
    pub(crate) fn clear(&mut self) {
        self.values.clear();
        self.evidence.clear();
        self.ends.clear();
    }

    pub(crate) fn begin(&mut self) {
        self.ends.push(self.evidence.len() as u32);
    }

    /// Adds a place to the signal being detected; a few places are enough for a reader.
    pub(crate) fn see(&mut self, field: Field, span: Span) {
        self.add(Evidence::Words { field, span });
    }

    /// Adds a place on a picture, and the copy whose entry stands beside it.
    pub(crate) fn see_on(&mut self, picture: u16, place: Place, copy: Option<u16>) {
        self.add(Evidence::Picture { picture, place, copy });
    }

    fn add(&mut self, item: Evidence) {
        let from = self.ends.last().map_or(0, |e| *e as usize);
        if self.evidence.len() - from < MAX_EVIDENCE && !self.evidence[from..].contains(&item) {
            self.evidence.push(item);
        }
    }

    pub(crate) fn end(&mut self, value: Value<'a>) {
        if value == Value::Null {
            let from = self.ends.last().map_or(0, |e| *e as usize);
            self.evidence.truncate(from);
        }
        if let Some(end) = self.ends.last_mut() {
            *end = self.evidence.len() as u32;
        }
        self.values.push(value);
    }

    /// The values in registry order.
    pub fn values(&self) -> &[Value<'a>] {
        &self.values
    }

    /// Where the signal with this registry index was seen.
    pub fn evidence(&self, signal: usize) -> &[Evidence] {
        let from = signal.checked_sub(1).and_then(|i| self.ends.get(i)).map_or(0, |e| *e as usize);
        let to = self.ends.get(signal).map_or(from, |e| *e as usize);
        self.evidence.get(from..to).unwrap_or_default()
    }
}

const MAX_EVIDENCE: usize = 8;
