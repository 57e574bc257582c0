//! The index finds what comparing all finds.

use std::collections::BTreeSet;

use proptest::prelude::*;
use touchstone_vision::index::{Hit, Index};
use touchstone_vision::pdq::{Bits, Pdq, Scaled};

/// A sequence of numbers that look random, from a seed.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn hash(&mut self) -> Bits {
        [self.next(), self.next(), self.next(), self.next()]
    }

    /// A hash with up to so many bits changed.
    fn near(&mut self, mut hash: Bits, bits: u64) -> Bits {
        for _ in 0..self.next() % (bits + 1) {
            let at = self.next() % 256;
            hash[(at / 64) as usize] ^= 1 << (at % 64);
        }
        hash
    }
}

/// Hashes of which most are near a few: what a placeholder and a thousand shops with one photo make.
fn clustered(count: u32, centres: usize, chance: &mut Chance) -> Vec<(u32, Pdq<Scaled>)> {
    let centres: Vec<Bits> = (0..centres).map(|_| chance.hash()).collect();
    let mut one = |id| {
        let centre = centres[chance.next() as usize % centres.len()];
        let reach = [0, 4, 20, 60, 256][chance.next() as usize % 5];
        (id, Pdq::new(chance.near(centre, reach)))
    };
    (0..count).map(&mut one).collect()
}

fn by_hand(entries: &[(u32, Pdq<Scaled>)], query: &Pdq<Scaled>, radius: u32) -> Vec<Hit> {
    let apart = entries.iter().map(|(id, hash)| Hit { distance: hash.distance(query), id: *id });
    let mut hits: Vec<Hit> = apart.filter(|hit| hit.distance <= radius).collect();
    hits.sort_unstable();
    hits
}

#[test]
fn the_index_finds_what_comparing_all_finds() {
    for (seed, centres) in [(1, 3), (2, 40), (3, 5000)] {
        let mut chance = Chance(seed);
        let entries = clustered(20_000, centres, &mut chance);
        let index: Index<Scaled> = entries.iter().copied().collect();
        assert_eq!(index.len(), entries.len());
        for radius in [0, 1, 10, 16, 30, 31, 32, 90] {
            for _ in 0..20 {
                let centre = *entries[chance.next() as usize % entries.len()].1.bits();
                let query = Pdq::new(chance.near(centre, 50));
                let expected = by_hand(&entries, &query, radius);
                assert_eq!(index.within(&query, radius), expected, "{centres} centres, radius {radius}");
                assert_eq!(index.within_of_all(&query, radius), expected);
            }
        }
    }
}

#[test]
fn thousands_of_near_copies_are_found_and_do_not_hide_others() {
    let mut chance = Chance(4);
    let placeholder = chance.hash();
    let mut entries: Vec<_> = (0..30_000).map(|id| (id, Pdq::new(chance.near(placeholder, 6)))).collect();
    let lone = chance.hash();
    entries.push((30_000, Pdq::new(lone)));
    let index: Index<Scaled> = entries.iter().copied().collect();
    assert_eq!(index.within(&Pdq::new(placeholder), 31).len(), 30_000);
    let query = Pdq::new(chance.near(lone, 20));
    let found: Vec<u32> = index.within(&query, 31).iter().map(|hit| hit.id).collect();
    assert_eq!(found, [30_000]);
}

#[test]
fn equal_hashes_of_several_owners_are_told_and_removed_one_by_one() {
    let mut chance = Chance(5);
    let shared = Pdq::new(chance.hash());
    let mut index: Index<Scaled> = clustered(9000, 100, &mut chance).into_iter().collect();
    let found = |index: &Index<Scaled>| index.within(&shared, 0).iter().map(|hit| hit.id).collect::<Vec<_>>();
    (0..10_000).for_each(|id| index.add(20_000 + id % 3, if id < 3 { shared } else { Pdq::new(chance.hash()) }));
    assert_eq!(found(&index), [20_000, 20_001, 20_002]);
    assert!(index.remove(20_001, &shared));
    assert!(!index.remove(20_001, &shared));
    assert_eq!(found(&index), [20_000, 20_002]);
    assert_eq!(index.len(), 18_999);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whatever was added and removed in whatever order, the index holds what a set holds.
    #[test]
    fn an_index_is_a_set(seed: u64, first in 0_u32..12_000, steps in 0_u32..12_000, radius in 0_u32..40) {
        let mut chance = Chance(seed);
        let mut entries = clustered(first + steps, 30, &mut chance);
        let mut index: Index<Scaled> = entries[..first as usize].iter().copied().collect();
        let mut set: BTreeSet<_> = entries[..first as usize].iter().copied().collect();
        for entry in entries.split_off(first as usize) {
            index.add(entry.0, entry.1);
            set.insert(entry);
            if chance.next().is_multiple_of(3) {
                let old = set.iter().nth(chance.next() as usize % set.len().min(50)).copied().unwrap_or(entry);
                prop_assert_eq!(index.remove(old.0, &old.1), set.remove(&old));
            }
        }
        let left: Vec<_> = set.into_iter().collect();
        prop_assert_eq!(index.len(), left.len());
        for _ in 0..10 {
            let Some((_, hash)) = left.get(chance.next() as usize % left.len().max(1)) else { break };
            let query = Pdq::new(chance.near(*hash.bits(), 40));
            prop_assert_eq!(index.within(&query, radius), by_hand(&left, &query, radius));
        }
    }
}
