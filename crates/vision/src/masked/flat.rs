//! Areas of exactly one colour amid a photo: painted over, or covered with a shape.
//!
//! A camera never gives one colour over an area: light falls off, cloth has a weave. Paint from a program does. An area
//! grows from a pixel as long as the colour stays the same but for what JPEG does at its rim; then its inside must be
//! even, its rim sharp all around, and beyond the rim there must be a photo. A compact area is a cover, a ragged one
//! paint. Letters and banners are areas of one colour too: what comes in rows, holds letters, or reaches the border is
//! none.

mod grow;
mod measure;

use super::cells::Cells;
use super::sheet::{Sheet, colour};

/// An area of one colour and what was measured on it.
#[derive(Clone, Debug, Default)]
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
    /// Pixels at least two from the rim, and their mean distance from their mean.
    pub(super) core: usize,
    pub(super) core_unrest: u32,
    /// Pixels of the rim, counted once for each way that leads out.
    pub(super) length: u32,
    /// Sharpness around, in hundredths of a level, and permille of calm pixels there.
    pub(super) ring: u32,
    pub(super) ring_calm: u32,
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
pub(super) const FEATURES: usize = 32;
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
        !self.open && self.core >= 20 && self.core_unrest <= 500 && self.unrest <= 250 && self.slope <= 180
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
        let skin = colour(sheet, self.x1.saturating_sub(12), self.y1.saturating_sub(12), self.x2 + 12, self.y2 + 12);
        let rim = self.x1.min(self.y1).min(sheet.width - self.x2).min(sheet.height - self.y2);
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
            alike().filter(is_sized_like).count() as i32,
            even.clone().filter(is_sized_like).count() as i32,
            alike().filter(|a| a.open).map(|a| share(a.count, whole)).max().unwrap_or(0),
            even.count() as i32,
            others().filter(|a| self.holds(a)).count() as i32,
            others().filter(|a| a.open).map(|a| share(a.count, whole)).max().unwrap_or(0),
            self.core.min(4000) as i32,
            self.core_unrest as i32,
            share(self.count, self.length as usize),
            share(self.core, self.count),
            self.ring as i32,
            self.ring_calm as i32,
            skin[0],
            skin[1],
            (skin[1] - (77 * r + 150 * g + 29 * b) / 256).abs(),
            r.max(g).max(b) - r.min(g).min(b),
            share(rim, sheet.width.min(sheet.height)),
            share(w.max(h), sheet.width.min(sheet.height)),
        ]
    }
}

/// The areas that could be a mask, with what they are judged by.
pub(super) fn candidates(sheet: &Sheet, cells: &Cells) -> Vec<(Area, [i32; FEATURES])> {
    let all = grow::areas(sheet, cells);
    let mut judged: Vec<&Area> = all.iter().filter(|a| a.is_even() && !a.is_large(sheet)).collect();
    judged.sort_by_key(|a| std::cmp::Reverse(a.count));
    judged.truncate(JUDGED);
    judged.into_iter().map(|a| (a.clone(), a.features(&all, sheet))).collect()
}
