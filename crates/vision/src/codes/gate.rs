//! Where a code could be: a cheap look before a dear one.
//!
//! In cells of sixteen by sixteen pixels the strong steps are counted and their directions summed as a structure tensor.
//! Neighbouring cells full of steps in one direction could be bars; neighbouring cells full of steps in any could be a
//! QR code, and are one only if three of its corner marks are seen: dark and light runs of 1 : 1 : 3 : 1 : 1 along the
//! row and along the column.

use crate::Plane;

/// Pixels along a side of a cell.
const CELL: usize = 16;
/// Difference of two pixels' luma that is a strong step.
const STRONG: i32 = 44;
/// Places of each sort that are read, the largest first.
const PLACES: usize = 4;
/// Places in which corner marks are looked for, the largest first.
const PLACES_SEEN: usize = 24;

/// Cells that hang together, half open, in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) x1: usize,
    pub(super) y1: usize,
    pub(super) x2: usize,
    pub(super) y2: usize,
    /// Direction across the bars, in radians.
    pub(super) angle: f32,
    cells: usize,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    xx: f32,
    yy: f32,
    xy: f32,
    strong: u16,
    sum: u32,
}

impl Cell {
    /// Share of steps in the main direction beyond those across it, 0 to 1.
    fn coherence(&self) -> f32 {
        ((self.xx - self.yy).powi(2) + 4.0 * self.xy.powi(2)).sqrt() / (self.xx + self.yy).max(1.0)
    }

    fn angle(&self) -> f32 {
        0.5 * (2.0 * self.xy).atan2(self.xx - self.yy)
    }

    fn is_busy(&self) -> bool {
        // Every second row is looked at; one step in six is enough for squares of ten pixels.
        self.strong as usize * 12 >= CELL * CELL
    }
}

/// The cells of a picture.
pub(super) struct Gate {
    across: usize,
    down: usize,
    cells: Vec<Cell>,
}

impl Gate {
    pub(super) fn of(grey: &Plane) -> Self {
        let (width, height) = (grey.width() as usize, grey.height() as usize);
        let (across, down) = (width / CELL, height / CELL);
        let mut cells = vec![Cell::default(); across * down];
        let g = grey.pixels();
        for y in (1..(down * CELL).min(height.saturating_sub(1))).step_by(2) {
            let (up, here, low) =
                (&g[(y - 1) * width..y * width], &g[y * width..(y + 1) * width], &g[(y + 1) * width..(y + 2) * width]);
            let row = &mut cells[(y / CELL) * across..(y / CELL + 1) * across];
            for (n, cell) in row.iter_mut().enumerate() {
                let (mut xx, mut yy, mut xy) = (0i32, 0i32, 0i32);
                for x in (n * CELL).max(1)..((n + 1) * CELL).min(width - 1) {
                    let gx = i32::from(here[x + 1]) - i32::from(here[x - 1]);
                    let gy = i32::from(low[x]) - i32::from(up[x]);
                    (xx, yy, xy) = (xx + gx * gx, yy + gy * gy, xy + gx * gy);
                    cell.strong += u16::from(gx.abs() + gy.abs() >= STRONG);
                    cell.sum += u32::from(here[x]);
                }
                (cell.xx, cell.yy, cell.xy) = (cell.xx + xx as f32, cell.yy + yy as f32, cell.xy + xy as f32);
            }
        }
        Self { across, down, cells }
    }

    /// Places that could be bars.
    pub(super) fn bars(&self) -> Vec<Spot> {
        let mut spots = self.spots(|cell| cell.is_busy() && cell.coherence() > 0.75);
        spots.retain(|spot| !spot.angle.is_nan());
        spots.truncate(PLACES);
        spots
    }

    /// Places that show three corner marks of a QR code.
    pub(super) fn squares(&self, grey: &Plane) -> Vec<Spot> {
        let mut spots = self.spots(Cell::is_busy);
        spots.truncate(PLACES_SEEN);
        spots.retain(|spot| self.marks(grey, spot) >= 3);
        spots.truncate(PLACES);
        spots
    }

    fn spots(&self, is_wanted: impl Fn(&Cell) -> bool) -> Vec<Spot> {
        let mut open: Vec<bool> = self.cells.iter().map(is_wanted).collect();
        let mut spots = Vec::new();
        for from in 0..open.len() {
            if open[from] {
                spots.extend(self.grow(&mut open, from));
            }
        }
        spots.sort_by_key(|spot| std::cmp::Reverse(spot.cells));
        spots
    }

    fn grow(&self, open: &mut [bool], from: usize) -> Option<Spot> {
        let (mut stack, mut sum, mut count) = (vec![from], Cell::default(), 0);
        let (mut x1, mut y1, mut x2, mut y2) = (self.across, self.down, 0, 0);
        open[from] = false;
        while let Some(at) = stack.pop() {
            let (x, y) = (at % self.across, at / self.across);
            (x1, y1, x2, y2) = (x1.min(x), y1.min(y), x2.max(x + 1), y2.max(y + 1));
            let cell = &self.cells[at];
            (sum.xx, sum.yy, sum.xy, count) = (sum.xx + cell.xx, sum.yy + cell.yy, sum.xy + cell.xy, count + 1);
            for ny in y.saturating_sub(1)..(y + 2).min(self.down) {
                for nx in x.saturating_sub(1)..(x + 2).min(self.across) {
                    let next = ny * self.across + nx;
                    if std::mem::take(&mut open[next]) {
                        stack.push(next);
                    }
                }
            }
        }
        // Bars all run the same way; for squares the angle means nothing.
        let angle = if sum.coherence() > 0.6 { sum.angle() } else { f32::NAN };
        (count >= 4).then_some(Spot { x1: x1 * CELL, y1: y1 * CELL, x2: x2 * CELL, y2: y2 * CELL, angle, cells: count })
    }

    /// Mean luma of the cells around a pixel.
    fn middle(&self, x: usize, y: usize) -> u8 {
        let (cx, cy) = ((x / CELL).min(self.across - 1), (y / CELL).min(self.down - 1));
        let (mut sum, mut count) = (0u64, 0u64);
        for cell in (cy.saturating_sub(1)..(cy + 2).min(self.down))
            .flat_map(|y| (cx.saturating_sub(1)..(cx + 2).min(self.across)).map(move |x| (x, y)))
        {
            sum += u64::from(self.cells[cell.1 * self.across + cell.0].sum);
            count += (CELL * CELL / 2) as u64;
        }
        (sum / count.max(1)) as u8
    }

    /// Corner marks of a QR code, no more than four are counted.
    fn marks(&self, grey: &Plane, spot: &Spot) -> usize {
        let width = grey.width() as usize;
        let g = grey.pixels();
        let mut found: Vec<(usize, usize, usize)> = Vec::new();
        // A mark may reach into a cell that is too calm to count, and its last run ends beyond it.
        let (x1, x2) = (spot.x1.saturating_sub(CELL), (spot.x2 + CELL).min(width));
        let (y1, y2) = (spot.y1.saturating_sub(CELL), (spot.y2 + CELL).min(grey.height() as usize));
        for y in (y1..y2).step_by(2) {
            let thresholds: Vec<u8> = (x1..x2).step_by(CELL).map(|x| self.middle(x, y)).collect();
            let is_dark = |x: usize| g[y * width + x] < thresholds[(x - x1) / CELL];
            let mut runs = [0usize; 5];
            let mut last = is_dark(x1);
            for x in x1..x2 {
                let dark = is_dark(x);
                if dark == last {
                    runs[4] += 1;
                    continue;
                }
                if last && is_mark(&runs) {
                    let (middle, whole) = (x - runs[4] - runs[3] - runs[2] / 2, runs.iter().sum::<usize>());
                    if self.is_mark_down(grey, middle, y, whole) && found.iter().all(|m| apart(m, middle, y, whole)) {
                        found.push((middle, y, whole));
                    }
                }
                runs.rotate_left(1);
                runs[4] = 1;
                last = dark;
            }
            if found.len() > 3 {
                break;
            }
        }
        found.len()
    }

    /// Whether the runs are those of a mark also along the column.
    fn is_mark_down(&self, grey: &Plane, x: usize, y: usize, whole: usize) -> bool {
        let (width, height) = (grey.width() as usize, grey.height() as usize);
        let threshold = self.middle(x, y);
        let is_dark = |y: usize| grey.pixels()[y * width + x] < threshold;
        let mut runs = [0usize; 5];
        let walk = |runs: &mut [usize; 5], order: [usize; 3], step: &dyn Fn(usize) -> Option<usize>| {
            let (mut at, mut slot) = (y, 0);
            while let Some(next) = step(at).filter(|n| n.abs_diff(y) <= whole) {
                at = next;
                if is_dark(at) != (order[slot] != 1 && order[slot] != 3) {
                    slot += 1;
                }
                if slot == 3 {
                    return;
                }
                runs[order[slot]] += 1;
            }
        };
        walk(&mut runs, [2, 1, 0], &|at| at.checked_sub(1));
        walk(&mut runs, [2, 3, 4], &|at| Some(at + 1).filter(|n| *n < height));
        is_mark(&runs)
    }
}

fn apart(mark: &(usize, usize, usize), x: usize, y: usize, whole: usize) -> bool {
    mark.0.abs_diff(x) + mark.1.abs_diff(y) > whole / 2
}

/// Whether five runs are about 1 : 1 : 3 : 1 : 1.
fn is_mark(runs: &[usize; 5]) -> bool {
    let whole: usize = runs.iter().sum();
    let module = whole as f32 / 7.0;
    let near = |run: usize, of: f32| (run as f32 - of * module).abs() <= (0.6 * module).max(1.0) * of.sqrt();
    whole >= 7 && [1.0, 1.0, 3.0, 1.0, 1.0].iter().zip(runs).all(|(of, run)| near(*run, *of))
}
