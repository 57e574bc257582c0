//! Finds places where something was hidden on purpose.
//!
//! Who sells a fake hides the logo on the photo: blurs it, makes it coarse, paints over it, puts a flat shape on it. The
//! hiding leaves its own traces, whatever was hidden: an area of exactly one colour with a sharp border amid a photo, a
//! lattice of squares of one colour each, a place where the coarse scales are full and the fine ones empty. Each detector
//! proposes places and measures them in whole numbers, and small trees say how sure it is. They are fitted, with
//! `touchstone-trials mask-fit`, on one half of the photos of the trials and tried on the other.
//!
//! What it cannot do. Places of less than about twenty pixels, squares of less than four, blur on ground that is itself
//! smooth, and paint in the colour of the ground are missed. Who hides a face or a number plate does it in the same
//! ways: these are told only by what else is there, and may be reported. It is a fact about the picture, not yet about
//! the goods.

mod blur;
mod cells;
mod flat;
mod forest;
mod learnt;
mod sheet;
mod squares;
mod windows;

use crate::{Picture, PixelBox};
use cells::Cells;
use sheet::Sheet;

/// Pixels along the shorter side below which nothing can be told.
const SIDE_MIN: usize = 48;

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

/// Which detector proposes a place; each has trees of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Detector {
    /// Areas of one colour.
    Flat,
    /// Lattices of squares.
    Squares,
    /// Places that lost their sharpness.
    Blur,
}

/// A place that a detector judges, and the numbers that it judges it by; the trees are fitted on these.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Who proposes it.
    pub detector: Detector,
    /// By what something would have been hidden.
    pub how: How,
    /// Where, in pixels of the picture.
    pub place: PixelBox,
    /// In the order of the detector's features.
    pub numbers: Vec<i32>,
}

/// All hidden places, the surest first, none overlapping a surer one by half.
pub fn find(picture: &Picture) -> Vec<Mask> {
    let mut all: Vec<Mask> = candidates(picture).iter().filter_map(judged).collect();
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

/// All places that are judged.
pub fn candidates(picture: &Picture) -> Vec<Candidate> {
    let sheet = Sheet::of(picture);
    if sheet.width < SIDE_MIN || sheet.height < SIDE_MIN {
        return Vec::new();
    }
    let cells = Cells::of(&sheet);
    let candidate = |detector, how, [x1, y1, x2, y2]: [usize; 4], numbers: &[i32]| Candidate {
        detector,
        how,
        place: sheet.place(x1, y1, x2, y2),
        numbers: numbers.to_vec(),
    };
    let mut all = Vec::new();
    for (area, numbers) in flat::candidates(&sheet, &cells) {
        // Discs and boxes, filled or with a face in them, are full; strokes leave gaps.
        let how = if area.is_full() { How::Covered } else { How::Painted };
        all.push(candidate(Detector::Flat, how, [area.x1, area.y1, area.x2, area.y2], &numbers));
    }
    let squares = squares::candidates(&sheet, &cells);
    all.extend(squares.iter().map(|(at, n)| candidate(Detector::Squares, How::Pixelated, *at, n)));
    let blurred = blur::candidates(&sheet, &cells);
    all.extend(blurred.iter().map(|(at, n)| candidate(Detector::Blur, How::Blurred, *at, n)));
    all
}

/// A mask if its points reach a threshold; there its score is 500, and 1000 is never quite reached.
fn judged(candidate: &Candidate) -> Option<Mask> {
    let trees = match candidate.detector {
        Detector::Flat => &learnt::FLAT,
        Detector::Squares => &learnt::SQUARES,
        Detector::Blur => &learnt::BLUR,
    };
    let above = trees.points(&candidate.numbers) - trees.from;
    let score = |above: i32| (1000 - 500 * 1500 / (1500 + above)) as u16;
    (above >= 0).then(|| Mask { how: candidate.how, score: score(above), place: candidate.place })
}

#[cfg(test)]
mod tests;
