//! From 64 × 64 grey values to bits.
//!
//! The order of additions is that of the public implementation, so that rounding agrees with it to the bit: a coefficient
//! beside the median would otherwise fall on another side now and then.

use std::f64::consts::PI;
use std::sync::LazyLock;

use super::Bits;

/// Grey values 0 to 255, by rows.
pub(super) type Samples = [[f32; 64]; 64];

/// Row `i` holds the cosine of frequency `i + 1` at 64 places, scaled to unit length.
static COSINES: LazyLock<[[f32; 64]; 16]> = LazyLock::new(|| {
    let scale = f64::from((2.0_f64 / 64.0).sqrt() as f32);
    let at = |i: usize, j: usize| (scale * (PI / 2.0 / 64.0 * (i + 1) as f64 * (2 * j + 1) as f64).cos()) as f32;
    std::array::from_fn(|i| std::array::from_fn(|j| at(i, j)))
});

/// [`COSINES`] with rows and columns exchanged.
static TURNED: LazyLock<[[f32; 16]; 64]> =
    LazyLock::new(|| std::array::from_fn(|j| std::array::from_fn(|i| COSINES[i][j])));

/// The 16 × 16 lowest frequencies, down by rows and across by columns, without the constant.
pub(super) fn lowest(samples: &Samples) -> [[f32; 16]; 16] {
    let (cosines, turned) = (&*COSINES, &*TURNED);
    std::array::from_fn(|i| {
        let mut half = [0_f32; 64];
        for (cosine, row) in cosines[i].iter().zip(samples) {
            (0..64).for_each(|x| half[x] += cosine * row[x]);
        }
        let mut whole = [0_f32; 16];
        for (value, row) in half.iter().zip(turned) {
            (0..16).for_each(|j| whole[j] += value * row[j]);
        }
        whole
    })
}

/// The sum of differences between neighbours in whole percent of white, a ninetieth of it, at most 100.
pub(super) fn quality(samples: &Samples) -> u8 {
    let step = |a: f32, b: f32| (((a - b) * 100.0) / 255.0) as i32;
    let mut sum = 0;
    for pair in samples.windows(2) {
        sum += (0..64).map(|x| step(pair[0][x], pair[1][x]).abs()).sum::<i32>();
    }
    for row in samples {
        sum += (0..63).map(|x| step(row[x], row[x + 1]).abs()).sum::<i32>();
    }
    (sum / 90).min(100) as u8
}

/// The coefficients of the picture after a symmetry: `rows` become columns first, then odd frequencies change sign.
/// Frequency `i + 1` stands in row `i`, so the odd ones are in even rows.
pub(super) fn moved(c: &[[f32; 16]; 16], (turned, down, across): (bool, bool, bool)) -> [[f32; 16]; 16] {
    std::array::from_fn(|i| {
        std::array::from_fn(|j| {
            let value = if turned { c[j][i] } else { c[i][j] };
            let negative = (down && i % 2 == 0) != (across && j % 2 == 0);
            if negative { -value } else { value }
        })
    })
}

/// Bit `16 i + j` is set where coefficient `i, j` is above the lower median.
pub(super) fn above_median(coefficients: &[[f32; 16]; 16]) -> Bits {
    let flat = coefficients.as_flattened();
    let mut sorted: [f32; 256] = std::array::from_fn(|at| flat[at]);
    let (_, median, _) = sorted.select_nth_unstable_by(127, f32::total_cmp);
    let median = *median;
    std::array::from_fn(|word| (0..64).fold(0, |bits, at| bits | u64::from(flat[64 * word + at] > median) << at))
}
