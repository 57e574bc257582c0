//! What people send is read as they see it.

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use touchstone_vision::Picture;
use touchstone_vision::decode::{Format, Header, Limits, decode, decode_scaled, grey_scaled, header};
use touchstone_vision::pdq::{self, SCALED_SIDE_MIN};
use turbojpeg::{PixelFormat, Subsamp};

use crate::drawn::{moved, rings};
use crate::files::{self, Jpeg, exif, gif, png, webp, with_segment};

/// Four fields of colour, red and green above, blue and white below.
fn fields(width: u32, height: u32) -> Picture {
    let colours = [[220, 20, 20], [20, 200, 20], [20, 20, 220], [250, 250, 250]];
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let rgb = places.flat_map(|(x, y)| colours[usize::from(2 * x >= width) + 2 * usize::from(2 * y >= height)]);
    Picture::new(width, height, rgb.collect()).unwrap()
}

fn read(file: &[u8]) -> Picture {
    decode(file, &Limits::default()).unwrap()
}

/// The mean difference of a channel.
fn apart(a: &Picture, b: &Picture) -> f64 {
    assert_eq!((a.width(), a.height()), (b.width(), b.height()));
    let sum: u64 = a.rgb().iter().zip(b.rgb()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.rgb().len() as f64
}

#[test]
fn every_format_gives_the_same_picture() {
    let drawn = fields(64, 48);
    assert_eq!(read(&png(drawn.rgb(), 64, 48, ExtendedColorType::Rgb8)), drawn);
    assert_eq!(read(&webp(&drawn)), drawn);
    for progressive in [false, true] {
        for subsampling in [Subsamp::None, Subsamp::Sub2x1, Subsamp::Sub2x2, Subsamp::Sub1x2, Subsamp::Sub4x1] {
            let file = Jpeg { progressive, subsampling, ..Jpeg::default() }.write(&drawn);
            assert!(apart(&read(&file), &drawn) < 3.0, "{subsampling:?}, progressive: {progressive}");
        }
    }
    let lossless = Jpeg { subsampling: Subsamp::None, ..Jpeg::default() };
    assert!(apart(&read(&lossless.write(&drawn)), &drawn) < 3.0);
}

#[test]
fn grey_and_sixteen_bits_are_read() {
    let grey: Vec<u8> = (0..64 * 48).map(|at| (at % 64 * 4) as u8).collect();
    let expected = Picture::new(64, 48, grey.iter().flat_map(|value| [*value; 3]).collect()).unwrap();
    assert_eq!(read(&png(&grey, 64, 48, ExtendedColorType::L8)), expected);
    let wide: Vec<u8> = grey.iter().flat_map(|value| [*value; 2]).collect();
    assert_eq!(read(&png(&wide, 64, 48, ExtendedColorType::L16)), expected);
    let file = Jpeg { subsampling: Subsamp::Gray, ..Jpeg::default() }.pixels(&grey, 64, 48, PixelFormat::GRAY);
    assert!(apart(&read(&file), &expected) < 2.0);
}

#[test]
fn what_is_transparent_stands_on_white() {
    let pixels = [[255, 0, 0, 255], [255, 0, 0, 0], [0, 0, 0, 128], [9, 9, 9, 0]].concat();
    let file = png(&pixels, 2, 2, ExtendedColorType::Rgba8);
    assert_eq!(read(&file).rgb(), [255, 0, 0, 255, 255, 255, 127, 127, 127, 255, 255, 255]);
    assert_eq!(read(&gif(2, 2, &[[0, 0, 0, 0]])).rgb(), [255; 12]);
}

#[test]
fn of_what_moves_the_first_frame_is_read() {
    let file = gif(20, 10, &[[255, 0, 0, 255], [0, 0, 255, 255], [0, 255, 0, 255]]);
    let picture = read(&file);
    assert_eq!((picture.width(), picture.height(), picture.pixel(5, 5)), (20, 10, [255, 0, 0]));
}

/// How the file holds a picture that is seen as `seen` once it is turned by an orientation.
fn held(seen: &Picture, orientation: u8) -> Picture {
    let (w, h) = (seen.width(), seen.height());
    match orientation {
        2 => moved(seen, w, h, |x, y| (w - 1 - x, y)),
        3 => moved(seen, w, h, |x, y| (w - 1 - x, h - 1 - y)),
        4 => moved(seen, w, h, |x, y| (x, h - 1 - y)),
        5 => moved(seen, h, w, |x, y| (y, x)),
        6 => moved(seen, h, w, |x, y| (w - 1 - y, x)),
        7 => moved(seen, h, w, |x, y| (w - 1 - y, h - 1 - x)),
        8 => moved(seen, h, w, |x, y| (y, h - 1 - x)),
        _ => seen.clone(),
    }
}

#[test]
fn all_eight_orientations_are_turned_upright() {
    let seen = fields(320, 192);
    for orientation in 1..=8 {
        let file = held(&seen, orientation);
        let jpeg = Jpeg { subsampling: Subsamp::None, ..Jpeg::default() }.write(&file);
        let jpeg = with_segment(&jpeg, 0xe1, &[b"Exif\0\0", &exif(orientation)[..]].concat());
        assert!(apart(&read(&jpeg), &seen) < 2.0, "orientation {orientation}");
        let expected = Header { format: Format::Jpeg, width: 320, height: 192 };
        assert_eq!(header(&jpeg, &Limits::default()), Ok(expected));
        let small = grey_scaled(&jpeg, &Limits::default(), 90).unwrap();
        assert_eq!((small.width, small.height, small.image.width(), small.image.height()), (320, 192, 160, 96));
        assert!(small.image.pixels()[0] < 90, "red is above on the left, orientation {orientation}");

        let mut png = Vec::new();
        let mut encoder = PngEncoder::new(&mut png);
        encoder.set_exif_metadata(exif(orientation)).unwrap();
        encoder.write_image(file.rgb(), file.width(), file.height(), ExtendedColorType::Rgb8).unwrap();
        assert_eq!(read(&png), seen, "orientation {orientation} of a PNG");
    }
}

#[test]
fn inks_become_the_colours_that_are_printed() {
    // No ink is white; magenta and yellow are red; black is black whatever else.
    let light: [([u8; 4], [u8; 3]); 4] = [
        ([255; 4], [255; 3]),
        ([255, 0, 0, 255], [255, 0, 0]),
        ([255, 255, 255, 0], [0; 3]),
        ([128, 255, 255, 255], [128, 255, 255]),
    ];
    for (inks, expected) in light {
        let pixels = inks.repeat(32 * 32);
        let file = Jpeg { subsampling: Subsamp::None, ..Jpeg::default() }.pixels(&pixels, 32, 32, PixelFormat::CMYK);
        assert!(file.windows(5).any(|word| word == b"Adobe"), "stored inverted, and says so");
        let colour = read(&file).pixel(9, 9);
        assert!(colour.iter().zip(expected).all(|(a, b)| a.abs_diff(b) < 6), "{inks:?} became {colour:?}");
        let grey = grey_scaled(&file, &Limits::default(), 4).unwrap().image;
        assert!(grey.pixels()[0].abs_diff(read(&file).grey().pixels()[0]) < 4);
    }
}

#[test]
fn a_scaled_picture_is_the_smallest_that_is_large_enough() {
    let drawn = rings(805, 403, 2);
    let files = [Jpeg::default().write(&drawn), png(drawn.rgb(), 805, 403, ExtendedColorType::Rgb8)];
    for (at_least, width, height) in
        [(1, 101, 51), (51, 101, 51), (52, 202, 101), (102, 403, 202), (203, 805, 403), (9999, 805, 403)]
    {
        for file in &files {
            let scaled = decode_scaled(file, &Limits::default(), at_least).unwrap();
            assert_eq!((scaled.image.width(), scaled.image.height()), (width, height), "at least {at_least}");
            assert_eq!((scaled.width, scaled.height), (805, 403));
            let grey = grey_scaled(file, &Limits::default(), at_least).unwrap().image;
            assert_eq!((grey.width(), grey.height()), (width, height), "at least {at_least}");
        }
    }
}

#[test]
fn the_fast_fingerprint_hardly_depends_on_format_and_size() {
    let noise = (0..16 * 12 * 3_u64).map(|at| (at.pow(3) * 7919 % 65_537 / 257) as u8).collect();
    let drawn = moved(&Picture::new(16, 12, noise).unwrap(), 800, 600, |x, y| (x / 50, y / 50));
    let hash = |file: &[u8]| pdq::scaled(&grey_scaled(file, &Limits::default(), SCALED_SIDE_MIN).unwrap().image).hash();
    let first = hash(&Jpeg::default().write(&drawn));
    let half = moved(&drawn, 400, 300, |x, y| (2 * x, 2 * y));
    let others = [
        png(drawn.rgb(), 800, 600, ExtendedColorType::Rgb8),
        webp(&drawn),
        Jpeg { progressive: true, quality: 40, ..Jpeg::default() }.write(&drawn),
        Jpeg { quality: 60, ..Jpeg::default() }.write(&half),
    ];
    let apart = others.map(|file| first.distance(&hash(&file)));
    assert!(apart.iter().all(|bits| *bits <= 16), "{apart:?}");
    // A pass that decoded in colour need not decode again.
    let colour = decode_scaled(&files::webp(&drawn), &Limits::default(), 224).unwrap().image;
    assert!(first.distance(&pdq::scaled(&colour.grey()).hash()) <= 16);
}
