//! Finds places where something was hidden on purpose.
//!
//! Who sells a fake hides the logo on the photo: makes it coarse, paints over it, puts a flat shape on it. The hiding
//! leaves its own traces, whatever was hidden: an area of exactly one colour with a sharp border amid a photo, or a lattice of
//! squares of one colour each. Either detector measures its places in whole numbers, and small trees, fitted on
//! one half of the photos of the trials and tried on the other, say how sure it is.
//!
//! What it cannot do. A blurred place is not found: on photos of a few hundred pixels, cloth, shadows and JPEG are as
//! soft as what was blurred. A place of less than about twenty pixels, squares of less than four, and paint in the
//! colour of the ground are missed. Who hides a face or a number plate does it in the same ways: paint on these is told
//! only by what else is there, and may be reported. It is a fact about the picture, not yet about the goods.

mod flat;
mod forest;
mod learnt;
mod sheet;
mod squares;

use crate::{Picture, PixelBox};
use sheet::Sheet;

/// Pixels along the shorter side below which nothing can be told.
const SIDE_MIN: usize = 48;

/// By what something was hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// Blurred until it could no longer be read; not yet found by [`find`].
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

/// All hidden places, the surest first, none overlapping a surer one by half.
pub fn find(picture: &Picture) -> Vec<Mask> {
    let sheet = Sheet::of(picture);
    if sheet.width < SIDE_MIN || sheet.height < SIDE_MIN {
        return Vec::new();
    }
    let mut all = flat_places(&sheet);
    all.extend(coarse_places(&sheet));
    all.sort_by_key(|mask| (std::cmp::Reverse(mask.score), mask.how, mask.place));
    let mut kept: Vec<Mask> = Vec::new();
    for mask in all {
        let is_new = |k: &Mask| 2 * k.place.meet(&mask.place).area() < k.place.area().min(mask.place.area());
        if kept.iter().all(is_new) {
            kept.push(mask);
        }
    }
    kept
}

fn flat_places(sheet: &Sheet) -> Vec<Mask> {
    let judge = |(area, numbers): (flat::Area, [i32; flat::FEATURES])| {
        let points = forest::points(learnt::FLAT_BASE, learnt::FLAT, &numbers);
        // Discs and boxes, filled or with a face in them, are full; strokes leave gaps.
        let how = if area.is_full() { How::Covered } else { How::Painted };
        mask(how, points, learnt::FLAT_FROM, sheet.place(area.x1, area.y1, area.x2, area.y2))
    };
    flat::candidates(sheet).into_iter().filter_map(judge).collect()
}

fn coarse_places(sheet: &Sheet) -> Vec<Mask> {
    let judge = |(w, numbers): (squares::Lattice, [i32; squares::FEATURES])| {
        let points = forest::points(learnt::SQUARES_BASE, learnt::SQUARES, &numbers);
        mask(How::Pixelated, points, learnt::SQUARES_FROM, sheet.place(w.x1, w.y1, w.x2, w.y2))
    };
    squares::candidates(sheet).into_iter().filter_map(judge).collect()
}

/// A mask if its points reach a threshold; there its score is 500, and 1000 is never quite reached.
fn mask(how: How, points: i32, from: i32, place: PixelBox) -> Option<Mask> {
    let above = points - from;
    (above >= 0).then(|| Mask { how, score: (1000 - 500 * 1500 / (1500 + above)) as u16, place })
}

#[cfg(test)]
mod tests;
