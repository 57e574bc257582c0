//! A small grey picture of a picture: what is left of it to compare pixels with once the file is gone.

use crate::Plane;
use crate::wide::{Wide, wide};

/// The longer side, in pixels.
pub const SIDE: u32 = 80;

/// Halves, or any other ratio, by averaging what each pixel covers.
///
/// The longer side becomes `side`; a picture that is smaller stays as it is.
pub fn shrink(plane: &Plane, side: u32) -> Plane {
    let (width, height) = (plane.width(), plane.height());
    let longer = width.max(height);
    if longer <= side {
        return plane.clone();
    }
    let scaled = |n: u32| ((u64::from(n) * u64::from(side) + u64::from(longer) / 2) / u64::from(longer)).max(1) as u32;
    resize(plane, scaled(width), scaled(height))
}

/// Averages over the box of each new pixel, first along rows, then along columns; for making smaller.
/// A size of nothing is taken as one.
pub fn resize(plane: &Plane, width: u32, height: u32) -> Plane {
    let (width, height) = (width.max(1), height.max(1));
    let columns = Shares::new(plane.width(), width);
    let rows = Shares::new(plane.height(), height);
    let from = plane.width() as usize;
    let mut sums = vec![0u32; from];
    let mut pixels = Vec::with_capacity((width * height) as usize);
    for y in 0..height as usize {
        sums.fill(0);
        rows.each(y, |row, share| {
            let line = &plane.pixels()[row * from..(row + 1) * from];
            wide(Added { sums: &mut sums, line, share });
        });
        for x in 0..width as usize {
            let mut sum = 0u64;
            columns.each(x, |column, share| sum += u64::from(share) * u64::from(sums[column]));
            pixels.push((sum >> (2 * SHIFT)).min(255) as u8);
        }
    }
    Plane::new(width, height, pixels).unwrap_or_else(|| plane.clone())
}

struct Added<'a> {
    sums: &'a mut [u32],
    line: &'a [u8],
    share: u32,
}

impl Wide for Added<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        self.sums.iter_mut().zip(self.line).for_each(|(sum, &pixel)| *sum += self.share * u32::from(pixel));
    }
}

const SHIFT: u32 = 12;

/// The same for each, as far as it goes, and 4096 in all.
fn even(shares: &mut [u32]) {
    let count = shares.len().max(1) as u32;
    (0..).zip(shares).for_each(|(at, share)| *share = ((at + 1) << SHIFT) / count - (at << SHIFT) / count);
}

/// Which old pixels a new one covers, and how much of it each fills, in 4096ths that sum to 4096.
struct Shares {
    spans: Vec<(usize, usize)>,
    shares: Vec<u32>,
}

impl Shares {
    fn new(from: u32, to: u32) -> Self {
        let (mut spans, mut shares) = (Vec::with_capacity(to as usize), Vec::new());
        let ratio = f64::from(from) / f64::from(to);
        for index in 0..to {
            let (start, end) = (f64::from(index) * ratio, f64::from(index + 1) * ratio);
            let first = (start as u32).min(from - 1);
            let last = ((end - 1e-9) as u32).clamp(first, from - 1);
            let at = shares.len();
            spans.push((first as usize, at));
            for old in first..=last {
                let covered = (end.min(f64::from(old + 1)) - start.max(f64::from(old))).max(0.0);
                shares.push((covered / (end - start) * f64::from(1u32 << SHIFT)).round() as u32);
            }
            let sum: u32 = shares[at..].iter().sum();
            match (shares[at] + (1 << SHIFT)).checked_sub(sum) {
                Some(first) => shares[at] = first,
                // Of hundreds of pixels rounding makes more than the first one has.
                None => even(&mut shares[at..]),
            }
        }
        spans.push((0, shares.len()));
        Self { spans, shares }
    }

    fn each(&self, index: usize, mut with: impl FnMut(usize, u32)) {
        let ((first, at), (_, end)) = (self.spans[index], self.spans[index + 1]);
        self.shares[at..end].iter().enumerate().for_each(|(step, &share)| with(first + step, share));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_even_picture_stays_even() {
        let plane = Plane::new(37, 91, vec![201; 37 * 91]).unwrap_or_else(|| unreachable!("as many pixels"));
        let small = shrink(&plane, 20);
        assert_eq!((small.width(), small.height()), (8, 20));
        assert!(small.pixels().iter().all(|&p| (200..=201).contains(&p)));
    }

    #[test]
    fn halves_are_means_of_four() {
        let plane =
            Plane::new(4, 2, vec![0, 10, 100, 120, 20, 30, 100, 80]).unwrap_or_else(|| unreachable!("as many pixels"));
        assert_eq!(resize(&plane, 2, 1).pixels(), [15, 100]);
    }
}
