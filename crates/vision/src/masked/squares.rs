//! Squares of one colour each: pixelated.
//!
//! Within a window, the steps between neighbours in a row are summed by column, those in a column by row. On a lattice
//! nearly all of either sum stands in equidistant lines. Windows with one period are joined, and the place is judged by
//! how clean its lattice is, and by how much of it are edges of squares: steps that are done in two pixels, with
//! nothing on either side, and run exactly along a row or a column.

use super::sheet::{Sheet, Sums};

/// Numbers that a window is judged by.
pub(super) const FEATURES: usize = 24;
/// Pixels along a side of a cell.
const CELL: usize = 4;
/// Places that are judged.
const JUDGED: usize = 12;
/// Windows that are joined to places.
const WINDOWS_MAX: usize = 4000;
/// Widths and heights of the windows.
const SHAPES: [(usize, usize); 6] = [(18, 18), (24, 24), (36, 36), (56, 56), (36, 20), (56, 30)];
/// The longest of them.
const LONGEST: usize = 56;
/// Pixels that an edge must run along.
const RUN: u8 = 4;

/// A place with a lattice, in pixels, half open.
#[derive(Clone, Debug)]
pub(super) struct Lattice {
    pub(super) x1: usize,
    pub(super) y1: usize,
    pub(super) x2: usize,
    pub(super) y2: usize,
    /// Quarters of a pixel from line to line.
    period: usize,
    /// Permille of all steps on the lattice beyond what chance puts there, the worse of both directions.
    gain: i32,
    /// Mean step on the lattice's lines, in tenths.
    step: u32,
    /// Windows that make it up, and their gains.
    windows: usize,
    gains: i32,
    side: usize,
}

/// Steps from pixel to pixel, and which of them are edges of squares.
struct Steps {
    /// From the pixel to its right neighbour, and to the one below.
    across: Vec<u8>,
    down: Vec<u8>,
    columns: Sums,
    rows: Sums,
    others: Sums,
    width: usize,
    height: usize,
}

impl Steps {
    fn of(sheet: &Sheet) -> Self {
        let (w, h) = (sheet.width, sheet.height);
        let g = &sheet.grey;
        let across: Vec<u8> = (0..g.len()).map(|n| if n % w + 1 < w { g[n].abs_diff(g[n + 1]) } else { 0 }).collect();
        let down: Vec<u8> = (0..g.len()).map(|n| g.get(n + w).map_or(0, |v| g[n].abs_diff(*v))).collect();
        let (width, height) = (w / CELL, h / CELL);
        let mut counts = vec![[0u16; 3]; width * height];
        // How long an edge has run down each column, and along the row so far.
        let mut columns = vec![0u8; w];
        for y in 2..h.saturating_sub(3) {
            let mut row = 0u8;
            for (x, column) in columns.iter_mut().enumerate().take(w - 3).skip(2) {
                let at = y * w + x;
                let is_column = is_edge(&across, g, at, 1);
                let is_row = is_edge(&down, g, at, w);
                *column = if is_column { (*column + 1).min(RUN) } else { 0 };
                row = if is_row { (row + 1).min(RUN) } else { 0 };
                let Some(cell) = counts.get_mut((y / CELL) * width + (x / CELL).min(width - 1)) else { continue };
                cell[0] += u16::from(*column == RUN);
                cell[1] += u16::from(row == RUN);
                cell[2] += u16::from(!is_column && !is_row && across[at].max(down[at]) > 7);
            }
        }
        let sums = |n: usize| Sums::of(width, &counts.iter().map(|c| c[n]).collect::<Vec<_>>());
        Self { across, down, columns: sums(0), rows: sums(1), others: sums(2), width, height }
    }
}

/// Whether a step of 6 or more is done within two pixels, and less than a third of it happens on either side.
fn is_edge(steps: &[u8], grey: &[u8], at: usize, by: usize) -> bool {
    let step = grey[at].abs_diff(grey[at + 2 * by]);
    step >= 6 && {
        let calm = (step / 3).max(2);
        let is_calm = |n: usize| steps[n] <= calm;
        is_calm(at - by) && is_calm(at + 2 * by)
    }
}

/// Places that show a lattice, with what they are judged by.
pub(super) fn candidates(sheet: &Sheet) -> Vec<(Lattice, [i32; FEATURES])> {
    let steps = Steps::of(sheet);
    let mut all = Vec::new();
    for shape in SHAPES {
        lattices(sheet, &steps, shape, &mut all);
    }
    all.sort_by_key(|l| std::cmp::Reverse((l.gain, l.step)));
    all.truncate(WINDOWS_MAX);
    let mut joined: Vec<Lattice> = Vec::new();
    for lattice in all {
        match joined.iter().position(|j| j.goes_on_in(&lattice)) {
            Some(at) => joined[at].join(&lattice),
            None if joined.len() < 40 => joined.push(lattice),
            None => {}
        }
    }
    let count = joined.len();
    joined.sort_by_key(|l| std::cmp::Reverse((l.windows.min(4), l.gain)));
    joined.truncate(JUDGED);
    let judged = |l: Lattice| {
        let features = l.features(sheet, &steps, count);
        (l, features)
    };
    joined.into_iter().map(judged).collect()
}

impl Lattice {
    fn goes_on_in(&self, other: &Self) -> bool {
        let meet = |a1: usize, a2: usize, b1: usize, b2: usize| a2.min(b2) > a1.max(b1);
        self.period.abs_diff(other.period) <= 2
            && meet(self.x1, self.x2, other.x1, other.x2)
            && meet(self.y1, self.y2, other.y1, other.y2)
    }

    fn join(&mut self, other: &Self) {
        (self.x1, self.y1) = (self.x1.min(other.x1), self.y1.min(other.y1));
        (self.x2, self.y2) = (self.x2.max(other.x2), self.y2.max(other.y2));
        (self.windows, self.gains) = (self.windows + 1, self.gains + other.gain);
    }

    /// What the place is judged by; shares are permille, densities are hundredths of a pixel a cell.
    fn features(&self, sheet: &Sheet, steps: &Steps, count: usize) -> [i32; FEATURES] {
        let share = |part: usize, of: usize| (1000 * part / of.max(1)) as i32;
        let (w, h) = (self.x2 - self.x1, self.y2 - self.y1);
        let (still, both, one) = self.stillness(sheet, steps);
        let cell = |v: usize, most: usize| (v / CELL).min(most);
        let (cx1, cy1) = (cell(self.x1, steps.width - 1), cell(self.y1, steps.height - 1));
        let (cx2, cy2) = (cell(self.x2, steps.width).max(cx1 + 1), cell(self.y2, steps.height).max(cy1 + 1));
        let inner = [cx1, cy1, cx2, cy2];
        let outer =
            [cx1.saturating_sub(3), cy1.saturating_sub(3), (cx2 + 3).min(steps.width), (cy2 + 3).min(steps.height)];
        let size = |w: [usize; 4]| ((w[2] - w[0]) * (w[3] - w[1])) as i32;
        let inside = |sums: &Sums| 100 * sums.over(inner) as i32 / size(inner);
        let ring =
            |sums: &Sums| 100 * (sums.over(outer) - sums.over(inner)) as i32 / (size(outer) - size(inner)).max(1);
        let all = [0, 0, steps.width, steps.height];
        let whole = |sums: &Sums| 100 * sums.over(all) as i32 / size(all);
        let colour = super::sheet::colour(sheet, self.x1, self.y1, self.x2, self.y2);
        [
            self.period as i32,
            self.gain,
            self.step as i32,
            self.windows.min(100) as i32,
            self.gains / self.windows.max(1) as i32,
            share(still, w * h),
            share(both, both + one),
            share(w, sheet.width),
            share(h, sheet.height),
            share(w.max(h), w.min(h)),
            count as i32,
            self.side as i32,
            inside(&steps.columns).min(inside(&steps.rows)),
            inside(&steps.columns).max(inside(&steps.rows)),
            inside(&steps.others),
            ring(&steps.columns).min(ring(&steps.rows)),
            ring(&steps.columns).max(ring(&steps.rows)),
            ring(&steps.others),
            whole(&steps.columns).min(whole(&steps.rows)),
            whole(&steps.others),
            colour[0],
            colour[1],
            colour[2],
            (share(self.x1 + self.x2, 2 * sheet.width) - 500).abs(),
        ]
    }

    /// Pixels without a step, with one in both directions, and with one in a single direction.
    fn stillness(&self, sheet: &Sheet, steps: &Steps) -> (usize, usize, usize) {
        let (mut still, mut both, mut one) = (0, 0, 0);
        for y in self.y1..self.y2 {
            for at in y * sheet.width + self.x1..y * sheet.width + self.x2 {
                let (across, down) = (steps.across[at] > 4, steps.down[at] > 4);
                still += usize::from(!across && !down);
                both += usize::from(across && down);
                one += usize::from(across != down);
            }
        }
        (still, both, one)
    }
}

/// All windows of a shape that show a lattice.
fn lattices(sheet: &Sheet, steps: &Steps, (wide, high): (usize, usize), found: &mut Vec<Lattice>) {
    let stride = high / 4;
    let large = |v: u8| if v < 5 { 0 } else { u32::from(v) };
    let mut columns = vec![0u32; sheet.width];
    for y in (0..sheet.height.saturating_sub(high - 1)).step_by(stride) {
        // Columns' sums over the rows of this band; windows take their part.
        columns.fill(0);
        for row in steps.across.chunks_exact(sheet.width).skip(y).take(high) {
            columns.iter_mut().zip(row).for_each(|(c, v)| *c += large(*v));
        }
        for x in (0..sheet.width.saturating_sub(wide - 1)).step_by(stride) {
            let across = &columns[x..x + wide];
            if !is_peaked(across, high) {
                continue;
            }
            let mut rows = [0u32; LONGEST];
            for (sum, row) in rows.iter_mut().take(high).zip(steps.down.chunks_exact(sheet.width).skip(y)) {
                *sum = row[x..x + wide].iter().map(|v| large(*v)).sum();
            }
            let down = &rows[..high];
            if !is_peaked(down, wide) {
                continue;
            }
            let Some(first) = best(across, high) else { continue };
            let second = comb(down, first.period, wide);
            let gain = first.gain.min(second.gain);
            if gain > 400 {
                let step = first.step.min(second.step);
                let (x2, y2) = (x + wide, y + high);
                found.push(Lattice {
                    x1: x,
                    y1: y,
                    x2,
                    y2,
                    period: first.period,
                    gain,
                    step,
                    windows: 1,
                    gains: gain,
                    side: high,
                });
            }
        }
    }
}

/// Whether there are steps to speak of, and nine tenths of them stand in half of the lines.
fn is_peaked(profile: &[u32], across: usize) -> bool {
    let total: u32 = profile.iter().sum();
    if total < (profile.len() * across / 4) as u32 {
        return false;
    }
    let mut sorted = [0u32; LONGEST];
    let sorted = &mut sorted[..profile.len()];
    sorted.copy_from_slice(profile);
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    10 * sorted[..profile.len() / 2].iter().sum::<u32>() >= 9 * total
}

/// Lines of two pixels, so many quarters apart, and what stands on them.
#[derive(Clone, Copy, Default)]
struct Comb {
    period: usize,
    gain: i32,
    step: u32,
}

/// The comb that a profile fits best.
fn best(profile: &[u32], across: usize) -> Option<Comb> {
    let combs = (14..=2 * profile.len()).map(|period| comb(profile, period, across));
    combs.max_by_key(|c| (c.gain, std::cmp::Reverse(c.period))).filter(|c| c.gain > 400)
}

/// How well lines so many quarters of a pixel apart fit a profile, at the best offset.
fn comb(profile: &[u32], period: usize, across: usize) -> Comb {
    let side = profile.len();
    let total: u32 = profile.iter().sum();
    let mut best = Comb { period, ..Comb::default() };
    for phase in 0..period {
        let (mut sum, mut lines, mut at) = (0, 0, phase);
        while at / 4 + 1 < side {
            sum += profile[at / 4] + profile[at / 4 + 1];
            (lines, at) = (lines + 1, at + period);
        }
        let on = (1000 * u64::from(sum) / u64::from(total.max(1))) as i32;
        let by_chance = (2000 * lines / side) as i32;
        if lines >= 2 && by_chance < 700 {
            let gain = 1000 * (on - by_chance) / (1000 - by_chance);
            if gain > best.gain {
                best = Comb { period, gain, step: 10 * sum / (lines * across) as u32 };
            }
        }
    }
    best
}
