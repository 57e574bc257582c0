//! Local features and geometry on drawn pictures.

use touchstone_vision::geometry::{Map, Match, Partners, agreement, confirm, fit};
use touchstone_vision::local::{Features, Options, extract};
use touchstone_vision::thumbnail::{SIDE, shrink};
use touchstone_vision::{Picture, PixelBox, Plane};

/// Discs of all sizes and colours over each other, the last on top.
pub(crate) fn leaves(seed: u64, width: u32, height: u32) -> Picture {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |limit: u32| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % u64::from(limit)) as i64
    };
    let mut rgb = vec![0u8; (3 * width * height) as usize];
    for _ in 0..500 {
        let (x, y) = (next(width), next(height));
        let radius = 4 + next(60) * next(60) / 60;
        let colour = [next(256) as u8, next(256) as u8, next(256) as u8];
        for row in (y - radius).max(0)..(y + radius).min(height.into()) {
            for column in (x - radius).max(0)..(x + radius).min(width.into()) {
                if (row - y).pow(2) + (column - x).pow(2) < radius * radius {
                    let at = 3 * (row * i64::from(width) + column) as usize;
                    rgb[at..at + 3].copy_from_slice(&colour);
                }
            }
        }
    }
    Picture::new(width, height, rgb).unwrap()
}

fn mirrored(plane: &Plane) -> Plane {
    let rows = plane.pixels().chunks_exact(plane.width() as usize);
    Plane::new(plane.width(), plane.height(), rows.flat_map(|row| row.iter().rev()).copied().collect()).unwrap()
}

fn features(plane: &Plane) -> Features {
    extract(plane, &Options::default())
}

/// The nearest of `other` to each, where it is near.
fn matches(a: &Features, b: &Features) -> Vec<Match> {
    let nearest = |query: usize| {
        let bits = |at: &usize| a.list[query].distance(&b.list[*at]);
        let at = (0..b.list.len()).min_by_key(bits)?;
        (bits(&at) < 90).then_some(Match { query: query as u16, reference: at as u16, weight: 1.0 })
    };
    (0..a.list.len()).filter_map(nearest).collect()
}

#[test]
fn mirrored_features_are_those_of_the_mirrored_picture() {
    let plane = leaves(1, 400, 300).grey();
    let (own, other) = (features(&plane), features(&mirrored(&plane)));
    let flipped: Vec<_> = own.list.iter().map(|feature| feature.mirrored(own.width)).collect();
    let near = |a: u16, b: u16| a.abs_diff(b) <= 8;
    let found = flipped
        .iter()
        .filter(|f| other.list.iter().any(|o| near(f.x, o.x) && near(f.y, o.y) && f.distance(o) < 24))
        .count();
    assert!(found * 10 > flipped.len() * 8, "{found} of {}", flipped.len());
}

#[test]
fn mirroring_twice_changes_nothing() {
    let own = features(&leaves(2, 300, 300).grey());
    assert!(!own.list.is_empty());
    assert!(own.list.iter().all(|feature| feature.mirrored(own.width).mirrored(own.width) == *feature));
}

#[test]
fn a_crop_is_placed_where_it_was_cut() {
    let whole = leaves(3, 400, 400);
    let part = whole.crop(PixelBox { x1: 80, y1: 120, x2: 320, y2: 330 });
    let (query, entry) = (features(&part.grey()), features(&whole.grey()));
    let fit = fit(&query.list, &entry.list, &matches(&query, &entry)).unwrap();
    let confirmed = confirm(&query.list, &Partners::new(&entry), fit.map);
    assert!(confirmed.inliers > 60 && confirmed.inliers * 3 > confirmed.asked, "{confirmed:?}");
    let size = |f: &Features| (f64::from(f.width), f64::from(f.height));
    let parts = Map::between((1.0, 1.0), size(&query)).then(&confirmed.map);
    let place = parts.then(&Map::between(size(&entry), (400.0, 400.0))).place((1.0, 1.0), (400, 400));
    let near = |a: u32, b: u32| a.abs_diff(b) <= 3;
    assert!(near(place.x1, 80) && near(place.y1, 120) && near(place.x2, 320) && near(place.y2, 330), "{place:?}");
    let parts = parts.then(&Map::between(size(&entry), (1.0, 1.0)));
    let seen = agreement(&shrink(&part.grey(), SIDE), &shrink(&whole.grey(), SIDE), &parts);
    assert!(seen.share() > 0.9 && seen.correlation > 0.9, "{seen:?}");
}

#[test]
fn pictures_that_have_nothing_in_common_do_not_agree() {
    let (a, b) = (leaves(4, 400, 400).grey(), leaves(5, 400, 400).grey());
    let (query, entry) = (features(&a), features(&b));
    if let Some(fit) = fit(&query.list, &entry.list, &matches(&query, &entry)) {
        let confirmed = confirm(&query.list, &Partners::new(&entry), fit.map);
        assert!(confirmed.inliers < 8, "{confirmed:?}");
    }
    let seen = agreement(&shrink(&a, SIDE), &shrink(&b, SIDE), &Map::SAME);
    assert!(seen.share() < 0.4, "{seen:?}");
}

#[test]
fn bytes_keep_all_and_damaged_ones_are_none() {
    let own = features(&leaves(6, 200, 300).grey());
    let bytes = own.to_bytes();
    assert_eq!(Features::from_bytes(&bytes), Some(own));
    assert_eq!(Features::from_bytes(&bytes[..bytes.len() - 1]), None);
    assert_eq!(Features::from_bytes(&[]), None);
    assert_eq!(Features::from_bytes(&[99; 47]), None);
}

#[test]
fn the_smallest_and_the_plainest_pictures_are_no_trouble() {
    for (width, height) in [(1, 1), (1, 900), (2_000, 3), (9, 9), (64, 64)] {
        let plane = Plane::new(width, height, vec![7; (width * height) as usize]).unwrap();
        assert!(features(&plane).list.is_empty());
    }
}
