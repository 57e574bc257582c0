//! Other formats at the sizes that libjpeg-turbo decodes to: a pixel is the mean of the square it stands for.

use super::{Scaled, divisor};
use crate::{Picture, Plane};

pub(super) fn picture(whole: Picture, at_least: u32) -> Scaled<Picture> {
    let (width, height) = (whole.width(), whole.height());
    let by = divisor(width, height, at_least);
    let smaller = |rgb| Picture::new(width.div_ceil(by), height.div_ceil(by), rgb);
    let image = if by == 1 { None } else { smaller(means::<3>(whole.rgb(), width, height, by)) };
    Scaled { image: image.unwrap_or(whole), width, height }
}

pub(super) fn plane(whole: &Plane, at_least: u32) -> Scaled<Plane> {
    let (width, height) = (whole.width(), whole.height());
    let by = divisor(width, height, at_least);
    let smaller = |grey| Plane::new(width.div_ceil(by), height.div_ceil(by), grey);
    let image = if by == 1 { None } else { smaller(means::<1>(whole.pixels(), width, height, by)) };
    Scaled { image: image.unwrap_or_else(|| whole.clone()), width, height }
}

/// The mean of each square of `by × by` pixels of `CHANNELS` bytes; squares at the right and the bottom may be smaller.
fn means<const CHANNELS: usize>(pixels: &[u8], width: u32, height: u32, by: u32) -> Vec<u8> {
    let (width, by) = (width as usize, by as usize);
    let across = width.div_ceil(by);
    let mut out = Vec::with_capacity(CHANNELS * across * (height as usize).div_ceil(by));
    let mut sums = vec![0_u32; CHANNELS * across];
    for rows in pixels.chunks(CHANNELS * width * by) {
        sums.fill(0);
        for row in rows.chunks_exact(CHANNELS * width) {
            for (sum, square) in sums.chunks_exact_mut(CHANNELS).zip(row.chunks(CHANNELS * by)) {
                for pixel in square.chunks_exact(CHANNELS) {
                    (0..CHANNELS).for_each(|channel| sum[channel] += u32::from(pixel[channel]));
                }
            }
        }
        let down = rows.len() / (CHANNELS * width);
        for (at, sum) in sums.iter().enumerate() {
            let count = (down * by.min(width - at / CHANNELS * by)) as u32;
            out.push(((sum + count / 2) / count) as u8);
        }
    }
    out
}
