//! What stands in each cell of four by four pixels, as sums over any rectangle of cells.
//!
//! Sharpness at four scales is a pixel's distance from the mean of its neighbours, in a picture that is halved from
//! scale to scale: blur of a few pixels takes the finest and leaves the coarser ones. Calm pixels differ by at most one
//! from their neighbours. Edges of squares are steps that are done within two pixels, with nothing on either side, and
//! run exactly along a column or a row for four pixels.

use super::sheet::{Sheet, Sums};
use crate::wide::{Wide, wide};

/// Pixels along a side of a cell.
pub(super) const CELL: usize = 4;
/// Pixels that an edge of a square runs along.
const RUN: u8 = 4;

/// Sums over cells.
pub(super) struct Cells {
    /// Columns of cells.
    pub(super) width: usize,
    /// Rows of cells.
    pub(super) height: usize,
    /// Sharpness at full scale, at a half, a quarter and an eighth of it: levels of grey, summed over 16 pixels.
    pub(super) sharp: [Sums; 4],
    /// Calm pixels.
    pub(super) calm: Sums,
    /// Pixels on edges of squares down a column.
    pub(super) columns: Sums,
    /// Pixels on edges of squares along a row.
    pub(super) rows: Sums,
    /// Pixels on other steps.
    pub(super) others: Sums,
    /// Sharpness of each pixel at full scale.
    pub(super) fine: Vec<u8>,
}

impl Cells {
    pub(super) fn of(sheet: &Sheet) -> Self {
        wide(Counted { sheet })
    }

    /// The cells that hold a box of pixels, at least one.
    pub(super) fn around(&self, [x1, y1, x2, y2]: [usize; 4]) -> [usize; 4] {
        let (cx, cy) = ((x1 / CELL).min(self.width - 1), (y1 / CELL).min(self.height - 1));
        [cx, cy, x2.div_ceil(CELL).clamp(cx + 1, self.width), y2.div_ceil(CELL).clamp(cy + 1, self.height)]
    }

    /// A box of cells and so many around it.
    pub(super) fn grown(&self, [x1, y1, x2, y2]: [usize; 4], by: usize) -> [usize; 4] {
        [x1.saturating_sub(by), y1.saturating_sub(by), (x2 + by).min(self.width), (y2 + by).min(self.height)]
    }
}

struct Counted<'a> {
    sheet: &'a Sheet,
}

impl Wide for Counted<'_> {
    type Out = Cells;

    #[inline(always)]
    fn run(self) -> Cells {
        let sheet = self.sheet;
        let (width, height) = (sheet.width / CELL, sheet.height / CELL);
        let mut fine = vec![0; sheet.grey.len()];
        let tables = lines(sheet, &mut fine, width, height);
        let [first, calm, columns, rows, others] = tables.map(|t| Sums::of(width, &t));
        let [half, quarter, eighth] = coarser(sheet, width, height).map(|t| Sums::of(width, &t));
        Cells { width, height, sharp: [first, half, quarter, eighth], calm, columns, rows, others, fine }
    }
}

/// Per cell: sharpness, calm pixels, edges down columns, edges along rows, other steps.
#[inline(always)]
fn lines(sheet: &Sheet, fine: &mut [u8], width: usize, height: usize) -> [Vec<u16>; 5] {
    let w = sheet.width;
    let row = |y: usize| &sheet.grey[y * w..(y + 1) * w];
    let mut tables: [Vec<u16>; 5] = std::array::from_fn(|_| vec![0; width * height]);
    let mut runs = vec![0u8; w];
    let mut line: [Vec<u8>; 4] = std::array::from_fn(|_| vec![0; w]);
    for y in 1..(height * CELL).min(sheet.height.saturating_sub(3)) {
        let [calm, columns, rows, others] = &mut line;
        let fine = &mut fine[y * w..(y + 1) * w];
        sharpness([row(y - 1), row(y), row(y + 1)], fine, calm);
        edges([row(y - 1), row(y), row(y + 1), row(y + 2), row(y + 3)], &mut runs, columns, rows, others);
        let from = y / CELL * width;
        for (table, line) in tables.iter_mut().zip([&*fine, calm, columns, rows, others]) {
            let cells = table[from..from + width].iter_mut().zip(line.chunks_exact(CELL));
            cells.for_each(|(cell, four)| *cell += four.iter().map(|v| u16::from(*v)).sum::<u16>());
        }
    }
    tables
}

#[inline(always)]
fn sharpness([up, at, down]: [&[u8]; 3], fine: &mut [u8], calm: &mut [u8]) {
    let inner = at.len() - 2;
    let (left, mid, right) = (&at[..inner], &at[1..=inner], &at[2..]);
    let (up, down) = (&up[1..=inner], &down[1..=inner]);
    let (fine, calm) = (&mut fine[1..=inner], &mut calm[1..=inner]);
    for x in 0..inner {
        let [l, m, r, u, d] = [left[x], mid[x], right[x], up[x], down[x]].map(i16::from);
        let bent = (2 * m - l - r).abs() + (2 * m - u - d).abs();
        fine[x] = bent.min(255) as u8;
        calm[x] = u8::from((m - r).abs() <= 1 && (m - d).abs() <= 1);
    }
}

#[inline(always)]
fn edges(five: [&[u8]; 5], runs: &mut [u8], columns: &mut [u8], rows: &mut [u8], others: &mut [u8]) {
    let inner = five[0].len() - 4;
    let [up, _, below, far, beyond] = five.map(|row| &row[1..=inner]);
    let at: [&[u8]; 5] = std::array::from_fn(|n| &five[1][n..n + inner]);
    let (runs, columns) = (&mut runs[1..=inner], &mut columns[1..=inner]);
    let mut is_row = vec![0u8; inner + 3];
    {
        let (is_row, others) = (&mut is_row[3..], &mut others[1..=inner]);
        for x in 0..inner {
            let m = at[1][x];
            let column = is_edge([at[0][x], m, at[3][x], at[4][x]]);
            let row = is_edge([up[x], m, far[x], beyond[x]]);
            runs[x] = (runs[x] + 1).min(RUN) * u8::from(column);
            columns[x] = u8::from(runs[x] == RUN);
            is_row[x] = u8::from(row);
            others[x] = u8::from(!column & !row & (m.abs_diff(at[2][x]).max(m.abs_diff(below[x])) > 7));
        }
    }
    let rows = &mut rows[1..=inner];
    for x in 0..inner {
        rows[x] = is_row[x] & is_row[x + 1] & is_row[x + 2] & is_row[x + 3];
    }
}

/// Whether a step of four or more is done between the second and the third of these, less than a third on either side.
#[inline(always)]
fn is_edge([before, from, to, after]: [u8; 4]) -> bool {
    let step = from.abs_diff(to);
    let calm = (step / 4).max(2);
    (step >= 5) & (before.abs_diff(from) <= calm) & (to.abs_diff(after) <= calm)
}

/// Per cell: sharpness at a half, a quarter and an eighth of the scale, each summed as if over 16 pixels.
#[inline(always)]
fn coarser(sheet: &Sheet, width: usize, height: usize) -> [Vec<u16>; 3] {
    let whole = Level { width: sheet.width, values: sheet.grey.iter().map(|v| u16::from(*v) << 4).collect() };
    let half = whole.halved(2 * width, 2 * height);
    let quarter = half.halved(width, height);
    let eighth = quarter.halved(width / 2, height / 2);
    let mut out = [half.sharpness(), quarter.sharpness(), Vec::new()];
    let fine = std::mem::take(&mut out[0]);
    out[0] = vec![0; width * height];
    for (n, value) in fine.iter().enumerate() {
        let (x, y) = (n % (2 * width) / 2, n / (2 * width) / 2);
        out[0][y * width + x] += value / 4;
    }
    let coarse = eighth.sharpness();
    let spread = |n: usize| coarse.get((n / width / 2) * (width / 2) + n % width / 2).copied().unwrap_or(0);
    out[2] = (0..width * height).map(spread).collect();
    out
}

/// A picture at one scale, in sixteenths of a level.
struct Level {
    width: usize,
    values: Vec<u16>,
}

impl Level {
    /// Each pixel the mean of four.
    #[inline(always)]
    fn halved(&self, width: usize, height: usize) -> Self {
        let mut values = Vec::with_capacity(width * height);
        for two in self.values.chunks_exact(2 * self.width).take(height) {
            let (upper, lower) = two.split_at(self.width);
            let pairs = upper.chunks_exact(2).zip(lower.chunks_exact(2)).take(width);
            values.extend(pairs.map(|(u, l)| (u[0] + u[1] + l[0] + l[1] + 2) / 4));
        }
        Self { width, values }
    }

    /// As in full scale, sixteenths of a level; nothing along the border.
    #[inline(always)]
    fn sharpness(&self) -> Vec<u16> {
        let (w, v) = (self.width, &self.values);
        let mut out = vec![0u16; v.len()];
        for from in (w..v.len().saturating_sub(w)).step_by(w.max(1)) {
            let (up, at, down) = (&v[from - w..from], &v[from..from + w], &v[from + w..from + 2 * w]);
            let out = &mut out[from..from + w];
            for x in 1..w.saturating_sub(1) {
                let m = 2 * i32::from(at[x]);
                let bent = (m - i32::from(at[x - 1]) - i32::from(at[x + 1])).abs();
                out[x] = (bent + (m - i32::from(up[x]) - i32::from(down[x])).abs()).min(255 << 4) as u16;
            }
        }
        out
    }
}
