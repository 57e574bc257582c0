//! Which entries a model's eye takes for the same thing.
//!
//! Embeddings share much that says only "a picture": the mean of the entries is taken off first, as soon as there are
//! enough for a mean. Sums are of whole numbers, so that it does not matter in which order entries came and went.

use touchstone_vision::{Wide, wide};

use crate::features::View;

/// Views from which their mean is taken off.
const VIEWS_MIN: u32 = 32;

/// The sum of the entries' embeddings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mean {
    sums: Vec<i64>,
    count: u32,
}

impl Mean {
    pub(crate) fn add(&mut self, views: &[View]) {
        for view in views {
            if self.count == 0 {
                self.sums = vec![0; view.len()];
            }
            self.sums.iter_mut().zip(view).for_each(|(sum, &number)| *sum += i64::from(number));
            self.count += 1;
        }
    }

    pub(crate) fn remove(&mut self, views: &[View]) {
        for view in views {
            self.sums.iter_mut().zip(view).for_each(|(sum, &number)| *sum -= i64::from(number));
            self.count = self.count.saturating_sub(1);
        }
    }

    fn numbers(&self) -> Vec<f32> {
        let share = if self.count < VIEWS_MIN { 0.0 } else { 1.0 / self.count as f32 };
        self.sums.iter().map(|&sum| sum as f32 * share).collect()
    }

    /// Compares the views of a picture with entries.
    pub(crate) fn likeness<'a>(&self, views: &[View]) -> impl Fn(&'a [View]) -> f32 + use<'a> {
        let mean = self.numbers();
        let mut asked = vec![0.0f32; mean.len()];
        for view in views {
            let centred: Vec<f32> = view.iter().zip(&mean).map(|(&n, mean)| f32::from(n) - mean).collect();
            let length = dot(&centred, &centred).sqrt().max(1.0);
            asked.iter_mut().zip(&centred).for_each(|(sum, n)| *sum += n / (length * views.len() as f32));
        }
        move |entry: &'a [View]| {
            let like = |view: &View| {
                let (along, square) = wide(Centred { view, mean: &mean, asked: &asked });
                along / square.sqrt().max(1.0)
            };
            let sum: f32 = entry.iter().filter(|view| view.len() == asked.len()).map(like).sum();
            sum / entry.len().max(1) as f32
        }
    }
}

/// How far an embedding less the mean goes along the asked one, and the square of its length.
struct Centred<'a> {
    view: &'a [u8],
    mean: &'a [f32],
    asked: &'a [f32],
}

impl Wide for Centred<'_> {
    type Out = (f32, f32);

    #[inline(always)]
    fn run(self) -> (f32, f32) {
        let (mut along, mut square) = ([0.0f32; 8], [0.0f32; 8]);
        let parts = self.view.chunks_exact(8).zip(self.mean.chunks_exact(8)).zip(self.asked.chunks_exact(8));
        for ((view, mean), asked) in parts {
            for lane in 0..8 {
                let centred = f32::from(view[lane]) - mean[lane];
                along[lane] += asked[lane] * centred;
                square[lane] += centred * centred;
            }
        }
        (along.iter().sum(), square.iter().sum())
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    // Eight sums, because floats may not be added in another order for speed.
    let mut sums = [0.0f32; 8];
    for (a, b) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        (0..8).for_each(|lane| sums[lane] += a[lane] * b[lane]);
    }
    sums.iter().sum()
}
