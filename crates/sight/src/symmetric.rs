//! Eigenvalues and eigenvectors of a symmetric matrix.
//!
//! Householder reflections make the matrix tridiagonal, then implicit QL steps make it diagonal: Golub and Van Loan,
//! "Matrix Computations", 8.3. It takes seconds for 1280 rows, and is done only when a whitening is fitted.

/// QL steps for one eigenvalue; two are usual.
const STEPS_MAX: usize = 64;

/// Eigenvalues, and the eigenvector of each as a row, in no particular order.
pub(crate) struct Spectrum {
    pub(crate) values: Vec<f64>,
    pub(crate) vectors: Vec<Vec<f64>>,
}

/// The spectrum of a symmetric matrix, given as its rows.
pub(crate) fn spectrum(mut matrix: Vec<Vec<f64>>) -> Spectrum {
    let count = matrix.len();
    let mut reflections = Vec::new();
    let mut beside = vec![0.0; count];
    for (k, left) in beside.iter_mut().enumerate().take(count.saturating_sub(2)) {
        let (reflection, length) = reflection(&matrix, k);
        *left = length;
        reflect(&mut matrix, k + 1, &reflection);
        reflections.push(reflection);
    }
    if count > 1 {
        beside[count - 2] = matrix[count - 1][count - 2];
    }
    let mut spectrum =
        Spectrum { values: (0..count).map(|i| matrix[i][i]).collect(), vectors: accumulated(&reflections, count) };
    for first in 0..count {
        spectrum.settle(&mut beside, first);
    }
    spectrum
}

/// The unit vector that mirrors what stands below the diagonal of a column onto its first place, and what it leaves there.
fn reflection(matrix: &[Vec<f64>], column: usize) -> (Vec<f64>, f64) {
    let mut vector: Vec<f64> = matrix[column + 1..].iter().map(|row| row[column]).collect();
    let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    let left = if vector[0] > 0.0 { -length } else { length };
    vector[0] -= left;
    let norm = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    if norm > 0.0 {
        vector.iter_mut().for_each(|x| *x /= norm);
    }
    (vector, left)
}

/// Mirrors rows and columns from `start` on: `A − v wᵀ − w vᵀ` with `w = 2 (A v − (vᵀ A v) v)`.
fn reflect(matrix: &mut [Vec<f64>], start: usize, vector: &[f64]) {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let moved: Vec<f64> = matrix[start..].iter().map(|row| dot(&row[start..], vector)).collect();
    let along = dot(&moved, vector);
    let w: Vec<f64> = moved.iter().zip(vector).map(|(m, v)| 2.0 * (m - along * v)).collect();
    for (i, row) in matrix[start..].iter_mut().enumerate() {
        for (j, value) in row[start..].iter_mut().enumerate() {
            *value -= vector[i] * w[j] + w[i] * vector[j];
        }
    }
}

/// The rows of all reflections multiplied: row `i` is the place that the `i`-th axis came from.
fn accumulated(reflections: &[Vec<f64>], count: usize) -> Vec<Vec<f64>> {
    let mut rows: Vec<Vec<f64>> =
        (0..count).map(|i| (0..count).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    for (k, vector) in reflections.iter().enumerate().rev() {
        for row in &mut rows[k + 1..] {
            let along: f64 = row[k + 1..].iter().zip(vector).map(|(x, v)| x * v).sum();
            row[k + 1..].iter_mut().zip(vector).for_each(|(x, v)| *x -= 2.0 * along * v);
        }
    }
    rows
}

impl Spectrum {
    /// QL steps until the number beside the `first` diagonal one is nothing.
    fn settle(&mut self, beside: &mut [f64], first: usize) {
        for _ in 0..STEPS_MAX {
            let last = self.block_end(beside, first);
            if last == first {
                return;
            }
            self.step(beside, first, last);
        }
    }

    /// The last row of the block that begins at `first`: beyond it stands nothing beside the diagonal.
    fn block_end(&self, beside: &[f64], first: usize) -> usize {
        let small = |i: usize| beside[i].abs() <= f64::EPSILON * (self.values[i].abs() + self.values[i + 1].abs());
        (first..self.values.len() - 1).find(|&i| small(i)).unwrap_or(self.values.len() - 1)
    }

    /// One implicit QL step with Wilkinson's shift on the block from `first` to `last`.
    fn step(&mut self, beside: &mut [f64], first: usize, last: usize) {
        let half = (self.values[first + 1] - self.values[first]) / (2.0 * beside[first]);
        let root = half.hypot(1.0).copysign(half);
        let mut bulge = self.values[last] - self.values[first] + beside[first] / (half + root);
        let (mut sine, mut cosine, mut shift) = (1.0, 1.0, 0.0);
        for i in (first..last).rev() {
            let (f, b) = (sine * beside[i], cosine * beside[i]);
            let length = f.hypot(bulge);
            beside[i + 1] = length;
            if length == 0.0 {
                self.values[i + 1] -= shift;
                beside[last] = 0.0;
                return;
            }
            (sine, cosine) = (f / length, bulge / length);
            let value = self.values[i + 1] - shift;
            let twist = (self.values[i] - value) * sine + 2.0 * cosine * b;
            shift = sine * twist;
            self.values[i + 1] = value + shift;
            bulge = cosine * twist - b;
            self.rotate(i, sine, cosine);
        }
        self.values[first] -= shift;
        beside[first] = bulge;
        beside[last] = 0.0;
    }

    fn rotate(&mut self, i: usize, sine: f64, cosine: f64) {
        let (left, right) = self.vectors.split_at_mut(i + 1);
        for (a, b) in left[i].iter_mut().zip(&mut right[0]) {
            (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(matrix: &[Vec<f64>]) {
        let found = spectrum(matrix.to_vec());
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        for (i, vector) in found.vectors.iter().enumerate() {
            for (j, other) in found.vectors.iter().enumerate() {
                assert!((dot(vector, other) - f64::from(u8::from(i == j))).abs() < 1e-9, "{i} {j}");
            }
            for (row, x) in matrix.iter().zip(vector) {
                assert!((dot(row, vector) - found.values[i] * x).abs() < 1e-9 * (1.0 + found.values[i].abs()));
            }
        }
    }

    #[test]
    fn each_vector_is_only_lengthened() {
        let mut state = 7u64;
        let mut chance = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / f64::from(1 << 24) - 0.5
        };
        for count in [1, 2, 3, 17, 40] {
            let half: Vec<Vec<f64>> = (0..count).map(|i| (0..=i).map(|_| chance()).collect()).collect();
            let row = |i: usize| (0..count).map(|j| half[i.max(j)][i.min(j)]).collect();
            let matrix: Vec<Vec<f64>> = (0..count).map(row).collect();
            checked(&matrix);
        }
    }

    #[test]
    fn matrices_without_a_direction_are_fine() {
        checked(&vec![vec![0.0; 5]; 5]);
        checked(&[vec![2.0, 0.0, 0.0], vec![0.0, 2.0, 0.0], vec![0.0, 0.0, 2.0]]);
        checked(&vec![vec![1.0; 6]; 6]);
        assert!(spectrum(Vec::new()).values.is_empty());
    }
}
