//! Tables over a set of hashes that does not grow.
//!
//! Each distinct hash stands once, in order, so that near copies are neighbours in memory; for each key the places of all
//! hashes stand in lists by the value of that key. A candidate costs one visit to memory: its first half, of which half the
//! bits of an unrelated hash differ, nearly always refuses it.

use std::sync::LazyLock;

use pulp::Arch;

use super::keys::{KEYS, MASKS, keys};
use super::plan::{self, Patterns, Reaches};
use crate::pdq::Bits;

static PATTERNS: LazyLock<Patterns> = LazyLock::new(Patterns::new);

/// Values of a key.
const VALUES: usize = 1 << 16;
/// A hash that is looked up costs as much as so many that are compared in turn.
const SCAN_PER_LOOKUP: u64 = 4;
/// Candidates for which it pays to look for a better plan.
const CROWDED: u64 = 8192;

#[derive(Clone, Debug)]
pub(super) struct Segment {
    /// Words 0 and 1 of each distinct hash.
    heads: Vec<[u64; 2]>,
    /// Words 2 and 3.
    tails: Vec<[u64; 2]>,
    /// Where the owners of each distinct hash begin, and where the last ones end.
    begins: Vec<u32>,
    owners: Vec<u32>,
    /// A bit for each owner that was removed.
    removed: Vec<u64>,
    removed_count: usize,
    /// For each key, where the list of each value begins, and where the last one ends.
    lists: Vec<u32>,
    /// For each key, the places of all hashes in lists.
    places: Vec<u32>,
}

impl Segment {
    /// Tables of at most 2³² − 1 entries.
    pub(super) fn new(mut entries: Vec<(Bits, u32)>) -> Self {
        entries.sort_unstable();
        let owners: Vec<u32> = entries.iter().map(|(_, id)| *id).collect();
        let (mut heads, mut tails, mut begins) = (Vec::new(), Vec::new(), Vec::new());
        for (at, (bits, _)) in entries.iter().enumerate() {
            if at == 0 || entries[at - 1].0 != *bits {
                heads.push([bits[0], bits[1]]);
                tails.push([bits[2], bits[3]]);
                begins.push(at as u32);
            }
        }
        begins.push(owners.len() as u32);
        drop(entries);
        let removed = vec![0; owners.len().div_ceil(64)];
        let (lists, places) = tables(&heads, &tails);
        Self { heads, tails, begins, owners, removed, removed_count: 0, lists, places }
    }

    pub(super) fn len(&self) -> usize {
        self.owners.len() - self.removed_count
    }

    pub(super) fn memory_bytes(&self) -> usize {
        32 * self.heads.len()
            + 8 * self.removed.len()
            + 4 * (self.begins.len() + self.owners.len() + self.lists.len() + self.places.len())
    }

    /// Adds all entries to a list.
    pub(super) fn entries_into(&self, list: &mut Vec<(Bits, u32)>) {
        list.reserve(self.len());
        for place in 0..self.heads.len() {
            self.owners_of(place, |id| list.push((self.bits(place), id)));
        }
    }

    /// Removes one entry; whether it was there.
    pub(super) fn remove(&mut self, bits: &Bits, id: u32) -> bool {
        let place = self.list(0, keys(bits)[0]).iter().map(|p| *p as usize).find(|p| self.bits(*p) == *bits);
        let Some(place) = place else { return false };
        let range = self.begins[place] as usize..self.begins[place + 1] as usize;
        let Some(at) = range.into_iter().find(|at| self.owners[*at] == id && !self.is_removed(*at)) else {
            return false;
        };
        self.removed[at / 64] |= 1 << (at % 64);
        self.removed_count += 1;
        true
    }

    /// Tells distance and number of every entry within a radius.
    pub(super) fn within(&self, query: &Bits, radius: u32, mut found: impl FnMut(u32, u32)) {
        let wanted = keys(query);
        match self.plan(&wanted, radius) {
            Some(reaches) => Arch::new().dispatch(|| self.look_up(query, radius, &wanted, &reaches, &mut found)),
            None => self.within_of_all(query, radius, &mut found),
        }
    }

    /// Goes through the lists of a plan; inlined into what is compiled for the processor at hand.
    #[inline(always)]
    fn look_up(
        &self,
        query: &Bits,
        radius: u32,
        wanted: &[u16; KEYS],
        reaches: &Reaches,
        found: &mut impl FnMut(u32, u32),
    ) {
        for (key, reach) in reaches.iter().enumerate() {
            for pattern in PATTERNS.within(*reach) {
                for place in self.list(key, wanted[key] ^ pattern) {
                    let place = *place as usize;
                    let Some(distance) = self.near(place, query, radius) else { continue };
                    // Several keys lead to it: the first of them tells.
                    if !seen(query, &self.bits(place), &reaches[..key]) {
                        self.owners_of(place, |id| found(distance, id));
                    }
                }
            }
        }
    }

    /// The same by comparing all.
    pub(super) fn within_of_all(&self, query: &Bits, radius: u32, found: &mut impl FnMut(u32, u32)) {
        Arch::new().dispatch(|| {
            for place in 0..self.heads.len() {
                if let Some(distance) = self.near(place, query, radius) {
                    self.owners_of(place, |id| found(distance, id));
                }
            }
        });
    }

    /// How to look for a query with these keys; none if comparing all is cheaper, or the radius too large for tables.
    fn plan(&self, wanted: &[u16; KEYS], radius: u32) -> Option<Reaches> {
        if radius > 31 {
            return None;
        }
        let length = |key: usize, pattern: u16| self.list(key, wanted[key] ^ pattern).len() as u64;
        let all = self.heads.len() as u64;
        let mut reaches = plan::plain(radius);
        let mut cost = plan::cost(&reaches, &PATTERNS, length);
        // Twice what random hashes would cost.
        if cost > CROWDED + 2 * all * 272 / VALUES as u64 {
            (reaches, cost) = plan::cheapest(radius, &PATTERNS, length);
        }
        (cost * SCAN_PER_LOOKUP < all).then_some(reaches)
    }

    #[inline(always)]
    fn list(&self, key: usize, value: u16) -> &[u32] {
        let at = key * (VALUES + 1) + usize::from(value);
        let begin = key * self.heads.len();
        &self.places[begin + self.lists[at] as usize..begin + self.lists[at + 1] as usize]
    }

    #[inline(always)]
    fn near(&self, place: usize, query: &Bits, radius: u32) -> Option<u32> {
        let head = self.heads[place];
        let half = (head[0] ^ query[0]).count_ones() + (head[1] ^ query[1]).count_ones();
        if half > radius {
            return None;
        }
        let tail = self.tails[place];
        let distance = half + (tail[0] ^ query[2]).count_ones() + (tail[1] ^ query[3]).count_ones();
        (distance <= radius).then_some(distance)
    }

    fn bits(&self, place: usize) -> Bits {
        let (head, tail) = (self.heads[place], self.tails[place]);
        [head[0], head[1], tail[0], tail[1]]
    }

    fn owners_of(&self, place: usize, mut tell: impl FnMut(u32)) {
        let range = self.begins[place] as usize..self.begins[place + 1] as usize;
        range.filter(|at| !self.is_removed(*at)).for_each(|at| tell(self.owners[at]));
    }

    fn is_removed(&self, at: usize) -> bool {
        self.removed[at / 64] >> (at % 64) & 1 == 1
    }
}

/// Whether one of the keys that were looked at before led to a hash.
#[inline(always)]
fn seen(query: &Bits, have: &Bits, reaches: &[u8]) -> bool {
    let apart: Bits = std::array::from_fn(|word| query[word] ^ have[word]);
    let within = |mask: &Bits| (0..4).map(|word| (apart[word] & mask[word]).count_ones()).sum::<u32>();
    reaches.iter().zip(&MASKS).any(|(reach, mask)| within(mask) < u32::from(*reach))
}

/// For each key, the places of hashes by its value: counted first, then put where the counts say.
fn tables(heads: &[[u64; 2]], tails: &[[u64; 2]]) -> (Vec<u32>, Vec<u32>) {
    let hashes = || heads.iter().zip(tails).map(|(head, tail)| keys(&[head[0], head[1], tail[0], tail[1]]));
    let mut lists = vec![0_u32; KEYS * (VALUES + 1)];
    for hash in hashes() {
        (0..KEYS).for_each(|key| lists[key * (VALUES + 1) + usize::from(hash[key]) + 1] += 1);
    }
    for list in lists.chunks_exact_mut(VALUES + 1) {
        (0..VALUES).for_each(|value| list[value + 1] += list[value]);
    }
    let mut next = lists.clone();
    let mut places = vec![0_u32; KEYS * heads.len()];
    for (place, hash) in hashes().enumerate() {
        for key in 0..KEYS {
            let at = &mut next[key * (VALUES + 1) + usize::from(hash[key])];
            places[key * heads.len() + *at as usize] = place as u32;
            *at += 1;
        }
    }
    (lists, places)
}
