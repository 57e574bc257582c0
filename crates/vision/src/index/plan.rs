//! Which keys a query looks at, and how far.
//!
//! Give each key a reach: the bits in which a key may differ to be looked at, plus one; with a reach of 0 it is left out.
//! No hash within the radius is missed if the reaches sum to more than the radius, for a hash that is missed at every key
//! differs in at least as many bits as the reaches sum to. Two for all sixteen is the plain plan for 31. Where the
//! lists at some keys are long, those get less and others more; the cheapest such plan is found key by key, from the
//! cheapest for each sum so far.

use super::keys::KEYS;

/// Lists that a reach of 4 looks at: 1 + 16 + 120 + 560.
const REACH_MAX: usize = 4;
/// What looking at a list costs even if it is empty, in comparisons of hashes.
const LIST_COST: u64 = 1;
/// Of the largest radius.
const SUM_MAX: usize = 2 * KEYS;

/// The reach of each key.
pub(super) type Reaches = [u8; KEYS];

/// What a key may differ by: the patterns of no bit, of one, two and three, in that order.
#[derive(Clone, Debug)]
pub(super) struct Patterns {
    patterns: Vec<u16>,
    /// How many have fewer bits than the place.
    ends: [usize; REACH_MAX + 1],
}

impl Patterns {
    pub(super) fn new() -> Self {
        let mut patterns: Vec<u16> = (0..=u16::MAX).filter(|p| p.count_ones() < REACH_MAX as u32).collect();
        patterns.sort_by_key(|p| p.count_ones());
        let ends = std::array::from_fn(|bits| patterns.iter().filter(|p| p.count_ones() < bits as u32).count());
        Self { patterns, ends }
    }

    /// The patterns that a reach looks at.
    pub(super) fn within(&self, reach: u8) -> &[u16] {
        &self.patterns[..self.ends[usize::from(reach)]]
    }
}

/// The plain plan for a radius of at most 31: all keys alike, or nearly.
pub(super) fn plain(radius: u32) -> Reaches {
    let sum = radius as usize + 1;
    std::array::from_fn(|key| (sum / KEYS + usize::from(key < sum % KEYS)) as u8)
}

/// What a plan costs, in comparisons. `length` is that of the list of a key that differs by a pattern.
pub(super) fn cost(reaches: &Reaches, patterns: &Patterns, length: impl Fn(usize, u16) -> u64) -> u64 {
    let of_key = |key: usize| patterns.within(reaches[key]).iter().map(|p| LIST_COST + length(key, *p)).sum::<u64>();
    (0..KEYS).map(of_key).sum()
}

/// The cheapest way to a sum over the keys so far: its cost, the last key's reach, and the sum before that.
#[derive(Clone, Copy)]
struct Way {
    cost: u64,
    reach: u8,
    before: u8,
}

const NO_WAY: Way = Way { cost: u64::MAX, reach: 0, before: 0 };

/// The cheapest plan for a radius of at most 31, and its cost.
pub(super) fn cheapest(radius: u32, patterns: &Patterns, length: impl Fn(usize, u16) -> u64) -> (Reaches, u64) {
    let wanted = (radius as usize + 1).min(SUM_MAX);
    let mut ways = [[NO_WAY; SUM_MAX + 1]; KEYS + 1];
    ways[0][0].cost = 0;
    for key in 0..KEYS {
        let mut cost = [0; REACH_MAX + 1];
        for reach in 1..=REACH_MAX {
            let further = &patterns.patterns[patterns.ends[reach - 1]..patterns.ends[reach]];
            cost[reach] = cost[reach - 1] + further.iter().map(|p| LIST_COST + length(key, *p)).sum::<u64>();
        }
        for before in 0..=wanted {
            let so_far = ways[key][before].cost;
            for reach in 0..=REACH_MAX {
                let total = so_far.saturating_add(cost[reach]);
                let way = &mut ways[key + 1][(before + reach).min(wanted)];
                if total < way.cost {
                    *way = Way { cost: total, reach: reach as u8, before: before as u8 };
                }
            }
        }
    }
    let (mut reaches, mut sum) = ([0; KEYS], wanted);
    for key in (0..KEYS).rev() {
        let way = ways[key + 1][sum];
        reaches[key] = way.reach;
        sum = usize::from(way.before);
    }
    (reaches, ways[KEYS][wanted].cost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_plan_sums_to_more_than_the_radius() {
        let patterns = Patterns::new();
        for radius in 0..32 {
            // Keys 3, 4 and 5 are crowded.
            let length = |key, pattern: u16| if (3..6).contains(&key) { 900_000 } else { u64::from(pattern % 7) };
            let (reaches, total) = cheapest(radius, &patterns, length);
            assert!(reaches.iter().map(|r| u32::from(*r)).sum::<u32>() > radius);
            assert_eq!(total, cost(&reaches, &patterns, length));
            assert_eq!(reaches[3..6], [0, 0, 0], "radius {radius}");
            assert!(plain(radius).iter().map(|r| u32::from(*r)).sum::<u32>() > radius);
        }
    }

    #[test]
    fn where_no_key_is_crowded_the_plain_plan_is_the_cheapest() {
        let patterns = Patterns::new();
        let (reaches, total) = cheapest(31, &patterns, |_, _| 15);
        assert_eq!((reaches, total), (plain(31), 272 * 16));
    }
}
