//! Numbers from a seed: the same seed makes the same attack, on every machine and with any number of threads.

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014). Not for secrets.
#[derive(Clone, Debug)]
pub(super) struct Rng(u64);

/// Odd constant of the generator, 2^64 over the golden ratio.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Rng {
    /// A generator for one thing under a seed: the stream depends on both, and on nothing else.
    pub(super) fn of(seed: u64, name: &str) -> Self {
        // FNV-1a, so that every byte of the name counts.
        let hash = name
            .bytes()
            .fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
        Self(seed.wrapping_mul(STEP) ^ hash)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `n`, or 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        // The bias of the remainder is below 2^-40 for the few dozen choices made here.
        self.next().checked_rem(n as u64).unwrap_or(0) as usize
    }

    /// One of `items`.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// At most `k` of `items`, in their order.
    pub(super) fn some<T: Copy + Ord>(&mut self, items: &[T], k: usize) -> Vec<T> {
        let mut left = items.to_vec();
        let mut taken: Vec<T> = (0..k.min(left.len())).map(|_| left.swap_remove(self.below(left.len()))).collect();
        taken.sort_unstable();
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_sequence() {
        // First outputs of SplitMix64 from state 0, as in the authors' reference code.
        let mut rng = Rng(0);
        assert_eq!([rng.next(), rng.next()], [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4]);
    }

    #[test]
    fn choices_stay_in_order_and_in_bounds() {
        let mut rng = Rng::of(7, "listing");
        for k in 0..6 {
            let some = rng.some(&[1, 2, 3, 4], k);
            assert_eq!(some.len(), k.min(4));
            assert!(some.is_sorted());
        }
        assert_eq!(rng.below(0), 0);
        assert_eq!(rng.pick::<u8>(&[]), None);
    }

    #[test]
    fn names_have_streams_of_their_own() {
        assert_ne!(Rng::of(1, "a").next(), Rng::of(1, "b").next());
        assert_eq!(Rng::of(1, "a").next(), Rng::of(1, "a").next());
    }
}
