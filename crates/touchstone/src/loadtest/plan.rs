//! When calls are due: at one rate, or with a surge in the middle third of what is measured.

use std::time::Duration;

/// How long after a surge a service has to be as before.
const RETURN: Duration = Duration::from_secs(1);

/// How fast, and how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// Calls a second.
    pub(crate) rate: f64,
    /// Calls a second in the middle third of what is measured, if that is another rate.
    pub(crate) surge: Option<f64>,
    /// Sent first, and not counted.
    pub(crate) warm_up: Duration,
    /// Counted.
    pub(crate) measured: Duration,
}

/// A part of a run with a surge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Before,
    Surge,
    /// The first second after the surge.
    Return,
    After,
}

impl Part {
    pub(crate) const ALL: [Self; 4] = [Self::Before, Self::Surge, Self::Return, Self::After];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Surge => "surge",
            Self::Return => "1 s after",
            Self::After => "then",
        }
    }
}

impl Plan {
    fn third(&self) -> Duration {
        self.measured / 3
    }

    /// Rates, and for how long each.
    fn stretches(&self) -> [(f64, Duration); 3] {
        let (third, surge) = (self.third(), self.surge.unwrap_or(self.rate));
        [(self.rate, self.warm_up + third), (surge, third), (self.rate, self.measured.saturating_sub(third * 2))]
    }

    /// When a call is due, from the start.
    pub(crate) fn due(&self, call: u64) -> Duration {
        let (mut from, mut left) = (Duration::ZERO, call as f64);
        for (rate, time) in self.stretches() {
            let calls = rate * time.as_secs_f64();
            if left < calls {
                return from + Duration::from_secs_f64(left / rate);
            }
            (from, left) = (from + time, left - calls);
        }
        from + Duration::from_secs_f64(left / self.rate)
    }

    /// Calls that are due within a time from the start.
    fn calls(&self, mut time: Duration) -> u64 {
        let mut within = |(rate, stretch): (f64, Duration)| {
            let here = time.min(stretch);
            time -= here;
            rate * here.as_secs_f64()
        };
        self.stretches().map(&mut within).iter().sum::<f64>().round() as u64
    }

    /// Calls that are not counted.
    pub(crate) fn warm(&self) -> u64 {
        if self.warm_up.is_zero() { 0 } else { self.calls(self.warm_up).max(1) }
    }

    /// All calls.
    pub(crate) fn total(&self) -> u64 {
        self.calls(self.warm_up + self.measured).max(self.warm() + 1)
    }

    /// The part of a call that is counted.
    pub(crate) fn part(&self, call: u64) -> Part {
        let (due, third) = (self.due(call).saturating_sub(self.warm_up), self.third());
        match due {
            _ if due < third => Part::Before,
            _ if due < third * 2 => Part::Surge,
            _ if due < third * 2 + RETURN => Part::Return,
            _ => Part::After,
        }
    }

    /// Seconds of a part.
    pub(crate) fn seconds(&self, part: Part) -> f64 {
        let back = RETURN.min(self.third());
        let time = match part {
            Part::Before | Part::Surge => self.third(),
            Part::Return => back,
            Part::After => self.third() - back,
        };
        time.as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(surge: Option<f64>, warm_up: u64) -> Plan {
        let seconds = Duration::from_secs;
        Plan { rate: 10.0, surge, warm_up: seconds(warm_up), measured: seconds(9) }
    }

    #[test]
    fn at_one_rate_calls_are_evenly_spread() {
        let plan = plan(None, 2);
        assert_eq!((plan.warm(), plan.total()), (20, 110));
        assert_eq!([0, 1, 55, 109].map(|call| plan.due(call).as_millis()), [0, 100, 5_500, 10_900]);
    }

    #[test]
    fn a_surge_is_the_middle_third() {
        let plan = plan(Some(100.0), 0);
        assert_eq!((plan.warm(), plan.total()), (0, 360));
        assert_eq!(
            [29, 30, 31, 329, 330, 331].map(|call| plan.due(call).as_millis()),
            [2_900, 3_000, 3_010, 5_990, 6_000, 6_100]
        );
        let parts = [29, 30, 329, 330, 339, 340, 359].map(|call| plan.part(call));
        let [before, surge, back, after] = Part::ALL;
        assert_eq!(parts, [before, surge, surge, back, back, after, after]);
        assert_eq!(Part::ALL.map(|part| plan.seconds(part)), [3.0, 3.0, 1.0, 2.0]);
    }

    #[test]
    fn there_is_something_to_measure() {
        let slow = Plan { rate: 0.01, ..plan(None, 1) };
        assert_eq!((slow.warm(), slow.total()), (1, 2));
    }
}
