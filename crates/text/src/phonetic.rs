//! How a Latin word is heard: "Goochi" and "Gucci", "Monclair" and "Moncler", "Ralf Loren" and "Ralph Lauren".
//!
//! No language's phonetics, but what their readers agree on: vowels are heard as front, back or open, `c` and `g` are
//! soft before front vowels, `ph` is `f`, and a final `e` is silent.

use rustc_hash::FxHashMap;

use crate::words::hash;

/// Words of fewer sounds are heard like too many others.
const MIN_SOUNDS: usize = 4;
/// Names that are words too, and names of goods, need more.
const MIN_DOUBTFUL: usize = 6;
/// Longer words are no names.
const MAX_SOUNDS: usize = 32;

/// Names by how they are heard.
#[derive(Default)]
pub(crate) struct PhoneticIndex {
    by_sound: FxHashMap<u64, u32>,
}

impl PhoneticIndex {
    /// Adds a name by its letters; of names that are heard alike, the first is found.
    pub(crate) fn add(&mut self, id: u32, letters: &[u8], doubtful: bool) {
        let enough = |sound: &Heard| !doubtful || sound.len >= MIN_DOUBTFUL;
        if let Some(sound) = Heard::of(letters).filter(enough) {
            self.by_sound.entry(hash(sound.as_bytes())).or_insert(id);
        }
    }

    /// The name that is heard like these letters.
    pub(crate) fn find(&self, letters: &[u8]) -> Option<u32> {
        self.by_sound.get(&hash(Heard::of(letters)?.as_bytes())).copied()
    }
}

/// The sounds of a word, one letter for each.
struct Heard {
    sounds: [u8; MAX_SOUNDS],
    len: usize,
}

impl Heard {
    /// The sounds of lower-case letters; none when they are too few or too many, or not only letters.
    fn of(letters: &[u8]) -> Option<Self> {
        let mut heard = Self { sounds: [0; MAX_SOUNDS], len: 0 };
        let mut rest = letters;
        while let Some(first) = rest.first().copied() {
            let at_start = rest.len() == letters.len();
            let taken = if is_vowel(first) && !(first == b'y' && at_start) {
                heard.vowels(rest)
            } else if first.is_ascii_lowercase() {
                heard.consonant(rest, at_start)
            } else {
                return None;
            };
            rest = rest.get(taken..).unwrap_or_default();
        }
        (MIN_SOUNDS..MAX_SOUNDS).contains(&heard.len).then_some(heard)
    }

    fn as_bytes(&self) -> &[u8] {
        &self.sounds[..self.len]
    }

    /// Doubled letters are heard once.
    fn push(&mut self, sound: u8) {
        if self.len < MAX_SOUNDS && self.as_bytes().last() != Some(&sound) {
            self.sounds[self.len] = sound;
            self.len += 1;
        }
    }

    /// Vowels in a row are one sound where languages write one so; returns how many letters they are.
    fn vowels(&mut self, letters: &[u8]) -> usize {
        let run = letters.iter().take_while(|c| is_vowel(**c)).count();
        let row = &letters[..run];
        match row {
            b"e" if run == letters.len() => {}
            b"ai" | b"ay" | b"ae" | b"ea" | b"ei" | b"ey" | b"ie" => self.push(FRONT),
            b"au" | b"oa" | b"eau" | b"eu" => self.push(BACK),
            _ => row.iter().for_each(|c| self.push(vowel(*c))),
        }
        run
    }

    /// Returns how many letters the sound is written with.
    fn consonant(&mut self, letters: &[u8], at_start: bool) -> usize {
        let next = letters.get(1).copied().unwrap_or(0);
        let soft = matches!(next, b'e' | b'i' | b'y');
        let (sound, taken) = match letters[0] {
            b'c' if letters.starts_with(b"chr") => (b'k', 2),
            b'c' | b's' if next == b'h' => (b's', 2),
            b'c' if next == b'c' && matches!(letters.get(2), Some(b'e' | b'i' | b'y')) => (b's', 2),
            b't' if letters.starts_with(b"tch") => (b's', 3),
            b'p' if next == b'h' => (b'f', 2),
            b't' | b'r' | b'g' | b'w' | b'k' if next == b'h' => (plain(letters[0]), 2),
            b'h' if !at_start => return 1,
            b'c' | b'z' if letters[0] == b'z' || soft => (b's', 1),
            b'g' if soft => (b'j', 1),
            b'q' if letters.starts_with(b"que") || letters.starts_with(b"qu") => (b'k', 2),
            b'x' => {
                self.push(b'k');
                (b's', 1)
            }
            letter => (plain(letter), 1),
        };
        self.push(sound);
        taken
    }
}

const FRONT: u8 = b'e';
const BACK: u8 = b'o';

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

fn vowel(letter: u8) -> u8 {
    match letter {
        b'a' => b'a',
        b'o' | b'u' => BACK,
        _ => FRONT,
    }
}

fn plain(letter: u8) -> u8 {
    match letter {
        b'c' | b'q' => b'k',
        b'w' => b'v',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hears_names() {
        let names = ["gucci", "moncler", "ralphlauren", "casio", "dyson", "barbie", "clinique", "versace", "nike"];
        let mut index = PhoneticIndex::default();
        names.iter().enumerate().for_each(|(id, name)| index.add(id as u32, name.as_bytes(), *name == "nike"));
        for (written, name) in [
            ("goochi", Some("gucci")),
            ("gussi", Some("gucci")),
            ("monclair", Some("moncler")),
            ("ralfloren", Some("ralphlauren")),
            ("kassio", Some("casio")),
            ("daison", Some("dyson")),
            ("barby", Some("barbie")),
            ("klinik", Some("clinique")),
            ("wersache", Some("versace")),
            ("naik", None),
            ("gucchio", None),
            ("mancler", None),
            ("c1inique", None),
        ] {
            let found = index.find(written.as_bytes()).map(|id| names[id as usize]);
            assert_eq!(found, name, "{written}");
        }
    }
}
