//! The picture at the scale at which hidden places are looked for, and sums over rectangles of it.

use crate::{Picture, PixelBox};

/// Pixels that are looked at; a picture of more is shrunk by a whole number, so that squares stay squares.
const PIXELS_MAX: u64 = 340_000;

/// A picture shrunk by a whole number.
pub(super) struct Sheet {
    /// Columns.
    pub(super) width: usize,
    /// Rows.
    pub(super) height: usize,
    /// Pixels of the picture a pixel of this stands for, along a side.
    factor: u32,
    /// Red, green, blue.
    pub(super) rgb: Vec<[u8; 3]>,
    /// Luma.
    pub(super) grey: Vec<u8>,
    frame: PixelBox,
}

impl Sheet {
    pub(super) fn of(picture: &Picture) -> Self {
        let pixels = picture.frame().area();
        let factor = (1..).find(|f| pixels <= PIXELS_MAX * u64::from(*f) * u64::from(*f)).unwrap_or(1);
        let (width, height) = ((picture.width() / factor).max(1), (picture.height() / factor).max(1));
        let (width, height) = (width as usize, height as usize);
        let rgb = if factor == 1 { rows(picture) } else { shrunk(picture, width, height, factor) };
        let luma =
            |p: &[u8; 3]| ((77 * u32::from(p[0]) + 150 * u32::from(p[1]) + 29 * u32::from(p[2]) + 128) >> 8) as u8;
        let grey = rgb.iter().map(luma).collect();
        Self { width, height, factor, rgb, grey, frame: picture.frame() }
    }

    /// A box of this, half open, as a box of the picture.
    pub(super) fn place(&self, x1: usize, y1: usize, x2: usize, y2: usize) -> PixelBox {
        let out = |v: usize| v as u32 * self.factor;
        PixelBox { x1: out(x1), y1: out(y1), x2: out(x2), y2: out(y2) }.meet(&self.frame)
    }
}

fn rows(picture: &Picture) -> Vec<[u8; 3]> {
    picture.rgb().chunks_exact(3).map(|p| [p[0], p[1], p[2]]).collect()
}

fn shrunk(picture: &Picture, width: usize, height: usize, factor: u32) -> Vec<[u8; 3]> {
    let row = 3 * picture.width() as usize;
    let (factor, count) = (factor as usize, factor * factor);
    let mut out = Vec::with_capacity(width * height);
    let mut sums = vec![[0u32; 3]; width];
    for y in 0..height {
        sums.fill([0; 3]);
        for line in picture.rgb().chunks_exact(row).skip(y * factor).take(factor) {
            for (sum, pixels) in sums.iter_mut().zip(line.chunks_exact(3 * factor)) {
                for p in pixels.chunks_exact(3) {
                    sum.iter_mut().zip(p).for_each(|(s, v)| *s += u32::from(*v));
                }
            }
        }
        out.extend(sums.iter().map(|s| s.map(|v| ((v + count / 2) / count) as u8)));
    }
    out
}

/// Sums over any rectangle of a table in four look-ups.
pub(super) struct Sums {
    across: usize,
    table: Vec<u32>,
}

impl Sums {
    /// `values` row by row, `width` a row; their sum is below 2³².
    pub(super) fn of(width: usize, values: &[u16]) -> Self {
        let across = width + 1;
        let mut table = vec![0u32; across * (values.len() / width.max(1) + 1)];
        for (y, row) in values.chunks_exact(width.max(1)).enumerate() {
            let mut sum = 0u32;
            for (x, value) in row.iter().enumerate() {
                sum += u32::from(*value);
                table[(y + 1) * across + x + 1] = table[y * across + x + 1] + sum;
            }
        }
        Self { across, table }
    }

    /// Over columns `x1..x2` and rows `y1..y2`, both within the table.
    #[inline(always)]
    pub(super) fn over(&self, [x1, y1, x2, y2]: [usize; 4]) -> u32 {
        let at = |x: usize, y: usize| self.table[y * self.across + x];
        at(x2, y2) + at(x1, y1) - at(x1, y2) - at(x2, y1)
    }
}

/// What colour a box has, half open and not empty: permille of skin, mean luma, mean red and blue against green.
pub(super) fn colour(sheet: &Sheet, x1: usize, y1: usize, x2: usize, y2: usize) -> [i32; 4] {
    let (mut sum, mut skin, mut count) = ([0i32; 3], 0, 0);
    let columns = x1..x2.min(sheet.width).max(x1);
    for y in (y1..y2.min(sheet.height)).step_by(2) {
        for p in sheet.rgb[y * sheet.width..][columns.clone()].iter().step_by(2) {
            let p = p.map(i32::from);
            let (rg, gb) = (p[0] - p[1], p[1] - p[2]);
            // Skin of any shade: red over green over blue, neither grey nor glaring.
            let is_skin = (rg > 10) & (gb > 0) & (5 * rg < 3 * p[0]) & (4 * (p[0] - p[2]) < 3 * p[0]) & (p[0] > 60);
            skin += i32::from(is_skin);
            sum.iter_mut().zip(p).for_each(|(s, v)| *s += v);
            count += 1;
        }
    }
    let [r, g, b] = sum.map(|s| s / count.max(1));
    [1000 * skin / count.max(1), (77 * r + 150 * g + 29 * b) / 256, r - g, b - g]
}
