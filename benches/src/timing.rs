//! Times a piece of work several times: median and spread, never one lucky run.
//!
//! Work on one thread is timed by that thread's own clock, which stands still while others have the processor: on a busy
//! machine it still tells what the work costs, though caches that are shared make it dearer.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

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

/// Runs `work` once to warm up and then `runs` times; every run handles `items`. Processor time of this thread.
pub fn repeat(runs: usize, items: usize, work: impl FnMut()) -> Measured {
    measure(runs, items, work, thread_time)
}

/// The same by the clock on the wall, for work on several threads.
pub fn repeat_wall(runs: usize, items: usize, work: impl FnMut()) -> Measured {
    let start = Instant::now();
    measure(runs, items, work, || start.elapsed())
}

fn measure(runs: usize, items: usize, mut work: impl FnMut(), now: impl Fn() -> Duration) -> Measured {
    work();
    let mut nanos = Vec::with_capacity(runs);
    for _ in 0..runs {
        let start = now();
        work();
        nanos.push((now() - start).as_nanos() as f64 / items as f64);
    }
    Measured::new(nanos)
}

fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn round(nanos: f64) -> f64 {
    (nanos * 10.0).round() / 10.0
}
