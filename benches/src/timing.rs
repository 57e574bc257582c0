//! Times a piece of work several times: median and spread, never one lucky run.

use std::time::Instant;

/// The durations of equal runs, in nanoseconds an item, ascending.
#[derive(Clone, Debug)]
pub struct Measured(Vec<f64>);

impl Measured {
    /// Takes durations in any order; there is at least one.
    #[must_use]
    pub fn new(mut nanos: Vec<f64>) -> Self {
        nanos.sort_unstable_by(f64::total_cmp);
        Self(nanos)
    }

    /// The middle one.
    #[must_use]
    pub fn median(&self) -> f64 {
        median(&self.0)
    }

    /// The fastest.
    #[must_use]
    pub fn min(&self) -> f64 {
        self.0.first().copied().unwrap_or(f64::NAN)
    }

    /// The slowest.
    #[must_use]
    pub fn max(&self) -> f64 {
        self.0.last().copied().unwrap_or(f64::NAN)
    }

    /// As the results keep it.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({ "median_ns": round(self.median()), "min_ns": round(self.min()), "max_ns": round(self.max()), "runs": self.0.len() })
    }
}

/// The middle of an ascending list.
#[must_use]
pub fn median(ascending: &[f64]) -> f64 {
    match ascending.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => ascending[n / 2],
        n => f64::midpoint(ascending[n / 2 - 1], ascending[n / 2]),
    }
}

/// Runs `work` once to warm up and then `runs` times; every run handles `items`.
pub fn repeat(runs: usize, items: usize, mut work: impl FnMut()) -> Measured {
    work();
    let mut nanos = Vec::with_capacity(runs);
    for _ in 0..runs {
        let start = Instant::now();
        work();
        nanos.push(start.elapsed().as_nanos() as f64 / items as f64);
    }
    Measured::new(nanos)
}

fn round(nanos: f64) -> f64 {
    (nanos * 10.0).round() / 10.0
}
