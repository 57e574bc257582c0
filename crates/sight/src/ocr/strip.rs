//! A line of text, cut out and straightened to the height that the networks read.

use touchstone_vision::Picture;

use super::rectangle::Rectangle;

/// Height of a strip in pixels.
pub(super) const HEIGHT: usize = 48;
/// Its greatest width: some eighty letters. A longer line is squeezed.
const WIDTH_MAX: usize = 1920;
/// Its least width.
const WIDTH_MIN: usize = 16;
/// From so many times as high as it is wide, a rectangle holds text that runs upwards or downwards.
const STANDING: f32 = 1.5;
/// Points at most that one pixel of a strip is the mean of, across and along.
const SAMPLES_MAX: usize = 6;

/// Pixels of a line of text, red, green and blue, row by row.
pub(super) struct Strip {
    pub(super) width: usize,
    pub(super) rgb: Vec<u8>,
}

impl Strip {
    /// Cuts a rectangle out of a picture; what lies beside the picture repeats its edge.
    pub(super) fn cut(picture: &Picture, rectangle: &Rectangle) -> Self {
        let ([ax, ay], [u, v]) = (rectangle.along, rectangle.half);
        let (across, down, half) =
            if v > STANDING * u { ([ay, -ax], [ax, ay], [v, u]) } else { ([ax, ay], [-ay, ax], [u, v]) };
        let ratio = half[0] / half[1].max(0.5);
        let width = ((HEIGHT as f32 * ratio).ceil() as usize).clamp(WIDTH_MIN, WIDTH_MAX);
        let step = [2.0 * half[0] / width as f32, 2.0 * half[1] / HEIGHT as f32];
        let samples = step.map(|step| (step.ceil() as usize).clamp(1, SAMPLES_MAX));
        let mut rgb = Vec::with_capacity(3 * width * HEIGHT);
        for row in 0..HEIGHT {
            for column in 0..width {
                let mut sum = [0f32; 3];
                for i in 0..samples[0] * samples[1] {
                    let (i, j) = (i % samples[0], i / samples[0]);
                    let s = (column as f32 + (i as f32 + 0.5) / samples[0] as f32) * step[0] - half[0];
                    let t = (row as f32 + (j as f32 + 0.5) / samples[1] as f32) * step[1] - half[1];
                    let x = rectangle.middle[0] + s * across[0] + t * down[0];
                    let y = rectangle.middle[1] + s * across[1] + t * down[1];
                    let colour = between(picture, x - 0.5, y - 0.5);
                    sum.iter_mut().zip(colour).for_each(|(sum, value)| *sum += value);
                }
                let count = (samples[0] * samples[1]) as f32;
                rgb.extend(sum.map(|sum| (sum / count + 0.5) as u8));
            }
        }
        Self { width, rgb }
    }

    /// The same, by half a turn.
    pub(super) fn turned(&self) -> Self {
        let rgb = self.rgb.chunks_exact(3).rev().flatten().copied().collect();
        Self { width: self.width, rgb }
    }
}

/// The colour between four pixels.
fn between(picture: &Picture, x: f32, y: f32) -> [f32; 3] {
    let (x, y) = (x.max(0.0), y.max(0.0));
    let (left, top) = (x as u32, y as u32);
    let (right, bottom) = (x - left as f32, y - top as f32);
    let pixels = [
        (picture.pixel(left, top), (1.0 - right) * (1.0 - bottom)),
        (picture.pixel(left.saturating_add(1), top), right * (1.0 - bottom)),
        (picture.pixel(left, top.saturating_add(1)), (1.0 - right) * bottom),
        (picture.pixel(left.saturating_add(1), top.saturating_add(1)), right * bottom),
    ];
    let mut colour = [0f32; 3];
    for (pixel, weight) in pixels {
        colour.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += weight * f32::from(value));
    }
    colour
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32, colour: impl Fn(u32, u32) -> [u8; 3]) -> Picture {
        let rgb = (0..width * height).flat_map(|at| colour(at % width, at / width)).collect();
        Picture::new(width, height, rgb).unwrap_or_else(|| unreachable!("all pixels are there"))
    }

    fn rectangle(points: [[f32; 2]; 4]) -> Rectangle {
        Rectangle::around(points.to_vec(), 1.0)
    }

    #[test]
    fn a_part_of_the_right_height_is_cut_as_it_is() {
        let gradient = picture(120, 80, |x, y| [x as u8, y as u8, 7]);
        let strip = Strip::cut(&gradient, &rectangle([[10.0, 20.0], [106.0, 20.0], [106.0, 68.0], [10.0, 68.0]]));
        assert_eq!(strip.width, 96);
        assert_eq!(strip.rgb[..6], [10, 20, 7, 11, 20, 7]);
        assert_eq!(strip.turned().rgb[..3], [105, 67, 7]);
    }

    #[test]
    fn what_stands_is_laid_down() {
        let gradient = picture(80, 200, |x, y| [x as u8, y as u8, 7]);
        let strip = Strip::cut(&gradient, &rectangle([[10.0, 20.0], [58.0, 20.0], [58.0, 164.0], [10.0, 164.0]]));
        assert_eq!(strip.width, 144);
        // It begins at the lower left corner and runs upwards.
        assert_eq!(strip.rgb[..3], [10, 163, 7]);
    }

    #[test]
    fn a_rectangle_of_any_shape_gives_a_strip_within_limits() {
        let dark = picture(3, 3, |_, _| [9; 3]);
        for half in [[0.0, 0.0], [1e6, 1e-3], [1e-3, 1e6], [1e6, 1e6]] {
            let strip = Strip::cut(&dark, &Rectangle { middle: [1.0, 1.0], along: [1.0, 0.0], half, score: 1.0 });
            assert!((WIDTH_MIN..=WIDTH_MAX).contains(&strip.width));
            assert_eq!(strip.rgb.len(), 3 * strip.width * HEIGHT);
        }
    }
}
