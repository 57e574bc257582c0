//! Hidden places are drawn onto pictures that look like photos, beside honest ones.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use super::*;

/// Cloth with a weave, folds and noise; `over` gives the colour of what lies on it.
fn cloth(over: impl Fn(u32, u32) -> Option<[u8; 3]>) -> Picture {
    let (width, height) = (400u32, 400u32);
    let mut state = 9u32;
    let mut rgb = Vec::new();
    for y in 0..height {
        for x in 0..width {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let fold = 30.0 * ((x as f32 + 0.4 * y as f32) / 37.0).sin();
            let weave = if (x / 2 + y / 2) % 2 == 0 { 9 } else { -9 } + (state >> 28) as i32;
            let ground = [96, 110, 140].map(|c| (c + fold as i32 + weave).clamp(0, 255) as u8);
            rgb.extend(over(x, y).unwrap_or(ground));
        }
    }
    Picture::new(width, height, rgb).unwrap_or_else(|| unreachable!("as many bytes"))
}

fn in_box(x: u32, y: u32) -> bool {
    (170..240).contains(&x) && (160..215).contains(&y)
}

#[test]
fn a_flat_box_on_cloth_is_found_where_it_is() {
    let masks = find(&cloth(|x, y| in_box(x, y).then_some([210, 40, 40])));
    let mask = masks.first().expect("a mask");
    assert_eq!(mask.how, How::Covered);
    assert!(mask.place.overlap(&PixelBox { x1: 170, y1: 160, x2: 240, y2: 215 }) > 0.8, "{mask:?}");
}

/// The cloth with a logo of rings on it, a part of which is hidden in some way.
fn hidden(way: impl Fn(&Picture, u32, u32) -> [u8; 3]) -> Picture {
    let ring = |x: u32, y: u32| ((x.abs_diff(205).pow(2) + y.abs_diff(188).pow(2)) / 90).is_multiple_of(2);
    let open = cloth(|x, y| (in_box(x, y) && ring(x, y)).then_some([235, 230, 220]));
    let shut = cloth(|x, y| in_box(x, y).then(|| way(&open, x, y)));
    Picture::new(400, 400, shut.rgb().to_vec()).expect("as many bytes")
}

/// The mean colour of a box.
fn mean(of: &Picture, part: PixelBox) -> [u8; 3] {
    let crop = of.crop(part);
    let sum = |c: usize| crop.rgb().iter().skip(c).step_by(3).map(|v| u32::from(*v)).sum::<u32>();
    std::array::from_fn(|c| (sum(c) / (crop.width() * crop.height())) as u8)
}

#[test]
fn a_blurred_logo_and_one_of_squares_are_proposed_as_what_they_are() {
    let part = PixelBox { x1: 170, y1: 160, x2: 240, y2: 215 };
    let proposed =
        |picture: &Picture, how: How| candidates(picture).iter().any(|c| c.how == how && c.place.overlap(&part) > 0.4);
    let blurred = hidden(|open, x, y| mean(open, PixelBox { x1: x - 6, y1: y - 6, x2: x + 7, y2: y + 7 }));
    assert!(proposed(&blurred, How::Blurred));
    let corner = |v: u32, from: u32| from + (v - from) / 9 * 9;
    let squares = hidden(|open, x, y| {
        let (x1, y1) = (corner(x, 170), corner(y, 160));
        mean(open, PixelBox { x1, y1, x2: x1 + 9, y2: y1 + 9 })
    });
    assert!(proposed(&squares, How::Pixelated));
}

#[test]
fn cloth_alone_and_pictures_of_one_colour_hide_nothing() {
    assert_eq!(find(&cloth(|_, _| None)), []);
    assert_eq!(find(&cloth(|_, _| Some([255; 3]))), []);
    assert_eq!(find(&cloth(|_, y| (y < 60).then_some([20, 20, 200]))), [], "a banner reaches the border");
}

#[test]
fn pictures_of_any_size_are_looked_at() {
    for (width, height) in [(1, 1), (1, 3000), (3000, 1), (48, 48), (49, 500), (1500, 60)] {
        let rgb = (0..3 * width * height).map(|n: u32| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        find(&Picture::new(width, height, rgb).expect("as many bytes"));
    }
}

#[test]
fn sums_over_rectangles_are_those_of_adding_up() {
    let values: Vec<u16> = (0..63u16).map(|n| n * 37 % 101).collect();
    let sums = sheet::Sums::of(9, &values);
    for (x1, y1, x2, y2) in [(0, 0, 9, 7), (2, 3, 5, 4), (4, 1, 4, 6), (8, 6, 9, 7)] {
        let slow: u32 =
            (y1..y2).flat_map(|y| (x1..x2).map(move |x| (x, y))).map(|(x, y)| u32::from(values[y * 9 + x])).sum();
        assert_eq!(sums.over([x1, y1, x2, y2]), slow);
    }
}
