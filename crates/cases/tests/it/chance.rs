//! Chance from a seed: the same on every machine.

/// SplitMix64. S. Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled", ACM Transactions on
/// Mathematical Software 42 (2016).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Between 0 and 1, neither of them.
    pub(crate) fn unit(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.unit() * end as f64) as usize
    }

    /// How many of `n` happen, each with probability `p`: from one that happens to the next.
    pub(crate) fn of(&mut self, n: u64, p: f64) -> u64 {
        if p <= 0.0 {
            return 0;
        }
        if p > 0.5 {
            return n - self.of(n, 1.0 - p);
        }
        let fail = libm::log1p(-p);
        let (mut at, mut happened) = (0.0, 0);
        loop {
            at += libm::floor(libm::log(self.unit()) / fail) + 1.0;
            if at > n as f64 {
                return happened;
            }
            happened += 1;
        }
    }
}
