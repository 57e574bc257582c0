//! Blocked listings by what they say.

use std::cmp::Reverse;
use std::hash::Hash;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::feature::Feature;
use crate::sketch::Sketch;

/// What names a listing; absent parts are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Marketplace.
    pub marketplace: String,
    /// Seller.
    pub seller_id: String,
    /// The listing's id on the marketplace.
    pub listing_id: String,
}

impl Key {
    fn seller(&self) -> (String, String) {
        (self.marketplace.clone(), self.seller_id.clone())
    }

    /// Both are offers of one seller. Who is not named is nobody's same.
    pub fn same_seller(&self, other: &Self) -> bool {
        !self.seller_id.is_empty() && self.seller_id == other.seller_id && self.marketplace == other.marketplace
    }
}

/// From which similarity on, in permille, a listing is said to be like a blocked one; from 1 to 1000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// One of the same seller.
    pub same_seller: u16,
    /// One of another seller: sellers copy from each other.
    pub other_seller: u16,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { same_seller: 400, other_seller: 650 }
    }
}

impl Thresholds {
    fn of(self, same_seller: bool) -> u16 {
        if same_seller { self.same_seller } else { self.other_seller }
    }
}

/// A blocked listing that another one is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Likeness<'i> {
    /// The decision that blocked it.
    pub decision_id: &'i str,
    /// Whether the same seller offered it.
    pub same_seller: bool,
    /// In permille.
    pub similarity: u16,
}

/// A seller's blocked listings that are all looked at, at most; of more, those that share features.
const OWN_MAX: usize = 256;

struct Entry {
    key: Key,
    decision_id: String,
    content: Option<[u8; 32]>,
    sketch: Sketch,
}

/// Blocked listings, to be searched by likeness. An entry takes at most 1 KiB beside its names: 4 bytes a feature in
/// its sketch and 4 in the list of those that have it.
pub struct Index {
    thresholds: Thresholds,
    /// By slot; a free slot is used again.
    entries: Vec<Option<Entry>>,
    free: Vec<u32>,
    slots: FxHashMap<Key, u32>,
    /// The slots of each seller's, by marketplace and seller.
    of_seller: FxHashMap<(String, String), Vec<u32>>,
    /// The slots of those that have a feature.
    having: FxHashMap<Feature, Vec<u32>>,
}

impl Index {
    /// An index without entries.
    pub fn new(thresholds: Thresholds) -> Self {
        Self {
            thresholds,
            entries: Vec::new(),
            free: Vec::new(),
            slots: FxHashMap::default(),
            of_seller: FxHashMap::default(),
            having: FxHashMap::default(),
        }
    }

    /// Adds a blocked listing; what was blocked under the same name before is replaced. `content` is the hash of what is
    /// no return of itself: none for a listing that its decision did not block, and that is to be recognised unchanged.
    pub fn add(&mut self, key: Key, decision_id: String, content: Option<[u8; 32]>, sketch: Sketch) {
        self.remove(&key);
        let slot = self.free.pop().unwrap_or_else(|| {
            self.entries.push(None);
            (self.entries.len() - 1) as u32
        });
        for feature in sketch.features() {
            self.having.entry(*feature).or_default().push(slot);
        }
        self.of_seller.entry(key.seller()).or_default().push(slot);
        self.slots.insert(key.clone(), slot);
        if let Some(place) = self.entries.get_mut(slot as usize) {
            *place = Some(Entry { key, decision_id, content, sketch });
        }
    }

    /// Forgets a listing; false if it was not there.
    pub fn remove(&mut self, key: &Key) -> bool {
        let Some(slot) = self.slots.remove(key) else { return false };
        let Some(entry) = self.entries.get_mut(slot as usize).and_then(Option::take) else { return false };
        for feature in entry.sketch.features() {
            take_out(&mut self.having, feature, |other| other == slot);
        }
        take_out(&mut self.of_seller, &key.seller(), |other| other == slot);
        self.free.push(slot);
        true
    }

    /// Forgets all listings of a seller.
    pub fn remove_seller(&mut self, marketplace: &str, seller_id: &str) {
        let slots = self.of_seller.remove(&(marketplace.to_owned(), seller_id.to_owned())).unwrap_or_default();
        // Each list is gone through once, however many of the seller's are in it.
        let mut lists: FxHashSet<Feature> = FxHashSet::default();
        for entry in slots.iter().filter_map(|slot| self.entries.get_mut(*slot as usize)?.take()) {
            self.slots.remove(&entry.key);
            lists.extend(entry.sketch.features());
        }
        let gone: FxHashSet<u32> = slots.iter().copied().collect();
        lists.iter().for_each(|feature| take_out(&mut self.having, feature, |slot| gone.contains(&slot)));
        self.free.extend(slots);
    }

    /// The decision that blocked the listing of this name, if it is here.
    pub fn decision(&self, key: &Key) -> Option<&str> {
        let slot = self.slots.get(key)?;
        self.entry(*slot).map(|entry| entry.decision_id.as_str())
    }

    /// Number of listings.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// True without listings.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The blocked listing that this one is most like, above its threshold; the same seller's go before others', of
    /// equal ones the earlier decision. A listing that says word for word what it said when it was blocked is no return
    /// of itself, unless it was added without its content: it is decided on as it stands.
    pub fn find(&self, key: &Key, content: &[u8; 32], sketch: &Sketch) -> Option<Likeness<'_>> {
        let candidates = self.candidates(key, sketch).into_iter().filter_map(|slot| self.entry(slot));
        let others = candidates.filter(|entry| entry.key != *key || entry.content != Some(*content));
        let likenesses = others.filter_map(|entry| {
            let same_seller = entry.key.same_seller(key);
            let similarity = sketch.similarity(&entry.sketch);
            let alike = similarity >= self.thresholds.of(same_seller).max(1);
            alike.then_some(Likeness { decision_id: &entry.decision_id, same_seller, similarity })
        });
        likenesses.max_by_key(|like| (like.same_seller, like.similarity, Reverse(like.decision_id)))
    }

    /// All entries that may be alike enough, and some that are not: those that share the features that nobody can lack
    /// who is as alike as others must be, and the seller's own, for whom less is enough.
    fn candidates(&self, key: &Key, sketch: &Sketch) -> Vec<u32> {
        let Thresholds { same_seller, other_seller } = self.thresholds;
        let own = if key.seller_id.is_empty() { None } else { self.of_seller.get(&key.seller()) };
        let own = own.filter(|_| same_seller < other_seller).map_or(&[][..], Vec::as_slice);
        let many = own.len() > OWN_MAX;
        let mut found = self.sharing(sketch, if many { same_seller } else { other_seller });
        found.extend_from_slice(if many { &[] } else { own });
        found.sort_unstable();
        found.dedup();
        found
    }

    /// All entries that may be as alike as `least`, some of them several times.
    ///
    /// To be that alike, of a weight of `a` against one of `b`, two must share `least (a + b) / 2000`; `b` is no less than
    /// what is shared, so that is at least `least a / (2000 - least)`. Features are taken from the rarest on; once those
    /// left weigh less than that, whoever has only them is not alike.
    fn sharing(&self, sketch: &Sketch, least: u16) -> Vec<u32> {
        let (least, total) = (u64::from(least.clamp(1, 1_000)), u64::from(sketch.total()));
        let needed = (least * total).div_ceil(2_000 - least);
        let mut lists: Vec<(&[u32], u32)> = sketch.features().iter().map(|f| (self.slots_of(*f), f.weight())).collect();
        lists.sort_by_key(|(slots, _)| slots.len());
        let (mut left, mut found) = (total, Vec::new());
        for (slots, weight) in lists {
            if left < needed {
                break;
            }
            found.extend_from_slice(slots);
            left -= u64::from(weight);
        }
        found
    }

    fn slots_of(&self, feature: Feature) -> &[u32] {
        self.having.get(&feature).map_or(&[], Vec::as_slice)
    }

    fn entry(&self, slot: u32) -> Option<&Entry> {
        self.entries.get(slot as usize)?.as_ref()
    }
}

/// Takes slots out of a list, and the list with its last one.
fn take_out<K: Hash + Eq>(lists: &mut FxHashMap<K, Vec<u32>>, of: &K, gone: impl Fn(u32) -> bool) {
    let Some(slots) = lists.get_mut(of) else { return };
    slots.retain(|slot| !gone(*slot));
    if slots.is_empty() {
        lists.remove(of);
    }
}
