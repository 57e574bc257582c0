//! Scaled copies of pictures, as models want them.
//!
//! A pixel of the copy is the mean of the pixels below it, weighted by a triangle two pixels of the copy wide, and never
//! narrower than two pixels of the source: what shrinks is averaged, what grows is interpolated. Rows are done first,
//! since many of them fall together; then the columns of the few that stay.

use touchstone_vision::{Picture, Wide, wide};

/// The pixels of a line that make one pixel of the copy: the first of them, and what each counts.
struct Span {
    first: usize,
    weights: Vec<f32>,
}

/// A copy of exactly that size.
pub(crate) fn scaled(picture: &Picture, width: u32, height: u32) -> Picture {
    let (width, height) = (width.max(1), height.max(1));
    if (width, height) == (picture.width(), picture.height()) {
        return picture.clone();
    }
    let (columns, rows) = (spans(picture.width(), width), spans(picture.height(), height));
    let stride = 3 * picture.width() as usize;
    let mut row = vec![0f32; stride];
    // Four numbers a pixel fill a register, three do not.
    let mut quads = vec![[0f32; 4]; picture.width() as usize];
    let mut rgb = vec![0; 3 * width as usize * height as usize];
    for (span, out) in rows.iter().zip(rgb.chunks_exact_mut(3 * width as usize)) {
        row.fill(0.0);
        for (line, &weight) in picture.rgb()[span.first * stride..].chunks_exact(stride).zip(&span.weights) {
            wide(Added { row: &mut row, line, weight });
        }
        quads.iter_mut().zip(row.chunks_exact(3)).for_each(|(quad, rgb)| quad[..3].copy_from_slice(rgb));
        wide(Across { quads: &quads, columns: &columns, out });
    }
    Picture::new(width, height, rgb).unwrap_or_else(|| picture.clone())
}

/// A line of pixels, weighted, on top of a row.
struct Added<'a> {
    row: &'a mut [f32],
    line: &'a [u8],
    weight: f32,
}

impl Wide for Added<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        self.row.iter_mut().zip(self.line).for_each(|(sum, &value)| *sum += self.weight * f32::from(value));
    }
}

/// Each span of a row, weighted, as a pixel.
struct Across<'a> {
    quads: &'a [[f32; 4]],
    columns: &'a [Span],
    out: &'a mut [u8],
}

impl Wide for Across<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        for (span, rgb) in self.columns.iter().zip(self.out.chunks_exact_mut(3)) {
            let mut sum = [0.5; 4];
            for (quad, weight) in self.quads[span.first..].iter().zip(&span.weights) {
                for lane in 0..4 {
                    sum[lane] += weight * quad[lane];
                }
            }
            rgb.copy_from_slice(&[sum[0] as u8, sum[1] as u8, sum[2] as u8]);
        }
    }
}

fn spans(from: u32, to: u32) -> Vec<Span> {
    let ratio = f64::from(from) / f64::from(to);
    let radius = ratio.max(1.0);
    let span = |at: u32| {
        let middle = (f64::from(at) + 0.5) * ratio;
        let first = (middle - radius).max(0.0) as u32;
        let last = ((middle + radius).ceil() as u32).min(from);
        let weight = |i: u32| (1.0 - ((f64::from(i) + 0.5 - middle) / radius).abs()).max(0.0);
        let total: f64 = (first..last).map(weight).sum();
        Span { first: first as usize, weights: (first..last).map(|i| (weight(i) / total) as f32).collect() }
    };
    (0..to).map(span).collect()
}

/// Appends planes of a picture in an order of channels (0 is red), each number less its mean and divided by its scale.
pub(crate) fn append_planes(
    picture: &Picture,
    order: [usize; 3],
    mean: [f32; 3],
    scale: [f32; 3],
    values: &mut Vec<f32>,
) {
    for channel in order {
        let (mean, scale) = (mean[channel], scale[channel]);
        values.extend(picture.rgb().chunks_exact(3).map(|rgb| (f32::from(rgb[channel]) - mean) / scale));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32, value: impl Fn(u32, u32) -> u8) -> Picture {
        let rgb =
            (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| [value(x, y); 3]).collect();
        Picture::new(width, height, rgb).unwrap_or_else(|| unreachable!("all pixels are there"))
    }

    #[test]
    fn shrinking_averages_what_it_drops() {
        let small = scaled(&picture(64, 64, |x, _| if x % 2 == 0 { 0 } else { 200 }), 8, 8);
        assert_eq!((small.width(), small.height()), (8, 8));
        assert!(small.rgb().iter().all(|&value| (90..=110).contains(&value)), "{:?}", small.rgb());
    }

    #[test]
    fn one_colour_stays_it_at_any_size() {
        for (width, height) in [(1, 1), (3, 300), (250, 7), (640, 640)] {
            let copy = scaled(&picture(37, 53, |_, _| 199), width, height);
            assert!(copy.rgb().iter().all(|value| value.abs_diff(199) <= 1));
        }
    }

    #[test]
    fn growing_interpolates() {
        let grown = scaled(&picture(2, 1, |x, _| 100 * x as u8), 4, 1);
        let line: Vec<u8> = grown.rgb().chunks_exact(3).map(|rgb| rgb[0]).collect();
        assert_eq!(line, [0, 25, 75, 100]);
    }

    #[test]
    fn planes_stand_one_after_the_other() {
        let picture = Picture::new(2, 1, vec![1, 2, 3, 4, 5, 6]).unwrap_or_else(|| unreachable!("six bytes"));
        let mut values = Vec::new();
        append_planes(&picture, [0, 1, 2], [1.0; 3], [2.0; 3], &mut values);
        assert_eq!(values, [0.0, 1.5, 0.5, 2.0, 1.0, 2.5]);
    }
}
