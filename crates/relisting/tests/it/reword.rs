//! The generator of reworded relistings: what a seller does whose listing was removed.
//!
//! Of each listing it makes another: words become synonyms or are translated, others are dropped or become words that no
//! list knows, parts change their order, emoji and marks come in, something is added, the price moves by up to a fifth, the
//! id is new. How far it is from the sketch: the words of `data/everyday.toml` are read by nothing else; those for kinds
//! come from the same knowledge as the sketch's kinds, which makes their exchange easy to see through; the dropped and
//! invented words, about one in five, are no list's, and are what recognition really has to bear.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use touchstone_knowledge::Knowledge;

#[derive(Deserialize)]
struct Everyday {
    meaning: Vec<BTreeMap<String, Vec<String>>>,
    fillers: BTreeMap<String, Vec<String>>,
}

/// Chance from a seed: SplitMix64.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn of(seed: &str) -> Self {
        // FNV-1a
        Self(
            seed.bytes()
                .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)),
        )
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    fn pick<'t>(&mut self, of: &'t [String]) -> Option<&'t str> {
        of.get(self.below(of.len())).map(String::as_str)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        (1..items.len()).rev().for_each(|last| items.swap(last, self.below(last + 1)));
    }
}

pub(crate) struct Rewriter {
    meanings: Vec<BTreeMap<String, Vec<String>>>,
    /// Phrase to its meaning and language.
    phrases: HashMap<String, (usize, String)>,
    fillers: BTreeMap<String, Vec<String>>,
}

const EMOJI: [&str; 8] = ["🔥", "✨", "💯", "❤️", "🎁", "👜", "⭐", "🚚"];
const MARKS: [&str; 6] = [" | ", " / ", ", ", " ~ ", "! ", " · "];
/// Languages into which a word is translated.
const ABROAD: [&str; 8] = ["en", "de", "fr", "es", "it", "ru", "id", "zh"];

impl Rewriter {
    pub(crate) fn new(knowledge: &Knowledge) -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/everyday.toml");
        let Everyday { meaning: mut meanings, fillers } =
            toml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let mut kinds: BTreeMap<_, BTreeMap<String, Vec<String>>> = BTreeMap::new();
        for (kind, language, word) in &knowledge.kind_words {
            let words = kinds.entry(kind.index()).or_default().entry(language.clone()).or_default();
            words.push(word.trim_end_matches('*').to_owned());
        }
        meanings.extend(kinds.into_values());
        let mut phrases = HashMap::new();
        for (at, meaning) in meanings.iter().enumerate() {
            for (language, words) in meaning {
                for word in words {
                    phrases.entry(word.to_lowercase()).or_insert((at, language.clone()));
                }
            }
        }
        Self { meanings, phrases, fillers }
    }

    /// The listing as it comes back; `variant` makes several of one.
    pub(crate) fn reword(&self, listing: &Value, variant: usize) -> Value {
        let text = |name: &str| listing.get(name).and_then(Value::as_str).unwrap_or_default();
        let mut chance = Chance::of(&format!("{} {variant}", text("id")));
        let language = text("language").split('-').next().unwrap_or_default();
        let mut new = listing.clone();
        new["id"] = format!("{}-again-{variant}", text("id")).into();
        new["title"] = self.title(text("title"), language, &mut chance).into();
        if !text("description").is_empty() {
            new["description"] = self.description(text("description"), &mut chance).into();
        }
        if let Some((amount, currency)) = text("price").split_once(' ')
            && let Ok(amount) = amount.parse::<f64>()
        {
            let factor = 0.85 + chance.below(36) as f64 / 100.0;
            // As many decimals as before: some currencies have none.
            let decimals =
                text("price").split_once(' ').and_then(|(a, _)| a.split_once('.')).map_or(0, |(_, d)| d.len());
            new["price"] = format!("{:.decimals$} {currency}", amount * factor).into();
        }
        new
    }

    fn title(&self, title: &str, language: &str, chance: &mut Chance) -> String {
        let mut words = self.words(title, chance);
        if words.len() > 3 {
            let cut = 1 + chance.below(words.len() - 1);
            words.rotate_left(cut);
        }
        if words.len() > 1 {
            let (one, other) = (chance.below(words.len()), chance.below(words.len()));
            words.swap(one, other);
        }
        for _ in 0..=chance.below(3) {
            let at = chance.below(words.len() + 1);
            words.insert(at, EMOJI[chance.below(EMOJI.len())].to_owned());
        }
        if chance.percent(50)
            && let Some(filler) = self.fillers.get(language).and_then(|fillers| chance.pick(fillers))
        {
            words.push(filler.to_owned());
        }
        let mut text = String::new();
        for word in words {
            text += if text.is_empty() {
                ""
            } else if chance.percent(15) {
                MARKS[chance.below(MARKS.len())]
            } else {
                " "
            };
            text += &word;
        }
        text
    }

    fn description(&self, text: &str, chance: &mut Chance) -> String {
        let mut sentences: Vec<&str> = text.split_inclusive(['.', '!', '?', '。', '\n', '！']).collect();
        chance.shuffle(&mut sentences);
        let sentences = sentences.into_iter().map(|sentence| self.words(sentence, chance).join(" "));
        let sentences: Vec<String> = sentences.collect();
        format!("{} {}", EMOJI[chance.below(EMOJI.len())], sentences.join(" "))
    }

    /// The words of a text, some of them others.
    fn words(&self, text: &str, chance: &mut Chance) -> Vec<String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (mut new, mut at) = (Vec::new(), 0);
        while at < words.len() {
            let known = (1..=3.min(words.len() - at)).rev().find_map(|n| {
                let phrase = words[at..at + n].join(" ").to_lowercase();
                let phrase = phrase.trim_matches(|c: char| !c.is_alphanumeric());
                self.phrases.get(phrase).map(|meant| (n, meant))
            });
            match known {
                Some((n, meant)) if chance.percent(60) => {
                    new.push(self.other(meant, chance).unwrap_or_else(|| words[at..at + n].join(" ")));
                    at += n;
                }
                _ => {
                    new.extend(self.word(words[at], chance));
                    at += 1;
                }
            }
        }
        new
    }

    /// Another word of the same meaning: a synonym, or one of another language.
    fn other(&self, (meaning, language): &(usize, String), chance: &mut Chance) -> Option<String> {
        let abroad = ABROAD[chance.below(ABROAD.len())];
        let language = if chance.percent(40) { abroad } else { language };
        self.meanings[*meaning].get(language).and_then(|words| chance.pick(words)).map(str::to_owned)
    }

    /// A word that no list knows: kept, dropped or invented; in scripts without spaces known parts are exchanged.
    fn word(&self, word: &str, chance: &mut Chance) -> Option<String> {
        let dense = |c: char| matches!(c as u32, 0xE00..=0xE7F | 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xAC00..=0xD7AF);
        if word.chars().any(dense) {
            return Some(self.dense(word, chance));
        }
        match chance.below(100) {
            0..=8 => None,
            9..=19 if word.chars().all(char::is_alphabetic) => Some(invented(chance)),
            20..=26 => Some(word.to_uppercase()),
            _ => Some(word.to_owned()),
        }
    }

    fn dense(&self, word: &str, chance: &mut Chance) -> String {
        let characters: Vec<char> = word.chars().collect();
        let (mut new, mut at) = (String::new(), 0);
        while at < characters.len() {
            let known = (2..=6.min(characters.len() - at)).rev().find_map(|n| {
                let phrase: String = characters[at..at + n].iter().collect();
                self.phrases.get(&phrase).map(|meant| (n, phrase, meant))
            });
            match known {
                Some((n, phrase, meant)) => {
                    let other = if chance.percent(60) { self.other(meant, chance) } else { None };
                    new += &other.unwrap_or(phrase);
                    at += n;
                }
                None => {
                    match chance.below(100) {
                        0..=5 => {}
                        6..=9 => new.extend(['，', characters[at]]),
                        _ => new.push(characters[at]),
                    }
                    at += 1;
                }
            }
        }
        new
    }
}

fn invented(chance: &mut Chance) -> String {
    let syllables = ["ba", "do", "ki", "lu", "me", "no", "pra", "ru", "sti", "ta", "ve", "zo"];
    (0..2 + chance.below(2)).map(|_| syllables[chance.below(syllables.len())]).collect()
}
