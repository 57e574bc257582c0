//! Pictures to draw on: scaling, turning, blur, boxes and letters.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use touchstone_vision::Picture;

/// Numbers that look random, the same for the same seed.
pub(super) struct Chance(u64);

impl Chance {
    /// From what names the case.
    pub(super) fn new(seed: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        seed.hash(&mut hasher);
        Self(hasher.finish())
    }

    /// SplitMix64.
    pub(super) fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Evenly from a range.
    pub(super) fn within(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * ((self.word() >> 40) as f32 / (1u64 << 24) as f32)
    }

    /// One of several.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[(self.word() % from.len() as u64) as usize]
    }

    /// Heads or tails.
    pub(super) fn coin(&mut self) -> bool {
        self.word() >> 63 == 1
    }
}

/// Red, green, blue in floating point, to draw on.
#[derive(Clone)]
pub(super) struct Canvas {
    /// Pixels in a row.
    pub(super) width: usize,
    /// Rows.
    pub(super) height: usize,
    /// Row by row.
    pub(super) pixels: Vec<[f32; 3]>,
}

impl Canvas {
    /// Of one colour.
    pub(super) fn filled(width: usize, height: usize, colour: [u8; 3]) -> Self {
        Self { width, height, pixels: vec![colour.map(f32::from); width * height] }
    }

    /// A picture to draw on.
    pub(super) fn of(picture: &Picture) -> Self {
        let pixel = |rgb: &[u8]| [f32::from(rgb[0]), f32::from(rgb[1]), f32::from(rgb[2])];
        let pixels = picture.rgb().chunks_exact(3).map(pixel).collect();
        Self { width: picture.width() as usize, height: picture.height() as usize, pixels }
    }

    /// What was drawn.
    pub(super) fn picture(&self) -> Picture {
        let rgb = self.pixels.iter().flatten().map(|v| v.round().clamp(0.0, 255.0) as u8).collect();
        Picture::new(self.width as u32, self.height as u32, rgb).unwrap_or_else(|| unreachable!("three bytes a pixel"))
    }

    /// Every pixel through a function.
    pub(super) fn map(&mut self, with: impl Fn([f32; 3]) -> [f32; 3]) {
        self.pixels.iter_mut().for_each(|pixel| *pixel = with(*pixel));
    }

    fn clamped(&self, x: isize, y: isize) -> [f32; 3] {
        let (x, y) = (x.clamp(0, self.width as isize - 1), y.clamp(0, self.height as isize - 1));
        self.pixels[y as usize * self.width + x as usize]
    }

    /// Between the centres of pixels.
    pub(super) fn sample(&self, x: f32, y: f32) -> [f32; 3] {
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (fx, fy) = (x - left, y - top);
        let (left, top) = (left as isize, top as isize);
        let [a, b, c, d] =
            [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy): (isize, isize)| self.clamped(left + dx, top + dy));
        std::array::from_fn(|i| {
            let (upper, lower) = (a[i] + fx * (b[i] - a[i]), c[i] + fx * (d[i] - c[i]));
            upper + fy * (lower - upper)
        })
    }

    /// Part of it.
    pub(super) fn crop(&self, x: usize, y: usize, width: usize, height: usize) -> Self {
        let rows = (y..y + height).flat_map(|row| &self.pixels[row * self.width + x..][..width]);
        Self { width, height, pixels: rows.copied().collect() }
    }

    /// Another size; what shrinks is averaged.
    pub(super) fn scaled(&self, width: usize, height: usize) -> Self {
        let (sx, sy) = (self.width as f32 / width as f32, self.height as f32 / height as f32);
        let (nx, ny) = (sx.ceil().max(1.0) as usize, sy.ceil().max(1.0) as usize);
        let mut out = Self::filled(width, height, [0; 3]);
        for y in 0..height {
            for x in 0..width {
                let mut sum = [0.0; 3];
                for j in 0..ny {
                    for i in 0..nx {
                        let u = (x as f32 + (i as f32 + 0.5) / nx as f32) * sx;
                        let v = (y as f32 + (j as f32 + 0.5) / ny as f32) * sy;
                        let pixel = self.sample(u, v);
                        (0..3).for_each(|c| sum[c] += pixel[c]);
                    }
                }
                out.pixels[y * width + x] = sum.map(|v| v / (nx * ny) as f32);
            }
        }
        out
    }

    /// Left and right swapped.
    pub(super) fn mirrored(&self) -> Self {
        let rows = self.pixels.chunks_exact(self.width).flat_map(|row| row.iter().rev());
        Self { width: self.width, height: self.height, pixels: rows.copied().collect() }
    }

    /// Turned about its middle; the frame stays, or grows to hold all.
    pub(super) fn turned(&self, degrees: f32, grow: bool, ground: [u8; 3]) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (w, h) = (self.width as f32, self.height as f32);
        let (width, height) =
            if grow { (w * cos.abs() + h * sin.abs(), w * sin.abs() + h * cos.abs()) } else { (w, h) };
        let mut out = Self::filled(width as usize, height as usize, ground);
        for y in 0..out.height {
            for x in 0..out.width {
                let (u, v) = (x as f32 + 0.5 - width / 2.0, y as f32 + 0.5 - height / 2.0);
                let (px, py) = (u * cos + v * sin + w / 2.0, v * cos - u * sin + h / 2.0);
                if px >= 0.0 && py >= 0.0 && px < w && py < h {
                    out.pixels[y * out.width + x] = self.sample(px, py);
                }
            }
        }
        out
    }

    /// Three box blurs, near to a Gaussian of this radius.
    pub(super) fn blurred(&self, sigma: f32) -> Self {
        let radius = (sigma * 0.9).round().max(1.0) as isize;
        let mut out = self.clone();
        for _ in 0..3 {
            for along in [true, false] {
                let from = out.clone();
                for y in 0..self.height as isize {
                    for x in 0..self.width as isize {
                        let mut sum = [0.0; 3];
                        for step in -radius..=radius {
                            let pixel = if along { from.clamped(x + step, y) } else { from.clamped(x, y + step) };
                            (0..3).for_each(|c| sum[c] += pixel[c]);
                        }
                        let at = y as usize * self.width + x as usize;
                        out.pixels[at] = sum.map(|v| v / (2 * radius + 1) as f32);
                    }
                }
            }
        }
        out
    }

    /// A box of a colour, that much of it opaque.
    pub(super) fn fill(&mut self, x: isize, y: isize, width: isize, height: isize, colour: [u8; 3], opaque: f32) {
        for row in y.max(0)..(y + height).min(self.height as isize) {
            for column in x.max(0)..(x + width).min(self.width as isize) {
                let pixel = &mut self.pixels[row as usize * self.width + column as usize];
                (0..3).for_each(|c| pixel[c] += opaque * (f32::from(colour[c]) - pixel[c]));
            }
        }
    }

    /// Another canvas laid on it.
    pub(super) fn paste(&mut self, other: &Self, x: isize, y: isize) {
        for row in 0..other.height as isize {
            for column in 0..other.width as isize {
                let (to_x, to_y) = (x + column, y + row);
                if to_x >= 0 && to_y >= 0 && to_x < self.width as isize && to_y < self.height as isize {
                    self.pixels[to_y as usize * self.width + to_x as usize] =
                        other.pixels[row as usize * other.width + column as usize];
                }
            }
        }
    }

    /// Letters of about this height, the left top corner given; gives the width used.
    pub(super) fn write(&mut self, text: &str, x: isize, y: isize, height: f32, colour: [u8; 3]) -> isize {
        let dot = height / 7.0;
        for (index, letter) in text.chars().enumerate() {
            let rows = glyph(letter);
            for (row, bits) in rows.iter().enumerate() {
                for column in (0..5).filter(|column| bits >> (4 - column) & 1 == 1) {
                    let left = x as f32 + (index * 6 + column) as f32 * dot;
                    let top = y as f32 + row as f32 * dot;
                    let side = dot.ceil() as isize;
                    self.fill(left as isize, top as isize, side, side, colour, 1.0);
                }
            }
        }
        (text.chars().count() as f32 * 6.0 * dot) as isize
    }
}

/// Letters of five by seven dots.
fn glyph(letter: char) -> [u8; 7] {
    match letter {
        'A' => [14, 17, 17, 31, 17, 17, 17],
        'B' => [30, 17, 17, 30, 17, 17, 30],
        'C' => [14, 17, 16, 16, 16, 17, 14],
        'D' => [30, 17, 17, 17, 17, 17, 30],
        'E' => [31, 16, 16, 30, 16, 16, 31],
        'F' => [31, 16, 16, 30, 16, 16, 16],
        'G' => [14, 17, 16, 23, 17, 17, 15],
        'H' => [17, 17, 17, 31, 17, 17, 17],
        'I' => [14, 4, 4, 4, 4, 4, 14],
        'L' => [16, 16, 16, 16, 16, 16, 31],
        'M' => [17, 27, 21, 21, 17, 17, 17],
        'N' => [17, 25, 21, 19, 17, 17, 17],
        'O' => [14, 17, 17, 17, 17, 17, 14],
        'P' => [30, 17, 17, 30, 16, 16, 16],
        'R' => [30, 17, 17, 30, 20, 18, 17],
        'S' => [15, 16, 16, 14, 1, 1, 30],
        'T' => [31, 4, 4, 4, 4, 4, 4],
        'U' => [17, 17, 17, 17, 17, 17, 14],
        'V' => [17, 17, 17, 17, 17, 10, 4],
        'W' => [17, 17, 17, 21, 21, 27, 17],
        'X' => [17, 17, 10, 4, 10, 17, 17],
        'Y' => [17, 17, 10, 4, 4, 4, 4],
        '0' => [14, 17, 19, 21, 25, 17, 14],
        '1' => [4, 12, 4, 4, 4, 4, 14],
        '2' => [14, 17, 1, 2, 4, 8, 31],
        '5' => [31, 16, 30, 1, 1, 17, 14],
        '7' => [31, 1, 2, 4, 8, 8, 8],
        '9' => [14, 17, 17, 15, 1, 2, 12],
        '%' => [24, 25, 2, 4, 8, 19, 3],
        '!' => [4, 4, 4, 4, 4, 0, 4],
        ':' => [0, 4, 0, 0, 0, 4, 0],
        _ => [0; 7],
    }
}
