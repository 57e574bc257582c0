//! What was seen on a listing's pictures, looked up before it is screened. Numbers are integers; a place is a box in
//! pixels of the upright picture, half open.

use serde::{Deserialize, Serialize};

/// `[x1, y1, x2, y2]` in pixels.
pub type Place = [u32; 4];

/// What was seen on one picture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PictureFacts {
    /// SHA-256 of the file, in lower-case hexadecimal.
    pub hash: String,
    /// Name or address that the listing gives it.
    pub source: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Entries of the banks that it is a copy of, best first.
    pub copies: Vec<Copy>,
    /// Logos, best first.
    pub logos: Vec<Logo>,
    /// Lines of text, as they are read.
    pub texts: Vec<TextLine>,
    /// QR and bar codes.
    pub codes: Vec<Code>,
    /// Regions that were made unreadable.
    pub masks: Vec<Mask>,
    /// Slug of the kind of goods that is seen, and how sure that is in permille.
    pub kind: Option<(String, u16)>,
    /// Whether it is a stock picture or a placeholder (an entry of the negative bank, or nothing on it).
    pub placeholder: bool,
    /// Other sellers who use it.
    pub elsewhere: Option<Elsewhere>,
}

/// A copy of an entry in a bank.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copy {
    /// `genuine`, `counterfeit` or `negative`.
    pub bank: String,
    /// Id of the entry.
    pub entry: String,
    /// Slug of the brand, where the entry has one.
    pub brand: Option<String>,
    /// Permille.
    pub score: u16,
    /// Where on this picture.
    pub place: Place,
    /// Where on the entry's picture.
    pub reference: Place,
}

/// A logo that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logo {
    /// Slug or name it is enrolled under.
    pub brand: String,
    /// Permille.
    pub score: u16,
    /// Where.
    pub place: Place,
}

/// A line of text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextLine {
    /// As read.
    pub text: String,
    /// Permille.
    pub confidence: u16,
    /// Where.
    pub place: Place,
}

/// A QR or bar code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// `qr`, `ean_13`, `upc_a`, `code_128` and so on.
    pub kind: String,
    /// What it says.
    pub value: String,
    /// Where.
    pub place: Place,
}

/// A region that was made unreadable where a logo would be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mask {
    /// `blurred`, `pixelated`, `painted` or `covered`.
    pub how: String,
    /// Permille.
    pub score: u16,
    /// Where.
    pub place: Place,
}

/// The same picture in listings of others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elsewhere {
    /// Sellers other than this one.
    pub sellers: u32,
    /// Day on which the first of them used it, `YYYY-MM-DD`.
    pub since: String,
}
