//! Reads a picture that came from outside.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageReader};

use crate::Picture;

/// What a picture may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes_max: usize,
    /// Width times height.
    pub pixels_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes_max: 32 << 20, pixels_max: 64_000_000 }
    }
}

/// Why a file is no picture that we look at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// More bytes than the limit.
    #[error("{bytes} bytes, at most {limit} are looked at")]
    TooManyBytes {
        /// Bytes of the file.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// More pixels than the limit.
    #[error("{width} × {height} pixels, at most {limit} are looked at")]
    TooManyPixels {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The limit.
        limit: u64,
    },
    /// No format that is read.
    #[error("not a JPEG, PNG, WebP or GIF file")]
    Unknown,
    /// Damaged, truncated, or lying about itself.
    #[error("damaged {format} file: {detail}")]
    Damaged {
        /// The format that the first bytes claim.
        format: &'static str,
        /// What the reader says.
        detail: String,
    },
}

/// Decodes a whole picture, upright.
///
/// # Errors
/// See [`Refusal`].
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Picture, Refusal> {
    if bytes.len() > limits.bytes_max {
        return Err(Refusal::TooManyBytes { bytes: bytes.len(), limit: limits.bytes_max });
    }
    if bytes.starts_with(&[0xff, 0xd8]) { jpeg(bytes, limits) } else { other(bytes, limits) }
}

fn pixels(width: u32, height: u32, limits: &Limits) -> Result<(), Refusal> {
    let fits = u64::from(width) * u64::from(height) <= limits.pixels_max;
    if fits { Ok(()) } else { Err(Refusal::TooManyPixels { width, height, limit: limits.pixels_max }) }
}

fn jpeg(bytes: &[u8], limits: &Limits) -> Result<Picture, Refusal> {
    let damaged = |e: turbojpeg::Error| Refusal::Damaged { format: "JPEG", detail: e.to_string() };
    let header = turbojpeg::read_header(bytes).map_err(damaged)?;
    pixels(header.width as u32, header.height as u32, limits)?;
    let image = turbojpeg::decompress(bytes, turbojpeg::PixelFormat::RGB).map_err(damaged)?;
    Picture::new(image.width as u32, image.height as u32, image.pixels)
        .ok_or(Refusal::Damaged { format: "JPEG", detail: "no pixels".into() })
}

fn other(bytes: &[u8], limits: &Limits) -> Result<Picture, Refusal> {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| Refusal::Unknown)?;
    let format = reader.format().ok_or(Refusal::Unknown)?;
    let name = format.extensions_str().first().copied().unwrap_or("unknown");
    let damaged = |e: image::ImageError| Refusal::Damaged { format: name, detail: e.to_string() };
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    pixels(width, height, limits)?;
    let orientation = decoder.orientation().map_err(damaged)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    image.apply_orientation(orientation);
    let rgb = image.into_rgb8();
    Picture::new(rgb.width(), rgb.height(), rgb.into_raw())
        .ok_or(Refusal::Damaged { format: name, detail: "no pixels".into() })
}
