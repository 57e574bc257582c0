//! Names a letter or two away.
//!
//! Names are filed by first letter, which sellers keep and which keeps honest words apart, and by
//! length. A token looks through the few drawers that can hold its neighbours: which letters a name
//! has is one word of bits, an edit changes at most two of them, and only what is left is measured.

use rustc_hash::FxHashMap;

use crate::key::MAX_KEY;
use crate::words::hash;

/// Shorter names have too many honest neighbours.
const MIN_NAME: usize = 4;
/// From this length on any two edits are believed, two letters missing or too many among them.
const MIN_FREE_EDITS: usize = 9;
const MOST_EDITS: usize = 2;
const MAX_TOKEN: usize = 24;
const MIN_SOUND: usize = 4;
const MIN_STEM: usize = 6;
const MAX_ENDING: usize = 3;
const LETTERS: usize = 26;
const LENGTHS: usize = MAX_TOKEN + 2;
/// Names whose letters are looked at together.
const AT_ONCE: usize = 16;
/// An edit takes one letter away and brings another.
const BITS_AN_EDIT: u32 = 2;

/// A name to file: its number, its key, and how many letters it is written with.
pub(crate) type Near<'n> = (u32, &'n [u8], usize);

#[derive(Default)]
pub(crate) struct FuzzyIndex {
    /// Names by all their letters but the last: "Lacostar".
    by_stem: FxHashMap<u64, u32>,
    /// Names by all their letters but the first: "Mike".
    by_tail: FxHashMap<u64, u32>,
    /// Every name, drawer by drawer: those that a token is compared with stand in a row.
    filed: Vec<Filed>,
    /// Which letters each of them has.
    letters: Vec<u32>,
    /// Where each drawer begins, and where the last one ends.
    drawers: Vec<u32>,
}

/// A name in its drawer.
#[derive(Clone, Copy)]
struct Filed {
    id: u32,
    /// It has four letters, doubled ones counted: its end must agree too.
    short: bool,
}

impl FuzzyIndex {
    /// Files names.
    pub(crate) fn of(names: &[Near<'_>]) -> Self {
        let mut index = Self::default();
        let mut filed: Vec<(usize, &Near<'_>)> =
            names.iter().filter_map(|name| Some((drawer(name.1, name.1.len())?, name))).collect();
        filed.sort_by_key(|(drawer, _)| *drawer);
        for (_, (id, key, written)) in &filed {
            index.filed.push(Filed { id: *id, short: *written <= MIN_NAME });
            index.letters.push(letters(key));
        }
        let begins = |drawer: usize| filed.partition_point(|(other, _)| *other < drawer) as u32;
        index.drawers = (0..=LETTERS * LENGTHS).map(begins).collect();
        for (id, key, _) in names {
            index.add_ends(*id, key);
        }
        index
    }

    fn add_ends(&mut self, id: u32, key: &[u8]) {
        if let Some((_, tail)) = key.split_first().filter(|_| key.len() >= MIN_NAME) {
            self.by_tail.entry(hash(tail)).or_insert(id);
        }
        if let Some((_, stem)) = key.split_last().filter(|(_, stem)| stem.len() >= MIN_STEM) {
            self.by_stem.entry(hash(stem)).or_insert(id);
        }
    }

    /// The nearest name within the edits its length allows; ties go to the first added.
    pub(crate) fn nearest<'a>(&self, token: &[u8], key_of: impl Fn(u32) -> &'a [u8]) -> Option<u32> {
        drawer(token, token.len())?;
        let own = letters(token);
        let mut best: Option<(usize, u32)> = None;
        for len in token.len() - MOST_EDITS..=token.len() + MOST_EDITS {
            if len.abs_diff(token.len()) > 1 && len < MIN_FREE_EDITS {
                continue;
            }
            let two = len >= MIN_FREE_EDITS || (len == token.len() && len >= MIN_ALIKE);
            let Some(drawer) = drawer(token, len) else { continue };
            self.with_letters(drawer, own, if two { 2 } else { 1 }, |filed| {
                let (name, id) = (key_of(filed.id), filed.id);
                let distance = distance(token, name);
                if distance <= allowed(token, name, filed.short) && best.is_none_or(|b| (distance, id) < b) {
                    best = Some((distance, id));
                }
            });
        }
        best.map(|(_, id)| id)
    }

    /// The names of a drawer whose letters so many edits can turn into `own`; most are passed over many at a time.
    fn with_letters(&self, drawer: usize, own: u32, edits: u32, mut found: impl FnMut(Filed)) {
        let place = |at: usize| self.drawers.get(at).map_or(0, |at| *at as usize);
        let range = place(drawer)..place(drawer + 1);
        let names = self.letters.get(range.clone()).zip(self.filed.get(range));
        let Some((letters, filed)) = names else { return };
        let near = |letters: &u32| !has_more_bits(letters ^ own, BITS_AN_EDIT * edits);
        for (letters, filed) in letters.chunks(AT_ONCE).zip(filed.chunks(AT_ONCE)) {
            if letters.iter().fold(false, |any, letters| any | near(letters)) {
                letters.iter().zip(filed).filter(|(letters, _)| near(letters)).for_each(|(_, filed)| found(*filed));
            }
        }
    }
}

impl FuzzyIndex {
    /// A name whose last letter was exchanged for another ending: "Lacostar", "Adidasy".
    pub(crate) fn with_ending<'a>(&self, token: &[u8], key_of: impl Fn(u32) -> &'a [u8]) -> Option<u32> {
        let stems = MIN_STEM.max(token.len().saturating_sub(MAX_ENDING))..token.len();
        stems.rev().find_map(|len| {
            let stem = token.get(..len)?;
            let id = *self.by_stem.get(&hash(stem))?;
            (key_of(id).get(..len) == Some(stem)).then_some(id)
        })
    }
}

impl FuzzyIndex {
    /// A name whose first letter was exchanged for one that looks or sounds like it: "Mike", "Brada".
    pub(crate) fn with_initial<'a>(&self, token: &[u8], key_of: impl Fn(u32) -> &'a [u8]) -> Option<u32> {
        let (_, tail) = token.split_first().filter(|_| token.len() >= MIN_NAME)?;
        let id = *self.by_tail.get(&hash(tail))?;
        let name = key_of(id);
        (name.get(1..) == Some(tail) && (alike(token, name) || voiced(token, name))).then_some(id)
    }
}

impl FuzzyIndex {
    /// A name whose beginning is written with other letters of the same sound: "Konvers", "Filips", "Shanel".
    pub(crate) fn with_sound<'a>(&self, token: &[u8], key_of: impl Fn(u32) -> &'a [u8]) -> Option<u32> {
        const SOUNDS: [(&[u8], &[u8]); 7] =
            [(b"k", b"c"), (b"f", b"ph"), (b"ph", b"f"), (b"w", b"v"), (b"j", b"g"), (b"z", b"s"), (b"sh", b"ch")];
        let usable = (MIN_SOUND..MAX_TOKEN).contains(&token.len());
        let (written, meant) = SOUNDS.iter().find(|(written, _)| usable && token.starts_with(written))?;
        let mut other = [0; MAX_TOKEN + 1];
        let len = meant.len() + token.len() - written.len();
        other[..meant.len()].copy_from_slice(meant);
        other[meant.len()..len].copy_from_slice(&token[written.len()..]);
        self.nearest(&other[..len], key_of)
    }
}

/// Where names of `len` letters with the first letter of `key` are.
fn drawer(key: &[u8], len: usize) -> Option<usize> {
    let first = key.first().filter(|c| c.is_ascii_lowercase())?;
    (MIN_NAME..=MAX_TOKEN).contains(&len).then(|| (first - b'a') as usize * LENGTHS + len)
}

/// More than `most` bits are set. The processors that a build is for need not have an instruction that counts them.
#[inline]
fn has_more_bits(mut bits: u32, most: u32) -> bool {
    for _ in 0..most {
        bits &= bits.wrapping_sub(1);
    }
    bits != 0
}

/// Which letters a key has.
fn letters(key: &[u8]) -> u32 {
    key.iter().fold(0, |all, c| all | 1 << (c.wrapping_sub(b'a') & 31))
}

/// From this length on two edits are believed where the letters look alike.
const MIN_ALIKE: usize = 6;

/// Edits allowed between a token and a name.
fn allowed(token: &[u8], name: &[u8], short: bool) -> usize {
    let same_first = token.first() == name.first();
    let same_last = token.last() == name.last();
    match name.len() {
        _ if !same_first => 0,
        // "Underarm" begins like "Underarmor" and is a word of its own.
        MIN_FREE_EDITS.. if token.len() + 1 < name.len() && name.starts_with(token) => 0,
        MIN_FREE_EDITS.. => MOST_EDITS,
        _ if token.len().abs_diff(name.len()) > 1 => 0,
        MIN_ALIKE.. if same_last && token.len() == name.len() && alike(token, name) => 2,
        _ if short && !same_last && !swapped(token, name) && !sounds_same(token, name) => 0,
        _ => 1,
    }
}

/// Two neighbours changed places: "Niek", and all letters are there.
fn swapped(token: &[u8], name: &[u8]) -> bool {
    token.len() == name.len() && letters(token) == letters(name)
}

/// Only the last letter differs, and not to the ear: "Soni".
fn sounds_same(token: &[u8], name: &[u8]) -> bool {
    let ends = (token.last().copied(), name.last().copied());
    token.len() == name.len()
        && matches!(ends, (Some(b'i' | b'y'), Some(b'i' | b'y')) | (Some(b's' | b'z'), Some(b's' | b'z')))
}

/// Every letter that differs looks like the one it replaces: `adibos` for `adidas`.
fn alike(token: &[u8], name: &[u8]) -> bool {
    const PAIRS: [&[u8]; 12] = [b"bd", b"ao", b"ce", b"ae", b"mn", b"uv", b"gq", b"ij", b"hn", b"nr", b"ou", b"pq"];
    let vowel = |c: &u8| b"aeiou".contains(c);
    token
        .iter()
        .zip(name)
        .all(|(t, n)| t == n || (vowel(t) && vowel(n)) || PAIRS.iter().any(|p| p.contains(t) && p.contains(n)))
}

/// The first letters are made with the same lips and tongue: `brada` for `prada`.
fn voiced(token: &[u8], name: &[u8]) -> bool {
    const PAIRS: [&[u8]; 7] = [b"bp", b"dt", b"cg", b"kg", b"fv", b"vw", b"fp"];
    let firsts = token.first().zip(name.first());
    firsts.is_some_and(|(t, n)| PAIRS.iter().any(|p| p.contains(t) && p.contains(n)))
}

/// Optimal string alignment (insertions, deletions, substitutions, swaps of neighbours) of words of nearly the same
/// length; [`FAR`] and more when they are further apart than that.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut rows = [[FAR as u8; MAX_KEY + 2]; 3];
    for (j, cell) in rows[0].iter_mut().enumerate().take(FAR) {
        *cell = j as u8;
    }
    for (i, x) in a.iter().enumerate() {
        let (before, last, next) = ((i + 2) % 3, i % 3, (i + 1) % 3);
        let band = i.saturating_sub(FAR - 1)..(i + FAR).min(b.len()).min(MAX_KEY);
        rows[next] = [FAR as u8; MAX_KEY + 2];
        rows[next][0] = (i + 1).min(FAR) as u8;
        let mut nearest = FAR as u8;
        for j in band {
            let change = rows[last][j] + u8::from(*x != b[j]);
            let mut least = change.min(rows[last][j + 1] + 1).min(rows[next][j] + 1);
            if i > 0 && j > 0 && a[i - 1] == b[j] && b[j - 1] == *x {
                least = least.min(rows[before][j - 1] + 1);
            }
            rows[next][j + 1] = least.min(FAR as u8);
            nearest = nearest.min(least);
        }
        if nearest >= FAR as u8 {
            return FAR;
        }
    }
    rows[a.len() % 3][b.len().min(MAX_KEY)] as usize
}

/// No name is believed so many edits away.
const FAR: usize = 3;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NAMES: [&str; 6] = ["gucci", "adidas", "chanel", "balenciaga", "nike", "supreme"];

    /// The slow twin: measures every name.
    fn brute(token: &str) -> Option<u32> {
        let fits =
            |n: &str| distance(token.as_bytes(), n.as_bytes()) <= allowed(token.as_bytes(), n.as_bytes(), n.len() <= 4);
        (0..NAMES.len())
            .filter(|i| fits(NAMES[*i]))
            .min_by_key(|i| (distance(token.as_bytes(), NAMES[*i].as_bytes()), *i))
            .map(|i| i as u32)
    }

    fn index_of(names: &[&str]) -> FuzzyIndex {
        let names: Vec<Near<'_>> = names.iter().zip(0..).map(|(name, id)| (id, name.as_bytes(), name.len())).collect();
        FuzzyIndex::of(&names)
    }

    fn nearest(token: &str) -> Option<u32> {
        index_of(&NAMES).nearest(token.as_bytes(), |id| NAMES[id as usize].as_bytes())
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
            ("niek", Some(4)),
            ("niko", None),
            ("channels", None),
            ("suprem", Some(5)),
            ("balncaga", Some(3)),
            ("ballennciaga", Some(3)),
            ("balencia", None),
        ] {
            assert_eq!(nearest(token), name, "{token}");
        }
    }

    /// Names of one drawer are looked at many together; none of them may be passed over.
    #[test]
    fn finds_every_name_of_a_full_drawer() {
        let letter = |n: u8| char::from(b'a' + n % 26);
        let names: Vec<String> = (0..60)
            .map(|n| format!("g{}{}{}{}", letter(n), letter(n * 3 + 1), letter(n + 9), letter(n / 26 + 20)))
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let index = index_of(&names);
        for (id, name) in names.iter().enumerate() {
            let found = index.nearest(name.as_bytes(), |id| names[id as usize].as_bytes());
            assert_eq!(found, Some(id as u32), "{name}");
        }
    }

    #[test]
    fn hears_other_beginnings() {
        let names = ["philips", "converse", "sony", "fila", "chanel"];
        let index = index_of(&names);
        let key_of = |id: u32| names[id as usize].as_bytes();
        for (token, name) in [
            ("filips", Some(0)),
            ("konvers", Some(1)),
            ("phila", Some(3)),
            ("shanel", Some(4)),
            ("kona", None),
            ("f", None),
        ] {
            assert_eq!(index.with_sound(token.as_bytes(), key_of), name, "{token}");
        }
        assert_eq!(index.nearest(b"soni", key_of), Some(2));
        assert_eq!(index.nearest(b"song", key_of), None);
    }

    proptest! {
        #[test]
        fn measures_what_the_library_measures(a in "[a-c]{13}", b in "[a-c]{13}", len in 1..12_usize, more in 0..5_usize) {
            let (a, b) = (&a[..len], &b[..(len + more).saturating_sub(2).clamp(1, 13)]);
            prop_assert_eq!(distance(a.as_bytes(), b.as_bytes()), strsim::osa_distance(a, b).min(FAR));
        }

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
