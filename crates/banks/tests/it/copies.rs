//! Copies of drawn pictures are found, and others are not.

use touchstone_banks::{Candidate, CopyIndex, EntryFeatures};
use touchstone_vision::{Picture, PixelBox};

/// Discs of all sizes and colours over each other, the last on top.
pub(crate) fn leaves(seed: u64) -> Picture {
    let (width, height) = (320i64, 400i64);
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |limit: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % limit) as i64
    };
    let mut rgb = vec![0u8; (3 * width * height) as usize];
    for _ in 0..500 {
        let (x, y, radius) = (next(320), next(400), 4 + next(60) * next(60) / 60);
        let colour = [next(256) as u8, next(256) as u8, next(256) as u8];
        for row in (y - radius).max(0)..(y + radius).min(height) {
            for column in (x - radius).max(0)..(x + radius).min(width) {
                if (row - y).pow(2) + (column - x).pow(2) < radius * radius {
                    let at = 3 * (row * width + column) as usize;
                    rgb[at..at + 3].copy_from_slice(&colour);
                }
            }
        }
    }
    Picture::new(320, 400, rgb).unwrap()
}

fn mirrored(picture: &Picture) -> Picture {
    let rows = picture.rgb().chunks_exact(3 * picture.width() as usize);
    let rgb = rows.flat_map(|row| row.chunks_exact(3).rev().flatten()).copied().collect();
    Picture::new(picture.width(), picture.height(), rgb).unwrap()
}

/// `part` laid on `ground` at a place.
fn laid(ground: &Picture, part: &Picture, (x, y): (u32, u32)) -> Picture {
    let mut rgb = ground.rgb().to_vec();
    for row in 0..part.height() {
        for column in 0..part.width() {
            let at = 3 * ((y + row) * ground.width() + x + column) as usize;
            rgb[at..at + 3].copy_from_slice(&part.pixel(column, row));
        }
    }
    Picture::new(ground.width(), ground.height(), rgb).unwrap()
}

pub(crate) fn features(picture: &Picture) -> EntryFeatures {
    EntryFeatures::of(picture.rgb(), picture, None)
}

fn bank(count: u64) -> CopyIndex {
    let mut index = CopyIndex::new();
    (0..count).for_each(|seed| index.add(seed, &features(&leaves(seed))));
    index
}

fn best(index: &CopyIndex, picture: &Picture) -> Option<Candidate> {
    index.query(&features(picture), 3).into_iter().next().filter(Candidate::is_match)
}

#[test]
fn a_mirrored_crop_is_found_and_placed() {
    let index = bank(12);
    let crop = leaves(7).crop(PixelBox { x1: 100, y1: 50, x2: 300, y2: 300 });
    let found = best(&index, &mirrored(&crop)).unwrap();
    assert_eq!((found.id, found.mirrored), (7, true));
    let near = |a: u32, b: u32| a.abs_diff(b) <= 3;
    let part = found.reference;
    assert!(near(part.x1, 100) && near(part.y1, 50) && near(part.x2, 300) && near(part.y2, 300), "{part:?}");
}

#[test]
fn a_picture_within_a_picture_is_found_and_placed() {
    let index = bank(12);
    let ground = Picture::new(500, 600, vec![240; 900_000]).unwrap();
    let found = best(&index, &laid(&ground, &leaves(3), (90, 120))).unwrap();
    assert_eq!((found.id, found.mirrored), (3, false));
    let expected = PixelBox { x1: 90, y1: 120, x2: 410, y2: 520 };
    assert!(found.place.overlap(&expected) > 0.95, "{:?}", found.place);
}

#[test]
fn a_picture_that_is_in_no_bank_is_no_copy() {
    let index = bank(12);
    for seed in 100..112 {
        assert_eq!(best(&index, &leaves(seed)), None);
    }
}

#[test]
fn a_banner_that_two_pictures_share_is_no_copy() {
    let banner = leaves(50).crop(PixelBox { x1: 0, y1: 0, x2: 320, y2: 70 });
    let mut index = CopyIndex::new();
    index.add(1, &features(&laid(&leaves(1), &banner, (0, 300))));
    assert_eq!(best(&index, &laid(&leaves(2), &banner, (0, 300))), None);
    assert_eq!(best(&index, &laid(&leaves(1), &banner, (0, 20))).map(|c| c.id), Some(1));
}

#[test]
fn what_was_added_is_found_at_once_and_what_was_removed_no_more() {
    let mut index = bank(3);
    let new = leaves(42);
    assert_eq!(best(&index, &new), None);
    index.add(42, &features(&new));
    assert_eq!(best(&index, &new).map(|c| c.id), Some(42));
    assert!(index.remove(42) && !index.remove(42));
    assert_eq!(best(&index, &new), None);
    index.add(43, &features(&new));
    assert_eq!(best(&index, &new).map(|c| c.id), Some(43));
    assert_eq!(index.len(), 4);
}

#[test]
fn the_index_finds_what_looking_at_every_entry_finds() {
    let index = bank(8);
    for seed in 0..12 {
        let query = features(&mirrored(&leaves(seed).crop(PixelBox { x1: 30, y1: 60, x2: 260, y2: 330 })));
        let matches =
            |found: Vec<Candidate>| -> Vec<u64> { found.iter().filter(|c| c.is_match()).map(|c| c.id).collect() };
        assert_eq!(matches(index.query(&query, 3)), matches(index.query_all(&query, 3)));
    }
}

#[test]
fn features_are_the_same_from_bytes() {
    let own = features(&leaves(9));
    let bytes = own.to_bytes();
    assert_eq!(EntryFeatures::from_bytes(&bytes).as_ref(), Ok(&own));
    assert!(EntryFeatures::from_bytes(&bytes[..60]).is_err());
    assert!(EntryFeatures::from_bytes(&[]).is_err());
    let mut other = bytes;
    other[0] = 200;
    assert!(EntryFeatures::from_bytes(&other).unwrap_err().to_string().contains("version 200"));
}
