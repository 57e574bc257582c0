//! A grey picture in a frame of known size, blurred step by step, octave by octave.

use crate::wide::{Wide, wide};
use crate::{Plane, thumbnail};

/// Scales looked at in each octave.
pub const SCALES: usize = 3;
/// Blur of the first image of an octave, in its pixels.
pub const SIGMA: f32 = 1.6;
/// Blur that a picture is taken to have when it comes.
const GIVEN: f32 = 0.5;
/// No octave has a side shorter than this.
const SIDE_MIN: usize = 20;
const OCTAVES_MAX: usize = 6;
/// Longest side of a frame: very long pictures get fewer pixels.
const SIDE_MAX: f64 = 1_600.0;

/// Grey levels, rows from the top.
#[derive(Clone, Debug, Default)]
pub struct Image {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Row by row.
    pub pixels: Vec<f32>,
}

/// One octave: images of growing blur, and the differences of neighbours.
#[derive(Clone, Debug)]
pub struct Octave {
    /// `SCALES + 3` images; the blur of image `i` is `SIGMA × 2^(i / SCALES)`.
    pub blurred: Vec<Image>,
    /// `SCALES + 2` images: each next less this.
    pub differences: Vec<Image>,
}

/// The picture with about `area` pixels: made smaller, or larger by at most two.
pub fn frame(plane: &Plane, area: u32) -> Image {
    let (w, h) = (f64::from(plane.width()), f64::from(plane.height()));
    let factor = (f64::from(area) / (w * h)).sqrt().min(2.0).min(SIDE_MAX / w.max(h));
    let size = |n: f64| (n * factor).round().max(1.0) as u32;
    if factor <= 1.0 {
        let small = thumbnail::resize(plane, size(w), size(h));
        return Image {
            width: small.width() as usize,
            height: small.height() as usize,
            pixels: small.pixels().iter().map(|&p| f32::from(p)).collect(),
        };
    }
    enlarge(plane, size(w) as usize, size(h) as usize)
}

/// Linear interpolation between the centres of pixels.
fn enlarge(plane: &Plane, width: usize, height: usize) -> Image {
    let (from_w, from_h) = (plane.width() as usize, plane.height() as usize);
    let at = |index: usize, from: usize, to: usize| {
        let place = ((index as f32 + 0.5) * from as f32 / to as f32 - 0.5).clamp(0.0, from as f32 - 1.0);
        let low = place as usize;
        (low, (low + 1).min(from - 1), place - low as f32)
    };
    let columns: Vec<_> = (0..width).map(|x| at(x, from_w, width)).collect();
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        let (top, bottom, down) = at(y, from_h, height);
        let (top, bottom) = (&plane.pixels()[top * from_w..], &plane.pixels()[bottom * from_w..]);
        pixels.extend(columns.iter().map(|&(left, right, along)| {
            let mix = |row: &[u8]| f32::from(row[left]) * (1.0 - along) + f32::from(row[right]) * along;
            mix(top) * (1.0 - down) + mix(bottom) * down
        }));
    }
    Image { width, height, pixels }
}

/// All octaves of a frame.
pub fn octaves(frame: Image) -> Vec<Octave> {
    let mut blur = Blur::default();
    let mut first = blur.by(&frame, (SIGMA * SIGMA - GIVEN * GIVEN).sqrt());
    let mut octaves: Vec<Octave> = Vec::new();
    while octaves.len() < OCTAVES_MAX && (octaves.is_empty() || first.width.min(first.height) >= SIDE_MIN) {
        let octave = octave(first, &mut blur);
        first = halve(&octave.blurred[SCALES]);
        octaves.push(octave);
    }
    octaves
}

fn octave(first: Image, blur: &mut Blur) -> Octave {
    let mut blurred = vec![first];
    let mut differences = Vec::with_capacity(SCALES + 2);
    let sigma = |step: usize| SIGMA * (step as f32 / SCALES as f32).exp2();
    for step in 0..SCALES + 2 {
        let more = (sigma(step + 1).powi(2) - sigma(step).powi(2)).sqrt();
        let next = blur.by(&blurred[step], more);
        let pixels = next.pixels.iter().zip(&blurred[step].pixels).map(|(a, b)| a - b).collect();
        differences.push(Image { width: next.width, height: next.height, pixels });
        blurred.push(next);
    }
    Octave { blurred, differences }
}

/// Means of two by two pixels: the centre of pixel `(x, y)` comes to lie at `2x + 0.5` of the old.
fn halve(image: &Image) -> Image {
    let (width, height) = (image.width / 2, image.height / 2);
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        let top = &image.pixels[2 * y * image.width..][..2 * width];
        let bottom = &image.pixels[(2 * y + 1) * image.width..][..2 * width];
        let pairs = top.chunks_exact(2).zip(bottom.chunks_exact(2));
        pixels.extend(pairs.map(|(a, b)| (a[0] + a[1] + b[0] + b[1]) * 0.25));
    }
    Image { width, height, pixels }
}

/// Gaussian blur, along columns, then along rows; edges repeat.
#[derive(Default)]
struct Blur {
    row: Vec<f32>,
    wide: Vec<f32>,
}

impl Blur {
    fn by(&mut self, image: &Image, sigma: f32) -> Image {
        wide(Blurred { bench: self, image, kernel: &kernel(sigma) })
    }

    #[inline(always)]
    fn along(&mut self, kernel: &[f32], out: &mut [f32]) {
        let (width, radius) = (out.len(), kernel.len() - 1);
        let wide = &mut self.wide[..width + 2 * radius];
        wide[..radius].fill(self.row[0]);
        wide[radius..radius + width].copy_from_slice(&self.row[..width]);
        wide[radius + width..].fill(self.row[width - 1]);
        out.iter_mut().zip(&wide[radius..]).for_each(|(out, &a)| *out = kernel[0] * a);
        for (step, &share) in kernel.iter().enumerate().skip(1) {
            let pairs = wide[radius - step..].iter().zip(&wide[radius + step..]);
            out.iter_mut().zip(pairs).for_each(|(out, (&a, &b))| *out += share * (a + b));
        }
    }
}

struct Blurred<'a> {
    bench: &'a mut Blur,
    image: &'a Image,
    kernel: &'a [f32],
}

impl Wide for Blurred<'_> {
    type Out = Image;

    #[inline(always)]
    fn run(self) -> Image {
        let Self { bench, image, kernel } = self;
        let (width, height) = (image.width, image.height);
        let mut pixels = vec![0.0; width * height];
        bench.row.resize(width, 0.0);
        bench.wide.resize(width + 2 * kernel.len(), 0.0);
        for y in 0..height {
            let line = |row: usize| &image.pixels[row * width..][..width];
            bench.row.iter_mut().zip(line(y)).for_each(|(out, &a)| *out = kernel[0] * a);
            for (step, &share) in kernel.iter().enumerate().skip(1) {
                let (above, below) = (line(y.saturating_sub(step)), line((y + step).min(height - 1)));
                let pairs = above.iter().zip(below);
                bench.row.iter_mut().zip(pairs).for_each(|(out, (&a, &b))| *out += share * (a + b));
            }
            bench.along(kernel, &mut pixels[y * width..][..width]);
        }
        Image { width, height, pixels }
    }
}

/// The middle and one side of a Gaussian that sums to one.
fn kernel(sigma: f32) -> Vec<f32> {
    let radius = (3.0 * sigma).ceil() as usize;
    let bell = |step: usize| (-((step * step) as f32) / (2.0 * sigma * sigma)).exp();
    let sum: f32 = bell(0) + 2.0 * (1..=radius).map(bell).sum::<f32>();
    (0..=radius).map(|step| bell(step) / sum).collect()
}
