//! From a map of probabilities to rectangles.
//!
//! After Liao and others, "Real-time Scene Text Detection with Differentiable Binarization", 2020: pixels above a
//! threshold that touch are an area; the network shrank what it was shown, so the rectangle around the area is grown by
//! its size over its girth.

use super::rectangle::Rectangle;

/// Probability from which a pixel belongs to text.
const PIXEL_MIN: f32 = 0.2;
/// Areas that are looked at, from the top; a map of noise has many more.
const AREAS_MAX: usize = 1000;
/// Shorter side of an area in pixels of the map; less is a line of no letters.
const THICKNESS_MIN: f32 = 3.0;
/// How much a rectangle grows.
const GROWTH: f32 = 1.6;
/// How much longer it becomes at either end, in halves of its height: thin letters at the ends are easily missed.
const LONGER: f32 = 1.0;

/// The rectangles of areas whose mean probability is high enough, in pixels of the map.
pub(super) fn areas(map: &[f32], width: usize, height: usize, score_min: f32) -> impl Iterator<Item = Rectangle> {
    let mut seen: Vec<bool> = map.iter().map(|&probability| probability <= PIXEL_MIN).collect();
    seen.resize(width * height, true);
    let mut found = Vec::new();
    for start in 0..width * height {
        if !seen[start] && found.len() < AREAS_MAX {
            found.push(Area::flooded(map, &mut seen, width, start));
        }
    }
    found.into_iter().filter_map(move |area| area.rectangle(score_min)).map(|rectangle| rectangle.grown(GROWTH, LONGER))
}

/// Pixels that touch, also at their corners.
struct Area {
    pixels: usize,
    probability: f32,
    top: usize,
    /// First and last column of each row.
    rows: Vec<(usize, usize)>,
}

impl Area {
    fn flooded(map: &[f32], seen: &mut [bool], width: usize, start: usize) -> Self {
        // Pixels are met row by row, so none of the area lies above its first one.
        let mut area = Self { pixels: 0, probability: 0.0, top: start / width, rows: Vec::new() };
        let mut waiting = vec![start];
        seen[start] = true;
        while let Some(at) = waiting.pop() {
            let (x, y) = (at % width, at / width);
            area.add(x, y, map[at]);
            for near_y in y.saturating_sub(1)..=y + 1 {
                for near_x in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                    let near = near_y * width + near_x;
                    if seen.get(near) == Some(&false) {
                        seen[near] = true;
                        waiting.push(near);
                    }
                }
            }
        }
        area
    }

    fn add(&mut self, x: usize, y: usize, probability: f32) {
        self.pixels += 1;
        self.probability += probability;
        let row = y - self.top;
        if row >= self.rows.len() {
            self.rows.resize(row + 1, (usize::MAX, 0));
        }
        let (first, last) = self.rows[row];
        self.rows[row] = (first.min(x), last.max(x));
    }

    fn rectangle(&self, score_min: f32) -> Option<Rectangle> {
        let score = self.probability / self.pixels as f32;
        if score < score_min {
            return None;
        }
        let corners = self.rows.iter().enumerate().filter(|(_, (first, last))| first <= last);
        let corners = corners.flat_map(|(row, &(first, last))| {
            let (y, left, right) = ((self.top + row) as f32, first as f32, (last + 1) as f32);
            [[left, y], [left, y + 1.0], [right, y], [right, y + 1.0]]
        });
        let rectangle = Rectangle::around(corners.collect(), score);
        (rectangle.thickness() >= THICKNESS_MIN).then_some(rectangle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(width: usize, height: usize, probability: impl Fn(f32, f32) -> f32) -> Vec<f32> {
        (0..width * height).map(|at| probability((at % width) as f32, (at / width) as f32)).collect()
    }

    #[test]
    fn a_bar_becomes_a_rectangle_around_it() {
        let bar = map(100, 60, |x, y| if (20.0..60.0).contains(&x) && (10.0..20.0).contains(&y) { 0.9 } else { 0.1 });
        let found: Vec<_> = areas(&bar, 100, 60, 0.6).collect();
        // 40 by 10, grown by 1.6 × 400 / 100 on each side, then by half the height at each end.
        assert_eq!(found.iter().map(Rectangle::corners).collect::<Vec<_>>(), [[[2, 4], [78, 4], [78, 26], [2, 26]]]);
    }

    #[test]
    fn a_slanted_bar_keeps_its_slant() {
        let (sin, cos) = 0.25f32.sin_cos();
        let slanted = map(200, 120, |x, y| {
            let (u, v) = ((x - 100.0) * cos + (y - 60.0) * sin, (y - 60.0) * cos - (x - 100.0) * sin);
            if u.abs() < 60.0 && v.abs() < 8.0 { 1.0 } else { 0.0 }
        });
        let found: Vec<_> = areas(&slanted, 200, 120, 0.6).collect();
        assert_eq!(found.len(), 1);
        let [[x1, y1], [x2, y2], ..] = found[0].corners();
        let slant = ((y2 - y1) as f32).atan2((x2 - x1) as f32);
        assert!((slant - 0.25).abs() < 0.03, "{slant}");
    }

    #[test]
    fn faint_thin_and_tiny_areas_are_none() {
        assert_eq!(areas(&map(50, 50, |_, _| 0.4), 50, 50, 0.6).count(), 0);
        assert_eq!(areas(&map(50, 50, |_, y| f32::from(u8::from(y == 9.0))), 50, 50, 0.6).count(), 0);
        assert_eq!(areas(&[], 50, 50, 0.6).count(), 0);
    }

    #[test]
    fn a_map_of_noise_is_bounded() {
        let dots = map(320, 320, |x, y| if x as u32 % 8 < 5 && y as u32 % 8 < 5 { 1.0 } else { 0.0 });
        assert!(areas(&dots, 320, 320, 0.6).count() <= AREAS_MAX);
    }
}
