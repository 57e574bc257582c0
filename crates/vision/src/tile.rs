//! Tall detail pictures, cut instead of shrunk.
//!
//! A shop's description is often one picture of 790 × 20,000: shrunk to what a model looks at, its words and logos would be
//! a few pixels. [`tiles`] says where to cut. What is at most [`overlap`] long lies whole within some tile.

use crate::PixelBox;

/// A picture is cut if its longer side is more than 5/2 of the shorter.
const ASPECT_MAX: (u64, u64) = (5, 2);

/// More are not made; the tiles of a still longer picture are longer.
pub const TILES_MAX: u32 = 40;

/// What neighbours share, along the longer side: a quarter of the shorter, in pixels.
pub fn overlap(width: u32, height: u32) -> u32 {
    width.min(height) / 4
}

/// The parts of a picture to look at one by one, from the left or the top: itself, or tiles half as long again as they are
/// wide. Together they cover the picture; they are all of one size.
pub fn tiles(width: u32, height: u32) -> Vec<PixelBox> {
    let (shorter, longer) = (width.min(height), width.max(height));
    if u64::from(longer) * ASPECT_MAX.1 <= u64::from(shorter) * ASPECT_MAX.0 {
        return vec![PixelBox { x1: 0, y1: 0, x2: width, y2: height }];
    }
    let (shared, usual) = (overlap(width, height), (shorter + shorter / 2).max(1));
    let count = (longer - shared).div_ceil(usual - shared).min(TILES_MAX);
    let length = usual.max((longer - shared).div_ceil(count) + shared).min(longer);
    let begin = |at: u32| (u64::from(at) * u64::from(longer - length) / u64::from((count - 1).max(1))) as u32;
    let along = |at: u32| if at + 1 == count { (longer - length, longer) } else { (begin(at), begin(at) + length) };
    let part = |(from, to)| match width > height {
        true => PixelBox { x1: from, y1: 0, x2: to, y2: height },
        false => PixelBox { x1: 0, y1: from, x2: width, y2: to },
    };
    (0..count).map(along).map(part).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_photo_is_one_tile() {
        assert_eq!(tiles(800, 2000), [PixelBox { x1: 0, y1: 0, x2: 800, y2: 2000 }]);
    }

    #[test]
    fn a_tall_picture_is_cut_into_overlapping_tiles() {
        let parts: Vec<_> = tiles(800, 3000).iter().map(|part| (part.y1, part.y2)).collect();
        assert_eq!(parts, [(0, 1200), (900, 2100), (1800, 3000)]);
    }

    proptest! {
        #[test]
        fn what_is_no_longer_than_the_overlap_lies_whole_in_a_tile(
            shorter in 1_u32..3000, longer in 1_u32..40_000, upright: bool, place in 0.0..1.0,
        ) {
            let (width, height) = if upright { (shorter, longer) } else { (longer, shorter) };
            let parts = tiles(width, height);
            prop_assert!(parts.len() <= TILES_MAX as usize);
            let detail = overlap(width, height).max(1);
            let side = width.max(height);
            let along = |p: &PixelBox| if width > height { (p.x1, p.x2) } else { (p.y1, p.y2) };
            let from = (f64::from(side - detail) * place) as u32;
            prop_assert!(parts.iter().map(along).any(|(a, b)| a <= from && from + detail <= b));
            prop_assert!(parts.iter().all(|p| p.x1 < p.x2 && p.y1 < p.y2 && p.x2 <= width && p.y2 <= height));
        }
    }
}
