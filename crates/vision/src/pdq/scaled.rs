//! Our own version: the mean of each of 64 × 64 cells of a small grey picture.

use super::transform::Samples;
use super::{Scaled, Variants};
use crate::Plane;

/// What to ask [`grey_scaled`](crate::decode::grey_scaled) for: the shorter side in pixels. Two pixels a sample keep what
/// the scale of the decode does to a hash small.
pub const SCALED_SIDE_MIN: u32 = 128;

/// The fingerprint of a grey plane that was decoded with [`SCALED_SIDE_MIN`].
///
/// The plane may also be a larger one, or the grey of a scaled picture in colour: the cells then hold the same means up
/// to rounding, and a few bits differ.
pub fn scaled(plane: &Plane) -> Variants<Scaled> {
    Variants::new(&cells(plane))
}

fn cells(plane: &Plane) -> Samples {
    let (width, height) = (plane.width() as usize, plane.height() as usize);
    let (across, down) = (parts(width), parts(height));
    let mut row = vec![0.0_f32; width];
    std::array::from_fn(|i| {
        row.fill(0.0);
        for (y, weight) in down[i].weights() {
            let pixels = &plane.pixels()[y * width..][..width];
            row.iter_mut().zip(pixels).for_each(|(sum, pixel)| *sum += weight * f32::from(*pixel));
        }
        std::array::from_fn(|j| across[j].weights().map(|(x, weight)| weight * row[x]).sum())
    })
}

/// A 64th of a side: whole pixels, and parts of the first and the last.
#[derive(Clone, Copy)]
struct Part {
    begin: usize,
    end: usize,
    first: f32,
    inner: f32,
    last: f32,
}

impl Part {
    /// Pixels and their weights, which sum to one.
    fn weights(self) -> impl Iterator<Item = (usize, f32)> {
        let weight = move |at| match at {
            at if at == self.begin => self.first,
            at if at + 1 == self.end => self.last,
            _ => self.inner,
        };
        (self.begin..self.end).map(move |at| (at, weight(at)))
    }
}

fn parts(side: usize) -> [Part; 64] {
    let inner = 64.0 / side as f32;
    std::array::from_fn(|i| {
        // In 64ths of a pixel.
        let (from, to) = (i * side, (i + 1) * side);
        let (begin, end) = (from / 64, to.div_ceil(64));
        let covered = |at: usize| (to.min(64 * (at + 1)) - from.max(64 * at)) as f32 / side as f32;
        Part { begin, end, first: covered(begin), inner, last: covered(end - 1) }
    })
}
