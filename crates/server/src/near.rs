//! Near copies among all pictures that listings show: the same photo, written anew, scaled, or turned.
//!
//! The fingerprints are kept in memory, some 200 bytes each. They come from the store at the start, from decisions as
//! they are made, and every few seconds from what other processes on the same database kept. One whose picture is gone
//! finds nobody, and goes with the process if another one deleted it.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use touchstone_store::{PictureHash, PicturePrint, ShownPicture, Store, StoreError, StoredPrint};
use touchstone_vision::index::Index;
use touchstone_vision::pdq::{Pdq, RADIUS, Scaled};

/// Fingerprints of one read from the store.
const PAGE: u64 = 5_000;
/// Clocks of processes differ, and a row is seen only once it is written: so far back is looked, in microseconds.
const OVERLAP: i64 = 60_000_000;
/// Near copies of one picture that are looked up, the nearest ones.
const NEAR_MAX: usize = 2_000;

/// The fingerprints of all pictures that are shown.
#[derive(Default)]
pub(crate) struct Near(RwLock<State>);

#[derive(Default)]
struct State {
    index: Index<Scaled>,
    /// By the number that the index knows; none where one was forgotten.
    hashes: Vec<Option<PictureHash>>,
    free: Vec<u32>,
    known: HashMap<PictureHash, (u32, Pdq<Scaled>)>,
    /// From when on the store may hold what is not here, in microseconds since 1970.
    since: i64,
}

impl Near {
    /// Learns what the store holds that is not known here.
    ///
    /// # Errors
    /// When the store fails; what was read before it did is known.
    pub(crate) async fn refresh(&self, store: &Store, now: i64) -> Result<(), StoreError> {
        let since = self.0.read().unwrap_or_else(PoisonError::into_inner).since;
        let mut last: Option<StoredPrint> = None;
        loop {
            let page = store.prints_since(since, last.as_ref(), PAGE).await?;
            self.change(|state| page.iter().for_each(|row| state.learn(row.hash, pdq(&row.print))));
            last = page.last().copied().filter(|_| page.len() as u64 == PAGE);
            if last.is_none() {
                break;
            }
        }
        self.change(|state| state.since = now - OVERLAP);
        Ok(())
    }

    /// Learns what was just kept.
    pub(crate) fn learn(&self, shown: &[(PictureHash, PicturePrint)]) {
        if !shown.is_empty() {
            self.change(|state| shown.iter().for_each(|(hash, print)| state.learn(*hash, pdq(print))));
        }
    }

    /// Forgets pictures that nobody shows any more.
    pub(crate) fn forget(&self, hashes: &[PictureHash]) {
        self.change(|state| hashes.iter().for_each(|hash| state.forget(hash)));
    }

    /// Pictures near one of these fingerprints, which are those of one picture turned and mirrored; nearest first.
    pub(crate) fn of(&self, prints: &[Pdq<Scaled>]) -> Vec<PictureHash> {
        self.found(prints, |index, print| index.within(print, RADIUS))
    }

    fn found(
        &self,
        prints: &[Pdq<Scaled>],
        within: impl Fn(&Index<Scaled>, &Pdq<Scaled>) -> Vec<touchstone_vision::index::Hit>,
    ) -> Vec<PictureHash> {
        let state = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut hits: Vec<_> = prints.iter().flat_map(|print| within(&state.index, print)).collect();
        hits.sort_unstable();
        let mut hashes: Vec<PictureHash> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for hit in hits {
            let hash = state.hashes.get(hit.id as usize).copied().flatten();
            hashes.extend(hash.filter(|hash| hashes.len() < NEAR_MAX && seen.insert(*hash)));
        }
        hashes
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }
}

impl State {
    fn learn(&mut self, hash: PictureHash, print: Pdq<Scaled>) {
        if self.known.contains_key(&hash) {
            return;
        }
        let number = self.free.pop().unwrap_or_else(|| {
            self.hashes.push(None);
            (self.hashes.len() - 1) as u32
        });
        self.hashes[number as usize] = Some(hash);
        self.known.insert(hash, (number, print));
        self.index.add(number, print);
    }

    fn forget(&mut self, hash: &PictureHash) {
        let Some((number, print)) = self.known.remove(hash) else { return };
        self.index.remove(number, &print);
        self.hashes[number as usize] = None;
        self.free.push(number);
    }
}

/// The prints of what is kept with a call, once it is kept.
pub(crate) fn printed(shown: &[ShownPicture]) -> Vec<(PictureHash, PicturePrint)> {
    shown.iter().filter_map(|one| Some((one.hash, one.print?))).collect()
}

/// A fingerprint as it is stored.
pub(crate) fn stored(print: &Pdq<Scaled>) -> PicturePrint {
    let mut bytes = [0; 32];
    for (part, word) in bytes.chunks_exact_mut(8).zip(print.bits()) {
        part.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}

/// A stored fingerprint.
pub(crate) fn pdq(print: &PicturePrint) -> Pdq<Scaled> {
    let (words, _) = print.as_chunks::<8>();
    let mut bits = [0; 4];
    bits.iter_mut().zip(words).for_each(|(bit, word)| *bit = u64::from_le_bytes(*word));
    Pdq::new(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look like chance.
    fn chance(seed: &mut u64) -> u64 {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *seed ^ (*seed >> 31)
    }

    fn hash(number: u32) -> PictureHash {
        let mut hash = [0; 32];
        hash[..4].copy_from_slice(&number.to_le_bytes());
        hash
    }

    /// What the index finds is what comparing with every picture finds, whatever came and went.
    #[test]
    fn the_index_finds_what_comparing_all_finds() {
        let (near, mut seed) = (Near::default(), 7);
        let mut all: Vec<(PictureHash, Pdq<Scaled>)> = Vec::new();
        let base: [u64; 4] = std::array::from_fn(|_| chance(&mut seed));
        for number in 0..3_000u32 {
            let mut bits = base;
            for _ in 0..number % 60 {
                let bit = chance(&mut seed) % 256;
                bits[(bit / 64) as usize] ^= 1 << (bit % 64);
            }
            near.learn(&[(hash(number), stored(&Pdq::new(bits)))]);
            all.push((hash(number), Pdq::new(bits)));
            if number % 7 == 3 {
                let (gone, _) = all.swap_remove((chance(&mut seed) % all.len() as u64) as usize);
                near.forget(&[gone]);
            }
        }
        let turned: [u64; 4] = std::array::from_fn(|_| chance(&mut seed));
        for prints in [[Pdq::new(base), Pdq::new(turned)], [all[5].1, all[9].1]] {
            let mut found = near.of(&prints);
            let twin = near.found(&prints, |index, print| index.within_of_all(print, RADIUS));
            let is_near = |one: &Pdq<Scaled>| prints.iter().any(|print| print.distance(one) <= RADIUS);
            let mut expected: Vec<_> = all.iter().filter(|(_, one)| is_near(one)).map(|(hash, _)| *hash).collect();
            assert_eq!(found, twin);
            assert!(expected.len() > 100 && expected.len() < NEAR_MAX);
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_fingerprint_is_the_same_from_the_store() {
        let print = Pdq::new([1, u64::MAX, 3 << 40, 0x0102_0304_0506_0708]);
        assert_eq!(pdq(&stored(&print)), print);
    }
}
