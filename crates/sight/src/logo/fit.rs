//! For each brand, the direction in which its logos differ from everything else.
//!
//! Linear discriminants in closed form: `w = (S + r·I)⁻¹ m`, where `m` is the mean of a brand's views and `S` how all
//! views, all that was beside them and marks of others spread around the mean of the latter (ridge regression on being this brand;
//! Hastie, Tibshirani and Friedman, "The elements of statistical learning", sections 3.4.1 and 4.2). What many pictures
//! share counts little, what is peculiar to a brand much. A new logo costs one solution, no training: of a brand, and of
//! what is beside all of them, a fixed number of views count at most, so that the solution stays quick.

use std::collections::BTreeMap;

use ndarray::{Array1, Array2, ArrayView2};

use super::enrolled::{Enrolled, View};
use super::solve::{BLOCK, Triangle};
use crate::regions::NUMBERS;

/// What is added to the diagonal, in parts of its mean.
const RIDGE: f32 = 0.05;
/// Weight of a brand's views together, when that of all that was beside them is one.
const BRAND_WEIGHT: f32 = 0.15;
/// The same of all marks of others.
const STRANGERS_WEIGHT: f32 = 0.2;
/// Views of a brand that count.
const VIEWS_MAX: usize = 128;
/// Views beside logos that count.
const BESIDE_MAX: usize = 2_048;
/// Windows that are weighed together.
pub(crate) const TOGETHER: usize = 256;

/// Solved for a set.
#[derive(Clone, Debug)]
pub(crate) struct Fit {
    brands: Vec<String>,
    /// A column a brand.
    directions: Array2<f32>,
    /// What the middle of everything weighs.
    middle: Array1<f32>,
}

impl Fit {
    /// For parts that are looked at by themselves.
    pub(crate) fn of_crops<'a>(entries: impl Iterator<Item = &'a Enrolled> + Clone, strangers: &'a [View]) -> Self {
        let seen = entries.clone().map(|e| (e.brand(), vec![&e.views[..]]));
        Self::of(seen, entries.flat_map(|e| &e.beside).collect(), strangers)
    }

    /// For windows of a photo's maps.
    pub(crate) fn of_windows<'a>(entries: impl Iterator<Item = &'a Enrolled> + Clone, strangers: &'a [View]) -> Self {
        // On a photo a logo is as it is.
        let seen = entries.clone().map(|e| (e.brand(), vec![&e.views[..e.views.len().min(1)], &e.windows[..]]));
        Self::of(seen, entries.flat_map(|e| e.beside.iter().chain(&e.windows_beside)).collect(), strangers)
    }

    fn of<'a>(
        seen: impl Iterator<Item = (&'a str, Vec<&'a [View]>)>,
        beside: Vec<&'a View>,
        strangers: &'a [View],
    ) -> Self {
        let mut brands: BTreeMap<&str, Vec<&View>> = BTreeMap::new();
        for (brand, views) in seen {
            brands.entry(brand).or_default().extend(views.into_iter().flatten());
        }
        let beside = spread(beside, BESIDE_MAX);
        let of_brands: Vec<Vec<&View>> = brands.values().map(|views| spread(views.clone(), VIEWS_MAX)).collect();
        let generic: Vec<&View> = if beside.is_empty() { of_brands.concat() } else { beside.clone() };
        let middle = mean(&generic);
        let weighed = |views: &[&'a View], weight: f32| -> Vec<(&'a View, f32)> {
            views.iter().map(|view| (*view, (weight / views.len() as f32).sqrt())).collect()
        };
        let of_brands_weighed = of_brands.iter().flat_map(|views| weighed(views, BRAND_WEIGHT));
        let strangers = weighed(&strangers.iter().collect::<Vec<_>>(), STRANGERS_WEIGHT);
        let nothing = weighed(&beside, 1.0).into_iter().chain(strangers);
        let rows: Vec<(&View, f32)> = nothing.chain(of_brands_weighed).collect();
        let means: Vec<Vec<f32>> = of_brands.iter().map(|views| mean(views)).collect();
        let blocks = || (0..NUMBERS).step_by(BLOCK).map(|from| (from, BLOCK.min(NUMBERS - from)));
        let spreads = blocks().map(|(from, width)| {
            let number = |(row, at): (usize, usize)| rows[row].1 * (rows[row].0.number(from + at) - middle[from + at]);
            Array2::from_shape_fn((rows.len(), width), number)
        });
        let right = blocks().map(|(from, height)| {
            let number = |(at, brand): (usize, usize)| BRAND_WEIGHT * (means[brand][from + at] - middle[from + at]);
            Array2::from_shape_fn((height, means.len()), number)
        });
        let solved = Triangle::of_spread(&spreads.collect::<Vec<_>>(), RIDGE).solve(right.collect());
        let directions: Vec<f32> = solved.iter().flatten().copied().collect();
        let directions = Array2::from_shape_vec((NUMBERS, means.len()), directions)
            .unwrap_or_else(|_| Array2::zeros((NUMBERS, means.len())));
        let middle = Array1::from(middle).dot(&directions);
        Self { brands: brands.into_keys().map(str::to_owned).collect(), directions, middle }
    }

    pub(crate) fn brand(&self, at: usize) -> &str {
        self.brands.get(at).map_or("", String::as_str)
    }

    /// How much views, a row each, are each brand, a column each: near one for its logos, near zero for anything else.
    pub(crate) fn weigh(&self, views: ArrayView2<'_, f32>) -> Array2<f32> {
        views.dot(&self.directions) - &self.middle
    }
}

/// So many of a list, evenly.
fn spread(mut all: Vec<&View>, most: usize) -> Vec<&View> {
    let count = all.len();
    if count > most {
        all = (0..most).map(|at| all[at * count / most]).collect();
    }
    all
}

fn mean(views: &[&View]) -> Vec<f32> {
    let mut sum = vec![0.0; NUMBERS];
    for view in views {
        sum.iter_mut().enumerate().for_each(|(at, sum)| *sum += view.number(at));
    }
    sum.iter_mut().for_each(|sum| *sum /= views.len().max(1) as f32);
    sum
}
