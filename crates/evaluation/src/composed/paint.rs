//! What is composed into a photo: words, codes, pieces of other photos.

use ab_glyph::{Font as _, FontVec, PxScale, ScaleFont as _, point};
use rxing::{BarcodeFormat, Writer as _};
use touchstone_vision::Picture;

/// A picture being painted on.
pub(crate) struct Canvas {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl Canvas {
    pub(crate) fn of(picture: &Picture) -> Self {
        Self { width: picture.width(), height: picture.height(), rgb: picture.rgb().to_vec() }
    }

    pub(crate) fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// As a JPEG file of the usual quality.
    pub(crate) fn to_jpeg(&self) -> Option<Vec<u8>> {
        let image = turbojpeg::Image {
            pixels: self.rgb.as_slice(),
            width: self.width as usize,
            pitch: 3 * self.width as usize,
            height: self.height as usize,
            format: turbojpeg::PixelFormat::RGB,
        };
        turbojpeg::compress(image, 85, turbojpeg::Subsamp::Sub2x2).ok().map(|bytes| bytes.to_vec())
    }

    fn blend(&mut self, x: i64, y: i64, colour: [u8; 3], cover: f32) {
        let inside = |v: i64, max: u32| (0..i64::from(max)).contains(&v);
        if !inside(x, self.width) || !inside(y, self.height) {
            return;
        }
        let at = 3 * (y as usize * self.width as usize + x as usize);
        for (old, new) in self.rgb[at..at + 3].iter_mut().zip(colour) {
            *old = (f32::from(*old) * (1.0 - cover) + f32::from(new) * cover).round() as u8;
        }
    }

    /// Mean brightness of a part.
    fn brightness(&self, (x, y, w, h): (u32, u32, u32, u32)) -> u32 {
        let (mut sum, mut count) = (0u64, 1u64);
        for row in y..(y + h).min(self.height) {
            for column in x..(x + w).min(self.width) {
                let at = 3 * (row as usize * self.width as usize + column as usize);
                sum += self.rgb[at..at + 3].iter().map(|v| u64::from(*v)).sum::<u64>();
                count += 3;
            }
        }
        (sum / count) as u32
    }

    /// Paints lines of words, light on dark and dark on light, with a thin border so that they can be read.
    pub(crate) fn words(&mut self, font: &FontVec, lines: &[&str], at: (u32, u32), pixels: f32) {
        let wide = lines.iter().map(|line| line.len()).max().unwrap_or(0) as f32 * pixels * 0.6;
        let ground = self.brightness((at.0, at.1, wide as u32, (pixels * lines.len() as f32) as u32));
        let (ink, border) = if ground > 120 { ([20, 20, 24], [250; 3]) } else { ([250; 3], [20, 20, 24]) };
        let reach = (pixels / 14.0).max(1.0);
        for (row, line) in lines.iter().enumerate() {
            let (x, y) = (at.0 as f32, at.1 as f32 + pixels * 1.15 * row as f32);
            for (dx, dy) in [(-1.0, 0.0), (1.0, 0.0), (0.0, -1.0), (0.0, 1.0)] {
                self.line(font, line, (x + dx * reach, y + dy * reach), pixels, border);
            }
            self.line(font, line, (x, y), pixels, ink);
        }
    }

    fn line(&mut self, font: &FontVec, line: &str, (x, y): (f32, f32), pixels: f32, colour: [u8; 3]) {
        let scaled = font.as_scaled(PxScale::from(pixels));
        let mut pen = x;
        for c in line.chars() {
            let id = scaled.glyph_id(c);
            let glyph = id.with_scale_and_position(pixels, point(pen, y + scaled.ascent()));
            pen += scaled.h_advance(id);
            let Some(outline) = font.outline_glyph(glyph) else { continue };
            let bounds = outline.px_bounds();
            outline.draw(|gx, gy, cover| {
                let (px, py) = (bounds.min.x as i64 + i64::from(gx), bounds.min.y as i64 + i64::from(gy));
                self.blend(px, py, colour, cover.clamp(0.0, 1.0));
            });
        }
    }

    /// Puts a QR code with its quiet zone, `side` pixels wide.
    pub(crate) fn code(&mut self, text: &str, at: (u32, u32), side: u32) {
        let encoded = rxing::qrcode::QRCodeWriter.encode(text, &BarcodeFormat::QR_CODE, side as i32, side as i32);
        let Ok(matrix) = encoded else { return };
        for y in 0..matrix.height().min(side) {
            for x in 0..matrix.width().min(side) {
                let colour = if matrix.get(x, y) { [16; 3] } else { [252; 3] };
                self.blend(i64::from(at.0 + x), i64::from(at.1 + y), colour, 1.0);
            }
        }
    }

    /// Puts a piece of another picture, `width` pixels wide, its border fading.
    pub(crate) fn piece(&mut self, piece: &Picture, at: (u32, u32), width: u32) {
        let height = (u64::from(width) * u64::from(piece.height()) / u64::from(piece.width())).max(1) as u32;
        for y in 0..height {
            for x in 0..width {
                let colour = average(piece, (x, y), (width, height));
                let border = x.min(y).min(width - 1 - x).min(height - 1 - y);
                let cover = ((border + 1) as f32 / 3.0).min(1.0);
                self.blend(i64::from(at.0 + x), i64::from(at.1 + y), colour, cover);
            }
        }
    }
}

/// Mean of the pixels that one of the smaller picture stands for.
fn average(piece: &Picture, (x, y): (u32, u32), (width, height): (u32, u32)) -> [u8; 3] {
    let range = |at: u32, of: u32, from: u32| {
        let start = (u64::from(at) * u64::from(from) / u64::from(of)) as u32;
        let end = (u64::from(at + 1) * u64::from(from) / u64::from(of)) as u32;
        start..end.max(start + 1)
    };
    let (mut sum, mut count) = ([0u32; 3], 0);
    for row in range(y, height, piece.height()) {
        for column in range(x, width, piece.width()) {
            let pixel = piece.pixel(column, row);
            sum.iter_mut().zip(pixel).for_each(|(s, v)| *s += u32::from(v));
            count += 1;
        }
    }
    sum.map(|s| (s / count.max(1)) as u8)
}
