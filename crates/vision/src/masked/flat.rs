//! Areas of exactly one colour amid a photo: painted over, or covered with a shape.
//!
//! A camera never gives one colour over an area: light falls off, cloth has a weave. Paint from a program does. An area
//! grows from a pixel as long as the colour stays the same but for what JPEG does at its rim; then its inside must be
//! even, its rim sharp all around, and beyond the rim there must be a photo. A compact area is a cover, a ragged one
//! paint. Letters and banners are areas of one colour too: what comes in rows, holds letters, or reaches the border is
//! none.

use super::sheet::Sheet;

/// How far a colour may be from where the area began, each of red, green and blue.
const REACH: i32 = 14;

/// An area of one colour and what was measured on it.
#[derive(Clone, Debug)]
pub(super) struct Area {
    pub(super) x1: usize,
    pub(super) y1: usize,
    pub(super) x2: usize,
    pub(super) y2: usize,
    /// Pixels.
    pub(super) count: usize,
    /// Mean colour.
    pub(super) colour: [u8; 3],
    /// Pixels at least four from the rim.
    pub(super) inner: usize,
    /// Mean distance of an inner pixel's luma from the mean, in hundredths.
    pub(super) unrest: u32,
    /// Greatest distance of a quarter's mean luma from the whole's, in hundredths.
    pub(super) slope: u32,
    /// Permille of the rim beyond which another colour lies.
    pub(super) contrast: u32,
    /// Permille of that where the step is done within two pixels.
    pub(super) sharp: u32,
    /// Mean step between neighbours just beyond the rim, in hundredths.
    pub(super) outside: u32,
    /// Permille: its pixels by those of the ellipse with the same moments; about 1000 for discs, 955 for boxes.
    pub(super) compact: u32,
    /// Holes in it that are larger than a few pixels.
    pub(super) holes: usize,
    /// Permille of its box that the holes take.
    pub(super) hollow: u32,
    /// Whether it reaches the border of the picture.
    pub(super) open: bool,
}

/// Numbers that an area is judged by.
pub(super) const FEATURES: usize = 22;
/// Areas that are judged, the largest first.
const JUDGED: usize = 24;

impl Area {
    /// Whether it fills its shape, holes counted as filled.
    pub(super) fn is_full(&self) -> bool {
        let filled = self.count + self.hollow as usize * (self.x2 - self.x1) * (self.y2 - self.y1) / 1000;
        self.compact as usize * filled >= 880 * self.count
    }

    fn is_large(&self, sheet: &Sheet) -> bool {
        (self.x2 - self.x1) * 5 > sheet.width * 2 || (self.y2 - self.y1) * 5 > sheet.height * 2
    }

    fn is_even(&self) -> bool {
        !self.open && self.inner >= 20 && self.unrest <= 200 && self.slope <= 150
    }

    fn is_coloured_like(&self, other: &Self) -> bool {
        self.colour.iter().zip(other.colour).all(|(a, b)| a.abs_diff(b) <= 20)
    }

    fn holds(&self, other: &Self) -> bool {
        other.x1 >= self.x1 && other.y1 >= self.y1 && other.x2 <= self.x2 && other.y2 <= self.y2
    }

    /// What this area is judged by, among all others of the picture. Shares are permille.
    fn features(&self, all: &[Self], sheet: &Sheet) -> [i32; FEATURES] {
        let whole = sheet.width * sheet.height;
        let (w, h) = (self.x2 - self.x1, self.y2 - self.y1);
        let share = |part: usize, of: usize| (1000 * part / of.max(1)) as i32;
        let others = || all.iter().filter(|a| !std::ptr::eq(*a, self));
        let alike = || others().filter(|a| self.is_coloured_like(a));
        let is_sized_like = |a: &&Self| a.count * 3 > self.count && a.count < self.count * 3;
        let even = others().filter(|a| a.is_even() && a.unrest <= 100);
        let [r, g, b] = self.colour.map(i32::from);
        let off = |at: usize, of: usize| (share(at, 2 * of) - 500).abs();
        [
            10 * share(self.count, whole),
            self.inner.min(4000) as i32,
            self.unrest as i32,
            self.slope as i32,
            self.contrast as i32,
            self.sharp as i32,
            self.outside as i32,
            self.compact as i32,
            self.holes as i32,
            self.hollow as i32,
            share(self.count, w * h),
            share(w.max(h), w.min(h)),
            255 - r.min(g).min(b),
            r.max(g).max(b),
            off(self.x1 + self.x2, sheet.width),
            share(self.y1 + self.y2, 2 * sheet.height),
            alike().filter(is_sized_like).count() as i32,
            even.clone().filter(is_sized_like).count() as i32,
            alike().filter(|a| a.open).map(|a| share(a.count, whole)).max().unwrap_or(0),
            even.count() as i32,
            others().filter(|a| self.holds(a)).count() as i32,
            others().filter(|a| a.open).map(|a| share(a.count, whole)).max().unwrap_or(0),
        ]
    }
}

/// The areas that could be a mask, with what they are judged by.
pub(super) fn candidates(sheet: &Sheet) -> Vec<(Area, [i32; FEATURES])> {
    let all = areas(sheet);
    let mut judged: Vec<&Area> = all.iter().filter(|a| a.is_even() && !a.is_large(sheet)).collect();
    judged.sort_by_key(|a| std::cmp::Reverse(a.count));
    judged.truncate(JUDGED);
    judged.into_iter().map(|a| (a.clone(), a.features(&all, sheet))).collect()
}

/// Grows all areas and measures those that could be a mask.
fn areas(sheet: &Sheet) -> Vec<Area> {
    let (width, height) = (sheet.width, sheet.height);
    let mut labels = vec![0u32; width * height];
    let mut stack = Vec::new();
    let mut found = Vec::new();
    let least = (width * height / 1200).max(40);
    let mut pixels: Vec<u32> = Vec::new();
    for y in 1..height.saturating_sub(1) {
        for x in 1..width - 1 {
            let at = y * width + x;
            if labels[at] != 0 || !is_even(sheet, at) {
                continue;
            }
            let label = found.len() as u32 + 1;
            grow(sheet, &mut labels, label, at, &mut stack, &mut pixels);
            let area = if pixels.len() < least { None } else { measure(sheet, &labels, label, &pixels) };
            match area {
                Some(area) => found.push(area),
                // The label is used again; what was grown stays taken.
                None => pixels.iter().for_each(|p| labels[*p as usize] = u32::MAX),
            }
        }
    }
    found
}

fn is_even(sheet: &Sheet, at: usize) -> bool {
    let g = &sheet.grey;
    let near = [at - 1, at + 1, at - sheet.width, at + sheet.width];
    near.iter().all(|n| g[*n].abs_diff(g[at]) <= 4)
}

fn grow(sheet: &Sheet, labels: &mut [u32], label: u32, from: usize, stack: &mut Vec<u32>, pixels: &mut Vec<u32>) {
    let (width, height) = (sheet.width, sheet.height);
    let seed = sheet.rgb[from].map(i32::from);
    let is_like = |p: [u8; 3]| p.iter().zip(seed).all(|(v, s)| (i32::from(*v) - s).abs() <= REACH);
    pixels.clear();
    stack.clear();
    stack.push(from as u32);
    labels[from] = label;
    while let Some(at) = stack.pop() {
        pixels.push(at);
        let at = at as usize;
        let (x, y) = (at % width, at / width);
        let mut visit = |next: usize| {
            if labels[next] == 0 && is_like(sheet.rgb[next]) {
                labels[next] = label;
                stack.push(next as u32);
            }
        };
        if x > 0 {
            visit(at - 1);
        }
        if x + 1 < width {
            visit(at + 1);
        }
        if y > 0 {
            visit(at - width);
        }
        if y + 1 < height {
            visit(at + width);
        }
    }
}

fn measure(sheet: &Sheet, labels: &[u32], label: u32, pixels: &[u32]) -> Option<Area> {
    let (width, height) = (sheet.width, sheet.height);
    let (mut x1, mut y1, mut x2, mut y2) = (width, height, 0, 0);
    for p in pixels {
        let (x, y) = (*p as usize % width, *p as usize / width);
        (x1, y1, x2, y2) = (x1.min(x), y1.min(y), x2.max(x + 1), y2.max(y + 1));
    }
    let open = x1 < 2 || y1 < 2 || x2 + 2 > width || y2 + 2 > height;
    let mut area = Area {
        x1,
        y1,
        x2,
        y2,
        count: pixels.len(),
        colour: mean(sheet, pixels),
        inner: 0,
        unrest: 0,
        slope: 0,
        contrast: 0,
        sharp: 0,
        outside: 0,
        compact: 0,
        holes: 0,
        hollow: 0,
        open,
    };
    if area.open || area.is_large(sheet) {
        // Too large for a logo, but it says what colour the ground has.
        return Some(area);
    }
    area.compact = compact(width, pixels);
    inside(sheet, labels, label, pixels, &mut area);
    rim(sheet, labels, label, pixels, &mut area);
    holes(labels, label, width, &mut area);
    Some(area)
}

fn mean(sheet: &Sheet, pixels: &[u32]) -> [u8; 3] {
    let mut sum = [0u64; 3];
    for p in pixels {
        sum.iter_mut().zip(sheet.rgb[*p as usize]).for_each(|(s, v)| *s += u64::from(v));
    }
    sum.map(|s| (s / pixels.len().max(1) as u64) as u8)
}

fn compact(width: usize, pixels: &[u32]) -> u32 {
    let (mut sx, mut sy, mut sxx, mut syy, mut sxy) = (0.0f64, 0.0f64, 0.0f64, 0.0f64, 0.0f64);
    for p in pixels {
        let (x, y) = ((*p as usize % width) as f64, (*p as usize / width) as f64);
        (sx, sy, sxx, syy, sxy) = (sx + x, sy + y, sxx + x * x, syy + y * y, sxy + x * y);
    }
    let n = pixels.len() as f64;
    let (mx, my) = (sx / n, sy / n);
    // A twelfth more: a pixel is a square, not a point.
    let (cxx, cyy, cxy) = (sxx / n - mx * mx + 1.0 / 12.0, syy / n - my * my + 1.0 / 12.0, sxy / n - mx * my);
    let ellipse = 4.0 * std::f64::consts::PI * (cxx * cyy - cxy * cxy).max(1e-6).sqrt();
    (1000.0 * n / ellipse) as u32
}

fn inside(sheet: &Sheet, labels: &[u32], label: u32, pixels: &[u32], area: &mut Area) {
    let width = sheet.width;
    let is_inner = |p: usize| {
        let (x, y) = (p % width, p / width);
        x >= 4 && y >= 4 && x + 4 < width && y + 4 < sheet.height && {
            let near = [
                p - 4,
                p + 4,
                p - 4 * width,
                p + 4 * width,
                p - 3 - 3 * width,
                p + 3 - 3 * width,
                p - 3 + 3 * width,
                p + 3 + 3 * width,
            ];
            near.iter().all(|n| labels[*n] == label)
        }
    };
    let inner: Vec<usize> = pixels.iter().map(|p| *p as usize).filter(|p| is_inner(*p)).collect();
    area.inner = inner.len();
    if inner.is_empty() {
        return;
    }
    let sum: u64 = inner.iter().map(|p| u64::from(sheet.grey[*p])).sum();
    let middle = (100 * sum / inner.len() as u64) as i64;
    let off: i64 = inner.iter().map(|p| (100 * i64::from(sheet.grey[*p]) - middle).abs()).sum();
    area.unrest = (off / inner.len() as i64) as u32;
    let (cx, cy) = ((area.x1 + area.x2) / 2, (area.y1 + area.y2) / 2);
    let mut quarters = [(0u64, 0u64); 4];
    for p in &inner {
        let quarter = &mut quarters[usize::from(p % width >= cx) + 2 * usize::from(p / width >= cy)];
        *quarter = (quarter.0 + u64::from(sheet.grey[*p]), quarter.1 + 1);
    }
    let off = |(sum, count): &(u64, u64)| ((100 * sum / count) as i64 - middle).unsigned_abs() as u32;
    area.slope = quarters.iter().filter(|q| q.1 >= 8).map(off).max().unwrap_or(0);
}

/// Walks along the rim and looks outwards.
fn rim(sheet: &Sheet, labels: &[u32], label: u32, pixels: &[u32], area: &mut Area) {
    let (width, height) = (sheet.width as isize, sheet.height as isize);
    let (mut seen, mut other, mut sharp, mut steps, mut looked) = (0u32, 0u32, 0u32, 0u64, 0u64);
    let distance = |p: [u8; 3]| p.iter().zip(area.colour).map(|(a, b)| i32::from(a.abs_diff(b))).max().unwrap_or(0);
    for p in pixels {
        let (x, y) = (*p as isize % width, *p as isize / width);
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
                let far_step =
                    (g(far + 1) - g(far - 1)).abs() + (g(far + width as usize) - g(far - width as usize)).abs();
                (steps, looked) = (steps + 50 * far_step as u64, looked + 1);
            }
        }
    }
    area.contrast = 1000 * other / seen.max(1);
    area.sharp = 1000 * sharp / other.max(1);
    area.outside = (steps / looked.max(1)) as u32;
}

/// Counts what the area encloses: parts of its box that are not of it and do not reach the edge of the box.
fn holes(labels: &[u32], label: u32, width: usize, area: &mut Area) {
    let (w, h) = (area.x2 - area.x1, area.y2 - area.y1);
    let mut taken: Vec<bool> =
        (0..w * h).map(|n| labels[(area.y1 + n / w) * width + area.x1 + n % w] == label).collect();
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
