//! Which entries have features like a picture's: an inverted index over the cells of the codebook.

use touchstone_vision::local::Feature;
use touchstone_vision::local::sign::WORDS;

/// Bits of the first 64 signs in which a pair may differ, for a first look.
const FIRST_MAX: u32 = 22;
/// Bits of all 256 signs in which a pair may differ.
const BITS_MAX: u32 = 84;

/// One feature of an entry, under its cell.
#[derive(Clone, Copy, Debug)]
struct Posting {
    first: u64,
    slot: u32,
    feature: u16,
}

/// Cells to postings.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    cells: Vec<Vec<Posting>>,
}

/// A feature of the picture and one of an entry that look alike.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    pub(crate) slot: u32,
    pub(crate) mirrored: bool,
    pub(crate) query: u16,
    pub(crate) reference: u16,
    pub(crate) weight: f32,
}

impl Default for Words {
    fn default() -> Self {
        Self { cells: vec![Vec::new(); WORDS * WORDS] }
    }
}

fn cell(first: u8, second: u8) -> usize {
    usize::from(first) * WORDS + usize::from(second)
}

impl Words {
    pub(crate) fn add(&mut self, slot: u32, features: &[Feature]) {
        for (index, feature) in features.iter().enumerate() {
            let [a, _, b, _] = feature.words;
            let posting = Posting { first: feature.signs[0], slot, feature: index as u16 };
            self.cells[cell(a, b)].push(posting);
        }
    }

    pub(crate) fn remove(&mut self, slot: u32, features: &[Feature]) {
        for feature in features {
            let [a, _, b, _] = feature.words;
            self.cells[cell(a, b)].retain(|posting| posting.slot != slot);
        }
    }

    /// Pairs of one feature of the picture, weighed: less where signs differ, and where many entries have the like.
    ///
    /// `signs_of` gives a feature of an entry.
    #[inline(always)]
    pub(crate) fn look_up<'a>(
        &self,
        query: u16,
        mirrored: bool,
        feature: &Feature,
        feature_of: impl Fn(u32, u16) -> Option<&'a Feature>,
        hits: &mut Vec<Hit>,
    ) {
        let [a, other_a, b, other_b] = feature.words;
        let start = hits.len();
        for (first, second) in [(a, b), (a, other_b), (other_a, b), (other_a, other_b)] {
            for posting in &self.cells[cell(first, second)] {
                if (posting.first ^ feature.signs[0]).count_ones() > FIRST_MAX {
                    continue;
                }
                let Some(other) = feature_of(posting.slot, posting.feature) else { continue };
                let bits = feature.distance(other);
                if bits <= BITS_MAX {
                    let weight = bell(bits);
                    hits.push(Hit { slot: posting.slot, mirrored, query, reference: posting.feature, weight });
                }
            }
        }
        let common = (hits.len() - start) as f32;
        hits[start..].iter_mut().for_each(|hit| hit.weight /= (1.0 + common / 4.0).sqrt());
    }
}

/// 1 for the same signs, falling with the square of the number that differ.
fn bell(bits: u32) -> f32 {
    let part = bits as f32 / 52.0;
    (-part * part).exp()
}
