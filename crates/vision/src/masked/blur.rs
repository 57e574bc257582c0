//! Blurred places: what was there still stands in the coarse scales, and the fine ones are empty.
//!
//! A window is worth a look where sharpness is low at full scale and not low at a quarter of it, or high all around. Its
//! sides are then moved to where sharpness changes most, and it is judged by how much and how abruptly, by how steep its
//! steepest steps are against the contrast within, and by what stands beside each side: the scene about a hidden place
//! is in focus on all sides, what the lens left soft goes on somewhere.

use super::cells::{CELL, Cells};
use super::sheet::{Sheet, colour};
use super::windows::{self, Window};

/// Numbers that a place is judged by.
pub(super) const FEATURES: usize = 44;
/// Places that are judged for what is in them; half as many for what is around.
const JUDGED: usize = 20;
/// Pixels on either side of a border that are compared.
const BAND: usize = 4;

/// A place in pixels, half open, with what it is judged by.
pub(super) type Judged = ([usize; 4], [i32; FEATURES]);

/// Places that could be blurred: some for what is in them, some for what is around them.
pub(super) fn candidates(sheet: &Sheet, cells: &Cells) -> Vec<Judged> {
    let soft = windows::best(cells, JUDGED, |at, size| softness(cells, at, size));
    let hollow = windows::best(cells, JUDGED / 2, |at, size| hollowness(cells, at, size));
    let new = hollow.into_iter().filter(|h| soft.iter().all(|s| !s.is_same(h)));
    let found: Vec<Window> = soft.iter().copied().chain(new).collect();
    let judge = |(rank, window): (usize, &Window)| {
        let place = fitted(sheet, cells, window.cells.map(|v| v * CELL));
        let size = count(window.cells).ln();
        let scores = [softness(cells, window.cells, size), hollowness(cells, window.cells, size)];
        let [soft, hollow] = scores.map(|s| s.map_or(0, |s| (100.0 * s) as i32));
        (place, features(sheet, cells, place, [rank as i32, soft, hollow]))
    };
    found.iter().enumerate().map(judge).collect()
}

/// How much there is in the coarse scales of a window for what is in the finest one; the edge of a thing gives a step
/// in either, which makes four, what was blurred ten and more.
fn softness(cells: &Cells, at: [usize; 4], size_log: f32) -> Option<f32> {
    let size = count(at);
    let mean = |n: usize| cells.sharp[n].over(at) as f32 / size;
    let quotient = (mean(2).max(mean(3)) + 16.0) / (mean(0) + 16.0);
    (quotient > 1.8).then(|| quotient.min(8.0).ln() + 0.4 * size_log)
}

/// How much less sharp it is in a window than around it.
fn hollowness(cells: &Cells, at: [usize; 4], size_log: f32) -> Option<f32> {
    let size = count(at);
    let fine = cells.sharp[0].over(at) as f32 / size;
    let outer = cells.grown(at, ((at[2] - at[0]).min(at[3] - at[1]) / 3).max(1));
    let ring = (cells.sharp[0].over(outer) as f32 - fine * size) / (count(outer) - size).max(1.0);
    if ring < 1.5 * fine + 8.0 {
        return None;
    }
    let coarse = cells.sharp[2].over(at) as f32 / size;
    let quotient = |v: f32| (v + 16.0) / (fine + 16.0);
    Some(quotient(coarse.min(400.0)).ln() + quotient(ring).min(4.0).ln() + 0.2 * size_log)
}

fn count([x1, y1, x2, y2]: [usize; 4]) -> f32 {
    ((x2 - x1) * (y2 - y1)) as f32
}

/// Sums of sharpness along columns or rows, and before each of them.
struct Profile {
    from: usize,
    before: Vec<u32>,
    across: u32,
}

impl Profile {
    /// Over columns about `x1..x2`, of rows `y1..y2`.
    fn of_columns(sheet: &Sheet, cells: &Cells, [x1, y1, x2, y2]: [usize; 4], margin: usize) -> Self {
        let (from, to) = (x1.saturating_sub(margin), (x2 + margin).min(sheet.width));
        let mut sums = vec![0u32; to - from];
        for y in y1..y2 {
            let row = &cells.fine[y * sheet.width + from..y * sheet.width + to];
            sums.iter_mut().zip(row).for_each(|(s, v)| *s += u32::from(*v));
        }
        Self::of(from, &sums, y2 - y1)
    }

    /// Over rows about `y1..y2`, of columns `x1..x2`.
    fn of_rows(sheet: &Sheet, cells: &Cells, [x1, y1, x2, y2]: [usize; 4], margin: usize) -> Self {
        let (from, to) = (y1.saturating_sub(margin), (y2 + margin).min(sheet.height));
        let row = |y: usize| &cells.fine[y * sheet.width + x1..y * sheet.width + x2];
        let sums: Vec<u32> = (from..to).map(|y| row(y).iter().map(|v| u32::from(*v)).sum()).collect();
        Self::of(from, &sums, x2 - x1)
    }

    fn of(from: usize, sums: &[u32], across: usize) -> Self {
        let mut before = vec![0];
        let mut sum = 0;
        before.extend(sums.iter().map(|s| {
            sum += s;
            sum
        }));
        Self { from, before, across: across.max(1) as u32 }
    }

    /// Mean sharpness from one line to another, in hundredths; none beside the picture.
    fn mean(&self, from: usize, to: usize) -> Option<u32> {
        let at = |n: usize| self.before.get(n.checked_sub(self.from)?).copied();
        let lines = to.checked_sub(from).filter(|n| *n > 0)? as u32;
        Some(100 * (at(to)? - at(from)?) / (lines * self.across))
    }

    /// By how many permille it is sharper on one side of a line than on the other: beyond it, within, on it.
    fn border(&self, line: usize, inwards: bool) -> Option<[u32; 3]> {
        let low = self.mean(line.checked_sub(BAND)?, line)?;
        let high = self.mean(line, line + BAND)?;
        let on = self.mean(line.checked_sub(1)?, line + 1)?;
        Some(if inwards { [low, high, on] } else { [high, low, on] })
    }

    /// Where near a line the change is greatest.
    fn best(&self, line: usize, reach: usize, inwards: bool) -> usize {
        let lines = line.saturating_sub(reach)..=line + reach;
        let gain = |at: &usize| self.border(*at, inwards).map_or(0, |[out, within, _]| permille(out + 30, within + 30));
        lines.max_by_key(|at| (gain(at), std::cmp::Reverse(at.abs_diff(line)))).unwrap_or(line)
    }
}

fn permille(part: u32, of: u32) -> u32 {
    (1000 * u64::from(part) / u64::from(of.max(1))).min(60_000) as u32
}

/// Moves the sides to where sharpness changes most.
fn fitted(sheet: &Sheet, cells: &Cells, mut at: [usize; 4]) -> [usize; 4] {
    for reach in [8, 5] {
        let reach_x = reach.min((at[2] - at[0]) / 3);
        let columns = Profile::of_columns(sheet, cells, at, reach + BAND + 1);
        let (x1, x2) = (columns.best(at[0], reach_x, true), columns.best(at[2], reach_x, false));
        (at[0], at[2]) = (x1, x2.min(sheet.width));
        let reach_y = reach.min((at[3] - at[1]) / 3);
        let rows = Profile::of_rows(sheet, cells, at, reach + BAND + 1);
        let (y1, y2) = (rows.best(at[1], reach_y, true), rows.best(at[3], reach_y, false));
        (at[1], at[3]) = (y1, y2.min(sheet.height));
    }
    at
}

fn features(sheet: &Sheet, cells: &Cells, at: [usize; 4], ranks: [i32; 3]) -> [i32; FEATURES] {
    let mut out = Vec::with_capacity(FEATURES);
    let [x1, y1, x2, y2] = at;
    let (w, h) = (x2 - x1, y2 - y1);
    out.extend(ranks);
    scales(cells, at, &mut out);
    sides(sheet, cells, at, &mut out);
    oval(sheet, cells, at, &mut out);
    steepness(sheet, at, &mut out);
    let [skin, luma, red, blue] = colour(sheet, x1, y1, x2, y2);
    let margin = (w.min(h) / 3).max(4);
    let around = [x1.saturating_sub(margin), y1.saturating_sub(margin), x2 + margin, y2 + margin];
    let outer = colour(sheet, around[0], around[1], around[2], around[3]);
    let share = |part: usize, of: usize| (1000 * part / of.max(1)) as i32;
    let rim = x1.min(y1).min(sheet.width.saturating_sub(x2)).min(sheet.height.saturating_sub(y2));
    out.extend([skin, outer[0], luma, red, blue, (luma - outer[1]).abs()]);
    out.extend([share(w, sheet.width), share(h, sheet.height), share(w, h), share(rim, sheet.width.min(sheet.height))]);
    std::array::from_fn(|n| out.get(n).copied().unwrap_or(0))
}

/// Sharpness within and around, by scale; hundredths of a level a pixel, and permille.
fn scales(cells: &Cells, at: [usize; 4], out: &mut Vec<i32>) {
    let inner = cells.around([at[0] + 2, at[1] + 2, at[2] - 2, at[3] - 2]);
    let outer = cells.grown(inner, ((inner[2] - inner[0]).min(inner[3] - inner[1]) / 3).max(1));
    let mean = |of: u32, size: f32| (100.0 * of as f32 / (16.0 * size)) as u32;
    let (size, rest) = (count(inner), (count(outer) - count(inner)).max(1.0));
    let within: [u32; 4] = std::array::from_fn(|n| mean(cells.sharp[n].over(inner), size));
    let ring: [u32; 4] = std::array::from_fn(|n| mean(cells.sharp[n].over(outer) - cells.sharp[n].over(inner), rest));
    let whole = [0, 0, cells.width, cells.height];
    let calm = |sum: u32, size: f32| (1000.0 * sum as f32 / (16.0 * size)) as u32;
    let of = |a: u32, b: u32| permille(a + 10, b + 10);
    let all = [
        within[0],
        within[2],
        ring[0],
        of(within[0], ring[0]),
        of(within[1], ring[1]),
        of(within[2], ring[2]),
        of(within[0], within[1]),
        of(within[1], within[2]),
        of(within[2], within[3]),
        of(ring[0], ring[1]),
        calm(cells.calm.over(inner), size),
        calm(cells.calm.over(outer) - cells.calm.over(inner), rest),
        mean(cells.sharp[0].over(whole), count(whole)),
        calm(cells.calm.over(whole), count(whole)),
    ];
    out.extend(all.map(|v| v as i32));
}

/// How much sharper it is beyond each side than within it, in order; and what stands exactly on the sides.
fn sides(sheet: &Sheet, cells: &Cells, at: [usize; 4], out: &mut Vec<i32>) {
    let columns = Profile::of_columns(sheet, cells, at, BAND + 1);
    let rows = Profile::of_rows(sheet, cells, at, BAND + 1);
    let four = [
        columns.border(at[0], true),
        columns.border(at[2], false),
        rows.border(at[1], true),
        rows.border(at[3], false),
    ];
    let four = four.map(|b| b.unwrap_or_default());
    let mut gains = four.map(|[out, within, _]| permille(out + 20, within + 20) as i32);
    let mut peaks = four.map(|[out, _, on]| permille(on + 20, out + 20) as i32);
    let mut beyond = four.map(|[out, ..]| out as i32);
    gains.sort_unstable();
    peaks.sort_unstable();
    beyond.sort_unstable();
    out.extend([gains[0], gains[1], gains[3], peaks[1], peaks[3], beyond[0], beyond[1]]);
}

/// Rings of an oval whose sharpness is summed, an eighth of its radius each.
const RINGS: usize = 12;

/// The same for an oval about the middle of the place, as large as fits best: eight directions.
fn oval(sheet: &Sheet, cells: &Cells, [x1, y1, x2, y2]: [usize; 4], out: &mut Vec<i32>) {
    let (cx, cy) = ((x1 + x2) as f32 / 2.0, (y1 + y2) as f32 / 2.0);
    let (rx, ry) = ((x2 - x1) as f32 / 2.0, (y2 - y1) as f32 / 2.0);
    let mut sums = [[(0u32, 0u32); RINGS]; 8];
    let reach = |c: f32, r: f32, most: usize| ((c - 1.5 * r).max(0.0) as usize, ((c + 1.5 * r) as usize).min(most));
    let ((ax, bx), (ay, by)) = (reach(cx, rx, sheet.width), reach(cy, ry, sheet.height));
    for y in (ay..by).step_by(2) {
        let dy = (y as f32 + 0.5 - cy) / ry;
        for x in ax..bx {
            let dx = (x as f32 + 0.5 - cx) / rx;
            let ring = ((dx * dx + dy * dy).sqrt() * 8.0) as usize;
            if (4..RINGS).contains(&ring) {
                let eighth = usize::from(dx > 0.0) + 2 * usize::from(dy > 0.0) + 4 * usize::from(dx.abs() > dy.abs());
                let sum = &mut sums[eighth][ring];
                *sum = (sum.0 + u32::from(cells.fine[y * sheet.width + x]), sum.1 + 1);
            }
        }
    }
    let mean = |s: (u32, u32), t: (u32, u32)| 100 * (s.0 + t.0) / (s.1 + t.1).max(1);
    let gains = |at: usize| {
        let mut gains = sums.map(|s| permille(mean(s[at], s[at]) + 20, mean(s[at - 1], s[at - 1]) + 20) as i32);
        gains.sort_unstable();
        gains
    };
    let best = (6..RINGS).map(|at| (gains(at), at)).max_by_key(|(g, _)| g[2] + g[4]);
    let (gains, at) = best.unwrap_or(([0; 8], 0));
    out.extend([gains[0], gains[2], gains[4], gains[7], at as i32]);
}

/// Contrast within, the steepest steps within and around, and how the contrast stands to the steps.
fn steepness(sheet: &Sheet, [x1, y1, x2, y2]: [usize; 4], out: &mut Vec<i32>) {
    let (mx, my) = ((x2 - x1) / 7, (y2 - y1) / 7);
    let (levels, steps) = histograms(sheet, [x1 + mx, y1 + my, x2 - mx, y2 - my]);
    let (_, around) = histograms(sheet, [x1.saturating_sub(10), y1.saturating_sub(10), x2 + 10, y2 + 10]);
    let contrast = at_share(&levels, 970) - at_share(&levels, 30);
    let steep = at_share(&steps, 980);
    out.extend([contrast, steep, 100 * contrast / (steep + 1), at_share(&steps, 500), at_share(&around, 900)]);
}

fn histograms(sheet: &Sheet, [x1, y1, x2, y2]: [usize; 4]) -> ([u32; 256], [u32; 256]) {
    let (mut levels, mut steps) = ([0; 256], [0; 256]);
    let columns = x1..x2.min(sheet.width - 1).max(x1);
    for y in y1..y2.min(sheet.height - 1) {
        let (row, below) = sheet.grey[y * sheet.width..].split_at(sheet.width);
        let right = &row[columns.start + 1..=columns.end];
        for ((at, right), below) in row[columns.clone()].iter().zip(right).zip(&below[columns.clone()]) {
            levels[usize::from(*at)] += 1;
            steps[usize::from(at.abs_diff(*right).max(at.abs_diff(*below)))] += 1;
        }
    }
    (levels, steps)
}

/// The value below which so many permille lie.
fn at_share(histogram: &[u32; 256], share: u32) -> i32 {
    let all: u32 = histogram.iter().sum();
    let mut left = u64::from(all) * u64::from(share) / 1000;
    for (value, count) in histogram.iter().enumerate() {
        let count = u64::from(*count);
        if left < count {
            return value as i32;
        }
        left -= count;
    }
    255
}
