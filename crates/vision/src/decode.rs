//! Reads a picture that came from outside.
//!
//! The first bytes say what a file is, never its name. Before a pixel is decoded, the header must fit the [`Limits`]:
//! bytes, pixels, sides, and the memory that decoding will take, which is known from the header ([`memory`]). What is
//! looked at is upright (EXIF orientation applied), eight bits of red, green and blue; what is transparent stands on white,
//! what is animated is its first frame.
//!
//! JPEG goes through libjpeg-turbo, which decodes at 1/2, 1/4 and 1/8 of the size for a fraction of the cost:
//! [`decode_scaled`] and [`grey_scaled`] use that, and shrink other formats to the same sizes, so that a later pass does
//! not see which format it was. PNG, WebP and GIF go through `image`.
//!
//! AVIF is not read: the decoders that are kept up are C libraries with parsers of their own, and those in Rust are young
//! or translations that keep `unsafe` throughout. Such a file is [`Refusal::Unsupported`], named as what it is.

mod jpeg;
pub mod limits;
mod marker;
mod other;
mod shrink;
mod sniff;

pub use limits::{Limits, Refusal};
pub use sniff::Format;

use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, RgbImage};

use crate::{Picture, Plane};

/// What the header of a file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// What the first bytes say the file is.
    pub format: Format,
    /// Pixels from left to right, upright.
    pub width: u32,
    /// Pixels from top to bottom, upright.
    pub height: u32,
}

/// A picture or plane decoded smaller than the file holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scaled<T> {
    /// What was decoded, upright.
    pub image: T,
    /// Width in pixels of the file's picture, upright.
    pub width: u32,
    /// Height in pixels of the file's picture, upright.
    pub height: u32,
}

/// Reads the header alone and holds it against the limits; what it promises may still turn out to be missing.
///
/// # Errors
/// See [`Refusal`].
pub fn header(bytes: &[u8], limits: &Limits) -> Result<Header, Refusal> {
    match sniffed(bytes, limits)? {
        Format::Jpeg => jpeg::header(bytes, limits),
        format => other::header(bytes, format, limits),
    }
}

/// Decodes a whole picture, upright.
///
/// # Errors
/// See [`Refusal`].
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Picture, Refusal> {
    match sniffed(bytes, limits)? {
        Format::Jpeg => jpeg::colour(bytes, limits, u32::MAX).map(|scaled| scaled.image),
        format => other::colour(bytes, format, limits),
    }
}

/// Decodes a picture at the smallest of 1/8, 1/4, 1/2 and 1/1 of its size whose *shorter* side has at least `at_least`
/// pixels; a picture that has fewer is decoded whole. Sides are rounded up. For a longer side of at least `n`, ask for
/// `n × shorter / longer` of [`header`].
///
/// Only these four, though libjpeg-turbo knows all eighths: the others are not vectorised there, and cost more than the
/// next larger of the four.
///
/// # Errors
/// See [`Refusal`].
pub fn decode_scaled(bytes: &[u8], limits: &Limits, at_least: u32) -> Result<Scaled<Picture>, Refusal> {
    match sniffed(bytes, limits)? {
        Format::Jpeg => jpeg::colour(bytes, limits, at_least),
        format => other::colour(bytes, format, limits).map(|whole| shrink::picture(whole, at_least)),
    }
}

/// [`decode_scaled`] in grey: of a JPEG in colour only the plane of luma is decoded, its colours are skipped.
///
/// # Errors
/// See [`Refusal`].
pub fn grey_scaled(bytes: &[u8], limits: &Limits, at_least: u32) -> Result<Scaled<Plane>, Refusal> {
    match sniffed(bytes, limits)? {
        Format::Jpeg => jpeg::grey(bytes, limits, at_least),
        format => other::colour(bytes, format, limits).map(|whole| shrink::plane(&whole.grey(), at_least)),
    }
}

fn sniffed(bytes: &[u8], limits: &Limits) -> Result<Format, Refusal> {
    limits.bytes(bytes.len())?;
    sniff::format(bytes)
}

/// One of 1, 2, 4 and 8: by how much a picture may be divided so that its shorter side keeps `at_least` pixels.
fn divisor(width: u32, height: u32, at_least: u32) -> u32 {
    let shorter = width.min(height);
    [8, 4, 2].into_iter().find(|by| shorter.div_ceil(*by) >= at_least).unwrap_or(1)
}

/// Whether width and height change places.
fn lies(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

fn upright(orientation: Orientation, width: u32, height: u32) -> (u32, u32) {
    if lies(orientation) { (height, width) } else { (width, height) }
}

/// A picture of pixels as the file holds them, turned upright; none if their number is wrong.
fn picture(width: u32, height: u32, rgb: Vec<u8>, orientation: Orientation) -> Option<Picture> {
    if orientation == Orientation::NoTransforms {
        return Picture::new(width, height, rgb);
    }
    let mut image = DynamicImage::ImageRgb8(RgbImage::from_raw(width, height, rgb)?);
    image.apply_orientation(orientation);
    Picture::new(image.width(), image.height(), image.into_rgb8().into_raw())
}

/// A plane of pixels as the file holds them, turned upright; none if their number is wrong.
fn plane(width: u32, height: u32, grey: Vec<u8>, orientation: Orientation) -> Option<Plane> {
    if orientation == Orientation::NoTransforms {
        return Plane::new(width, height, grey);
    }
    let mut image = DynamicImage::ImageLuma8(GrayImage::from_raw(width, height, grey)?);
    image.apply_orientation(orientation);
    Plane::new(image.width(), image.height(), image.into_luma8().into_raw())
}
