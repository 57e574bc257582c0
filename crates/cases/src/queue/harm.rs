//! How much harm an item does a day, and its place in the order.

use serde::{Deserialize, Serialize};

use crate::moment::{HOUR, Moment};

/// Why an item matters. All are whole numbers, so that all machines agree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risk {
    /// How likely it is a fake, in millionths.
    pub probability_micro: u32,
    /// Money at risk in one order, in minor units of the house's currency.
    pub at_risk_minor: u64,
    /// What harm to health or safety counts as, in the same minor units.
    pub severity_minor: u64,
    /// Views or orders a day, whichever the house counts; the same for all.
    pub exposure_daily: u32,
}

impl Risk {
    /// Probability × (money at risk + severity) × exposure: millionths of minor units a day.
    ///
    /// A probability above one counts as one. What nobody sees does little harm, not none: an exposure of 0 counts as 1, and
    /// so does a harm of 0.
    pub fn harm(&self) -> u128 {
        let money = u128::from(self.at_risk_minor) + u128::from(self.severity_minor);
        let probability = u128::from(self.probability_micro.min(1_000_000));
        (probability * money * u128::from(self.exposure_daily.max(1))).max(1)
    }
}

/// How fast waiting makes up for less harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ageing {
    /// So many hours of waiting are worth a factor of e (2.718) of harm. It is `k`.
    ///
    /// With few, the queue is nearly first come, first served; with many, nearly by harm alone. What comes later goes
    /// ahead only while it is less than `k · ln(its harm / this harm)` younger, which bounds how long anything waits behind
    /// newcomers.
    pub hours: u32,
}

impl Default for Ageing {
    /// Six hours: twice the harm goes ahead of what came 4 hours earlier, a hundred times of what came 28 hours earlier,
    /// a million times of what came 83 hours earlier.
    fn default() -> Self {
        Self { hours: 6 }
    }
}

impl Ageing {
    /// `created_at − k · ln(harm)` in microseconds, the harm in millionths of minor units; smaller comes first.
    pub fn key(self, created_at: Moment, risk: Risk) -> i64 {
        let lead = f64::from(self.hours) * HOUR as f64 * libm::log(risk.harm() as f64);
        // Beyond what 64 bits hold it stays at the end.
        created_at.0.saturating_sub(libm::round(lead) as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn risk(probability_micro: u32, at_risk_minor: u64, exposure_daily: u32) -> Risk {
        Risk { probability_micro, at_risk_minor, severity_minor: 0, exposure_daily }
    }

    #[test]
    fn harm_is_the_product() {
        let bag = Risk { severity_minor: 100, ..risk(900_000, 195_000, 40) };
        assert_eq!(bag.harm(), 900_000 * 195_100 * 40);
        assert_eq!(risk(2_000_000, 10, 0).harm(), 10_000_000);
        assert_eq!(risk(0, 10, 10).harm(), 1);
        let most = Risk { severity_minor: u64::MAX, ..risk(u32::MAX, u64::MAX, u32::MAX) };
        assert!(most.harm() > 1 << 116);
    }

    #[test]
    fn keys_are_the_same_on_every_machine() {
        let now = Moment(1_795_770_000_000_000);
        let key = |harm: u64| Ageing::default().key(now, risk(1_000_000, harm, 1)) - now.0;
        // −6 h · ln(10⁶) and −6 h · ln(195 · 10⁹), in microseconds.
        assert_eq!([key(1), key(195_000)], [-298_415_028_052, -561_519_332_543]);
    }

    #[test]
    fn k_hours_are_worth_a_factor_of_e() {
        let ageing = Ageing { hours: 6 };
        let early = ageing.key(Moment(0), risk(1_000_000, 1_000_000, 1));
        let graver = |hours| ageing.key(Moment(hours * HOUR), risk(1_000_000, 2_718_282, 1));
        assert!(graver(5) < early && graver(7) > early);
        assert!((graver(6) - early).abs() < 60_000_000);
    }
}
