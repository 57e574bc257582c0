//! PNG, WebP and GIF, through `image`.

use std::io::Cursor;

use image::error::LimitErrorKind;
use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader};

use super::{Format, Header, Limits, Refusal, picture, upright};
use crate::Picture;

pub(super) fn header(bytes: &[u8], format: Format, limits: &Limits) -> Result<Header, Refusal> {
    let (decoder, orientation) = opened(bytes, format, limits)?;
    let (width, height) = decoder.dimensions();
    let (width, height) = upright(orientation, width, height);
    Ok(Header { format, width, height })
}

pub(super) fn colour(bytes: &[u8], format: Format, limits: &Limits) -> Result<Picture, Refusal> {
    let (decoder, orientation) = opened(bytes, format, limits)?;
    let image = DynamicImage::from_decoder(decoder).map_err(|error| refusal(error, format))?;
    let (width, height) = (image.width(), image.height());
    let rgb =
        if image.color().has_alpha() { on_white(image.into_rgba8().into_raw()) } else { image.into_rgb8().into_raw() };
    picture(width, height, rgb, orientation).ok_or_else(|| Refusal::damaged(format, "no pixels"))
}

/// A decoder whose header fits, and how to turn what it gives.
fn opened<'a>(
    bytes: &'a [u8],
    format: Format,
    limits: &Limits,
) -> Result<(impl ImageDecoder + use<'a>, Orientation), Refusal> {
    let told = |error| refusal(error, format);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), kind(format));
    // Ours say why; this one holds what a PNG unpacks besides its pixels, and what the others keep besides.
    let mut within = image::Limits::no_limits();
    within.max_alloc = Some(if format == Format::Png { BESIDES_BYTES } else { limits.memory_bytes_max });
    reader.limits(within);
    let mut decoder = reader.into_decoder().map_err(told)?;
    let (width, height) = decoder.dimensions();
    limits.fits(width, height, 0)?;
    limits.fits(width, height, memory(format, decoder.color_type(), u64::from(width) * u64::from(height)))?;
    let orientation = decoder.orientation().map_err(told)?;
    Ok((decoder, orientation))
}

/// Colour profiles, comments, rows and tables that a decoder may hold.
const BESIDES_BYTES: u64 = 8 << 20;

fn kind(format: Format) -> ImageFormat {
    match format {
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Png => ImageFormat::Png,
        Format::WebP => ImageFormat::WebP,
        Format::Gif => ImageFormat::Gif,
    }
}

/// Bytes held at once: what is decoded, what it becomes, and what the decoder keeps besides.
fn memory(format: Format, colour: ColorType, pixels: u64) -> u64 {
    let decoded = u64::from(colour.bytes_per_pixel());
    let eight = if colour.has_alpha() { 4 } else { 3 };
    let becomes = if matches!(colour, ColorType::Rgb8 | ColorType::Rgba8) { 0 } else { eight };
    let besides = match format {
        Format::Jpeg | Format::Png => 0,
        // Planes of luma and colour, or the transforms of a lossless one; of an animated one a frame.
        Format::WebP => 6,
        // A frame beside the canvas.
        Format::Gif => 5,
    };
    // Turning a picture copies it.
    pixels * (decoded + becomes.max(3) + besides) + BESIDES_BYTES
}

/// Lays what is transparent on white, in place.
fn on_white(mut rgba: Vec<u8>) -> Vec<u8> {
    let pixels = rgba.len() / 4;
    for at in 0..pixels {
        let alpha = u32::from(rgba[4 * at + 3]);
        for channel in 0..3 {
            let value = u32::from(rgba[4 * at + channel]);
            rgba[3 * at + channel] = ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        }
    }
    rgba.truncate(3 * pixels);
    rgba
}

fn refusal(error: ImageError, format: Format) -> Refusal {
    let short = |e: &std::io::Error| e.kind() == std::io::ErrorKind::UnexpectedEof;
    match &error {
        ImageError::IoError(e) if short(e) => Refusal::Truncated { format },
        ImageError::Limits(e) if e.kind() == LimitErrorKind::InsufficientMemory => {
            Refusal::damaged(format, "it unpacks to much more than its pixels")
        }
        _ => Refusal::damaged(format, error),
    }
}
