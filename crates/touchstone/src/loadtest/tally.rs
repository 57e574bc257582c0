//! What became of the calls of one run.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;
use touchstone_server::client::{Answer, Broken};

/// Sent so much after it was due, a call is late.
const LATE: Duration = Duration::from_millis(2);
/// The longest latency that is told apart: ten minutes, in microseconds.
const LATENCY_MAX_US: u64 = 600_000_000;

/// One call.
pub(crate) struct Call {
    /// How long after it was due it was sent.
    pub(crate) late: Duration,
    /// A connection was waiting for it.
    pub(crate) idle: bool,
    /// From when it was due to the end of the answer.
    pub(crate) latency: Duration,
    pub(crate) ending: Ending,
}

/// How a call ended.
pub(crate) enum Ending {
    Answered(Answer),
    Broken(Broken),
    /// No connection became free in time.
    Unsent,
}

/// Counts, and the latencies of what was answered with 200 and of what was refused.
#[derive(Debug)]
pub(crate) struct Tally {
    /// Microseconds.
    pub(crate) latencies: Histogram<u64>,
    /// Of what was refused, 429 or 503: from when it was due until it was told.
    pub(crate) refusals: Histogram<u64>,
    /// Refused without saying when to come again.
    pub(crate) unsaid: u64,
    pub(crate) statuses: BTreeMap<u16, u64>,
    pub(crate) broken: BTreeMap<Broken, u64>,
    pub(crate) unsent: u64,
    /// Decisions: allow, review, block.
    pub(crate) verdicts: [u64; 3],
    /// Sent late although a connection was free: by us.
    pub(crate) late: u64,
    pub(crate) late_worst: Duration,
    /// Sent late because every connection was busy: by the service, or there are too few connections.
    pub(crate) waited: u64,
    /// What it took to get all answers.
    pub(crate) took: Duration,
}

/// Three digits are always possible.
fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LATENCY_MAX_US, 3)
        .unwrap_or_else(|error| unreachable!("the bounds of the histogram: {error}"))
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            latencies: histogram(),
            refusals: histogram(),
            unsaid: 0,
            statuses: BTreeMap::new(),
            broken: BTreeMap::new(),
            unsent: 0,
            verdicts: [0; 3],
            late: 0,
            late_worst: Duration::ZERO,
            waited: 0,
            took: Duration::ZERO,
        }
    }
}

impl Tally {
    pub(crate) fn count(&mut self, call: &Call) {
        if call.idle {
            self.late_worst = self.late_worst.max(call.late);
        }
        if call.late > LATE {
            *(if call.idle { &mut self.late } else { &mut self.waited }) += 1;
        }
        match &call.ending {
            Ending::Answered(answer) => self.answered(answer, call),
            Ending::Broken(broken) => *self.broken.entry(*broken).or_default() += 1,
            Ending::Unsent => self.unsent += 1,
        }
    }

    fn answered(&mut self, answer: &Answer, call: &Call) {
        *self.statuses.entry(answer.status).or_default() += 1;
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(1);
        match answer.status {
            200 => {
                self.latencies.saturating_record(micros(call.latency));
                self.verdicts.iter_mut().zip(answer.verdicts).for_each(|(sum, more)| *sum += more);
            }
            429 | 503 => {
                self.refusals.saturating_record(micros(call.latency));
                self.unsaid += u64::from(!answer.retry_after);
            }
            _ => {}
        }
    }

    /// The same, of a run that took so long.
    pub(crate) fn over(self, took: Duration) -> Self {
        Self { took, ..self }
    }

    /// Calls that were due.
    pub(crate) fn due(&self) -> u64 {
        self.statuses.values().chain(self.broken.values()).sum::<u64>() + self.unsent
    }

    /// Calls that were answered with 200.
    pub(crate) fn good(&self) -> u64 {
        self.latencies.len()
    }

    /// Whether everything was answered with 200, 99 of 100 within `bound`.
    pub(crate) fn holds(&self, bound: Duration) -> bool {
        self.good() == self.due() && u128::from(self.latencies.value_at_quantile(0.99)) <= bound.as_micros()
    }
}
