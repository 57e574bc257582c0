//! Which entries a picture is a copy of.
//!
//! [`CopyIndex`] lives in memory and grows entry by entry: what was added is found by the next query. Storage, and which
//! bank an entry belongs to, are not known here: an entry is a number that the caller gave.
//!
//! A query goes from cheap to sure. An inverted index over words gives pairs of features that look alike, of the picture
//! as it is and mirrored; entries are ranked by the pairs that agree on a turn and a growth; the best of them are fitted,
//! confirmed by all their features, and compared pixel by pixel where they should lie, see
//! [`touchstone_vision::geometry`]. Entries whose whole picture is alike go straight to the last steps. All evidence
//! becomes one number, see [`Evidence::score`].

mod evidence;
mod likeness;
mod words;

use std::collections::BTreeMap;

use touchstone_vision::geometry::{self, Map, Match, Partners};
use touchstone_vision::local::{Feature, Features};
use touchstone_vision::{PixelBox, Plane, Wide, thumbnail, wide};

use crate::EntryFeatures;
use crate::features::QUALITY_MIN;
pub use evidence::Evidence;
use likeness::Mean;
use words::{Hit, Words};

/// From this score on a candidate is a copy and not a similar picture; below, candidates are only ranked.
pub const MATCH: f32 = 0.5;

/// What can't reach this score by its pixels is not compared pixel by pixel.
const FAINT: f32 = 0.05;
/// Entries that are fitted, by the votes of their pairs.
const FITTED_MAX: usize = 32;
/// Fits that are confirmed and compared.
const CONFIRMED_MAX: usize = 8;
/// Entries alike as a whole that are compared.
const ALIKE_MAX: usize = 6;

/// What found a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The fingerprint of the whole picture.
    Fingerprint,
    /// Local features that agree on where the entry lies in the picture.
    Geometry,
    /// The embedding: alike to a model's eye.
    Embedding,
}

impl Method {
    /// As written in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fingerprint => "fingerprint",
            Self::Geometry => "geometry",
            Self::Embedding => "embedding",
        }
    }
}

/// An entry that the picture may be a copy of.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The number under which the entry was added.
    pub id: u64,
    /// 0 to 1, comparable between queries; a copy from [`MATCH`] on.
    pub score: f32,
    /// What found it.
    pub method: Method,
    /// Where the entry lies on the asked picture, in its pixels.
    pub place: PixelBox,
    /// The part of the entry that is seen there, in the entry's pixels.
    pub reference: PixelBox,
    /// Left and right are swapped.
    pub mirrored: bool,
    /// Bits by which the fingerprints differ at best; none where one of them is too plain to be trusted.
    pub distance: Option<u32>,
    /// What the score is made of.
    pub evidence: Evidence,
}

impl Candidate {
    /// Whether the platform stands behind it.
    pub fn is_match(&self) -> bool {
        self.score >= MATCH
    }
}

/// Entries, and the way to them.
#[derive(Clone, Debug, Default)]
pub struct CopyIndex {
    slots: Vec<Option<Slot>>,
    free: Vec<u32>,
    by_id: BTreeMap<u64, u32>,
    words: Words,
    mean: Mean,
}

#[derive(Clone, Debug)]
struct Slot {
    id: u64,
    features: EntryFeatures,
    coarse: Coarse,
}

/// A picture of 16 × 16 means, less their mean, of unit length.
type Coarse = [f32; 256];

/// A query, with what is needed of its mirror image.
struct Asked<'a> {
    features: &'a EntryFeatures,
    mirrored: Features,
    mirrored_thumbnail: Plane,
}

impl<'a> Asked<'a> {
    fn new(features: &'a EntryFeatures) -> Self {
        let local = &features.local;
        let list = local.list.iter().map(|feature| feature.mirrored(local.width)).collect();
        let mirrored = Features { list, ..*local };
        Self { features, mirrored, mirrored_thumbnail: flip(&features.thumbnail) }
    }

    fn local(&self, mirrored: bool) -> &Features {
        if mirrored { &self.mirrored } else { &self.features.local }
    }

    fn thumbnail(&self, mirrored: bool) -> &Plane {
        if mirrored { &self.mirrored_thumbnail } else { &self.features.thumbnail }
    }
}

/// Left and right swapped.
fn flip(plane: &Plane) -> Plane {
    let rows = plane.pixels().chunks_exact(plane.width() as usize);
    let pixels = rows.flat_map(|row| row.iter().rev()).copied().collect();
    Plane::new(plane.width(), plane.height(), pixels).unwrap_or_else(|| plane.clone())
}

/// An entry to be looked at closely, and where it may lie.
struct Guess {
    slot: u32,
    mirrored: bool,
    map: Map,
    weight: f32,
    method: Method,
}

impl CopyIndex {
    /// Without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entry, or replaces what has its number.
    pub fn add(&mut self, id: u64, features: &EntryFeatures) {
        self.remove(id);
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            (self.slots.len() - 1) as u32
        });
        self.words.add(slot, &features.local.list);
        self.mean.add(features.kept());
        self.by_id.insert(id, slot);
        let coarse = coarse(&features.thumbnail);
        self.slots[slot as usize] = Some(Slot { id, features: features.clone(), coarse });
    }

    /// Takes an entry out; false if there was none of that number.
    pub fn remove(&mut self, id: u64) -> bool {
        let Some(slot) = self.by_id.remove(&id) else { return false };
        if let Some(old) = self.slots[slot as usize].take() {
            self.words.remove(slot, &old.features.local.list);
            self.mean.remove(old.features.kept());
            self.free.push(slot);
        }
        true
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// At most `k` candidates, best first; ties by number. Weak ones too, for whoever chooses another threshold.
    pub fn query(&self, features: &EntryFeatures, k: usize) -> Vec<Candidate> {
        let asked = Asked::new(features);
        let mut guesses = self.fitted(&asked);
        guesses.truncate(CONFIRMED_MAX);
        guesses.extend(self.alike(&asked));
        let mut found: Vec<Candidate> = guesses.iter().filter_map(|guess| self.judge(&asked, guess)).collect();
        self.rank_by_likeness(features, &mut found, k);
        best(found, k)
    }

    /// Raises the scores of candidates that are no copies but look like the same thing, and adds others of that kind.
    fn rank_by_likeness(&self, features: &EntryFeatures, found: &mut Vec<Candidate>, k: usize) {
        if features.views.is_empty() {
            return;
        }
        let likeness = self.mean.likeness(features.asked());
        let mut all: Vec<(f32, u64, &EntryFeatures)> = Vec::with_capacity(self.len());
        for slot in self.slots.iter().flatten() {
            all.push((likeness(slot.features.kept()), slot.id, &slot.features));
        }
        for candidate in found.iter_mut().filter(|candidate| !candidate.is_match()) {
            let like = all.iter().find(|(_, id, _)| *id == candidate.id).map_or(0.0, |(like, ..)| *like);
            candidate.score = candidate.score.max(alike_score(like, candidate.evidence.inliers));
        }
        all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.extend(all.iter().take(k).map(|&(like, id, entry)| Candidate {
            id,
            score: alike_score(like, 0),
            method: Method::Embedding,
            place: frame(features),
            reference: frame(entry),
            mirrored: false,
            distance: distance(features, entry),
            evidence: Evidence::default(),
        }));
    }

    /// What [`CopyIndex::query`] would say if it looked at every entry closely: slow, for tests and trials.
    pub fn query_all(&self, features: &EntryFeatures, k: usize) -> Vec<Candidate> {
        let asked = Asked::new(features);
        let all = self.by_id.values().flat_map(|&slot| [(slot, false), (slot, true)]);
        let guesses: Vec<Guess> = all
            .flat_map(|(slot, mirrored)| {
                let fitted = self.slot(slot).and_then(|entry| {
                    let matches = compare_all(asked.local(mirrored), &entry.features.local);
                    self.fit(&asked, slot, mirrored, &matches)
                });
                let whole =
                    Guess { slot, mirrored, map: self.whole(&asked, slot), weight: 0.0, method: Method::Fingerprint };
                fitted.into_iter().chain([whole])
            })
            .collect();
        best(guesses.iter().filter_map(|guess| self.judge(&asked, guess)).collect(), k)
    }

    #[inline(always)]
    fn slot(&self, slot: u32) -> Option<&Slot> {
        self.slots.get(slot as usize).and_then(Option::as_ref)
    }

    #[inline(always)]
    fn feature(&self, slot: u32, feature: u16) -> Option<&Feature> {
        self.slot(slot)?.features.local.list.get(usize::from(feature))
    }

    /// Entries on whose place pairs of features agree, best first.
    fn fitted(&self, asked: &Asked<'_>) -> Vec<Guess> {
        let mut hits = wide(LookUp { index: self, asked });
        hits.sort_by_key(|hit| (hit.slot, hit.mirrored));
        let mut groups: Vec<(f32, &[Hit])> = hits
            .chunk_by(|a, b| (a.slot, a.mirrored) == (b.slot, b.mirrored))
            .filter(|group| group.len() >= 3)
            .map(|group| (self.votes(asked, group), group))
            .collect();
        groups.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut guesses: Vec<Guess> = groups
            .iter()
            .take(FITTED_MAX)
            .filter_map(|(_, group)| {
                let pair = |hit: &Hit| Match { query: hit.query, reference: hit.reference, weight: hit.weight };
                let matches: Vec<Match> = group.iter().map(pair).collect();
                self.fit(asked, group[0].slot, group[0].mirrored, &matches)
            })
            .collect();
        guesses.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        guesses
    }

    fn fit(&self, asked: &Asked<'_>, slot: u32, mirrored: bool, matches: &[Match]) -> Option<Guess> {
        let entry = &self.slot(slot)?.features.local;
        let fit = geometry::fit(&asked.local(mirrored).list, &entry.list, matches)?;
        Some(Guess { slot, mirrored, map: fit.map, weight: fit.weight, method: Method::Geometry })
    }

    /// Most weight that agrees on a turn and a growth.
    fn votes(&self, asked: &Asked<'_>, group: &[Hit]) -> f32 {
        let mut votes = [0.0f32; 16 * 16];
        for hit in group {
            let query = asked.local(hit.mirrored).list.get(usize::from(hit.query));
            let (Some(q), Some(r)) = (query, self.feature(hit.slot, hit.reference)) else { continue };
            let turn = usize::from(r.angle.wrapping_sub(q.angle).wrapping_add(8) / 16);
            let growth = ((i32::from(r.scale) - i32::from(q.scale) + 64) / 8).clamp(0, 15) as usize;
            votes[growth * 16 + turn] += hit.weight;
        }
        // A pair near the border of a cell votes in the next: sums of two by two.
        let cell = |growth: usize, turn: usize| votes[growth * 16 + turn % 16];
        let four = |g: usize, t: usize| cell(g, t) + cell(g, t + 1) + cell(g + 1, t) + cell(g + 1, t + 1);
        (0..15).flat_map(|g| (0..16).map(move |t| (g, t))).map(|(g, t)| four(g, t)).fold(0.0, f32::max)
    }

    /// Entries whose whole picture is alike, as it is or mirrored.
    fn alike(&self, asked: &Asked<'_>) -> Vec<Guess> {
        let mut found: Vec<(f32, u32, bool)> = Vec::new();
        for mirrored in [false, true] {
            let coarse = coarse(asked.thumbnail(mirrored));
            let near = |slot: &Slot| coarse.iter().zip(&slot.coarse).map(|(a, b)| a * b).sum::<f32>();
            found.extend(self.by_id.values().filter_map(|&slot| Some((near(self.slot(slot)?), slot, mirrored))));
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let guess = |&(weight, slot, mirrored): &(f32, u32, bool)| Guess {
            slot,
            mirrored,
            map: self.whole(asked, slot),
            weight,
            method: Method::Fingerprint,
        };
        found.iter().take(ALIKE_MAX).map(guess).collect()
    }

    /// The whole of the query on the whole of an entry.
    fn whole(&self, asked: &Asked<'_>, slot: u32) -> Map {
        let size = |f: &Features| (f64::from(f.width), f64::from(f.height));
        let entry = self.slot(slot).map_or((1.0, 1.0), |slot| size(&slot.features.local));
        Map::between(size(&asked.features.local), entry)
    }

    fn judge(&self, asked: &Asked<'_>, guess: &Guess) -> Option<Candidate> {
        let slot = self.slot(guess.slot)?;
        let entry = &slot.features;
        let (query, local) = (asked.local(guess.mirrored), &entry.local);
        let confirmed = geometry::confirm(&query.list, &Partners::new(local), guess.map);
        let size = |f: &Features| (f64::from(f.width), f64::from(f.height));
        let unit = (1.0, 1.0);
        let parts = Map::between(unit, size(query)).then(&confirmed.map).then(&Map::between(size(local), unit));
        let mut evidence = Evidence::new(guess.weight, &confirmed, guess.method);
        if evidence.score_at_most() >= FAINT {
            evidence.pixels = geometry::agreement(asked.thumbnail(guess.mirrored), &entry.thumbnail, &parts);
        }
        let (place, reference) = places(asked.features, entry, &parts, guess.mirrored);
        let score = evidence.score();
        let (id, method, mirrored) = (slot.id, guess.method, guess.mirrored);
        Some(Candidate {
            id,
            score,
            method,
            place,
            reference,
            mirrored,
            distance: distance(asked.features, entry),
            evidence,
        })
    }
}

/// Pairs of features that look alike, of the picture as it is and mirrored.
struct LookUp<'a> {
    index: &'a CopyIndex,
    asked: &'a Asked<'a>,
}

impl Wide for LookUp<'_> {
    type Out = Vec<Hit>;

    #[inline(always)]
    fn run(self) -> Vec<Hit> {
        let mut hits = Vec::new();
        for mirrored in [false, true] {
            for (index, feature) in self.asked.local(mirrored).list.iter().enumerate() {
                let of = |slot, feature| self.index.feature(slot, feature);
                self.index.words.look_up(index as u16, mirrored, feature, of, &mut hits);
            }
        }
        hits
    }
}

/// Under [`MATCH`]: how much two pictures look like the same thing, and how many places they share.
fn alike_score(like: f32, inliers: usize) -> f32 {
    let places = (inliers.saturating_sub(PLACES_BY_CHANCE) as f32 / 12.0).min(1.0);
    0.25 * like.clamp(0.0, 1.0) + 0.2 * places
}

/// Features that find a partner on any two pictures.
const PLACES_BY_CHANCE: usize = 4;

/// Bits by which the fingerprints differ, the asked picture turned and mirrored as suits best.
fn distance(asked: &EntryFeatures, entry: &EntryFeatures) -> Option<u32> {
    if asked.quality.min(entry.quality) < QUALITY_MIN {
        return None;
    }
    let bits = |a: &[u64; 4]| a.iter().zip(&entry.pdq[0]).map(|(a, b)| (a ^ b).count_ones()).sum();
    asked.pdq.iter().map(bits).min()
}

fn frame(features: &EntryFeatures) -> PixelBox {
    PixelBox { x1: 0, y1: 0, x2: features.width, y2: features.height }
}

/// One candidate an entry, its best, in order.
fn best(mut found: Vec<Candidate>, k: usize) -> Vec<Candidate> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in found {
        if kept.len() < k && kept.iter().all(|other| other.id != candidate.id) {
            kept.push(candidate);
        }
    }
    kept
}

/// Where the entry lies on the query, and the part of the entry seen, in pixels of the pictures.
fn places(query: &EntryFeatures, entry: &EntryFeatures, parts: &Map, mirrored: bool) -> (PixelBox, PixelBox) {
    let size = |f: &EntryFeatures| (f64::from(f.width), f64::from(f.height));
    let unit = (1.0, 1.0);
    let reference = parts.then(&Map::between(unit, size(entry))).place(unit, entry.size());
    let back = parts.inverse().unwrap_or(Map::SAME);
    let mut place = back.then(&Map::between(unit, size(query))).place(unit, query.size());
    if mirrored {
        (place.x1, place.x2) = (query.width - place.x2, query.width - place.x1);
    }
    (place, reference)
}

fn coarse(thumbnail: &Plane) -> Coarse {
    let small = thumbnail::resize(thumbnail, 16, 16);
    let mut values = [0.0; 256];
    values.iter_mut().zip(small.pixels()).for_each(|(value, &pixel)| *value = f32::from(pixel));
    let mean = values.iter().sum::<f32>() / 256.0;
    values.iter_mut().for_each(|value| *value -= mean);
    let length = values.iter().map(|v| v * v).sum::<f32>().sqrt().max(1.0);
    values.map(|value| value / length)
}

/// Every feature of the query with its nearest two of the entry, where the nearest is near.
fn compare_all(query: &Features, entry: &Features) -> Vec<Match> {
    let mut matches = Vec::new();
    for (index, feature) in query.list.iter().enumerate() {
        let mut near: Vec<(u32, u16)> =
            entry.list.iter().enumerate().map(|(at, other)| (feature.distance(other), at as u16)).collect();
        near.sort_unstable();
        for &(bits, reference) in near.iter().take(2).filter(|(bits, _)| *bits <= 92) {
            let weight = (-(bits as f32 / 52.0).powi(2)).exp();
            matches.push(Match { query: index as u16, reference, weight });
        }
    }
    matches
}
