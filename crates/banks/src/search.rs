//! Which entries a picture is a copy of.
//!
//! [`CopyIndex`] lives in memory and grows entry by entry: what was added is found by the next query. Storage, and which
//! bank an entry belongs to, are not known here: an entry is a number that the caller gave.

use std::collections::BTreeMap;

use touchstone_vision::{PixelBox, Plane, thumbnail};

use crate::EntryFeatures;

/// From this score on a candidate is a copy and not a similar picture; below, candidates are only ranked.
pub const MATCH: f32 = 0.5;

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
    entries: BTreeMap<u64, EntryFeatures>,
}

impl CopyIndex {
    /// Without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entry, or replaces what has its number.
    pub fn add(&mut self, id: u64, features: &EntryFeatures) {
        self.entries.insert(id, features.clone());
    }

    /// Takes an entry out; false if there was none of that number.
    pub fn remove(&mut self, id: u64) -> bool {
        self.entries.remove(&id).is_some()
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// At most `k` candidates, best first; ties by number. Weak ones too, for whoever chooses another threshold.
    pub fn query(&self, features: &EntryFeatures, k: usize) -> Vec<Candidate> {
        let frame = |f: &EntryFeatures| PixelBox { x1: 0, y1: 0, x2: f.width, y2: f.height };
        let mut found: Vec<Candidate> = self
            .entries
            .iter()
            .map(|(&id, entry)| Candidate {
                id,
                score: alike(&features.thumbnail, &entry.thumbnail),
                method: Method::Fingerprint,
                place: frame(features),
                reference: frame(entry),
                mirrored: false,
                distance: None,
            })
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
        found.truncate(k);
        found
    }
}

/// Correlation of two small pictures, without sign, cubed so that only near copies come near 1.
fn alike(a: &Plane, b: &Plane) -> f32 {
    let (a, b) = (thumbnail::resize(a, 16, 16), thumbnail::resize(b, 16, 16));
    let mean = |p: &Plane| p.pixels().iter().map(|&v| f32::from(v)).sum::<f32>() / 256.0;
    let (ma, mb) = (mean(&a), mean(&b));
    let (mut ab, mut aa, mut bb) = (0.0f32, 1.0f32, 1.0f32);
    for (&x, &y) in a.pixels().iter().zip(b.pixels()) {
        let (x, y) = (f32::from(x) - ma, f32::from(y) - mb);
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    (ab / (aa * bb).sqrt()).clamp(0.0, 1.0).powi(3) * 0.49
}
