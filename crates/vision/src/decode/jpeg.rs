//! JPEG, through libjpeg-turbo.

use image::metadata::Orientation;
use turbojpeg::{Colorspace, DecompressHeader, Decompressor, Image, PixelFormat, ScalingFactor};

use super::marker::{self, Segments};
use super::{Format, Header, Limits, Refusal, Scaled, divisor, picture, plane, upright};
use crate::{Picture, Plane};

/// More scans than any encoder writes; each costs a pass over all coefficients.
const SCANS_MAX: u32 = 100;

/// Rows of coefficients, tables and buffers that libjpeg-turbo keeps whatever the size.
const OVERHEAD_BYTES: u64 = 1 << 20;

pub(super) fn header(bytes: &[u8], limits: &Limits) -> Result<Header, Refusal> {
    let opened = Opened::new(bytes, limits)?;
    let (width, height) = opened.upright();
    Ok(Header { format: Format::Jpeg, width, height })
}

pub(super) fn colour(bytes: &[u8], limits: &Limits, at_least: u32) -> Result<Scaled<Picture>, Refusal> {
    let mut opened = Opened::new(bytes, limits)?;
    let by = opened.divisor(at_least);
    let orientation = opened.segments.orientation;
    let (w, h, pixels) = if opened.inks() {
        opened.memory(limits, by, 4)?;
        let (w, h, inks) = opened.pixels(bytes, by, PixelFormat::CMYK)?;
        (w, h, mixed(inks, opened.segments.adobe))
    } else {
        opened.memory(limits, by, 3)?;
        opened.pixels(bytes, by, PixelFormat::RGB)?
    };
    let (width, height) = opened.upright();
    let image = picture(w, h, pixels, orientation).ok_or_else(without_pixels)?;
    Ok(Scaled { image, width, height })
}

pub(super) fn grey(bytes: &[u8], limits: &Limits, at_least: u32) -> Result<Scaled<Plane>, Refusal> {
    let mut opened = Opened::new(bytes, limits)?;
    if opened.inks() {
        let Scaled { image, width, height } = colour(bytes, limits, at_least)?;
        return Ok(Scaled { image: image.grey(), width, height });
    }
    let by = opened.divisor(at_least);
    opened.memory(limits, by, 1)?;
    let (w, h, pixels) = opened.pixels(bytes, by, PixelFormat::GRAY)?;
    let (width, height) = opened.upright();
    let image = plane(w, h, pixels, opened.segments.orientation).ok_or_else(without_pixels)?;
    Ok(Scaled { image, width, height })
}

/// A file whose header was read and fits.
struct Opened {
    decoder: Decompressor,
    header: DecompressHeader,
    segments: Segments,
}

impl Opened {
    fn new(bytes: &[u8], limits: &Limits) -> Result<Self, Refusal> {
        let segments = marker::walk(bytes);
        if segments.precision > 8 {
            return Err(Refusal::Unsupported { what: "JPEG of more than 8 bits" });
        }
        let mut decoder = Decompressor::new().map_err(damaged)?;
        decoder.set_scan_limit(SCANS_MAX).map_err(damaged)?;
        let header = decoder.read_header(bytes).map_err(damaged)?;
        let opened = Self { decoder, header, segments };
        let (width, height) = opened.upright();
        limits.fits(width, height, 0)?;
        opened.holds(bytes)?;
        Ok(opened)
    }

    /// A header may promise more than the file can hold; then no memory is taken for it.
    fn holds(&self, bytes: &[u8]) -> Result<(), Refusal> {
        let bits = 8 * bytes.len().saturating_sub(self.segments.scan) as u64;
        let lies = self.segments.plain && bits < 2 * self.segments.blocks;
        if lies { Err(Refusal::Truncated { format: Format::Jpeg }) } else { Ok(()) }
    }

    /// Upright width and height.
    fn upright(&self) -> (u32, u32) {
        upright(self.segments.orientation, self.header.width as u32, self.header.height as u32)
    }

    /// Whether it is stored as inks for printing.
    fn inks(&self) -> bool {
        matches!(self.header.colorspace, Colorspace::CMYK | Colorspace::YCCK)
    }

    fn divisor(&self, at_least: u32) -> u32 {
        // A lossless JPEG has no coefficients to scale by.
        if self.header.is_lossless { 1 } else { divisor(self.header.width as u32, self.header.height as u32, at_least) }
    }

    /// Holds the memory against the limit: what comes out, twice if it has to be turned, and coefficients that are kept.
    fn memory(&self, limits: &Limits, by: u32, channels: u64) -> Result<(), Refusal> {
        let (width, height) = (self.header.width as u64, self.header.height as u64);
        let out = width.div_ceil(u64::from(by)) * height.div_ceil(u64::from(by)) * channels;
        let copies = if self.segments.orientation == Orientation::NoTransforms { 1 } else { 2 };
        let coefficients = 2 * width * height * self.segments.coefficients_per_pixel_256 / 256;
        let kept = if self.segments.kept { coefficients } else { 0 };
        limits.fits(self.header.width as u32, self.header.height as u32, out * copies + kept + OVERHEAD_BYTES)
    }

    /// Width, height and pixels as the file holds them, scaled.
    fn pixels(&mut self, bytes: &[u8], by: u32, format: PixelFormat) -> Result<(u32, u32, Vec<u8>), Refusal> {
        let factor = ScalingFactor::new(1, by as usize);
        self.decoder.set_scaling_factor(factor).map_err(damaged)?;
        let (width, height) = (factor.scale(self.header.width), factor.scale(self.header.height));
        let pitch = width * format.size();
        let mut pixels = vec![0; pitch * height];
        let mut decode = |bytes: &[u8]| {
            let image = Image { pixels: pixels.as_mut_slice(), width, pitch, height, format };
            self.decoder.decompress(bytes, image)
        };
        match decode(bytes).map_err(damaged) {
            Ok(()) => {}
            Err(refusal) if harmless(&refusal) && ends(bytes) => {}
            // All of the picture may be there, and only the mark of its end be missing.
            Err(Refusal::Truncated { .. }) if self.segments.plain => {
                decode(&[bytes, &[0xff, 0xd9]].concat()).map_err(|_| Refusal::Truncated { format: Format::Jpeg })?;
            }
            Err(refusal) => return Err(refusal),
        }
        Ok((width as u32, height as u32, pixels))
    }
}

/// What libjpeg warns of although every pixel is there: bytes between segments that belong to none.
fn harmless(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Damaged { detail, .. } if detail.contains("extraneous bytes before marker 0xd9"))
}

/// Whether the last thing in the file, or something near it, is the mark of a picture's end.
fn ends(bytes: &[u8]) -> bool {
    bytes.windows(2).rev().any(|pair| pair == [0xff, 0xd9])
}

fn damaged(error: turbojpeg::Error) -> Refusal {
    let said = error.to_string();
    if said.contains("Premature end") || said.contains("premature end") {
        return Refusal::Truncated { format: Format::Jpeg };
    }
    Refusal::damaged(Format::Jpeg, said.trim_start_matches("TurboJPEG error: "))
}

fn without_pixels() -> Refusal {
    Refusal::damaged(Format::Jpeg, "no pixels")
}

/// Inks to light: `255 × (1 − ink) × (1 − black)`, the usual way where no colour profile is applied. Adobe stores the
/// amount of light left over, others the amount of ink.
fn mixed(mut inks: Vec<u8>, inverted: bool) -> Vec<u8> {
    let light = |ink: u8| u32::from(if inverted { ink } else { 255 - ink });
    let pixels = inks.len() / 4;
    for at in 0..pixels {
        let black = light(inks[4 * at + 3]);
        for channel in 0..3 {
            inks[3 * at + channel] = ((light(inks[4 * at + channel]) * black + 127) / 255) as u8;
        }
    }
    inks.truncate(3 * pixels);
    inks
}
