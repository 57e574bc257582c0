//! What is known of a rate after `hits` of `of`.

use serde::{Deserialize, Serialize};

use crate::share::Ppb;

/// The 97.5 % quantile of the normal distribution, for intervals of 95 %.
pub(crate) const Z: f64 = 1.959_963_984_540_054;

/// How often something came out one way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// That way.
    pub hits: u64,
    /// Of so many.
    pub of: u64,
}

/// Two bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower.
    pub low: Ppb,
    /// The upper.
    pub high: Ppb,
}

impl Tally {
    /// One more.
    pub fn count(&mut self, hit: bool) {
        self.hits = self.hits.saturating_add(u64::from(hit));
        self.of = self.of.saturating_add(1);
    }

    /// The share; none of nothing.
    pub fn share(self) -> Option<f64> {
        (self.of > 0).then(|| self.hits.min(self.of) as f64 / self.of as f64)
    }

    /// Wilson's score interval of 95 %; without anything seen all is possible.
    ///
    /// E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    pub fn wilson(self) -> Interval {
        let Some(p) = self.share() else { return Interval { low: Ppb::NONE, high: Ppb::ALL } };
        let n = self.of as f64;
        let middle = p + Z * Z / (2.0 * n);
        let spread = Z * libm::sqrt(p * (1.0 - p) / n + Z * Z / (4.0 * n * n));
        let scale = 1.0 + Z * Z / n;
        Interval { low: Ppb::nearest((middle - spread) / scale), high: Ppb::nearest((middle + spread) / scale) }
    }

    /// The rate is not lower than this, with 95 % on that side: the exact bound of Clopper and Pearson.
    ///
    /// It is the rate at which as many hits or more would come in one of twenty such series. C. J. Clopper,
    /// E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26
    /// (1934).
    pub fn not_below(self) -> Ppb {
        let hits = self.hits.min(self.of);
        if hits == 0 {
            return Ppb::NONE;
        }
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if as_many(hits, self.of, middle) < 0.05 { low = middle } else { high = middle }
        }
        Ppb::nearest(low)
    }

    /// How likely as many hits or more are, if this is the rate.
    pub fn as_likely(self, rate: Ppb) -> Ppb {
        match (self.hits, rate) {
            (0, _) => Ppb::ALL,
            (hits, _) if hits > self.of => Ppb::NONE,
            (_, Ppb::NONE | Ppb::ALL) => rate,
            _ => Ppb::nearest(as_many(self.hits, self.of, rate.as_f64())),
        }
    }
}

/// How likely `hits` or more of `of` are at this rate, which is between 0 and 1.
fn as_many(hits: u64, of: u64, rate: f64) -> f64 {
    let n = of as f64;
    let odds = libm::log((1.0 - rate) / rate);
    let mut log_term = n * libm::log(rate);
    let mut sum = libm::exp(log_term);
    for at in (hits + 1..=of).rev() {
        let i = at as f64;
        log_term += libm::log(i / (n - i + 1.0)) + odds;
        sum += libm::exp(log_term);
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(hits: u64, of: u64) -> Tally {
        Tally { hits, of }
    }

    #[test]
    fn wilson_has_the_published_values() {
        // R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998).
        let check = |hits, of, low: &str, high: &str| {
            let found = tally(hits, of).wilson();
            assert_eq!(
                (format!("{:.4}", found.low.as_f64()), format!("{:.4}", found.high.as_f64())),
                (low.into(), high.into())
            );
        };
        check(81, 263, "0.2553", "0.3662");
        check(15, 148, "0.0624", "0.1605");
        check(0, 20, "0.0000", "0.1611");
        check(1, 29, "0.0061", "0.1718");
        check(0, 0, "0.0000", "1.0000");
    }

    #[test]
    fn the_exact_bound_is_the_root_of_its_definition() {
        // All right: rateⁿ = 0.05.
        assert_eq!(tally(10, 10).not_below(), Ppb::nearest(libm::pow(0.05, 0.1)));
        assert_eq!(tally(59, 59).not_below(), Ppb::nearest(libm::pow(0.05, 1.0 / 59.0)));
        // One right: (1 - rate)ⁿ = 0.95.
        assert_eq!(tally(1, 20).not_below(), Ppb::nearest(1.0 - libm::pow(0.95, 0.05)));
        assert_eq!(tally(0, 20).not_below(), Ppb::NONE);
        assert_eq!(tally(0, 0).not_below(), Ppb::NONE);
        assert!((as_many(2, 4, 0.5) - 11.0 / 16.0).abs() < 1e-12);
    }

    #[test]
    fn large_tallies_do_not_underflow() {
        let bound = tally(9_900, 10_000).not_below().as_f64();
        assert!((0.987..0.99).contains(&bound), "{bound}");
    }
}
