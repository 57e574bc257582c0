//! Wilson's interval of a rate, and the area under the ROC curve.

/// The 97.5 % quantile of the normal distribution, for intervals of 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// Wilson's score interval of 95 % for `hits` of `rows`, as shares from 0 to 1; without rows all is possible.
///
/// E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
///
/// ```
/// # use touchstone_evaluation::statistics::wilson;
/// let (low, high) = wilson(81, 263);
/// assert_eq!(format!("{low:.4} {high:.4}"), "0.2553 0.3662"); // Newcombe 1998, table I
/// ```
pub fn wilson(hits: u64, rows: u64) -> (f64, f64) {
    if rows == 0 {
        return (0.0, 1.0);
    }
    let (n, p) = (rows as f64, share(hits, rows));
    let middle = p + Z * Z / (2.0 * n);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    (((middle - spread) / scale).max(0.0), ((middle + spread) / scale).min(1.0))
}

/// `hits` of `rows` as a share; 0 without rows.
pub fn share(hits: u64, rows: u64) -> f64 {
    if rows == 0 { 0.0 } else { hits as f64 / rows as f64 }
}

/// How likely a fake scores higher than an honest offer, ties counting half; none when either is missing.
///
/// It is the area under the ROC curve, computed as the Mann–Whitney statistic over ranks.
///
/// ```
/// # use touchstone_evaluation::statistics::auc;
/// assert_eq!(auc(&[3.0, 2.0], &[1.0, 2.0]), Some(0.875));
/// assert_eq!(auc(&[], &[1.0]), None);
/// ```
pub fn auc(fakes: &[f64], honest: &[f64]) -> Option<f64> {
    if fakes.is_empty() || honest.is_empty() {
        return None;
    }
    let mut scores: Vec<(f64, bool)> = fakes.iter().map(|s| (*s, true)).collect();
    scores.extend(honest.iter().map(|s| (*s, false)));
    scores.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (m, n) = (fakes.len() as f64, honest.len() as f64);
    Some((rank_sum(&scores) - m * (m + 1.0) / 2.0) / (m * n))
}

/// Sum of the ranks of the marked ones, from 1; equal scores share their mean rank.
fn rank_sum(sorted: &[(f64, bool)]) -> f64 {
    let mut before = 0;
    let ties = sorted.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq());
    let sums = ties.map(|tie| {
        let rank = before as f64 + (tie.len() as f64 + 1.0) / 2.0;
        before += tie.len();
        rank * tie.iter().filter(|(_, marked)| *marked).count() as f64
    });
    sums.sum()
}

#[cfg(test)]
mod tests {
    use super::{auc, wilson};

    fn shown(hits: u64, rows: u64) -> String {
        let (low, high) = wilson(hits, rows);
        format!("{low:.4} {high:.4}")
    }

    #[test]
    fn wilson_has_the_published_values() {
        // R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998).
        assert_eq!(shown(15, 148), "0.0624 0.1605");
        assert_eq!(shown(0, 20), "0.0000 0.1611");
        assert_eq!(shown(1, 29), "0.0061 0.1718");
        assert_eq!(shown(20, 20), "0.8389 1.0000");
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }

    #[test]
    fn auc_agrees_with_counting_pairs() {
        let fakes = [0.9, 0.8, 0.4, 0.4, 0.1];
        let honest = [0.4, 0.3, 0.2, 0.1, 0.8, 0.0];
        let wins = |f: f64| {
            honest
                .iter()
                .map(|h| {
                    if f > *h {
                        1.0
                    } else if f == *h {
                        0.5
                    } else {
                        0.0
                    }
                })
                .sum::<f64>()
        };
        let pairs = fakes.iter().map(|f| wins(*f)).sum::<f64>() / 30.0;
        assert!((auc(&fakes, &honest).unwrap_or_default() - pairs).abs() < 1e-12);
    }

    #[test]
    fn auc_of_a_perfect_and_of_a_blind_score() {
        assert_eq!(auc(&[2.0, 3.0], &[0.0, 1.0]), Some(1.0));
        assert_eq!(auc(&[0.0; 3], &[0.0; 4]), Some(0.5));
    }
}
