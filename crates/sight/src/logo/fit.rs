//! For each brand, the direction in which its logos differ from everything else.
//!
//! Linear discriminants in closed form: `w = (S + r·I)⁻¹ m`, where `m` is the mean of a brand's views and `S` how all
//! views and all that was beside them spread around the mean of the latter (ridge regression on being this brand;
//! Hastie, Tibshirani and Friedman, "The elements of statistical learning", sections 3.4.1 and 4.2). What many pictures
//! share counts little, what is peculiar to a brand much. A new logo costs one solution, no training.

use std::collections::BTreeMap;

use super::enrolled::{Enrolled, View};
use crate::regions::NUMBERS;

/// What is added to the diagonal, in parts of its mean.
const RIDGE: f32 = 0.05;
/// Weight of a brand's views together, when that of all that was beside them is one.
const BRAND_WEIGHT: f32 = 0.15;

/// Solved for a set.
#[derive(Clone, Debug)]
pub(crate) struct Fit {
    brands: Vec<String>,
    middle: Vec<f32>,
    /// A row a brand.
    directions: Vec<f32>,
}

impl Fit {
    /// For parts that are looked at by themselves.
    pub(crate) fn of_crops<'a>(entries: impl Iterator<Item = &'a Enrolled> + Clone) -> Self {
        Self::of(entries.clone().map(|e| (e.brand(), vec![&e.views])), entries.flat_map(|e| &e.beside))
    }

    /// For windows of a photo's maps.
    pub(crate) fn of_windows<'a>(entries: impl Iterator<Item = &'a Enrolled> + Clone) -> Self {
        let seen = entries.clone().map(|e| (e.brand(), vec![&e.views, &e.windows]));
        Self::of(seen, entries.flat_map(|e| e.beside.iter().chain(&e.windows_beside)))
    }

    fn of<'a>(
        seen: impl Iterator<Item = (&'a str, Vec<&'a Vec<View>>)>,
        beside: impl Iterator<Item = &'a View>,
    ) -> Self {
        let mut brands: BTreeMap<&str, Vec<&View>> = BTreeMap::new();
        for (brand, views) in seen {
            brands.entry(brand).or_default().extend(views.into_iter().flatten());
        }
        let beside: Vec<&View> = beside.collect();
        let middle =
            if beside.is_empty() { mean(brands.values().flatten().copied()) } else { mean(beside.iter().copied()) };
        let centred = |view: &View| view.numbers().iter().zip(&middle).map(|(a, b)| a - b).collect::<Vec<f32>>();
        let mut spread = Spread::new();
        for view in &beside {
            spread.add(&centred(view), 1.0 / beside.len() as f32);
        }
        let mut directions = Vec::new();
        for views in brands.values() {
            let weight = BRAND_WEIGHT / views.len() as f32;
            let mut sum = vec![0.0; NUMBERS];
            for view in views {
                let view = centred(view);
                sum.iter_mut().zip(&view).for_each(|(sum, value)| *sum += weight * value);
                spread.add(&view, weight);
            }
            directions.push(sum);
        }
        let triangle = spread.triangle();
        directions.iter_mut().for_each(|direction| triangle.solve(direction));
        Self { brands: brands.into_keys().map(str::to_owned).collect(), middle, directions: directions.concat() }
    }

    pub(crate) fn brand(&self, at: usize) -> &str {
        self.brands.get(at).map_or("", String::as_str)
    }

    /// How much a view is each brand: near one for its logos, near zero for anything else.
    pub(crate) fn weigh(&self, numbers: &[f32]) -> Vec<f32> {
        let centred: Vec<f32> = numbers.iter().zip(&self.middle).map(|(a, b)| a - b).collect();
        self.directions.chunks_exact(NUMBERS).map(|direction| dot(direction, &centred)).collect()
    }
}

fn mean<'a>(views: impl Iterator<Item = &'a View>) -> Vec<f32> {
    let mut sum = vec![0.0; NUMBERS];
    let mut count = 0f32;
    for view in views {
        sum.iter_mut().zip(view.numbers()).for_each(|(sum, number)| *sum += number);
        count += 1.0;
    }
    sum.iter_mut().for_each(|sum| *sum /= count.max(1.0));
    sum
}

/// Sixteen sums side by side, so that the compiler can use wide registers; the order never changes.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0f32; 16];
    let (wide, rest) = (a.chunks_exact(16), a.chunks_exact(16).remainder());
    for (a, b) in wide.zip(b.chunks_exact(16)) {
        for lane in 0..16 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let tail: f32 = rest.iter().zip(&b[a.len() - rest.len()..]).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + tail
}

/// A symmetric matrix, of which the lower triangle is filled, row by row.
struct Spread(Vec<f32>);

impl Spread {
    fn new() -> Self {
        Self(vec![0.0; NUMBERS * NUMBERS])
    }

    fn add(&mut self, view: &[f32], weight: f32) {
        for (row, line) in self.0.chunks_exact_mut(NUMBERS).enumerate() {
            let factor = weight * view[row];
            line[..=row].iter_mut().zip(view).for_each(|(sum, value)| *sum += factor * value);
        }
    }

    /// With the ridge on its diagonal, as a triangle times itself turned (Cholesky).
    fn triangle(mut self) -> Triangle {
        let trace: f32 = (0..NUMBERS).map(|at| self.0[at * (NUMBERS + 1)]).sum();
        let ridge = (RIDGE * trace / NUMBERS as f32).max(1e-9);
        for row in 0..NUMBERS {
            let (above, line) = self.0.split_at_mut(row * NUMBERS);
            line[row] += ridge;
            for column in 0..row {
                let other = &above[column * NUMBERS..=column * NUMBERS + column];
                line[column] = (line[column] - dot(&line[..column], &other[..column])) / other[column];
            }
            line[row] = (line[row] - dot(&line[..row], &line[..row])).max(ridge * 1e-3).sqrt();
        }
        Triangle(self.0)
    }
}

struct Triangle(Vec<f32>);

impl Triangle {
    /// Replaces the right side of the equations by their solution.
    fn solve(&self, right: &mut [f32]) {
        for row in 0..NUMBERS {
            let line = &self.0[row * NUMBERS..=row * NUMBERS + row];
            right[row] = (right[row] - dot(&line[..row], &right[..row])) / line[row];
        }
        for row in (0..NUMBERS).rev() {
            let line = &self.0[row * NUMBERS..=row * NUMBERS + row];
            right[row] /= line[row];
            let solved = right[row];
            right[..row].iter_mut().zip(line).for_each(|(value, factor)| *value -= factor * solved);
        }
    }
}
