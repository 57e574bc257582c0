//! Names a letter or two away, by the deletions that both sides share.
//!
//! Every name is filed under each key that is left after deleting up to two letters; a token looks
//! up its own deletions and the survivors are measured. The first letter must agree: sellers keep
//! it, and honest words are kept apart by it.

use rustc_hash::FxHashMap;

use crate::words::hash;

/// Shorter names have too many honest neighbours.
const MIN_NAME: usize = 4;
/// From this length on two edits are looked for, and believed where the letters look alike.
const MIN_TWO_EDITS: usize = 7;
/// From this length on any two edits are believed.
const MIN_FREE_EDITS: usize = 9;
const MAX_TOKEN: usize = 24;

/// Bits of the filter in front of the table: 128 KiB, which stay in cache.
const FILTER_BITS: u64 = 1 << 20;

pub(crate) struct FuzzyIndex {
    by_deletion: FxHashMap<u64, Vec<u32>>,
    /// One bit a deletion, by its hash: nearly every deletion of an honest word ends here.
    filter: Vec<u64>,
}

impl Default for FuzzyIndex {
    fn default() -> Self {
        Self { by_deletion: FxHashMap::default(), filter: vec![0; (FILTER_BITS / 64) as usize] }
    }
}

impl FuzzyIndex {
    pub(crate) fn add(&mut self, id: u32, key: &[u8]) {
        if !(MIN_NAME..=MAX_TOKEN).contains(&key.len()) {
            return;
        }
        for_deletions(key, depth(key.len()), &mut |deletion| {
            let hash = hash(deletion);
            let (word, bit) = place(hash);
            self.filter[word] |= bit;
            let ids = self.by_deletion.entry(hash).or_default();
            if ids.last() != Some(&id) {
                ids.push(id);
            }
        });
    }

    /// The nearest name within the edits its length allows; ties go to the first added.
    pub(crate) fn nearest<'a>(&self, token: &[u8], key_of: impl Fn(u32) -> &'a [u8]) -> Option<u32> {
        if !(MIN_NAME..=MAX_TOKEN).contains(&token.len()) {
            return None;
        }
        let mut best: Option<(usize, u32)> = None;
        for_deletions(token, depth(token.len()), &mut |deletion| {
            let hash = hash(deletion);
            let (word, bit) = place(hash);
            if self.filter[word] & bit == 0 {
                return;
            }
            for &id in self.by_deletion.get(&hash).map_or(&[][..], Vec::as_slice) {
                let name = key_of(id);
                let distance = distance(token, name);
                if distance <= allowed(token, name) && best.is_none_or(|b| (distance, id) < b) {
                    best = Some((distance, id));
                }
            }
        });
        best.map(|(_, id)| id)
    }
}

/// Word and bit of a hash in the filter.
fn place(hash: u64) -> (usize, u64) {
    let at = (hash >> 40) % FILTER_BITS;
    ((at / 64) as usize, 1 << (at % 64))
}

fn depth(len: usize) -> usize {
    if len + 1 >= MIN_TWO_EDITS { 2 } else { 1 }
}

/// Edits allowed between a token and a name.
fn allowed(token: &[u8], name: &[u8]) -> usize {
    let same_first = token.first() == name.first();
    let same_last = token.last() == name.last();
    match name.len() {
        _ if !same_first => 0,
        _ if token.len().abs_diff(name.len()) > 1 => 0,
        MIN_FREE_EDITS.. => 2,
        6.. if same_last && token.len() == name.len() && alike(token, name) => 2,
        4 if !same_last => 0,
        _ => 1,
    }
}

/// Every letter that differs looks like the one it replaces: `adibos` for `adidas`.
fn alike(token: &[u8], name: &[u8]) -> bool {
    const PAIRS: [&[u8]; 12] = [b"bd", b"ao", b"ce", b"ae", b"mn", b"uv", b"gq", b"ij", b"hn", b"nr", b"ou", b"pq"];
    token.iter().zip(name).all(|(t, n)| t == n || PAIRS.iter().any(|p| p.contains(t) && p.contains(n)))
}

fn distance(a: &[u8], b: &[u8]) -> usize {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    strsim::osa_distance(&text(a), &text(b))
}

/// Calls `visit` with `key` and every string left after up to `depth` deletions.
fn for_deletions(key: &[u8], depth: usize, visit: &mut impl FnMut(&[u8])) {
    visit(key);
    delete_from(key, 0, depth, visit);
}

fn delete_from(key: &[u8], from: usize, depth: usize, visit: &mut impl FnMut(&[u8])) {
    if depth == 0 {
        return;
    }
    let mut buffer = [0_u8; MAX_TOKEN];
    for at in from..key.len() {
        let shorter = &mut buffer[..key.len() - 1];
        shorter[..at].copy_from_slice(&key[..at]);
        shorter[at..].copy_from_slice(&key[at + 1..]);
        let shorter = &buffer[..key.len() - 1];
        visit(shorter);
        delete_from(shorter, at, depth - 1, visit);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NAMES: [&str; 6] = ["gucci", "adidas", "chanel", "balenciaga", "nike", "supreme"];

    /// The slow twin: measures every name.
    fn brute(token: &str) -> Option<u32> {
        let fits = |n: &str| distance(token.as_bytes(), n.as_bytes()) <= allowed(token.as_bytes(), n.as_bytes());
        (0..NAMES.len())
            .filter(|i| fits(NAMES[*i]))
            .min_by_key(|i| (distance(token.as_bytes(), NAMES[*i].as_bytes()), *i))
            .map(|i| i as u32)
    }

    fn nearest(token: &str) -> Option<u32> {
        let mut index = FuzzyIndex::default();
        NAMES.iter().enumerate().for_each(|(i, n)| index.add(i as u32, n.as_bytes()));
        index.nearest(token.as_bytes(), |id| NAMES[id as usize].as_bytes())
    }

    #[test]
    fn finds_near_names() {
        for (token, name) in [
            ("adibos", Some(1)),
            ("chanell", Some(2)),
            ("balanciaga", Some(3)),
            ("belenciago", Some(3)),
            ("supremacy", None),
            ("naike", Some(4)),
            ("bike", None),
            ("channels", None),
            ("suprem", Some(5)),
        ] {
            assert_eq!(nearest(token), name, "{token}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_brute_force(token in "[a-g,i,l,n]{4,10}") {
            prop_assert_eq!(nearest(&token), brute(&token));
        }

        #[test]
        fn agrees_near_names(name in 0..NAMES.len(), at in 0usize..6, letter in "[a-z]") {
            let mut token = NAMES[name].to_owned();
            if at < token.len() { token.replace_range(at..=at, &letter); }
            prop_assert_eq!(nearest(&token), brute(&token));
        }
    }
}
