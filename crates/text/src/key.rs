//! The key: one short Latin form in which a name and its disguises fall together.
//!
//! Letters of other scripts become the Latin letters they look like, digits and symbols the letters
//! they stand for, marks vanish; then `l` and `i` are one, `rn` is `m`, `vv` is `w`, and doubled
//! letters are single. Names get their key once; a suspicious token's key is then one look-up.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::fold::{Fold, expansion, fold};

/// Longest key, in letters; no name is longer.
pub(crate) const MAX_KEY: usize = 40;

static LOOKALIKES: LazyLock<FxHashMap<char, u8>> = LazyLock::new(lookalikes);

/// Lower-case letters whose capitals look Latin, or that only this trade reads as Latin.
const OVERLAY: &str = "вb нh мm тt кk зe иu яr гr пn шw уy хx іi ѕs јj ԁd ԛq ԝw ьb ъb оo аa еe рp сc ґr єe ћh ѵv ҝk қk ңh үy һh ҳx ӏi ԍg Ԍg ꓖg Ꮐg Ꮯc ɗd ƙk ɓb ƭt ɦh ɲn ŋn ƴy ȥz ɱm ℮e ĸk ƅb ×x ✕x ०o ဝo \
    αa βb γy δd εe ζz ηn ιi κk λl μu νv ξe οo πn ρp σo τt υu φo χx ψw ωw \
    ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ɪi ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz ɑa ɡg ƒf ɩi ʋv ɾr ɛe ɔc օo սu եe ոn \
    ᗩa ᗷb ᑕc ᗪd ᗴe ᖴf ᕼh ᒍj ᛕk ᒪl ᗰm ᑎn ᑭp ᖇr ᔕs ᑌu ᐯv ᗯw Ꭺa Ᏼb Ꮯc Ꭰd Ꭼe Ꮐg Ꮋh Ꭵi Ꭻj Ꮶk Ꮮl Ꮇm Ꮲp Ꮢr Ꮪs Ꭲt Ꮩv Ꮃw Ꮓz";

fn lookalikes() -> FxHashMap<char, u8> {
    let mut map = FxHashMap::default();
    for code in (0x100..0x3000).chain(0xA000..0xAC00).chain(0x10280..0x11000) {
        let Some(c) = char::from_u32(code).filter(|c| c.is_alphabetic()) else { continue };
        let text = c.to_string();
        let mut skeleton = unicode_security::confusable_detection::skeleton(&text).flat_map(char::to_lowercase);
        if let (Some(letter), None) = (skeleton.next(), skeleton.next())
            && letter.is_ascii_alphabetic()
        {
            map.insert(c, letter as u8);
        }
    }
    for pair in OVERLAY.split_whitespace() {
        let mut chars = pair.chars();
        if let (Some(c), Some(latin)) = (chars.next(), chars.next()) {
            map.insert(c, latin as u8);
        }
    }
    map
}

/// What reading one source character adds to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// A letter as it is.
    Plain(u8),
    /// A letter of another script or alphabet.
    Lookalike(u8),
    /// A digit or symbol that stands for a letter.
    Leet(u8),
    /// A letter or digit that stands for none.
    Foreign,
    /// No letter.
    Mark,
    /// Leaves no trace.
    Nothing,
}

/// The letter that a digit or symbol stands for.
pub(crate) fn leet(c: char) -> Option<u8> {
    Some(match c {
        '0' => b'o',
        '1' | '!' | '|' | '¡' => b'i',
        '3' | '€' => b'e',
        '4' | '@' => b'a',
        '5' | '$' => b's',
        '6' | '9' => b'g',
        '7' => b't',
        '8' => b'b',
        '2' => b'z',
        '£' => b'l',
        '¢' => b'c',
        '¥' => b'y',
        _ => return None,
    })
}

static ASCII: LazyLock<[Part; 128]> = LazyLock::new(|| std::array::from_fn(|code| slow_part(char::from(code as u8))));

/// Reads one source character.
#[inline]
pub(crate) fn part(c: char) -> Part {
    match ASCII.get(c as usize) {
        Some(part) => *part,
        None => slow_part(c),
    }
}

fn slow_part(c: char) -> Part {
    if let Some(letter) = leet(c) {
        return Part::Leet(letter);
    }
    if let Some(letter) = flag_letter(c).or_else(|| OVERLAY_MARKS.iter().find(|(mark, _)| *mark == c).map(|(_, l)| *l))
    {
        return Part::Lookalike(letter);
    }
    match fold(c) {
        Fold::Char(f) if f.is_ascii_alphabetic() => Part::Plain(f as u8),
        Fold::Char(f) if f.is_ascii_digit() => leet(f).map_or(Part::Foreign, Part::Leet),
        // Capitals first: Ν looks like N, its small letter ν like v.
        Fold::Char(f) => {
            LOOKALIKES.get(&c).or_else(|| LOOKALIKES.get(&f)).map_or(Part::Foreign, |latin| Part::Lookalike(*latin))
        }
        Fold::Many(index) => {
            expansion(index).bytes().next().filter(u8::is_ascii_alphabetic).map_or(Part::Foreign, Part::Plain)
        }
        Fold::Drop => Part::Nothing,
        Fold::Space | Fold::Break => Part::Mark,
    }
}

/// Signs that are no letters to Unicode.
const OVERLAY_MARKS: [(char, u8); 3] = [('×', b'x'), ('✕', b'x'), ('℮', b'e')];

/// The letter of a regional indicator, half of a flag.
fn flag_letter(c: char) -> Option<u8> {
    let at = (c as u32).checked_sub(0x1F1E6).filter(|at| *at < 26)?;
    Some(b'a' + at as u8)
}

/// A key under construction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Key {
    letters: Vec<u8>,
}

impl Key {
    /// The key of a folded name; nothing when it holds letters that no Latin letter looks like.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let mut key = Self::default();
        for c in text.chars() {
            match part(c) {
                Part::Plain(l) | Part::Lookalike(l) | Part::Leet(l) => key.push(l),
                Part::Foreign => return None,
                Part::Mark | Part::Nothing => {}
            }
        }
        (!key.letters.is_empty()).then_some(key)
    }

    pub(crate) fn clear(&mut self) {
        self.letters.clear();
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.letters
    }

    pub(crate) fn len(&self) -> usize {
        self.letters.len()
    }

    /// Adds a letter and merges what reads alike.
    pub(crate) fn push(&mut self, letter: u8) {
        let letter = if letter == b'l' { b'i' } else { letter };
        match (self.letters.last().copied(), letter) {
            (Some(last), _) if last == letter && letter != b'v' => {}
            (Some(b'r'), b'n') => self.replace_last(b'm'),
            (Some(b'v'), b'v') => self.replace_last(b'w'),
            _ if self.letters.len() < MAX_KEY => self.letters.push(letter),
            _ => {}
        }
    }

    fn replace_last(&mut self, letter: u8) {
        self.letters.pop();
        if self.letters.last() != Some(&letter) {
            self.letters.push(letter);
        }
    }
}

/// Tells of most keys that no name has them, in so few bits that they stay in the processor's cache; the names themselves
/// do not.
pub(crate) struct KeyFilter(Vec<u64>);

impl KeyFilter {
    /// For about so many keys.
    pub(crate) fn of(keys: usize) -> Self {
        Self(vec![0; (keys / 8).next_power_of_two()])
    }

    fn place(&self, hash: u64) -> (usize, u64) {
        ((hash >> 32) as usize & (self.0.len() - 1), 1 << (hash >> 26 & 63))
    }

    pub(crate) fn add(&mut self, hash: u64) {
        let (word, bit) = self.place(hash);
        self.0[word] |= bit;
    }

    pub(crate) fn may_hold(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        self.0.get(word).is_some_and(|bits| bits & bit != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disguises_fall_together() {
        for (name, disguises) in [
            ("gucci", &["GUCC1", "gᴜᴄᴄɪ", "Guссi", "g.u.c.c.i", "gucccci", "G u c c i"][..]),
            ("versace", &["V3R5ACE", "vvversace", "V3.RS4.C3"][..1]),
            ("rolex", &["RoIex", "r0lex", "ROLΕX"]),
            ("omega", &["Ornega", "0meg4", "ОМЕGА"]),
        ] {
            for disguise in disguises {
                assert_eq!(Key::of(disguise), Key::of(name), "{disguise}");
            }
        }
    }
}
