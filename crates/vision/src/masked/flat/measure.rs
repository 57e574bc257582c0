//! Measures an area that was grown: its shape, its inside, its rim, and what lies beyond.

use super::Area;
use super::grow::{Growth, Span};
use crate::masked::cells::Cells;
use crate::wide::{Wide, wide};

/// All that is known about an area; of one that is open or large only its box, count and colour.
pub(super) fn measure(growth: &Growth<'_>, cells: &Cells, label: u32) -> Area {
    let sheet = growth.sheet;
    let (mut x1, mut y1, mut x2, mut y2) = (sheet.width, sheet.height, 0, 0);
    for span in &growth.spans {
        (x1, y1, x2, y2) = (x1.min(span.x1), y1.min(span.y), x2.max(span.x2), y2.max(span.y + 1));
    }
    let open = x1 < 2 || y1 < 2 || x2 + 2 > sheet.width || y2 + 2 > sheet.height;
    let mut area = Area { x1, y1, x2, y2, count: growth.count, open, ..Area::default() };
    area.colour = mean(growth);
    if area.open || area.is_large(sheet) {
        // Too large for a logo, but it says what colour the ground has.
        return area;
    }
    (area.core, area.core_unrest, _) = inside(growth, label, &area, 2);
    if area.is_even() {
        (area.inner, area.unrest, area.slope) = inside(growth, label, &area, 4);
    }
    if !area.is_even() {
        return area;
    }
    area.compact = compact(growth);
    rim(growth, label, &mut area);
    holes(growth, label, &mut area);
    let at = cells.around([x1, y1, x2, y2]);
    let outer = cells.grown(at, 3);
    let size = |[x1, y1, x2, y2]: [usize; 4]| ((x2 - x1) * (y2 - y1)) as u32;
    let rest = 16 * (size(outer) - size(at)).max(1);
    area.ring = 100 * (cells.sharp[0].over(outer) - cells.sharp[0].over(at)) / rest;
    area.ring_calm = 1000 * (cells.calm.over(outer) - cells.calm.over(at)) / rest;
    area
}

fn mean(growth: &Growth<'_>) -> [u8; 3] {
    let part = |span: &Span| span.y * growth.sheet.width + span.x1..span.y * growth.sheet.width + span.x2;
    let count = growth.count.max(1) as u64;
    let sum = |plane: &[u8]| plane.iter().map(|v| u32::from(*v)).sum::<u32>();
    let sums = [0, 1, 2].map(|channel: usize| {
        growth.spans.iter().map(|span| u64::from(sum(&growth.planes[channel][part(span)]))).sum::<u64>()
    });
    sums.map(|sum| (sum / count) as u8)
}

/// Permille: pixels by those of the ellipse with the same moments; about 1000 for discs, 955 for boxes.
fn compact(growth: &Growth<'_>) -> u32 {
    let (mut sx, mut sy, mut sxx, mut syy, mut sxy) = (0.0f64, 0.0f64, 0.0f64, 0.0f64, 0.0f64);
    for (x, y) in growth.pixels() {
        let (x, y) = (x as f64, y as f64);
        (sx, sy, sxx, syy, sxy) = (sx + x, sy + y, sxx + x * x, syy + y * y, sxy + x * y);
    }
    let n = growth.count as f64;
    let (mx, my) = (sx / n, sy / n);
    // A twelfth more: a pixel is a square, not a point.
    let (cxx, cyy, cxy) = (sxx / n - mx * mx + 1.0 / 12.0, syy / n - my * my + 1.0 / 12.0, sxy / n - mx * my);
    let ellipse = 4.0 * std::f64::consts::PI * (cxx * cyy - cxy * cxy).max(1e-6).sqrt();
    (1000.0 * n / ellipse) as u32
}

/// How many pixels lie so far from the rim, their mean distance from their mean, and the greatest of a quarter's mean;
/// in hundredths of a level.
fn inside(growth: &Growth<'_>, label: u32, area: &Area, far: usize) -> (usize, u32, u32) {
    let (width, height, labels) = (growth.sheet.width, growth.sheet.height, &growth.labels);
    let near = far - far / 4;
    let (up, down) = (near * width + near, near * width - near);
    let mut inner: Vec<(usize, usize)> = Vec::new();
    let mut is_inner = vec![0u8; width];
    for span in growth.spans.iter().filter(|span| span.y >= far && span.y + far < height) {
        let (x1, x2) = (span.x1.max(far), span.x2.min(width - far));
        if x1 >= x2 {
            continue;
        }
        let (at, is_inner) = (span.y * width + x1, &mut is_inner[..x2 - x1]);
        let from = [at - far, at + far, at - far * width, at + far * width, at - up, at + up, at - down, at + down];
        wide(Within { around: from.map(|from| &labels[from..from + x2 - x1]), label, is_inner });
        inner.extend((x1..x2).zip(&*is_inner).filter(|(_, is)| **is != 0).map(|(x, _)| (x, span.y)));
    }
    if inner.is_empty() {
        return (0, 0, 0);
    }
    let grey = |(x, y): (usize, usize)| i64::from(growth.sheet.grey[y * width + x]);
    let middle = 100 * inner.iter().map(|p| grey(*p)).sum::<i64>() / inner.len() as i64;
    let off: i64 = inner.iter().map(|p| (100 * grey(*p) - middle).abs()).sum();
    let (cx, cy) = ((area.x1 + area.x2) / 2, (area.y1 + area.y2) / 2);
    let mut quarters = [(0i64, 0i64); 4];
    for p in &inner {
        let quarter = &mut quarters[usize::from(p.0 >= cx) + 2 * usize::from(p.1 >= cy)];
        *quarter = (quarter.0 + grey(*p), quarter.1 + 1);
    }
    let distance = |(sum, count): &(i64, i64)| (100 * sum / count - middle).unsigned_abs() as u32;
    let slope = quarters.iter().filter(|q| q.1 >= 8).map(distance).max().unwrap_or(0);
    (inner.len(), (off / inner.len() as i64) as u32, slope)
}

/// Marks where all labels around are that of the area.
struct Within<'a> {
    around: [&'a [u32]; 8],
    label: u32,
    is_inner: &'a mut [u8],
}

impl Wide for Within<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        let count = self.is_inner.len();
        let [a, b, c, d, e, f, g, h] = self.around.map(|labels| &labels[..count]);
        for x in 0..count {
            let differ = (a[x] ^ self.label) | (b[x] ^ self.label) | (c[x] ^ self.label) | (d[x] ^ self.label);
            let differ = differ | (e[x] ^ self.label) | (f[x] ^ self.label) | (g[x] ^ self.label) | (h[x] ^ self.label);
            self.is_inner[x] = u8::from(differ == 0);
        }
    }
}

/// Walks along the rim and looks outwards.
fn rim(growth: &Growth<'_>, label: u32, area: &mut Area) {
    let (sheet, labels) = (growth.sheet, &growth.labels);
    let (width, height) = (sheet.width as isize, sheet.height as isize);
    let (mut seen, mut other, mut sharp, mut steps, mut looked) = (0u32, 0u32, 0u32, 0u64, 0u64);
    let colour = area.colour;
    let distance = |p: [u8; 3]| p.iter().zip(colour).map(|(a, b)| i32::from(a.abs_diff(b))).max().unwrap_or(0);
    for (x, y) in growth.pixels() {
        let (x, y) = (x as isize, y as isize);
        for (dx, dy) in [(1, 0), (-1, 0), (0, 1), (0, -1)] {
            let at = |n: isize| {
                let (x, y) = (x + n * dx, y + n * dy);
                (x >= 1 && y >= 1 && x + 1 < width && y + 1 < height).then_some((y * width + x) as usize)
            };
            let Some(next) = at(1) else { continue };
            if labels[next] == label {
                continue;
            }
            seen += 1;
            let (Some(near), Some(far)) = (at(2), at(5)) else { continue };
            let (d, full) = (distance(sheet.rgb[near]), distance(sheet.rgb[far]));
            let differs = full >= 20 && labels[far] != label;
            other += u32::from(differs);
            sharp += u32::from(differs && 10 * d >= 6 * full);
            if labels[far] != label {
                let g = |p: usize| i64::from(sheet.grey[p]);
                let down = (g(far + sheet.width) - g(far - sheet.width)).abs();
                let step = (g(far + 1) - g(far - 1)).abs() + down;
                (steps, looked) = (steps + 50 * step as u64, looked + 1);
            }
        }
    }
    area.length = seen;
    area.contrast = 1000 * other / seen.max(1);
    area.sharp = 1000 * sharp / other.max(1);
    area.outside = (steps / looked.max(1)) as u32;
}

/// Counts what the area encloses: parts of its box that are not of it and do not reach the edge of the box.
fn holes(growth: &Growth<'_>, label: u32, area: &mut Area) {
    let (w, h) = (area.x2 - area.x1, area.y2 - area.y1);
    let is_own = |n: usize| growth.labels[(area.y1 + n / w) * growth.sheet.width + area.x1 + n % w] == label;
    let mut taken: Vec<bool> = (0..w * h).map(is_own).collect();
    let mut stack = Vec::new();
    let mut hollow = 0;
    for from in 0..w * h {
        if taken[from] {
            continue;
        }
        let (mut count, mut reaches) = (0, false);
        stack.push(from);
        taken[from] = true;
        while let Some(at) = stack.pop() {
            let (x, y) = (at % w, at / w);
            count += 1;
            reaches |= x == 0 || y == 0 || x + 1 == w || y + 1 == h;
            let near =
                [(x > 0, at.wrapping_sub(1)), (x + 1 < w, at + 1), (y > 0, at.wrapping_sub(w)), (y + 1 < h, at + w)];
            for (_, next) in near.into_iter().filter(|(is, _)| *is) {
                if !taken[next] {
                    taken[next] = true;
                    stack.push(next);
                }
            }
        }
        if !reaches {
            hollow += count;
            area.holes += usize::from(count >= 4);
        }
    }
    area.hollow = (1000 * hollow / (w * h).max(1)) as u32;
}
