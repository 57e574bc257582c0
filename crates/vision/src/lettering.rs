//! Tells cheaply whether there may be words on a picture: the gate before a reader that costs a hundred times as much.
//!
//! Letters are strokes: along a row through a line of words, dark and light borders alternate closely, sharply, and for
//! as long as the line is; above and below it they stop. Weaves and leaves alternate too, yet spread both ways. So cells
//! in which borders alternate are joined, and what lies flat is taken for a line. Letters of other sizes are looked for
//! on the picture at half and a quarter of its size.

use crate::{Plane, thumbnail};

/// The longer side at which letters are looked for.
const SIDE: u32 = 640;
/// A cell in pixels.
const CELL: (usize, usize) = (8, 4);
/// Cells beside a cell that are looked at with it.
const REACH: usize = 1;
/// Least difference of two pixels, two apart, that is a border.
const BORDER: i16 = 36;
/// Borders that alternate, summed over the rows of a cell and its neighbours.
const ALTERNATIONS: u32 = 10;
/// A line of words in cells.
const WIDTH_MIN: usize = 5;
const HEIGHT_MIN: usize = 2;
const HEIGHT_MAX: usize = 14;

/// Whether there may be words.
pub fn likely(grey: &Plane) -> bool {
    let longest = grey.width().max(grey.height());
    let fit = |side: u32, most: u32| ((u64::from(side) * u64::from(most) / u64::from(longest)).max(1)) as u32;
    [SIDE, SIDE / 2, SIDE / 4].into_iter().any(|most| {
        if longest <= most {
            return most == SIDE && has_line(grey);
        }
        has_line(&thumbnail::resize(grey, fit(grey.width(), most), fit(grey.height(), most)))
    })
}

fn has_line(plane: &Plane) -> bool {
    let (width, cells) = alternating(plane);
    let mut seen = vec![false; cells.len()];
    (0..cells.len()).any(|at| cells[at] && !seen[at] && is_flat(&cells, width, at, &mut seen))
}

/// The cells in which borders alternate closely, row by row, and how many stand in a row.
fn alternating(plane: &Plane) -> (usize, Vec<bool>) {
    let (across, row) = ((plane.width() as usize).div_ceil(CELL.0), plane.width() as usize);
    let mut counts: Vec<u32> = Vec::new();
    for (y, pixels) in plane.pixels().chunks_exact(row).enumerate() {
        if y % CELL.1 == 0 {
            counts.resize(counts.len() + across, 0);
        }
        let base = counts.len() - across;
        let mut last = 0i16;
        for (x, window) in pixels.windows(3).enumerate() {
            let step = i16::from(window[2]) - i16::from(window[0]);
            if step.abs() >= BORDER {
                counts[base + x / CELL.0] += u32::from(step.signum() != last);
                last = step.signum();
            }
        }
    }
    let dense = |at: usize| {
        let (line, column) = (at / across, at % across);
        let near = column.saturating_sub(REACH)..(column + REACH + 1).min(across);
        near.map(|c| counts[line * across + c]).sum::<u32>() >= ALTERNATIONS * 2
    };
    (across, (0..counts.len()).map(dense).collect())
}

/// Whether the cells joined to one lie like a line of words; marks them as seen.
fn is_flat(cells: &[bool], across: usize, first: usize, seen: &mut [bool]) -> bool {
    let (mut open, mut count) = (vec![first], 0usize);
    let (mut left, mut right, mut top, mut bottom) = (usize::MAX, 0, usize::MAX, 0);
    seen[first] = true;
    while let Some(at) = open.pop() {
        let (x, y) = (at % across, at / across);
        (left, right, top, bottom) = (left.min(x), right.max(x), top.min(y), bottom.max(y));
        count += 1;
        let beside = [(x > 0).then(|| at - 1), (x + 1 < across).then_some(at + 1)];
        let above = [at.checked_sub(across), Some(at + across).filter(|next| *next < cells.len())];
        for next in beside.into_iter().chain(above).flatten() {
            if cells[next] && !seen[next] {
                seen[next] = true;
                open.push(next);
            }
        }
    }
    let (width, height) = (right - left + 1, bottom - top + 1);
    let full = 2 * count >= width * height;
    let flat = width * CELL.0 * 2 >= height * CELL.1 * 3;
    full && flat && width >= WIDTH_MIN && (HEIGHT_MIN..=HEIGHT_MAX).contains(&height)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(paint: impl Fn(u32, u32) -> u8) -> Plane {
        let pixels = (0..300u32).flat_map(|y| (0..400u32).map(move |x| (x, y))).map(|(x, y)| paint(x, y)).collect();
        Plane::new(400, 300, pixels).unwrap_or_else(|| unreachable!("as many pixels"))
    }

    /// Strokes three pixels wide, as letters have them, in a line of words.
    fn strokes(x: u32, y: u32) -> bool {
        (100..280).contains(&x) && (140..160).contains(&y) && (x / 3).is_multiple_of(2)
    }

    #[test]
    fn a_line_of_strokes_may_be_words() {
        assert!(likely(&plane(|x, y| if strokes(x, y) { 20 } else { 230 })));
    }

    #[test]
    fn nothing_slopes_and_weaves_are_none() {
        assert!(!likely(&plane(|_, _| 128)));
        assert!(!likely(&plane(|x, y| ((x + y) / 3) as u8)));
        assert!(!likely(&plane(|x, _| if (x / 3) % 2 == 0 { 20 } else { 230 })), "stripes from top to bottom");
        assert!(!likely(&plane(|_, y| if (y / 3) % 2 == 0 { 20 } else { 230 })));
    }

    #[test]
    fn the_smallest_picture_holds_none() {
        let one = Plane::new(1, 1, vec![9]).unwrap_or_else(|| unreachable!("one pixel"));
        assert!(!likely(&one));
    }
}
