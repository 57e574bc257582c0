//! What was seen on a listing's pictures, looked up before it is screened and stored with the decision.
//!
//! Facts say what is there and where, never what it means. Numbers are integers, a score is in permille. A place is a
//! box in pixels of the upright picture, half open. Fields stand in alphabetical order, so that what is stored is
//! canonical.

use serde::{Deserialize, Serialize};

/// `[x1, y1, x2, y2]` in pixels.
pub type Place = [u32; 4];

/// Which versions of what looks at pictures saw them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Eyes {
    /// The banks: hash of the base, sequence of the log.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub banks: String,
    /// The models, and how their output is read.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub models: String,
}

/// What was seen on one picture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PictureFacts {
    /// QR and bar codes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<Code>,
    /// Entries of the banks that it is a copy of, best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<Copy>,
    /// Other sellers who use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<Elsewhere>,
    /// SHA-256 of the file, in lower-case hexadecimal.
    pub hash: String,
    /// Height in pixels.
    pub height: u32,
    /// What kind of goods it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Logos, best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub logos: Vec<Logo>,
    /// Regions that were made unreadable.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub masks: Vec<Mask>,
    /// Whether it shows no goods: a placeholder, a size chart, a notice (an entry of the negative bank), or nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub placeholder: bool,
    /// Name or address that the listing gives it.
    pub source: String,
    /// Lines of text, as they are read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<TextLine>,
    /// Width in pixels.
    pub width: u32,
}

/// A copy of an entry in a bank.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Copy {
    /// `genuine`, `counterfeit` or `negative`.
    pub bank: String,
    /// Slug of the brand, where the entry has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// Id of the entry.
    pub entry: String,
    /// Where on this picture.
    pub place: Place,
    /// Where on the entry's picture.
    pub reference: Place,
    /// How sure.
    pub score: u16,
}

/// The kind of goods that a picture shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kind {
    /// How sure.
    pub score: u16,
    /// Id of the kind in `knowledge/kinds.toml`.
    pub slug: String,
}

/// A logo that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logo {
    /// Slug or name it is enrolled under.
    pub brand: String,
    /// Where.
    pub place: Place,
    /// How sure.
    pub score: u16,
}

/// A line of text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextLine {
    /// How sure.
    pub confidence: u16,
    /// Where.
    pub place: Place,
    /// As read.
    pub text: String,
}

/// A QR or bar code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// `qr`, `ean_13`, `upc_a`, `code_128` and so on.
    pub kind: String,
    /// Where.
    pub place: Place,
    /// What it says.
    pub value: String,
}

/// A region that was made unreadable where a logo would be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mask {
    /// `blurred`, `pixelated`, `painted` or `covered`.
    pub how: String,
    /// Where.
    pub place: Place,
    /// How sure.
    pub score: u16,
}

/// The same picture in listings of others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Elsewhere {
    /// Days since the first of them used it.
    pub days: u32,
    /// Sellers other than this one.
    pub sellers: u32,
    /// Day on which the first of them used it, `YYYY-MM-DD`.
    pub since: String,
}
