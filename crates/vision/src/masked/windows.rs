//! Looks through windows of many sizes at all places, and keeps the best that do not overlap a better one.

use super::cells::Cells;

/// Cells along the sides of windows.
const SIDES: [usize; 7] = [4, 6, 8, 11, 15, 21, 29];
/// Windows that are compared with each other.
const COMPARED_MAX: usize = 3000;

/// A box of cells, half open, and how much it looks like what is searched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) cells: [usize; 4],
    pub(super) score: f32,
}

/// The best windows, at most so many. `score` takes a window's cells and the logarithm of their number, and gives none
/// for what is not worth a look.
pub(super) fn best(cells: &Cells, most: usize, score: impl Fn([usize; 4], f32) -> Option<f32>) -> Vec<Window> {
    let mut all = Vec::new();
    for (wide, high) in shapes(cells) {
        let stride = (wide.min(high) / 3).max(2);
        let size = ((wide * high) as f32).ln();
        for y in (0..=cells.height - high).step_by(stride) {
            for x in (0..=cells.width - wide).step_by(stride) {
                let at = [x, y, x + wide, y + high];
                all.extend(score(at, size).map(|score| Window { cells: at, score }));
            }
        }
    }
    let better = |a: &Window, b: &Window| b.score.total_cmp(&a.score).then(a.cells.cmp(&b.cells));
    if all.len() > COMPARED_MAX {
        all.select_nth_unstable_by(COMPARED_MAX, better);
        all.truncate(COMPARED_MAX);
    }
    all.sort_unstable_by(better);
    let mut kept: Vec<Window> = Vec::new();
    for window in all {
        if kept.len() < most && kept.iter().all(|k| !k.is_same(&window)) {
            kept.push(window);
        }
    }
    kept
}

/// Widths and heights that fit into half of the picture; none is more than three times as long as wide.
fn shapes(cells: &Cells) -> impl Iterator<Item = (usize, usize)> {
    let (width, height) = (cells.width, cells.height);
    let fits = move |(w, h): &(usize, usize)| 2 * w <= width && 2 * h <= height && w.max(h) <= &(3 * *w.min(h));
    SIDES.iter().flat_map(|w| SIDES.iter().map(move |h| (*w, *h))).filter(fits)
}

impl Window {
    /// Whether they share two fifths of what both take.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let size = |[x1, y1, x2, y2]: [usize; 4]| (x2 - x1) * (y2 - y1);
        let ([a1, b1, a2, b2], [c1, d1, c2, d2]) = (self.cells, other.cells);
        let meet = a2.min(c2).saturating_sub(a1.max(c1)) * b2.min(d2).saturating_sub(b1.max(d1));
        7 * meet > 2 * (size(self.cells) + size(other.cells))
    }
}
