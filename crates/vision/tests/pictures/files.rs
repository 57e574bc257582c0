//! Picture files made for the tests.

use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, Frame, ImageEncoder, RgbaImage};
use touchstone_vision::Picture;
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

/// How a JPEG is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Jpeg {
    pub(crate) quality: i32,
    pub(crate) progressive: bool,
    pub(crate) subsampling: Subsamp,
}

impl Default for Jpeg {
    fn default() -> Self {
        Self { quality: 92, progressive: false, subsampling: Subsamp::Sub2x2 }
    }
}

impl Jpeg {
    pub(crate) fn write(self, picture: &Picture) -> Vec<u8> {
        self.pixels(picture.rgb(), picture.width(), picture.height(), PixelFormat::RGB)
    }

    pub(crate) fn pixels(self, pixels: &[u8], width: u32, height: u32, format: PixelFormat) -> Vec<u8> {
        let mut compressor = Compressor::new().unwrap();
        compressor.set_quality(self.quality).unwrap();
        compressor.set_progressive(self.progressive).unwrap();
        compressor.set_subsamp(self.subsampling).unwrap();
        let (width, height) = (width as usize, height as usize);
        let image = Image { pixels, width, pitch: width * format.size(), height, format };
        compressor.compress_to_vec(image).unwrap()
    }
}

pub(crate) fn png(pixels: &[u8], width: u32, height: u32, colour: ExtendedColorType) -> Vec<u8> {
    let mut file = Vec::new();
    PngEncoder::new(&mut file).write_image(pixels, width, height, colour).unwrap();
    file
}

pub(crate) fn webp(picture: &Picture) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let encoder = WebPEncoder::new_lossless(&mut file);
    encoder.write_image(picture.rgb(), picture.width(), picture.height(), ExtendedColorType::Rgb8).unwrap();
    file.into_inner()
}

/// Frames of one colour each; the last number is how opaque.
pub(crate) fn gif(width: u32, height: u32, frames: &[[u8; 4]]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = GifEncoder::new(&mut file);
    for colour in frames {
        encoder.encode_frame(Frame::new(RgbaImage::from_pixel(width, height, image::Rgba(*colour)))).unwrap();
    }
    drop(encoder);
    file
}

/// Puts a segment behind the first mark of a JPEG.
pub(crate) fn with_segment(jpeg: &[u8], code: u8, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xff, code], &length, body, &jpeg[2..]].concat()
}

/// What cameras write about how they were held, as TIFF.
pub(crate) fn exif(orientation: u8) -> Vec<u8> {
    let entry = [0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0];
    [&b"II*\0\x08\0\0\0\x01\0"[..], &entry, &[0; 4]].concat()
}

/// A chunk of a PNG, with its checksum.
pub(crate) fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(kind);
    crc.update(body);
    [&(body.len() as u32).to_be_bytes()[..], kind, body, &crc.sum().to_be_bytes()].concat()
}

/// The size that a JPEG claims, changed.
pub(crate) fn claiming(jpeg: &[u8], width: u16, height: u16) -> Vec<u8> {
    let mut file = jpeg.to_vec();
    let frame = file.windows(2).position(|pair| pair == [0xff, 0xc0] || pair == [0xff, 0xc2]).unwrap();
    file[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    file[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    file
}
