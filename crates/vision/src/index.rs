//! Exact search for the fingerprints within a radius of one, by multi-index hashing.
//!
//! A hash is cut into 16 keys of 16 bits. If two hashes differ in at most 31 bits, some key differs in at most one: 16 × 2
//! is more than 31. So the hashes that share a key but for one bit are all that need to be compared: of random ones
//! 272 in 65,536. Nothing is missed; what is found is what comparing all would find.
//!
//! Three things keep that true in practice. A key takes one bit of each row of frequencies, for bits of one row go
//! together and would crowd the tables ([`keys`]). Where they are crowded all the same, by thousands of near copies,
//! the query's plan shifts its attention to keys that are not ([`plan`]); and if none is left, all hashes are compared,
//! which is the most a query can cost. And new hashes stand in a short list that is compared whole, until it is worth
//! a table; tables grow by merging ([`segment`]), so an index may be filled one by one or at once.
//!
//! Sources: M. Norouzi, A. Punjani, D. J. Fleet, *Fast Exact Search in Hamming Space with Multi-Index Hashing*, 2014;
//! J. Qin et al., *GPH: Similarity Search in Hamming Space*, 2018, for the allocation of radii to keys.

mod keys;
mod plan;
mod segment;

use std::marker::PhantomData;

use crate::pdq::{Bits, Pdq, Version, distance};
use segment::Segment;

/// An entry near a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hit {
    /// Bits that differ.
    pub distance: u32,
    /// Whose hash it is.
    pub id: u32,
}

/// Hashes of one version with the numbers of those that they belong to.
///
/// A number may have several hashes, and a hash several numbers. About 98 bytes an entry, and 4 MB a table.
#[derive(Clone, Debug)]
pub struct Index<V> {
    /// From the largest; each is several times smaller than the one before.
    segments: Vec<Segment>,
    /// What came since, compared whole.
    fresh: Vec<(Bits, u32)>,
    version: PhantomData<V>,
}

/// So many are compared faster than looked up.
const FRESH_MAX: usize = 8192;
/// A segment is merged with the next larger one before it is more than so much of it.
const GROWTH: usize = 8;

impl<V> Default for Index<V> {
    fn default() -> Self {
        Self { segments: Vec::new(), fresh: Vec::new(), version: PhantomData }
    }
}

impl<V: Version> FromIterator<(u32, Pdq<V>)> for Index<V> {
    fn from_iter<I: IntoIterator<Item = (u32, Pdq<V>)>>(entries: I) -> Self {
        let mut index =
            Self { fresh: entries.into_iter().map(|(id, hash)| (*hash.bits(), id)).collect(), ..Self::default() };
        index.settle();
        index
    }
}

impl<V: Version> Index<V> {
    /// Entries.
    pub fn len(&self) -> usize {
        self.fresh.len() + self.segments.iter().map(Segment::len).sum::<usize>()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes that its tables take.
    pub fn memory_bytes(&self) -> usize {
        self.fresh.capacity() * size_of::<(Bits, u32)>()
            + self.segments.iter().map(Segment::memory_bytes).sum::<usize>()
    }

    /// Adds an entry. It is found from now on; now and then this takes long, when tables are merged.
    pub fn add(&mut self, id: u32, hash: Pdq<V>) {
        self.fresh.push((*hash.bits(), id));
        self.settle();
    }

    /// Removes one entry of that number and hash; whether there was one.
    pub fn remove(&mut self, id: u32, hash: &Pdq<V>) -> bool {
        if let Some(at) = self.fresh.iter().position(|entry| *entry == (*hash.bits(), id)) {
            self.fresh.swap_remove(at);
            return true;
        }
        let removed = self.segments.iter_mut().any(|segment| segment.remove(hash.bits(), id));
        self.segments.retain(|segment| segment.len() > 0);
        removed
    }

    /// Every entry that differs in at most `radius` bits, nearest first, then by number. Beyond 31 bits, all are compared.
    pub fn within(&self, query: &Pdq<V>, radius: u32) -> Vec<Hit> {
        let mut hits = self.near_fresh(query.bits(), radius);
        for segment in &self.segments {
            segment.within(query.bits(), radius, |distance, id| hits.push(Hit { distance, id }));
        }
        hits.sort_unstable();
        hits
    }

    /// The same by comparing all: the slow twin.
    pub fn within_of_all(&self, query: &Pdq<V>, radius: u32) -> Vec<Hit> {
        let mut hits = self.near_fresh(query.bits(), radius);
        for segment in &self.segments {
            segment.within_of_all(query.bits(), radius, &mut |distance, id| hits.push(Hit { distance, id }));
        }
        hits.sort_unstable();
        hits
    }

    fn near_fresh(&self, query: &Bits, radius: u32) -> Vec<Hit> {
        let apart = self.fresh.iter().map(|(bits, id)| Hit { distance: distance(bits, query), id: *id });
        apart.filter(|hit| hit.distance <= radius).collect()
    }

    /// Makes a table of what is fresh if that is much, together with the tables that it would be too large beside.
    fn settle(&mut self) {
        if self.fresh.len() <= FRESH_MAX {
            return;
        }
        let mut entries = std::mem::take(&mut self.fresh);
        while let Some(last) = self.segments.pop_if(|last| last.len() < GROWTH * entries.len()) {
            last.entries_into(&mut entries);
        }
        self.segments.push(Segment::new(entries));
    }
}
