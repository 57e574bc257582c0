//! A canvas for the generator of hidden places: shapes, letters, blur, squares, strokes, and JPEG at the end.

use std::ops::Range;

use anyhow::{Context, Result};
use touchstone_vision::decode::{Limits, decode};
use touchstone_vision::{Picture, PixelBox};

/// A colour, red first.
pub(crate) type Colour = [u8; 3];

/// Chance with a seed (splitmix64), so that every run makes the same pictures.
pub(crate) struct Chance(u64);

impl Chance {
    /// Of a name: another name, other pictures.
    pub(crate) fn of(name: &str) -> Self {
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Between two numbers.
    pub(crate) fn real(&mut self, from: f32, to: f32) -> f32 {
        from + (to - from) * ((self.next() >> 40) as f32 / (1u64 << 24) as f32)
    }

    /// One of `count`, from 0.
    pub(crate) fn pick(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }

    /// True so often.
    pub(crate) fn yes(&mut self, share: f32) -> bool {
        self.real(0.0, 1.0) < share
    }

    /// Any colour.
    pub(crate) fn colour(&mut self) -> Colour {
        let z = self.next();
        [z as u8, (z >> 8) as u8, (z >> 16) as u8]
    }
}

/// Pixels that can be drawn on.
#[derive(Clone)]
pub(crate) struct Canvas {
    /// Width in pixels.
    pub(crate) width: usize,
    /// Height in pixels.
    pub(crate) height: usize,
    /// Three bytes a pixel.
    pub(crate) rgb: Vec<u8>,
}

impl Canvas {
    /// Of a picture.
    pub(crate) fn of(picture: &Picture) -> Self {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        Self { width, height, rgb: picture.rgb().to_vec() }
    }

    /// Mixes a colour into a box, by how much each pixel is covered (0 to 1).
    pub(crate) fn fill(&mut self, part: PixelBox, colour: Colour, cover: impl Fn(f32, f32) -> f32) {
        self.mix(part, |_, _| colour, cover);
    }

    /// Mixes another canvas of the same size into a box.
    pub(crate) fn paste(&mut self, part: PixelBox, other: &Self, cover: impl Fn(f32, f32) -> f32) {
        self.mix(part, |x, y| other.at(x, y), cover);
    }

    fn mix(&mut self, part: PixelBox, source: impl Fn(usize, usize) -> Colour, cover: impl Fn(f32, f32) -> f32) {
        for y in part.y1 as usize..(part.y2 as usize).min(self.height) {
            for x in part.x1 as usize..(part.x2 as usize).min(self.width) {
                let share = cover(x as f32 + 0.5, y as f32 + 0.5).clamp(0.0, 1.0);
                let (from, at) = (source(x, y), 3 * (y * self.width + x));
                for (c, new) in from.iter().enumerate() {
                    let old = f32::from(self.rgb[at + c]);
                    self.rgb[at + c] = (old + (f32::from(*new) - old) * share).round() as u8;
                }
            }
        }
    }

    /// The colour of a pixel.
    pub(crate) fn at(&self, x: usize, y: usize) -> Colour {
        let at = 3 * (y.min(self.height - 1) * self.width + x.min(self.width - 1));
        [self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]]
    }

    /// The mean colour of a box.
    pub(crate) fn mean(&self, part: PixelBox) -> Colour {
        let (mut sum, mut count) = ([0u64; 3], 0u64);
        for y in part.y1 as usize..(part.y2 as usize).min(self.height) {
            for x in part.x1 as usize..(part.x2 as usize).min(self.width) {
                self.at(x, y).iter().zip(&mut sum).for_each(|(v, s)| *s += u64::from(*v));
                count += 1;
            }
        }
        sum.map(|s| (s / count.max(1)) as u8)
    }

    /// Blurred by a box of `2 × radius + 1` pixels, `times` over: three times is nearly a Gaussian.
    pub(crate) fn blurred(&self, radius: usize, times: usize) -> Self {
        let whole = PixelBox { x1: 0, y1: 0, x2: self.width as u32, y2: self.height as u32 };
        self.blurred_in(whole, radius, times)
    }

    /// The same, as far as it is seen within a box.
    pub(crate) fn blurred_in(&self, part: PixelBox, radius: usize, times: usize) -> Self {
        let reach = radius * times;
        let (x1, y1) = ((part.x1 as usize).saturating_sub(reach), (part.y1 as usize).saturating_sub(reach));
        let (x2, y2) = ((part.x2 as usize + reach).min(self.width), (part.y2 as usize + reach).min(self.height));
        let mut out = self.clone();
        for _ in 0..times {
            out = out.smeared(radius, (1, self.width, x1..x2), (self.width, y1..y2));
            out = out.smeared(radius, (self.width, self.height, y1..y2), (1, x1..x2));
        }
        out
    }

    /// One pass along lines: step and number of their pixels, and which of them; step from line to line, and which.
    fn smeared(
        &self,
        radius: usize,
        (step, length, pixels): (usize, usize, Range<usize>),
        (across, lines): (usize, Range<usize>),
    ) -> Self {
        let mut out = self.clone();
        let reach = radius as isize;
        for line in lines {
            for c in 0..3 {
                let at = |i: isize| 3 * (line * across + i.clamp(0, length as isize - 1) as usize * step) + c;
                let first = pixels.start as isize;
                let mut sum: u32 = (first - reach..=first + reach).map(|i| u32::from(self.rgb[at(i)])).sum();
                for i in first..pixels.end as isize {
                    out.rgb[at(i)] = ((sum + radius as u32) / (2 * radius as u32 + 1)) as u8;
                    sum += u32::from(self.rgb[at(i + reach + 1)]);
                    sum -= u32::from(self.rgb[at(i - reach)]);
                }
            }
        }
        out
    }

    /// Squares of one colour in a box.
    pub(crate) fn squares(&self, part: PixelBox, side: u32) -> Self {
        let mut out = self.clone();
        for y in (part.y1..part.y2).step_by(side as usize) {
            for x in (part.x1..part.x2).step_by(side as usize) {
                let square = PixelBox { x1: x, y1: y, x2: (x + side).min(part.x2), y2: (y + side).min(part.y2) };
                out.fill(square, self.mean(square), |_, _| 1.0);
            }
        }
        out
    }

    /// Scaled, each pixel mixed of its four nearest.
    pub(crate) fn scaled(&self, share: f32) -> Self {
        let width = ((self.width as f32 * share) as usize).max(8);
        let height = ((self.height as f32 * share) as usize).max(8);
        let mut rgb = Vec::with_capacity(3 * width * height);
        for y in 0..height {
            for x in 0..width {
                let (sx, sy) = ((x as f32 + 0.5) / share - 0.5, (y as f32 + 0.5) / share - 0.5);
                rgb.extend(self.between(sx.max(0.0), sy.max(0.0)));
            }
        }
        Self { width, height, rgb }
    }

    fn between(&self, x: f32, y: f32) -> Colour {
        let (x0, y0, fx, fy) = (x as usize, y as usize, x.fract(), y.fract());
        let rows = [[self.at(x0, y0), self.at(x0 + 1, y0)], [self.at(x0, y0 + 1), self.at(x0 + 1, y0 + 1)]];
        std::array::from_fn(|c| {
            let row = |r: usize| f32::from(rows[r][0][c]) * (1.0 - fx) + f32::from(rows[r][1][c]) * fx;
            (row(0) * (1.0 - fy) + row(1) * fy).round() as u8
        })
    }

    /// Letters, the highest `height` pixels high; gives the box they fill.
    pub(crate) fn letters(
        &mut self,
        text: &str,
        left: f32,
        top: f32,
        height: f32,
        colour: Colour,
        share: f32,
    ) -> PixelBox {
        let dot = height / 7.0;
        for (n, letter) in text.chars().enumerate() {
            let x0 = left + n as f32 * 6.0 * dot;
            let part = around(x0, top, x0 + 5.0 * dot, top + height, self);
            let columns = glyph(letter);
            self.fill(part, colour, |x, y| {
                let inside = |dx: f32, dy: f32| {
                    let (column, row) = ((x + dx - x0) / dot, (y + dy - top) / dot);
                    let on = column >= 0.0 && row >= 0.0 && column < 5.0 && row < 7.0;
                    f32::from(u8::from(on && columns[column as usize % 5] >> (row as usize) & 1 == 1))
                };
                share
                    * [(-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25)]
                        .iter()
                        .map(|d| inside(d.0, d.1))
                        .sum::<f32>()
                    / 4.0
            });
        }
        around(left, top, left + text.chars().count() as f32 * 6.0 * dot, top + height, self)
    }

    /// A thick line with round ends.
    pub(crate) fn stroke(&mut self, from: (f32, f32), to: (f32, f32), thick: f32, colour: Colour, share: f32) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = (dx * dx + dy * dy).max(1e-6);
        let r = thick / 2.0;
        let part = around(
            from.0.min(to.0) - r - 1.0,
            from.1.min(to.1) - r - 1.0,
            from.0.max(to.0) + r + 1.0,
            from.1.max(to.1) + r + 1.0,
            self,
        );
        self.fill(part, colour, |x, y| {
            let along = (((x - from.0) * dx + (y - from.1) * dy) / length).clamp(0.0, 1.0);
            let (ex, ey) = (x - from.0 - along * dx, y - from.1 - along * dy);
            share * (r + 0.5 - (ex * ex + ey * ey).sqrt()).clamp(0.0, 1.0)
        });
    }

    /// Written as JPEG and read again, as everything on a marketplace was.
    pub(crate) fn jpeg(&self, quality: i32) -> Result<Picture> {
        let image = turbojpeg::Image {
            pixels: self.rgb.as_slice(),
            width: self.width,
            pitch: 3 * self.width,
            height: self.height,
            format: turbojpeg::PixelFormat::RGB,
        };
        let bytes = turbojpeg::compress(image, quality, turbojpeg::Subsamp::Sub2x2)?;
        decode(&bytes, &Limits::default()).context("a picture of our own is not read")
    }
}

/// A box of real corners, clamped to the canvas.
pub(crate) fn around(x1: f32, y1: f32, x2: f32, y2: f32, canvas: &Canvas) -> PixelBox {
    let x = |v: f32| v.clamp(0.0, canvas.width as f32) as u32;
    let y = |v: f32| v.clamp(0.0, canvas.height as f32) as u32;
    PixelBox { x1: x(x1.floor()), y1: y(y1.floor()), x2: x(x2.ceil()), y2: y(y2.ceil()) }
}

/// Cover of an ellipse in a box, with an edge so many pixels soft.
pub(crate) fn ellipse(part: PixelBox, soft: f32) -> impl Fn(f32, f32) -> f32 {
    let (cx, cy) = ((part.x1 + part.x2) as f32 / 2.0, (part.y1 + part.y2) as f32 / 2.0);
    let (rx, ry) = ((part.x2 - part.x1) as f32 / 2.0, (part.y2 - part.y1) as f32 / 2.0);
    move |x, y| {
        let d = (((x - cx) / rx).powi(2) + ((y - cy) / ry).powi(2)).sqrt();
        (1.0 - d) * rx.min(ry) / soft.max(1.0) + 0.5
    }
}

/// Cover of a box whose corners are rounded by `round` pixels, with an edge so many pixels soft, turned by an angle.
pub(crate) fn rounded(part: PixelBox, round: f32, soft: f32, angle: f32) -> impl Fn(f32, f32) -> f32 {
    let (cx, cy) = ((part.x1 + part.x2) as f32 / 2.0, (part.y1 + part.y2) as f32 / 2.0);
    let (rx, ry) = ((part.x2 - part.x1) as f32 / 2.0, (part.y2 - part.y1) as f32 / 2.0);
    let (sin, cos) = angle.sin_cos();
    move |x, y| {
        let (dx, dy) = (x - cx, y - cy);
        let (u, v) = ((dx * cos + dy * sin).abs() - rx + round, (dy * cos - dx * sin).abs() - ry + round);
        let outside = (u.max(0.0).powi(2) + v.max(0.0).powi(2)).sqrt() + u.max(v).min(0.0) - round;
        -outside / soft.max(1.0) + 0.5
    }
}

/// Columns of a letter of five by seven dots, the top in the lowest bit; a full block for what is not in the table.
fn glyph(letter: char) -> [u8; 5] {
    match letter {
        ' ' => [0; 5],
        'A' => [0x7e, 0x09, 0x09, 0x09, 0x7e],
        'B' => [0x7f, 0x49, 0x49, 0x49, 0x36],
        'C' => [0x3e, 0x41, 0x41, 0x41, 0x22],
        'D' => [0x7f, 0x41, 0x41, 0x41, 0x3e],
        'E' => [0x7f, 0x49, 0x49, 0x49, 0x41],
        'F' => [0x7f, 0x09, 0x09, 0x09, 0x01],
        'I' => [0x00, 0x41, 0x7f, 0x41, 0x00],
        'L' => [0x7f, 0x40, 0x40, 0x40, 0x40],
        'M' => [0x7f, 0x02, 0x0c, 0x02, 0x7f],
        'N' => [0x7f, 0x06, 0x08, 0x30, 0x7f],
        'O' | '0' => [0x3e, 0x41, 0x41, 0x41, 0x3e],
        'P' => [0x7f, 0x09, 0x09, 0x09, 0x06],
        'R' => [0x7f, 0x09, 0x19, 0x29, 0x46],
        'S' | '5' => [0x26, 0x49, 0x49, 0x49, 0x32],
        'T' => [0x01, 0x01, 0x7f, 0x01, 0x01],
        'W' => [0x7f, 0x20, 0x18, 0x20, 0x7f],
        'X' => [0x63, 0x14, 0x08, 0x14, 0x63],
        '1' => [0x00, 0x42, 0x7f, 0x40, 0x00],
        '2' => [0x62, 0x51, 0x49, 0x49, 0x46],
        '3' => [0x22, 0x41, 0x49, 0x49, 0x36],
        '4' => [0x18, 0x14, 0x12, 0x7f, 0x10],
        '7' => [0x01, 0x71, 0x09, 0x05, 0x03],
        '8' => [0x36, 0x49, 0x49, 0x49, 0x36],
        '%' => [0x43, 0x33, 0x08, 0x66, 0x61],
        '-' => [0x08; 5],
        '.' => [0x00, 0x60, 0x60, 0x00, 0x00],
        '@' => [0x3e, 0x41, 0x5d, 0x55, 0x5e],
        _ => [0x7f; 5],
    }
}
