//! What sellers do to a picture before they use it as their own.

use anyhow::Result;
use touchstone_vision::Picture;
use touchstone_vision::decode::{Limits, decode};

use super::canvas::{Canvas, Chance};

/// Names of the edits, in the order of the table.
pub(super) const EDITS: [&str; 10] = [
    "jpeg25_half",
    "crop75",
    "crop50",
    "mirror",
    "rotate12",
    "banner",
    "screenshot",
    "collage",
    "colour",
    "blur_mirror",
];

/// An edited copy, written as JPEG and read again. `other` stands beside the photo in a collage.
pub(super) fn edit(name: &str, photo: &Picture, other: &Picture, chance: &mut Chance) -> Result<(Vec<u8>, Picture)> {
    let canvas = Canvas::of(photo);
    let edited = match name {
        "jpeg25_half" => canvas.scaled(canvas.width.div_ceil(2), canvas.height.div_ceil(2)),
        "crop75" => cropped(&canvas, 0.75, chance),
        "crop50" => cropped(&canvas, 0.5, chance),
        "mirror" => canvas.mirrored(),
        "rotate12" => rotated(&canvas, chance),
        "banner" => bannered(canvas, chance),
        "screenshot" => screenshot(&canvas, chance),
        "collage" => collage(&canvas, &Canvas::of(other), chance),
        "colour" => recoloured(canvas, chance),
        "blur_mirror" => {
            let sigma = chance.within(1.0, 2.5) * canvas.width as f32 / 400.0;
            canvas.blurred(sigma).mirrored()
        }
        _ => canvas,
    };
    let quality = if name == "jpeg25_half" { 25 } else { chance.within(70.0, 93.0) as i32 };
    written(&edited.picture(), quality)
}

/// As a JPEG file, and what is read of it.
pub(super) fn written(picture: &Picture, quality: i32) -> Result<(Vec<u8>, Picture)> {
    let image = turbojpeg::Image {
        pixels: picture.rgb(),
        width: picture.width() as usize,
        pitch: 3 * picture.width() as usize,
        height: picture.height() as usize,
        format: turbojpeg::PixelFormat::RGB,
    };
    let bytes = turbojpeg::compress(image, quality, turbojpeg::Subsamp::Sub2x2)?.to_vec();
    let picture = decode(&bytes, &Limits::default())?;
    Ok((bytes, picture))
}

/// Both sides to this share, anywhere; the shape varies a little.
fn cropped(canvas: &Canvas, share: f32, chance: &mut Chance) -> Canvas {
    let stretch = chance.within(0.92, 1.08);
    let side = |n: usize, by: f32| ((n as f32 * share * by) as usize).clamp(1, n);
    let (width, height) = (side(canvas.width, stretch), side(canvas.height, 1.0 / stretch));
    let x = chance.within(0.0, (canvas.width - width) as f32) as usize;
    let y = chance.within(0.0, (canvas.height - height) as f32) as usize;
    canvas.crop(x, y, width, height)
}

fn rotated(canvas: &Canvas, chance: &mut Chance) -> Canvas {
    let degrees = if chance.coin() { 12.0 } else { -12.0 };
    let ground = *chance.pick(&[[0; 3], [255; 3], [128; 3]]);
    let grow = chance.coin();
    canvas.turned(degrees, grow, ground)
}

const WORDS: [&str; 8] =
    ["SALE 50%", "HOT DEAL", "NEW ARRIVAL", "FREE SHIPPING", "TOP 1", "BEST PRICE!", "SUMMER SALE 70%", "SUPER SALE"];

fn bannered(mut canvas: Canvas, chance: &mut Chance) -> Canvas {
    let (w, h) = (canvas.width as f32, canvas.height as f32);
    let tall = h * chance.within(0.1, 0.25);
    let top = chance.within(0.0, h - tall) as isize;
    let colour = *chance.pick(&[[220, 20, 40], [250, 210, 0], [20, 20, 20], [255, 255, 255], [0, 120, 220]]);
    let ink = if colour.iter().map(|&c| u32::from(c)).sum::<u32>() > 380 { [10, 10, 10] } else { [250, 250, 250] };
    let opaque = chance.within(0.75, 1.0);
    let (left, wide) = if chance.coin() { (0.0, w) } else { (w * chance.within(0.0, 0.3), w * 0.7) };
    canvas.fill(left as isize, top, wide as isize, tall as isize, colour, opaque);
    let text = *chance.pick(&WORDS);
    let letters = (tall * 0.6).min(wide / (text.len() as f32 * 6.0) * 7.0);
    canvas.write(text, (left + 0.03 * wide) as isize, top + (tall * 0.2) as isize, letters, ink);
    canvas
}

/// A telephone's screen with the picture in it.
fn screenshot(canvas: &Canvas, chance: &mut Chance) -> Canvas {
    let dark = chance.coin();
    let (ground, ink) = if dark { ([18, 18, 20], [235, 235, 235]) } else { ([250, 250, 250], [30, 30, 30]) };
    let width = canvas.width as f32 * chance.within(1.0, 1.5);
    let height = (canvas.height as f32 * chance.within(1.15, 1.5)).max(width * chance.within(1.3, 1.9));
    let mut screen = Canvas::filled(width as usize, height as usize, ground);
    let (w, h) = (width, height);
    let x = ((w - canvas.width as f32) * chance.within(0.0, 1.0)) as isize;
    let y = ((h - canvas.height as f32) * chance.within(0.3, 0.6)) as isize;
    screen.paste(canvas, x, y);
    let unit = h * 0.02;
    screen.write("9:15", (w * 0.05) as isize, (unit * 0.6) as isize, unit, ink);
    screen.fill((w * 0.85) as isize, (unit * 0.6) as isize, (w * 0.09) as isize, unit as isize, ink, 0.8);
    let foot = (h - 3.0 * unit) as isize;
    screen.fill(0, foot - unit as isize, w as isize, 2, ink, 0.3);
    for tab in 0..4 {
        let left = (w * (0.1 + 0.23 * tab as f32)) as isize;
        screen.fill(left, foot, (2.0 * unit) as isize, (2.0 * unit) as isize, ink, 0.7);
    }
    let under = y + canvas.height as isize + (unit * 0.8) as isize;
    screen.write("BUY NOW", (w * 0.05) as isize, under, unit * 1.2, [230, 90, 20]);
    screen
}

fn collage(canvas: &Canvas, other: &Canvas, chance: &mut Chance) -> Canvas {
    let beside = chance.coin();
    let gap = *chance.pick(&[0usize, 6, 12]);
    let (w, h) = (canvas.width, canvas.height);
    let other = if beside {
        other.scaled((other.width * h / other.height).max(1), h)
    } else {
        other.scaled(w, (other.height * w / other.width).max(1))
    };
    let first = chance.coin();
    let (width, height) = if beside { (w + gap + other.width, h) } else { (w, h + gap + other.height) };
    let mut sheet = Canvas::filled(width, height, [255; 3]);
    let (a, b) = if first { (canvas, &other) } else { (&other, canvas) };
    sheet.paste(a, 0, 0);
    let (x, y) = if beside { (a.width + gap, 0) } else { (0, a.height + gap) };
    sheet.paste(b, x as isize, y as isize);
    // Sheets keep about the size of one photo.
    let shrink = chance.within(0.6, 1.0);
    sheet.scaled((width as f32 * shrink) as usize, (height as f32 * shrink) as usize)
}

fn recoloured(mut canvas: Canvas, chance: &mut Chance) -> Canvas {
    let gains: [f32; 3] = std::array::from_fn(|_| chance.within(0.75, 1.3));
    let (contrast, light) = (chance.within(0.7, 1.4), chance.within(-25.0, 25.0));
    let saturation = chance.within(0.0, 1.8);
    canvas.map(|pixel| {
        let grey = 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
        std::array::from_fn(|c| {
            let value = (grey + saturation * (pixel[c] - grey)) * gains[c];
            ((value - 128.0) * contrast + 128.0 + light).clamp(0.0, 255.0)
        })
    });
    canvas
}
