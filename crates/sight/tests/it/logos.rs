//! Logos that were enrolled are found, others are not.

use crate::draw::{EYES, draw};
use touchstone_sight::logo::{Enrolled, Found, LogoSet, Malformed, Read, Shown, Unshown};
use touchstone_vision::decode::Limits;
use touchstone_vision::{Picture, PixelBox, drawing};

/// A sign of its own in a square: 0 is a ring, 1 a cross, 2 stripes that lean, 3 a chequerboard.
fn sign(kind: u32, x: u32, y: u32, side: u32) -> [u8; 3] {
    let (u, v) = (f64::from(x) / f64::from(side) - 0.5, f64::from(y) / f64::from(side) - 0.5);
    let radius = (u * u + v * v).sqrt();
    let (ink, paper) = match kind {
        0 => ((0.25..0.42).contains(&radius), [250, 240, 230]),
        1 => (u.abs() < 0.12 || v.abs() < 0.12, [255, 255, 255]),
        2 => (((u + 0.5 * v) * 8.0).rem_euclid(2.0) < 1.0, [250, 250, 210]),
        _ => (((u * 5.0).floor() + (v * 5.0).floor()).rem_euclid(2.0) < 1.0, [230, 240, 250]),
    };
    let colours = [[180, 10, 30], [10, 60, 160], [10, 120, 40], [40, 40, 40]];
    if ink { colours[kind as usize % 4] } else { paper }
}

/// A wall with soft spots, and a sign of some size on it.
fn photo(kind: Option<u32>, left: u32, top: u32, side: u32, seed: u32) -> Picture {
    draw(400, 320, |x, y| {
        let within = (left..left + side).contains(&x) && (top..top + side).contains(&y);
        if let (Some(kind), true) = (kind, within) {
            return sign(kind, x - left, y - top, side);
        }
        let wave = |n: u32, period: f64| (f64::from(n + 31 * seed) / period).sin() * 30.0;
        let level = 120.0 + wave(x, 37.0 + f64::from(seed)) + wave(y, 23.0);
        [level as u8, (level * 0.9) as u8, (level * 0.8) as u8]
    })
}

fn place(left: u32, top: u32, side: u32) -> PixelBox {
    PixelBox { x1: left, y1: top, x2: left + side, y2: top + side }
}

fn set() -> LogoSet {
    let mut set = LogoSet::new();
    for (id, (kind, brand)) in [(0, "Ring"), (1, "Cross"), (2, "Lean")].into_iter().enumerate() {
        for copy in 0..2 {
            let side = 90 + 40 * copy;
            let shown = photo(Some(kind), 60 + 30 * copy, 50, side, copy);
            let at = place(60 + 30 * copy, 50, side);
            let logo = Enrolled::on_photo(brand, &shown, at, &[at], &EYES).expect("the model runs");
            set.add(10 * id as u64 + u64::from(copy), logo);
        }
    }
    set
}

#[test]
fn an_enrolled_logo_is_found_where_it_is() {
    let set = set();
    for (kind, brand) in [(0, "Ring"), (1, "Cross"), (2, "Lean")] {
        let found = set.weigh(&photo(Some(kind), 200, 120, 110, 7), &EYES).expect("the model runs");
        let first = found.first().expect("something is found");
        assert_eq!(first.brand, brand, "{found:?}");
    }
}

#[test]
fn the_quick_search_finds_what_the_slow_one_does() {
    let set = set();
    for (kind, left, top, side) in [(0, 10, 10, 60), (1, 250, 150, 120), (2, 90, 60, 200), (0, 300, 20, 80)] {
        let shown = photo(Some(kind), left, top, side, side);
        let first = |found: Vec<Found>| found.first().map(|found| found.brand.clone());
        let quick = first(set.weigh(&shown, &EYES).expect("the model runs"));
        assert_eq!(quick, first(set.weigh_all(&shown, &EYES).expect("the model runs")), "{kind} {left} {top} {side}");
    }
}

#[test]
fn a_glance_opens_for_a_logo_and_stays_shut_before_a_wall() {
    let set = set();
    let glanced = |shown: &Picture| {
        let glance = EYES.glance(shown).expect("the model runs");
        set.find_glanced(shown, &glance, &[], &EYES).expect("the model runs")
    };
    let shown = photo(Some(1), 120, 80, 150, 3);
    assert_eq!(glanced(&shown), set.find(&shown, &EYES).expect("the model runs"));
    assert_eq!(glanced(&photo(None, 0, 0, 0, 5)), []);
}

/// Pictures one below the other.
fn stacked(all: &[Picture]) -> Picture {
    let rgb = all.iter().flat_map(|one| one.rgb()).copied().collect();
    Picture::new(all[0].width(), all.iter().map(Picture::height).sum(), rgb).expect("all are as wide")
}

#[test]
fn a_sign_on_a_tall_picture_is_found_as_on_its_part() {
    let set = set();
    let part = photo(Some(1), 120, 80, 150, 3);
    let walls = |count: u32| (0..count).map(|_| photo(None, 0, 0, 0, 5));
    let tall = stacked(&walls(9).chain([part.clone()]).chain(walls(2)).collect::<Vec<_>>());
    let at = place(120, 9 * 320 + 80, 150);
    let glance = EYES.glance(&tall).expect("the model runs");
    let glanced = set.find_glanced(&tall, &glance, &[], &EYES).expect("the model runs");
    for found in [set.find(&tall, &EYES).expect("the model runs"), glanced] {
        assert_eq!(found.first().map(|found| found.brand.as_str()), Some("Cross"), "{found:?}");
        assert!(found[0].place.overlap(&at) > 0.3, "{found:?}");
    }
    assert_eq!(set.find(&stacked(&walls(8).collect::<Vec<_>>()), &EYES).expect("the model runs"), []);
}

#[test]
fn a_tight_crop_is_a_picture_too_and_what_is_taken_out_is_found_no_more() {
    let mut set = set();
    let crop = photo(Some(1), 40, 40, 120, 3).crop(place(40, 40, 120));
    let found = set.find(&crop, &EYES).expect("the model runs");
    assert_eq!(found.first().map(|found| found.brand.as_str()), Some("Cross"), "{found:?}");
    assert!(set.remove(10) && set.remove(11) && !set.remove(12));
    let left = set.find(&crop, &EYES).expect("the model runs");
    assert!(left.iter().all(|found| found.brand != "Cross"), "{left:?}");
}

#[test]
fn an_empty_set_and_an_empty_wall_give_nothing() {
    assert_eq!(LogoSet::new().find(&photo(Some(0), 10, 10, 90, 1), &EYES).expect("the model runs"), []);
    assert_eq!(set().find(&photo(None, 0, 0, 0, 5), &EYES).expect("the model runs"), []);
}

#[test]
fn what_was_enrolled_can_be_kept_as_bytes() {
    let shown = photo(Some(2), 60, 50, 90, 1);
    let at = place(60, 50, 90);
    let logo =
        Enrolled::on_photo("Großmarkt", &shown, at, &[at], &EYES).expect("the model runs").with_text(["Groß Markt"]);
    let bytes = logo.to_bytes();
    assert_eq!(Enrolled::from_bytes(&bytes), Ok(logo));
    assert!((0..bytes.len()).step_by(97).all(|end| Enrolled::from_bytes(&bytes[..end]) == Err(Malformed)));
    assert_eq!(Enrolled::from_bytes(&[bytes.as_slice(), &[0]].concat()), Err(Malformed));
}

#[test]
fn the_smallest_and_the_longest_picture_are_looked_at() {
    let set = set();
    for (width, height) in [(1, 1), (1, 3000), (3000, 2), (33, 17)] {
        set.find(&draw(width, height, |x, y| [x as u8, y as u8, 90]), &EYES).expect("the model runs");
    }
}

#[test]
fn a_wordmark_is_found_by_reading_but_a_brands_name_alone_is_no_logo() {
    let crop = |seed| photo(Some(0), 60, 50, 90, seed).crop(place(60, 50, 90));
    let mut set = LogoSet::new();
    for id in 0..2 {
        let logo = Enrolled::crop("Ringwerk", &crop(id), &EYES).expect("the model runs").with_text(["RING-WERK"]);
        set.add(u64::from(id), logo);
        set.add(10 + u64::from(id), Enrolled::crop("Apple", &crop(id + 5), &EYES).expect("the model runs"));
    }
    let shop = photo(None, 0, 0, 0, 5);
    let at = PixelBox { x1: 5, y1: 5, x2: 90, y2: 30 };
    let read = |text: &str| {
        let lines = [Read { text: text.into(), place: at }];
        set.find_read(&shop, &lines, &EYES).expect("the model runs")
    };
    let found = read("from ringwerk since 1901");
    assert_eq!(found.iter().map(|f| (f.brand.as_str(), f.place)).collect::<Vec<_>>(), [("Ringwerk", at)]);
    assert_eq!(read("red apple, 2.99 a kilo"), []);
}

#[test]
fn a_mark_that_its_owner_drew_is_found_in_another_ink_on_another_ground() {
    let drawing =
        |d: &str| format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="{d}"/></svg>"#);
    let marks = [("arrow", "M2 12 12 2v6h10v8H12v6z"), ("ring", "M12 1a11 11 0 1 0 .1 0zm0 5a6 6 0 1 1-.1 0z")];
    let mut set = LogoSet::new();
    for (id, (brand, path)) in (0..).zip(marks) {
        let shown = Shown::read(drawing(path).as_bytes(), &Limits::default()).unwrap();
        assert!(matches!(shown.enrol(brand, Some(place(0, 0, 9)), &[], &EYES), Err(Unshown::Boxed)));
        set.add(id, shown.enrol(brand, None, &[], &EYES).unwrap());
    }
    for (brand, path) in marks {
        let coloured = drawing(path)
            .replace("<path", r#"<rect x="-2" y="-2" width="28" height="28" fill="orange"/><path fill="navy""#);
        let seen = drawing::drawn(coloured.as_bytes()).unwrap();
        assert_eq!(set.weigh(&seen[0], &EYES).unwrap()[0].brand, brand);
    }
}
