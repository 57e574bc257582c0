//! A decoded picture, a grey plane of it, and a place on it.

use crate::wide::{Wide, wide};

/// Luma of pixels of three bytes.
struct Luma<'a> {
    rgb: &'a [u8],
}

impl Wide for Luma<'_> {
    type Out = Vec<u8>;

    #[inline(always)]
    fn run(self) -> Vec<u8> {
        let luma = |[r, g, b]: [u8; 3]| ((77 * u16::from(r) + 150 * u16::from(g) + 29 * u16::from(b) + 128) >> 8) as u8;
        let (pixels, _) = self.rgb.as_chunks::<3>();
        let mut out = vec![0; pixels.len()];
        out.iter_mut().zip(pixels).for_each(|(out, pixel)| *out = luma(*pixel));
        out
    }
}

/// A picture as people see it: upright, eight bits for red, green and blue, rows from the top, no gap between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl Picture {
    /// `rgb` holds `3 × width × height` bytes; none is made of another number, or without pixels.
    pub fn new(width: u32, height: u32, rgb: Vec<u8>) -> Option<Self> {
        let bytes = (width as usize).checked_mul(height as usize)?.checked_mul(3)?;
        (bytes > 0 && bytes == rgb.len()).then_some(Self { width, height, rgb })
    }

    /// Width in pixels, at least one.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, at least one.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Red, green, blue, pixel by pixel, row by row.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// The pixel at a column and a row, clamped to the picture.
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 3] {
        let (x, y) = (x.min(self.width - 1) as usize, y.min(self.height - 1) as usize);
        let at = 3 * (y * self.width as usize + x);
        [self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]]
    }

    /// The whole of it.
    pub fn frame(&self) -> PixelBox {
        PixelBox { x1: 0, y1: 0, x2: self.width, y2: self.height }
    }

    /// The part within a box, which is clamped to the picture; a box without pixels gives its nearest pixel.
    pub fn crop(&self, part: PixelBox) -> Self {
        let x1 = part.x1.min(self.width - 1);
        let y1 = part.y1.min(self.height - 1);
        let (x2, y2) = (part.x2.clamp(x1 + 1, self.width), part.y2.clamp(y1 + 1, self.height));
        let row = |y: u32| 3 * (y as usize * self.width as usize + x1 as usize);
        let bytes = 3 * (x2 - x1) as usize;
        let mut rgb = Vec::with_capacity(bytes * (y2 - y1) as usize);
        (y1..y2).for_each(|y| rgb.extend_from_slice(&self.rgb[row(y)..row(y) + bytes]));
        Self { width: x2 - x1, height: y2 - y1, rgb }
    }

    /// Luma of every pixel by Rec. 601, in integers: `(77 r + 150 g + 29 b + 128) / 256`.
    pub fn grey(&self) -> Plane {
        Plane { width: self.width, height: self.height, pixels: wide(Luma { rgb: &self.rgb }) }
    }
}

/// One byte a pixel, rows from the top, no gap between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plane {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Plane {
    /// `pixels` holds `width × height` bytes; none is made of another number, or without pixels.
    pub fn new(width: u32, height: u32, pixels: Vec<u8>) -> Option<Self> {
        let count = (width as usize).checked_mul(height as usize)?;
        (count > 0 && count == pixels.len()).then_some(Self { width, height, pixels })
    }

    /// Width in pixels, at least one.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, at least one.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Pixel by pixel, row by row.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }
}

/// A place on an upright picture, in its pixels, half open: `x1 ≤ x < x2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PixelBox {
    /// Left.
    pub x1: u32,
    /// Top.
    pub y1: u32,
    /// Right, not within.
    pub x2: u32,
    /// Bottom, not within.
    pub y2: u32,
}

impl PixelBox {
    /// Pixels in it.
    pub fn area(&self) -> u64 {
        u64::from(self.x2.saturating_sub(self.x1)) * u64::from(self.y2.saturating_sub(self.y1))
    }

    /// What both hold; without pixels where they do not meet.
    pub fn meet(&self, other: &Self) -> Self {
        let (x1, y1) = (self.x1.max(other.x1), self.y1.max(other.y1));
        Self { x1, y1, x2: self.x2.min(other.x2).max(x1), y2: self.y2.min(other.y2).max(y1) }
    }

    /// Intersection over union, 0 to 1.
    pub fn overlap(&self, other: &Self) -> f32 {
        let meet = self.meet(other).area();
        let union = self.area() + other.area() - meet;
        if union == 0 { 0.0 } else { meet as f32 / union as f32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked() -> Picture {
        Picture::new(3, 2, (0..18).collect()).unwrap_or_else(|| unreachable!("eighteen bytes"))
    }

    #[test]
    fn a_crop_holds_the_pixels_of_its_box() {
        let part = checked().crop(PixelBox { x1: 1, y1: 0, x2: 3, y2: 2 });
        assert_eq!((part.width(), part.height()), (2, 2));
        assert_eq!(part.rgb(), [3, 4, 5, 6, 7, 8, 12, 13, 14, 15, 16, 17]);
    }

    #[test]
    fn a_box_beside_the_picture_gives_its_nearest_pixel() {
        let part = checked().crop(PixelBox { x1: 9, y1: 9, x2: 9, y2: 9 });
        assert_eq!(part.rgb(), [15, 16, 17]);
    }

    #[test]
    fn a_wrong_number_of_bytes_is_no_picture() {
        assert!(Picture::new(2, 2, vec![0; 11]).is_none());
        assert!(Picture::new(0, 2, vec![]).is_none());
        assert!(Picture::new(u32::MAX, u32::MAX, vec![]).is_none());
    }
}
