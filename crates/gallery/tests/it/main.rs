//! What a gallery promises: one look a file, whatever is compared with it later, and how much memory that look takes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod looks;
mod memory;

use std::io::Cursor;

/// A picture of coloured cells, enough to be told from others, written as PNG.
fn drawn(seed: u32, width: u32, height: u32) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let (across, down) = (width.div_ceil(16), height.div_ceil(16));
    let picture = image::RgbImage::from_fn(width, height, |x, y| {
        let cell = (x / across).wrapping_mul(0x9e37_79b1) ^ (y / down).wrapping_mul(0x85eb_ca77);
        let cell = (cell ^ seed.wrapping_mul(0xc2b2_ae3d)).wrapping_mul(0x27d4_eb2f) >> 8;
        image::Rgb([(cell & 0xff) as u8, (cell >> 8 & 0xff) as u8, (cell >> 16) as u8])
    });
    picture.write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}
