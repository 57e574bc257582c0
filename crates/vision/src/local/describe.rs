//! What a feature looks like: its main direction, and gradients summed in 4 × 4 places × 8 directions.

use std::f32::consts::TAU;

use super::detect::Extreme;
use super::pyramid::Image;

/// Bins of the histogram of directions.
const BINS: usize = 36;
/// Directions that come near the strongest are features of their own, at most this many.
const DIRECTIONS_MAX: usize = 2;
const NEAR: f32 = 0.8;
/// Samples in each direction over the described patch, without the rim that differences need.
const SIDE: usize = 16;
const RIMMED: usize = SIDE + 2;
/// Distance of samples, in units of the feature's blur: the patch is twelve blurs wide.
const STEP: f32 = 0.75;
/// No number of a description is more than this share of its length: one bright edge is not everything.
const SHARE_MAX: f32 = 0.2;

/// Room to work in, used again for every feature.
pub struct Bench {
    patch: [f32; RIMMED * RIMMED],
    /// For each row or column of samples and each of the two places it may add to: which, and how much.
    shares: [[(usize, f32); 2]; SIDE],
}

impl Default for Bench {
    fn default() -> Self {
        Self { patch: [0.0; RIMMED * RIMMED], shares: std::array::from_fn(shares) }
    }
}

/// Linear between the centres of places, and less towards the rim.
fn shares(index: usize) -> [(usize, f32); 2] {
    let distance = index as f32 - (SIDE as f32 - 1.0) / 2.0;
    let weight = (-distance * distance / (2.0 * 64.0)).exp();
    let place = (index as f32 + 0.5) / 4.0 - 0.5;
    let low = place.floor();
    let part = place - low;
    let clip = |n: f32, share: f32| if (0.0..4.0).contains(&n) { (n as usize, share * weight) } else { (0, 0.0) };
    [clip(low, 1.0 - part), clip(low + 1.0, part)]
}

impl Bench {
    /// The main directions of the gradients round an extreme, in radians.
    pub fn directions(&mut self, image: &Image, extreme: &Extreme) -> impl Iterator<Item = f32> + use<> {
        let histogram = smooth(&histogram(image, extreme));
        let top = histogram.iter().copied().fold(0.0, f32::max);
        let mut peaks: Vec<(f32, f32)> = Vec::new();
        for bin in 0..BINS {
            let (left, here, right) = (histogram[(bin + BINS - 1) % BINS], histogram[bin], histogram[(bin + 1) % BINS]);
            if here > left && here >= right && here >= NEAR * top && here > 0.0 {
                let shift = 0.5 * (left - right) / (left - 2.0 * here + right);
                peaks.push((here, (bin as f32 + shift) * (TAU / BINS as f32)));
            }
        }
        peaks.sort_by(|a, b| b.0.total_cmp(&a.0));
        peaks.into_iter().take(DIRECTIONS_MAX).map(|(_, direction)| direction)
    }

    /// The description, its first axis along `direction`: number `(4 × along + across) × 8 + turn`.
    pub fn describe(&mut self, image: &Image, extreme: &Extreme, direction: f32) -> [u8; 128] {
        self.sample(image, extreme, direction);
        let mut sums = [[0.0f32; 32]; 4];
        for (along, shares) in self.shares.iter().enumerate() {
            let line = self.line(along);
            for &(place, share) in shares {
                sums[place].iter_mut().zip(&line).for_each(|(sum, much)| *sum += share * much);
            }
        }
        finish(sums.as_flattened())
    }

    /// Gradients of one row of samples in 4 places × 8 directions.
    fn line(&self, along: usize) -> [f32; 32] {
        let mut bins = [0.0f32; 32];
        let row = |at: usize| &self.patch[at * RIMMED..(at + 1) * RIMMED];
        let (before, here, behind) = (row(along), row(along + 1), row(along + 2));
        for (across, shares) in self.shares.iter().enumerate() {
            let (du, dv) = (behind[across + 1] - before[across + 1], here[across + 2] - here[across]);
            let ((first, much), (second, rest)) = split(du, dv);
            for &(place, share) in shares {
                bins[(place * 8 + first) % 32] += share * much;
                bins[(place * 8 + second) % 32] += share * rest;
            }
        }
        bins
    }

    /// The patch, turned so that rows go along the direction. Places are counted in 65,536ths of a pixel.
    fn sample(&mut self, image: &Image, extreme: &Extreme, direction: f32) {
        const ONE: f32 = 65_536.0;
        let (sin, cos) = direction.sin_cos();
        let step = STEP * extreme.sigma;
        let middle = (RIMMED as f32 - 1.0) / 2.0;
        let most = |side: usize| ((side.max(2) - 1) << 16) as i32 - 1;
        let (right, bottom) = (most(image.width), most(image.height));
        let (dx, dy) = ((-sin * step * ONE) as i32, (cos * step * ONE) as i32);
        for along in 0..RIMMED {
            let (u, v) = ((along as f32 - middle) * step, -middle * step);
            let mut x = ((extreme.x + u * cos - v * sin) * ONE) as i32;
            let mut y = ((extreme.y + u * sin + v * cos) * ONE) as i32;
            for sample in &mut self.patch[along * RIMMED..(along + 1) * RIMMED] {
                let (px, py) = (x.clamp(0, right), y.clamp(0, bottom));
                let (fx, fy) = ((px & 0xffff) as f32 / ONE, (py & 0xffff) as f32 / ONE);
                let at = (py >> 16) as usize * image.width + (px >> 16) as usize;
                let (top, low) = (&image.pixels[at..at + 2], &image.pixels[at + image.width..at + image.width + 2]);
                let upper = top[0] + fx * (top[1] - top[0]);
                let lower = low[0] + fx * (low[1] - low[0]);
                *sample = upper + fy * (lower - upper);
                (x, y) = (x + dx, y + dy);
            }
        }
    }
}

/// A gradient as the sum of the two of eight directions that it lies between: exact, without an arc tangent.
fn split(du: f32, dv: f32) -> ((usize, f32), (usize, f32)) {
    let (a, b) = (du.abs(), dv.abs());
    // The direction of the nearer axis: 0 along, 2 across, 4 and 6 against them. The nearer diagonal: 1, 3, 5, 7.
    let axis = match (a >= b, du >= 0.0, dv >= 0.0) {
        (true, true, _) => 0,
        (true, false, _) => 4,
        (false, _, true) => 2,
        (false, _, false) => 6,
    };
    let diagonal = match (du >= 0.0, dv >= 0.0) {
        (true, true) => 1,
        (false, true) => 3,
        (false, false) => 5,
        (true, false) => 7,
    };
    ((axis, a.max(b) - a.min(b)), (diagonal, a.min(b) * std::f32::consts::SQRT_2))
}

/// Square roots (Arandjelović and Zisserman's RootSIFT), in 512ths, after cutting what stands out.
fn finish(sums: &[f32]) -> [u8; 128] {
    let length = sums.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-6);
    let cut: [f32; 128] = std::array::from_fn(|at| sums.get(at).map_or(0.0, |v| v.min(SHARE_MAX * length)));
    let total = cut.iter().sum::<f32>().max(1e-6);
    cut.map(|v| ((v / total).sqrt() * 512.0 + 0.5) as u8)
}

/// Gradients by direction, weighted by length and nearness.
fn histogram(image: &Image, extreme: &Extreme) -> [f32; BINS] {
    let mut bins = [0.0; BINS];
    let reach = 1.5 * extreme.sigma;
    let radius = (3.0 * reach) as isize;
    let stride = if radius > 8 { 2 } else { 1 };
    let (cx, cy) = (extreme.x.round() as isize, extreme.y.round() as isize);
    let fall = -1.0 / (2.0 * reach * reach);
    let bell: Vec<f32> = (0..=radius).map(|step| ((step * step) as f32 * fall).exp()).collect();
    let (width, height) = (image.width as isize, image.height as isize);
    for y in (-radius..=radius).step_by(stride) {
        for x in (-radius..=radius).step_by(stride) {
            let (column, row) = (cx + x, cy + y);
            if x * x + y * y > radius * radius || column < 1 || row < 1 || column >= width - 1 || row >= height - 1 {
                continue;
            }
            let at = (row * width + column) as usize;
            let dx = image.pixels[at + 1] - image.pixels[at - 1];
            let dy = image.pixels[at + image.width] - image.pixels[at - image.width];
            let weight = bell[x.unsigned_abs()] * bell[y.unsigned_abs()] * (dx * dx + dy * dy).sqrt();
            let place = turn(dy, dx) * BINS as f32;
            let low = place as usize % BINS;
            let part = place - (place as usize) as f32;
            bins[low] += weight * (1.0 - part);
            bins[(low + 1) % BINS] += weight * part;
        }
    }
    bins
}

/// The angle of `(x, y)` as a part of the turn, 0 to 1, within 0.0001: a polynomial in place of an arc tangent.
fn turn(y: f32, x: f32) -> f32 {
    let (a, b) = (x.abs(), y.abs());
    let ratio = a.min(b) / a.max(b).max(1e-12);
    let square = ratio * ratio;
    let eighth = ratio * (0.158_912 + square * (-0.050_72 + square * (0.023_0 - square * 0.006_2)));
    let quarter = if b > a { 0.25 - eighth } else { eighth };
    let half = if x < 0.0 { 0.5 - quarter } else { quarter };
    if y < 0.0 { 1.0 - half } else { half }
}

fn smooth(bins: &[f32; BINS]) -> [f32; BINS] {
    let mut from = *bins;
    for _ in 0..2 {
        let before = from;
        for bin in 0..BINS {
            let (left, right) = (before[(bin + BINS - 1) % BINS], before[(bin + 1) % BINS]);
            from[bin] = 0.25 * left + 0.5 * before[bin] + 0.25 * right;
        }
    }
    from
}
