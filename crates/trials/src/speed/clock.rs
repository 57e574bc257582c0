//! Processor time of this thread.

use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};

fn now() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    1e9 * time.tv_sec as f64 + time.tv_nsec as f64
}

/// Nanoseconds of processor time that something takes.
pub(crate) fn timed<T>(what: impl FnOnce() -> T) -> (T, f64) {
    let before = now();
    let result = what();
    (result, now() - before)
}

/// The fastest and the median of several rounds, each divided by how much was done in it, in microseconds.
pub(crate) fn summary(mut rounds: Vec<f64>, each: usize) -> Value {
    rounds.sort_by(f64::total_cmp);
    let micros = |nanos: Option<&f64>| nanos.map(|ns| (ns / each as f64).round() / 1000.0);
    json!({ "fastest_us": micros(rounds.first()), "median_us": micros(rounds.get(rounds.len() / 2)), "rounds": rounds.len() })
}
