//! Grows areas of one colour from pixels that are like their neighbours.

use super::Area;
use super::measure::measure;
use crate::masked::cells::Cells;
use crate::masked::sheet::Sheet;

/// How far a colour may be from where the area began, each of red, green and blue.
const REACH: u8 = 14;
/// Label of what was grown and is too small.
const TAKEN: u32 = u32::MAX;

/// What has been grown so far.
pub(super) struct Growth<'s> {
    pub(super) sheet: &'s Sheet,
    /// Label of the area that each pixel belongs to; nought for none yet.
    pub(super) labels: Vec<u32>,
    /// Pixels of the area that grows.
    pub(super) pixels: Vec<u32>,
    stack: Vec<u32>,
}

/// Grows all areas and measures those that could be a mask.
pub(super) fn areas(sheet: &Sheet, cells: &Cells) -> Vec<Area> {
    let (width, height) = (sheet.width, sheet.height);
    let least = (width * height / 2400).max(40);
    let mut growth = Growth { sheet, labels: vec![0; width * height], pixels: Vec::new(), stack: Vec::new() };
    let mut found = Vec::new();
    for y in 1..height.saturating_sub(1) {
        for at in y * width + 1..(y + 1) * width - 1 {
            if growth.labels[at] != 0 || !is_even(sheet, at) {
                continue;
            }
            growth.grow(found.len() as u32 + 1, at);
            if growth.pixels.len() < least {
                // The label is used again; what was grown stays taken.
                growth.pixels.iter().for_each(|p| growth.labels[*p as usize] = TAKEN);
            } else {
                found.push(measure(&growth, cells, found.len() as u32 + 1));
            }
        }
    }
    found
}

fn is_even(sheet: &Sheet, at: usize) -> bool {
    let g = &sheet.grey;
    let near = [g[at - 1], g[at + 1], g[at - sheet.width], g[at + sheet.width]];
    near.iter().all(|n| n.abs_diff(g[at]) <= 4)
}

impl Growth<'_> {
    /// Takes all that is like a pixel and joined to it, line by line.
    fn grow(&mut self, label: u32, from: usize) {
        let (width, rgb) = (self.sheet.width, &self.sheet.rgb);
        let [r, g, b] = rgb[from];
        let is_like = |p: [u8; 3]| p[0].abs_diff(r).max(p[1].abs_diff(g)).max(p[2].abs_diff(b)) <= REACH;
        let labels = &mut self.labels;
        self.pixels.clear();
        self.stack.push(from as u32);
        while let Some(at) = self.stack.pop() {
            let at = at as usize;
            if labels[at] != 0 {
                continue;
            }
            let (first, last) = (at / width * width, (at / width + 1) * width);
            let is_free = |n: &usize| labels[*n] == 0 && is_like(rgb[*n]);
            let left = (first..at).rev().take_while(is_free).last().unwrap_or(at);
            let right = (at + 1..last).take_while(is_free).last().unwrap_or(at);
            labels[left..=right].fill(label);
            self.pixels.extend(left as u32..=right as u32);
            let above = left.checked_sub(width).map(|l| (l, right - width));
            let below = (right + width < labels.len()).then_some((left + width, right + width));
            for (left, right) in above.into_iter().chain(below) {
                let mut was_free = false;
                for next in left..=right {
                    let is_free = labels[next] == 0 && is_like(rgb[next]);
                    if is_free && !was_free {
                        self.stack.push(next as u32);
                    }
                    was_free = is_free;
                }
            }
        }
    }
}
