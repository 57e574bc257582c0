//! The few statistics that learning needs. Sources stand with each; nothing here knows what is counted.

/// Median absolute deviations from the median beyond which a value is an outlier (Iglewicz & Hoaglin 1993).
const OUTLIER_DEVIATIONS: f64 = 3.5;
/// Turns a median absolute deviation into a standard deviation, for normal data.
const MAD_TO_SIGMA: f64 = 1.4826;
/// Below this spread of logarithms (2 %) nothing is an outlier: prices are rounded.
const MIN_SIGMA: f64 = 0.02;

/// The `q`-quantile of sorted values, between neighbours in proportion (type 7 of Hyndman & Fan 1996).
pub(super) fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let at = q.clamp(0.0, 1.0) * last as f64;
    let (low, high) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    Some(low + (high - low) * at.fract())
}

/// The lowest and the highest price that is no outlier among `prices`, all positive.
///
/// Prices are spread by factors, not by amounts, so the modified z-score is taken of their logarithms.
pub(super) fn plausible(prices: &[f64]) -> Option<(f64, f64)> {
    let mut logs: Vec<f64> = prices.iter().map(|p| p.ln()).collect();
    logs.sort_by(f64::total_cmp);
    let median = quantile(&logs, 0.5)?;
    let mut deviations: Vec<f64> = logs.iter().map(|l| (l - median).abs()).collect();
    deviations.sort_by(f64::total_cmp);
    let sigma = (quantile(&deviations, 0.5)? * MAD_TO_SIGMA).max(MIN_SIGMA);
    let reach = OUTLIER_DEVIATIONS * sigma;
    Some(((median - reach).exp(), (median + reach).exp()))
}

/// How many of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) hits: u64,
    pub(super) of: u64,
}

impl Share {
    /// Between 0 and 1.
    pub(super) fn rate(self) -> f64 {
        self.hits as f64 / self.of.max(1) as f64
    }

    /// Logarithm of the likelihood of these hits when each has probability `p`, without the constant.
    fn log_likelihood(self, p: f64) -> f64 {
        let part = |n: u64, p: f64| if n == 0 { 0.0 } else { n as f64 * p.ln() };
        part(self.hits, p) + part(self.of - self.hits, 1.0 - p)
    }
}

/// Dunning's log-likelihood ratio G² of two shares: how much less likely they are under one common rate
/// ("Accurate methods for the statistics of surprise and coincidence", 1993). Under it, chi-squared with one degree of freedom.
pub(super) fn log_likelihood_ratio(a: Share, b: Share) -> f64 {
    let common = Share { hits: a.hits + b.hits, of: a.of + b.of }.rate();
    let apart = a.log_likelihood(a.rate()) + b.log_likelihood(b.rate());
    let together = a.log_likelihood(common) + b.log_likelihood(common);
    (2.0 * (apart - together)).max(0.0)
}

/// An upper bound of the probability that chance alone gives a G² of `g2` or more.
///
/// It is erfc(√(G²/2)), and erfc(x) < exp(-x²) / (x √π): the bound errs on the side of saying nothing.
pub(super) fn chance(g2: f64) -> f64 {
    let x2 = g2 / 2.0;
    if x2 <= 0.0 { 1.0 } else { ((-x2).exp() / (x2 * std::f64::consts::PI).sqrt()).min(1.0) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn close(a: f64, b: f64, tolerance: f64) {
        assert!((a - b).abs() <= tolerance, "{a} is not {b}");
    }

    #[test]
    fn quantiles_as_in_the_paper() {
        // R: quantile(c(1, 2, 3, 4, 10), c(.1, .5, .9)) gives 1.4, 3, 7.6.
        let sorted = [1.0, 2.0, 3.0, 4.0, 10.0];
        for (q, expected) in [(0.0, 1.0), (0.1, 1.4), (0.5, 3.0), (0.9, 7.6), (1.0, 10.0)] {
            close(quantile(&sorted, q).unwrap(), expected, 1e-9);
        }
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[7.0], 0.1), Some(7.0));
    }

    #[test]
    fn a_slip_of_the_decimal_point_is_an_outlier() {
        let mut prices: Vec<f64> = (90..=110).map(f64::from).collect();
        prices.extend([1.0, 10_000.0]);
        let (low, high) = plausible(&prices).unwrap();
        assert!(low > 1.0 && low < 90.0, "{low}");
        assert!(high > 110.0 && high < 10_000.0, "{high}");
    }

    #[test]
    fn equal_prices_have_no_outliers_within_a_few_per_cent() {
        let (low, high) = plausible(&[50.0; 40]).unwrap();
        assert!(low < 49.0 && high > 51.0);
        assert_eq!(plausible(&[]), None);
    }

    #[test]
    fn the_ratio_of_the_paper() {
        // The paper's bigrams, "the swiss": 110 together, 2442 and 111 apart, 29114 neither: 270.72.
        let a = Share { hits: 110, of: 110 + 2442 };
        let b = Share { hits: 111, of: 111 + 29114 };
        close(log_likelihood_ratio(a, b), 270.72, 0.01);
        close(log_likelihood_ratio(b, a), 270.72, 0.01);
    }

    #[test]
    fn equal_rates_are_no_surprise() {
        close(log_likelihood_ratio(Share { hits: 5, of: 50 }, Share { hits: 10, of: 100 }), 0.0, 1e-9);
        close(log_likelihood_ratio(Share { hits: 0, of: 50 }, Share { hits: 0, of: 100 }), 0.0, 1e-9);
        assert!(log_likelihood_ratio(Share { hits: 20, of: 20 }, Share { hits: 0, of: 100 }) > 90.0);
    }

    #[test]
    fn the_bound_lies_a_little_above_the_chance() {
        // Upper tail of chi-squared with one degree: 3.841 → 0.05, 6.635 → 0.01, 10.828 → 0.001.
        for (g2, p) in [(3.841, 0.05), (6.635, 0.01), (10.828, 0.001)] {
            assert!(chance(g2) > p && chance(g2) < 1.3 * p, "{}", chance(g2));
        }
        close(chance(0.0), 1.0, 0.0);
    }
}
