//! The public algorithm: all pixels, twice smoothed by a box across and down, then sampled.
//!
//! A box is as wide as a 128th of the picture, rounded up. Rows stream through: what is kept are as many rows as a box
//! is high, not the picture as floats, which would be 512 megabytes of a photo of 64 megapixels. The second time only
//! the 64 columns that are sampled are kept. Sums run in the order of the public implementation.

use super::transform::Samples;
use super::{Full, Variants};
use crate::Picture;

/// The fingerprint of a whole picture.
pub fn full(picture: &Picture) -> Variants<Full> {
    Variants::new(&samples(picture))
}

fn samples(picture: &Picture) -> Samples {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let rows = picture.rgb().chunks_exact(3 * width);
    let mut samples = [[0.0; 64]; 64];
    if (width, height) == (64, 64) {
        samples.iter_mut().zip(rows).for_each(|(sample, row)| luma(row, sample));
        return samples;
    }
    let mut smoother = Smoother::new(width, height, &mut samples);
    let mut row = vec![0.0; width];
    for pixels in rows {
        luma(pixels, &mut row);
        smoother.push(&row);
    }
    smoother.finish();
    samples
}

/// Luma by Rec. 601.
fn luma(rgb: &[u8], out: &mut [f32]) {
    for (value, p) in out.iter_mut().zip(rgb.chunks_exact(3)) {
        *value = (f64::from(p[0]) * 0.299 + f64::from(p[1]) * 0.587 + f64::from(p[2]) * 0.114) as f32;
    }
}

/// Where along a side the 64 samples are taken.
fn places(side: usize) -> [usize; 64] {
    std::array::from_fn(|i| ((i as f64 + 0.5) * side as f64 / 64.0) as usize)
}

fn window(side: usize) -> usize {
    side.div_ceil(128)
}

struct Smoother<'a> {
    across: usize,
    columns: [usize; 64],
    rows: [usize; 64],
    first: BoxDown,
    second: BoxDown,
    smooth: Vec<f32>,
    again: Vec<f32>,
    samples: &'a mut Samples,
    done: usize,
}

impl<'a> Smoother<'a> {
    fn new(width: usize, height: usize, samples: &'a mut Samples) -> Self {
        let down = window(height);
        Self {
            across: window(width),
            columns: places(width),
            rows: places(height),
            first: BoxDown::new(width, down, height),
            second: BoxDown::new(64, down, height),
            smooth: vec![0.0; width],
            again: vec![0.0; width],
            samples,
            done: 0,
        }
    }

    fn push(&mut self, row: &[f32]) {
        box_across(row, &mut self.smooth, self.across);
        if self.first.push(&self.smooth) {
            self.pass();
        }
    }

    fn finish(&mut self) {
        while self.first.pull() {
            self.pass();
        }
        while self.second.pull() {
            self.keep();
        }
    }

    /// A row that was smoothed once goes through the second time.
    fn pass(&mut self) {
        box_across(&self.first.out, &mut self.again, self.across);
        let sampled = self.columns.map(|x| self.again[x]);
        if self.second.push(&sampled) {
            self.keep();
        }
    }

    /// A row that was smoothed twice is a sample where one is taken; of a small picture, several.
    fn keep(&mut self) {
        for (sample, _) in self.samples.iter_mut().zip(self.rows).filter(|(_, row)| *row == self.done) {
            sample.copy_from_slice(&self.second.out);
        }
        self.done += 1;
    }
}

/// The running mean along a row; at both ends of what is there of the box.
fn box_across(row: &[f32], out: &mut [f32], window: usize) {
    let (ahead, length) = ((window + 2) / 2 - 1, row.len());
    let (mut sum, mut count) = (0.0_f32, 0.0_f32);
    for value in &row[..ahead] {
        sum += value;
        count += 1.0;
    }
    for at in 0..window - ahead {
        sum += row[at + ahead];
        count += 1.0;
        out[at] = sum / count;
    }
    for at in window - ahead..length - ahead {
        sum += row[at + ahead];
        sum -= row[at + ahead - window];
        out[at] = sum / count;
    }
    for at in length - ahead..length {
        sum -= row[at + ahead - window];
        count -= 1.0;
        out[at] = sum / count;
    }
}

/// The running mean down all columns at once, row by row.
struct BoxDown {
    /// The last `window` rows, one over the other in turn.
    ring: Vec<f32>,
    sums: Vec<f32>,
    out: Vec<f32>,
    window: usize,
    /// Rows that come before the first mean is ready.
    ahead: usize,
    height: usize,
    taken: usize,
    given: usize,
    count: f32,
}

impl BoxDown {
    fn new(width: usize, window: usize, height: usize) -> Self {
        Self {
            ring: vec![0.0; width * window],
            sums: vec![0.0; width],
            out: vec![0.0; width],
            window,
            ahead: (window + 2) / 2 - 1,
            height,
            taken: 0,
            given: 0,
            count: 0.0,
        }
    }

    /// Takes a row; whether a mean is ready in `out`.
    fn push(&mut self, row: &[f32]) -> bool {
        let full = self.taken >= self.window;
        let width = self.sums.len();
        let slot = &mut self.ring[self.taken % self.window * width..][..width];
        for ((sum, old), new) in self.sums.iter_mut().zip(slot).zip(row) {
            *sum += new;
            if full {
                *sum -= *old;
            }
            *old = *new;
        }
        self.taken += 1;
        if !full {
            self.count += 1.0;
        }
        let ready = self.taken > self.ahead;
        if ready {
            self.give();
        }
        ready
    }

    /// After the last row: whether another mean, of less than a box, is ready in `out`.
    fn pull(&mut self) -> bool {
        if self.given == self.height {
            return false;
        }
        let width = self.sums.len();
        let oldest = (self.given + self.ahead - self.window) % self.window;
        let slot = &self.ring[oldest * width..][..width];
        self.sums.iter_mut().zip(slot).for_each(|(sum, old)| *sum -= old);
        self.count -= 1.0;
        self.give();
        true
    }

    fn give(&mut self) {
        self.given += 1;
        let count = self.count;
        self.out.iter_mut().zip(&self.sums).for_each(|(out, sum)| *out = sum / count);
    }
}
