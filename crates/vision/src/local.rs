//! Local features: places of a picture that are found again when it is cut, turned, mirrored, scaled or covered in part.
//!
//! The plan is that of SIFT (D. Lowe, 2004), with what copies of pictures need and no more:
//!
//! 1. [`pyramid`] brings the grey picture to about 150,000 pixels and blurs it in octaves of three scales;
//! 2. [`detect`] takes extremes of the differences of neighbouring scales and spreads them over the picture and over the
//!    octaves, so that a plain garment still gives some and a lively background does not take all;
//! 3. [`describe`] turns each to its main gradient and sums gradients in 4 × 4 places × 8 directions: 128 numbers;
//! 4. [`sign`] keeps 256 signs of sums of these numbers, to compare by counting bits, and the names of the nearest of a
//!    fixed small [`codebook`](sign::CODEBOOK), to look up.
//!
//! A mirrored picture has the same features mirrored, without a second pass: numbers of a description change places, and
//! signs and codebook are made so that this swaps halves and flips a bit, see [`Feature::mirrored`].

pub mod describe;
pub mod detect;
pub mod pyramid;
pub mod sign;

use crate::Plane;

/// Changes when features can't be compared with those of before.
pub const VERSION: u8 = 1;

/// How much is looked at and kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Pixels of the picture that is looked at; a larger one is made smaller, a smaller one at most doubled in each side.
    pub area: u32,
    /// Most features kept.
    pub features_max: usize,
    /// Least difference of neighbouring scales at a feature, in grey levels.
    pub contrast_min: f32,
}

impl Default for Options {
    fn default() -> Self {
        Self { area: 150_000, features_max: 400, contrast_min: 1.0 }
    }
}

/// Fractions of a pixel in which places are kept.
pub const UNIT: f32 = 16.0;

/// A place that is found again, and what it looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feature {
    /// Column in [`UNIT`]ths of a pixel of the frame.
    pub x: u16,
    /// Row in [`UNIT`]ths of a pixel of the frame.
    pub y: u16,
    /// Size: sixteen times the binary logarithm of the blur in pixels of the frame.
    pub scale: u8,
    /// Direction of the main gradient, 256 to the turn, from the x axis towards the y axis (down).
    pub angle: u8,
    /// The nearest and second nearest of the codebook, for the first half of the description, then for the second.
    pub words: [u8; 4],
    /// Signs of 256 sums.
    pub signs: [u64; 4],
}

impl Feature {
    /// Blur in pixels of the frame.
    pub fn sigma(&self) -> f32 {
        (f32::from(self.scale) / 16.0).exp2()
    }

    /// Direction in radians.
    pub fn direction(&self) -> f32 {
        f32::from(self.angle) * (std::f32::consts::TAU / 256.0)
    }

    /// Place in pixels of the frame.
    pub fn place(&self) -> (f32, f32) {
        (f32::from(self.x) / UNIT, f32::from(self.y) / UNIT)
    }

    /// The same place of the mirrored picture (left and right swapped) in a frame of this width.
    pub fn mirrored(&self, width: u16) -> Self {
        let [a, b, c, d] = self.signs;
        let edge = (f32::from(width) * UNIT) as u16;
        Self {
            x: edge.saturating_sub(self.x),
            angle: 128u8.wrapping_sub(self.angle),
            words: self.words.map(|word| word ^ 1),
            signs: [c, d, a, b],
            ..*self
        }
    }

    /// Bits in which two descriptions differ: about 128 for unrelated places.
    #[inline(always)]
    pub fn distance(&self, other: &Self) -> u32 {
        self.signs.iter().zip(&other.signs).map(|(a, b)| (a ^ b).count_ones()).sum()
    }
}

/// The features of a picture and the size of the frame they are placed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// Width of the frame in pixels.
    pub width: u16,
    /// Height of the frame in pixels.
    pub height: u16,
    /// At most [`Options::features_max`].
    pub list: Vec<Feature>,
}

/// Finds and describes.
pub fn extract(plane: &Plane, options: &Options) -> Features {
    let base = pyramid::frame(plane, options.area);
    let (width, height) = (base.width as u16, base.height as u16);
    let octaves = pyramid::octaves(base);
    let extremes = detect::extremes(&octaves, options);
    let mut list = Vec::with_capacity(options.features_max);
    let mut bench = describe::Bench::default();
    for extreme in &extremes {
        let image = &octaves[extreme.octave].blurred[extreme.level];
        for direction in bench.directions(image, extreme) {
            if list.len() < options.features_max {
                let description = bench.describe(image, extreme, direction);
                list.push(feature(extreme, direction, &description));
            }
        }
    }
    Features { width, height, list }
}

/// The numbers of every feature: what a codebook is fitted on.
pub fn descriptions(plane: &Plane, options: &Options) -> Vec<[u8; 128]> {
    let octaves = pyramid::octaves(pyramid::frame(plane, options.area));
    let mut bench = describe::Bench::default();
    let mut all = Vec::new();
    for extreme in &detect::extremes(&octaves, options) {
        let image = &octaves[extreme.octave].blurred[extreme.level];
        for direction in bench.directions(image, extreme) {
            all.push(bench.describe(image, extreme, direction));
        }
    }
    all
}

fn feature(extreme: &detect::Extreme, direction: f32, description: &[u8; 128]) -> Feature {
    let grow = (1u32 << extreme.octave) as f32;
    let place = |v: f32| ((v + 0.5) * grow * UNIT).clamp(0.0, f32::from(u16::MAX)) as u16;
    Feature {
        x: place(extreme.x),
        y: place(extreme.y),
        scale: ((extreme.sigma * grow).log2() * 16.0).round().clamp(0.0, 255.0) as u8,
        angle: (direction * (256.0 / std::f32::consts::TAU)).round() as i32 as u8,
        words: sign::words(description),
        signs: sign::signs(description),
    }
}

/// Bytes of a feature in the compact form.
const FEATURE_BYTES: usize = 42;
/// More are of no picture that this program looked at.
const FEATURES_MAX: usize = 1_024;

impl Features {
    /// The compact form: version, width, height, then 42 bytes a feature; integers are little endian.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(5 + FEATURE_BYTES * self.list.len());
        bytes.push(VERSION);
        bytes.extend(self.width.to_le_bytes());
        bytes.extend(self.height.to_le_bytes());
        for feature in &self.list {
            bytes.extend(feature.x.to_le_bytes());
            bytes.extend(feature.y.to_le_bytes());
            bytes.extend([feature.scale, feature.angle]);
            bytes.extend(feature.words);
            feature.signs.iter().for_each(|word| bytes.extend(word.to_le_bytes()));
        }
        bytes
    }

    /// Reads what [`Features::to_bytes`] wrote; none if it is of another version or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&[VERSION, w0, w1, h0, h1], rest) = bytes.split_first_chunk::<5>()? else { return None };
        let chunks = rest.chunks_exact(FEATURE_BYTES);
        if !chunks.remainder().is_empty() || chunks.len() > FEATURES_MAX {
            return None;
        }
        let list = chunks.map(read).collect::<Option<Vec<_>>>()?;
        Some(Self { width: u16::from_le_bytes([w0, w1]), height: u16::from_le_bytes([h0, h1]), list })
    }
}

fn read(bytes: &[u8]) -> Option<Feature> {
    let (&[x0, x1, y0, y1, scale, angle, a, b, c, d], rest) = bytes.split_first_chunk::<10>()?;
    let mut signs = [0; 4];
    for (sign, word) in signs.iter_mut().zip(rest.chunks_exact(8)) {
        *sign = u64::from_le_bytes(word.try_into().ok()?);
    }
    let words = [a, b, c, d];
    let known = words.iter().all(|&word| usize::from(word) < sign::WORDS);
    known.then_some(Feature {
        x: u16::from_le_bytes([x0, x1]),
        y: u16::from_le_bytes([y0, y1]),
        scale,
        angle,
        words,
        signs,
    })
}
