//! Squares of one colour each: pixelated.
//!
//! A window is worth a look where edges of squares run both down columns and along rows, and few other steps are. Its
//! steps are then summed by column and by row: on a lattice nearly all of either sum stands in equidistant lines, the
//! same distance in both directions. Corners where edges cross, and squares without a step within, count as well.

use super::cells::{CELL, Cells};
use super::sheet::{Sheet, colour};
use super::windows;

/// Numbers that a place is judged by.
pub(super) const FEATURES: usize = 34;
/// Places that are judged.
const JUDGED: usize = 16;
/// Longest distance of lines, in quarters of a pixel.
const PERIOD_MAX: usize = 140;

/// A place in pixels, half open, with what it is judged by.
pub(super) type Judged = ([usize; 4], [i32; FEATURES]);

/// Places that show a lattice.
pub(super) fn candidates(sheet: &Sheet, cells: &Cells) -> Vec<Judged> {
    let found = windows::best(cells, JUDGED, |at, _| score(cells, at));
    let top = found.first().map_or(0.0, |w| w.score);
    let judge = |(rank, window): (usize, &windows::Window)| {
        let at = window.cells.map(|v| v * CELL);
        let ranks = [rank as i32, (window.score * 10.0) as i32, ((top - window.score) * 10.0) as i32];
        (at, features(sheet, cells, window.cells, ranks))
    };
    found.iter().enumerate().map(judge).collect()
}

/// How many edges of squares a window has in the direction that has fewer, against other steps.
fn score(cells: &Cells, at: [usize; 4]) -> Option<f32> {
    let size = ((at[2] - at[0]) * (at[3] - at[1])) as f32;
    let (columns, rows) = (cells.columns.over(at) as f32, cells.rows.over(at) as f32);
    let edges = columns.min(rows);
    // A tenth of a pixel a cell is about two edges of a square in a window of four cells.
    if edges < 0.12 * size {
        return None;
    }
    let others = cells.others.over(at) as f32;
    let clean = edges / (edges + 0.5 * others + 0.3 * size);
    Some(100.0 * clean * size.powf(0.25))
}

fn features(sheet: &Sheet, cells: &Cells, at: [usize; 4], ranks: [i32; 3]) -> [i32; FEATURES] {
    let [x1, y1, x2, y2] = at.map(|v| v * CELL);
    let (w, h) = (x2 - x1, y2 - y1);
    let mut out = Vec::with_capacity(FEATURES);
    out.extend(ranks);
    densities(cells, at, &mut out);
    let steps = Steps::of(sheet, [x1, y1, x2, y2]);
    lattice(&steps, &mut out);
    out.extend(steps.still(w * h));
    let [skin, luma, red, blue] = colour(sheet, x1, y1, x2, y2);
    let share = |part: usize, of: usize| (1000 * part / of.max(1)) as i32;
    let rim = x1.min(y1).min(sheet.width.saturating_sub(x2)).min(sheet.height.saturating_sub(y2));
    out.extend([skin, luma, red, blue]);
    out.extend([share(w, sheet.width), share(h, sheet.height), share(w, h), share(rim, sheet.width.min(sheet.height))]);
    std::array::from_fn(|n| out.get(n).copied().unwrap_or(0))
}

/// Edges of squares and other steps within, around and in the whole picture, in hundredths of a pixel a cell.
fn densities(cells: &Cells, inner: [usize; 4], out: &mut Vec<i32>) {
    let outer = cells.grown(inner, 3);
    let size = |[x1, y1, x2, y2]: [usize; 4]| ((x2 - x1) * (y2 - y1)) as u32;
    let rest = (size(outer) - size(inner)).max(1);
    let whole = [0, 0, cells.width, cells.height];
    let (columns, rows, others) = (&cells.columns, &cells.rows, &cells.others);
    let inside = |sums: &super::sheet::Sums| (100 * sums.over(inner) / size(inner)) as i32;
    let ring = |sums: &super::sheet::Sums| (100 * (sums.over(outer) - sums.over(inner)) / rest) as i32;
    let all = |sums: &super::sheet::Sums| (100 * sums.over(whole) / size(whole)) as i32;
    let (least, most) = (inside(columns).min(inside(rows)), inside(columns).max(inside(rows)));
    out.extend([least, most, inside(others), 1000 * least / (least + inside(others) + 5)]);
    out.extend([ring(columns).min(ring(rows)), ring(columns).max(ring(rows)), ring(others)]);
    out.extend([all(columns).min(all(rows)), all(columns).max(all(rows)), all(others)]);
    out.push((100 * cells.calm.over(inner) / size(inner)) as i32);
}

/// Sums of steps by column and by row of a place, and counts of pixels.
struct Steps {
    columns: Vec<u32>,
    rows: Vec<u32>,
    calm: usize,
    both: usize,
    one: usize,
}

impl Steps {
    fn of(sheet: &Sheet, [x1, y1, x2, y2]: [usize; 4]) -> Self {
        let mut steps = Self { columns: vec![0; x2 - x1], rows: vec![0; y2 - y1], calm: 0, both: 0, one: 0 };
        let g = &sheet.grey;
        for y in y1..y2.min(sheet.height - 1) {
            let mut row = 0;
            for x in x1..x2.min(sheet.width - 1) {
                let at = y * sheet.width + x;
                let (across, down) = (g[at].abs_diff(g[at + 1]), g[at].abs_diff(g[at + sheet.width]));
                let large = |v: u8| if v < 4 { 0 } else { u32::from(v.min(60)) };
                steps.columns[x - x1] += large(across);
                row += large(down);
                steps.calm += usize::from(across < 5 && down < 5);
                steps.both += usize::from(across > 4 && down > 4);
                steps.one += usize::from((across > 4) != (down > 4));
            }
            steps.rows[y - y1] = row;
        }
        steps
    }

    /// Permille of pixels without a step, and of steps in both directions among all.
    fn still(&self, pixels: usize) -> [i32; 2] {
        let share = |part: usize, of: usize| (1000 * part / of.max(1)) as i32;
        [share(self.calm, pixels), share(self.both, self.both + self.one)]
    }
}

/// How well one lattice fits both directions.
fn lattice(steps: &Steps, out: &mut Vec<i32>) {
    let combs = |profile: &[u32], other: usize| -> Vec<Comb> {
        let longest = PERIOD_MAX.min(2 * profile.len().min(other));
        (12..=longest).map(|period| comb(profile, period)).collect()
    };
    let (columns, rows) = (combs(&steps.columns, steps.rows.len()), combs(&steps.rows, steps.columns.len()));
    let both = columns.iter().zip(&rows).max_by_key(|(c, r)| (c.gain.min(r.gain), std::cmp::Reverse(c.period)));
    let best = |all: &[Comb]| all.iter().copied().max_by_key(|c| c.gain).unwrap_or_default();
    let (across, down) = (best(&columns), best(&rows));
    let (column, row) = both.map_or_else(Default::default, |(c, r)| (*c, *r));
    let per_line = |comb: Comb, across: usize| (10 * comb.sum / (comb.lines * across).max(1) as u32) as i32;
    let steps_on = [per_line(column, steps.rows.len()), per_line(row, steps.columns.len())];
    out.extend([column.period as i32, column.gain.min(row.gain), column.gain.max(row.gain)]);
    out.extend([across.gain.min(down.gain), (across.period as i32 - down.period as i32).abs()]);
    out.extend([steps_on[0].min(steps_on[1]), steps_on[0].max(steps_on[1])]);
    out.extend([column.lines.min(row.lines) as i32, peaks(&steps.columns).min(peaks(&steps.rows))]);
    out.push(valleys(&steps.columns).min(valleys(&steps.rows)));
}

/// Permille of all steps that stand in the third of lines that have most.
fn peaks(profile: &[u32]) -> i32 {
    let mut sorted = profile.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let all: u32 = sorted.iter().sum();
    (1000 * u64::from(sorted[..profile.len() / 3].iter().sum::<u32>()) / u64::from(all.max(1))) as i32
}

/// Permille of lines with hardly any step.
fn valleys(profile: &[u32]) -> i32 {
    let mean = profile.iter().sum::<u32>() / profile.len().max(1) as u32;
    (1000 * profile.iter().filter(|v| 5 * **v < mean).count() / profile.len().max(1)) as i32
}

/// Lines of two pixels, so many quarters apart, and what stands on them.
#[derive(Clone, Copy, Default)]
struct Comb {
    period: usize,
    /// Permille of all steps that stand on its lines beyond what chance puts there.
    gain: i32,
    sum: u32,
    lines: usize,
}

/// How well lines so many quarters of a pixel apart fit a profile, at the best offset.
fn comb(profile: &[u32], period: usize) -> Comb {
    let side = profile.len();
    let total: u32 = profile.iter().sum();
    let mut best = Comb { period, ..Comb::default() };
    for phase in (0..period).step_by(2) {
        let (mut sum, mut lines, mut at) = (0, 0, phase);
        while at / 4 + 1 < side {
            sum += profile[at / 4] + profile[at / 4 + 1];
            (lines, at) = (lines + 1, at + period);
        }
        let on = (1000 * u64::from(sum) / u64::from(total.max(1))) as i32;
        let by_chance = (2000 * lines / side.max(1)) as i32;
        if lines >= 2 && by_chance < 700 {
            let gain = 1000 * (on - by_chance) / (1000 - by_chance);
            if gain > best.gain {
                best = Comb { period, gain, sum, lines };
            }
        }
    }
    best
}
