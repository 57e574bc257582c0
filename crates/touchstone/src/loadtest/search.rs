//! The highest rate that is held: doubled until it is not, then halved in between, then held for the whole time.

use std::time::Duration;

use anyhow::{Result, bail};
use serde::Serialize;

use super::drive::Driver;
use super::plan::Plan;
use super::tally::Tally;
use crate::console::note;

/// Close enough: the lowest rate that was not held is at most so much higher than the highest that was.
const CLOSE: f64 = 1.05;
/// What a rate is lowered to when it was not held for the whole time.
const LOWER: f64 = 0.95;
/// Calls a second below which nothing is searched.
const RATE_MIN: f64 = 0.05;
/// Sent before each step that is measured.
const WARM_UP: Duration = Duration::from_secs(2);

/// One rate that was tried.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Step {
    /// Calls a second.
    pub(crate) rate: f64,
    pub(crate) seconds: u64,
    pub(crate) p99_us: u64,
    /// Calls that were not answered with 200.
    pub(crate) failed: u64,
    pub(crate) held: bool,
}

/// The rates around the one that is searched.
#[derive(Debug, Clone, Copy)]
struct Between {
    held: Option<f64>,
    not_held: Option<f64>,
}

impl Between {
    /// What to try next; none when both are close.
    fn next(self, start: f64) -> Option<f64> {
        match (self.held, self.not_held) {
            (None, None) => Some(start),
            (Some(held), None) => Some(held * 2.0),
            (None, Some(not_held)) => Some(not_held / 2.0),
            (Some(held), Some(not_held)) => (not_held / held > CLOSE).then(|| (held * not_held).sqrt()),
        }
    }

    fn learn(&mut self, rate: f64, held: bool) {
        *(if held { &mut self.held } else { &mut self.not_held }) = Some(rate);
    }
}

/// Searches with short steps; gives the highest rate that was held, and all steps.
pub(crate) async fn search(
    driver: &mut Driver,
    plan: &Plan,
    step: Duration,
    bound: Duration,
    quiet: bool,
) -> Result<(f64, Vec<Step>)> {
    let (mut between, mut steps) = (Between { held: None, not_held: None }, Vec::new());
    let mut warm_up = plan.warm_up;
    while let Some(rate) = between.next(plan.rate) {
        if rate < RATE_MIN {
            bail!("no rate is held at a p99 of {} ms", bound.as_millis());
        }
        let plan = Plan { rate, surge: None, warm_up, measured: step };
        let step = tried(&plan, &driver.drive(&plan, quiet).await?.tally, bound, quiet);
        between.learn(rate, step.held);
        steps.push(step);
        warm_up = warm_up.min(WARM_UP);
    }
    Ok((between.held.unwrap_or(plan.rate), steps))
}

/// Holds the rate that was found for the whole time; a little less where it is not.
pub(crate) async fn confirm(
    driver: &mut Driver,
    plan: &mut Plan,
    steps: &mut Vec<Step>,
    bound: Duration,
    quiet: bool,
) -> Result<Tally> {
    loop {
        let tally = driver.drive(plan, quiet).await?.tally;
        let step = tried(plan, &tally, bound, quiet);
        let held = step.held;
        steps.push(step);
        if held {
            return Ok(tally);
        }
        plan.rate *= LOWER;
        if plan.rate < RATE_MIN {
            bail!("no rate is held at a p99 of {} ms for {} s", bound.as_millis(), plan.measured.as_secs());
        }
    }
}

fn tried(plan: &Plan, tally: &Tally, bound: Duration, quiet: bool) -> Step {
    let step = Step {
        rate: plan.rate,
        seconds: plan.measured.as_secs(),
        p99_us: tally.latencies.value_at_quantile(0.99),
        failed: tally.due() - tally.good(),
        held: tally.holds(bound),
    };
    if !quiet {
        let Step { rate, seconds, p99_us, failed, held } = &step;
        let held = if *held { "held" } else { "not held" };
        let p99 = *p99_us as f64 / 1e3;
        note(format_args!("{rate:>10.1} calls a second for {seconds} s: p99 {p99:.1} ms, {failed} failed, {held}"));
    }
    step
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Searches a service that holds up to `limit` calls a second.
    fn found(start: f64, limit: f64) -> (f64, usize) {
        let (mut between, mut steps) = (Between { held: None, not_held: None }, 0);
        while let Some(rate) = between.next(start) {
            between.learn(rate, rate <= limit);
            steps += 1;
        }
        (between.held.unwrap_or_default(), steps)
    }

    #[test]
    fn the_limit_is_found_from_above_and_below() {
        for (start, limit) in [(100.0, 3_000.0), (100.0, 100.0), (5_000.0, 7.0), (1.0, 1.9)] {
            let (rate, steps) = found(start, limit);
            assert!(rate <= limit && rate * CLOSE >= limit && steps < 25, "{start} {limit}: {rate} in {steps}");
        }
    }
}
