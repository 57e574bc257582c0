//! Makes a new listing from a real one: other numbers, colours, sizes and words, another price, a longer description.

use rustc_hash::FxHashSet;

use super::listing::Listing;
use super::pool::{Pools, Source};
use super::random::Random;

const COLOURS: [&str; 28] = [
    "black", "white", "red", "blue", "green", "navy", "beige", "brown", "grey", "pink", "purple", "silver", "golden",
    "khaki", "cream", "olive", "burgundy", "teal", "ivory", "charcoal", "hitam", "putih", "merah", "biru", "hijau",
    "coklat", "schwarz", "rouge",
];
const SIZES: [&str; 12] = ["XS", "S", "M", "L", "XL", "XXL", "3XL", "36", "38", "40", "42", "44"];
const SYLLABLES: [&str; 32] = [
    "ba", "ko", "ri", "ven", "ta", "lo", "mi", "zen", "da", "fu", "gra", "hel", "in", "jo", "ka", "lin", "mor", "ne",
    "os", "pa", "qui", "ra", "sol", "tri", "u", "va", "wi", "xa", "yo", "ze", "dri", "stel",
];
const MARKETS: [&str; 8] =
    ["bazaar", "harbour", "tradepost", "fleamart", "citymall", "openshop", "secondlife", "fairway"];
const SELLERS: usize = 200_000;

/// Length of a title after cutting, in characters.
const TITLE_CHARS: (usize, usize) = (44, 88);
/// Length of a description, in characters; their mean is the aim.
const DESCRIPTION_CHARS: (usize, usize) = (120, 480);

/// Draws listings. Titles and ids never repeat.
pub(crate) struct Perturber<'p> {
    pools: &'p Pools,
    random: Random,
    titles: FxHashSet<u64>,
}

impl<'p> Perturber<'p> {
    pub(crate) fn new(pools: &'p Pools, random: Random) -> Self {
        Self { pools, random, titles: FxHashSet::default() }
    }

    /// The listing of row `row`, and the index of its source.
    pub(crate) fn listing(&mut self, row: usize) -> (usize, Listing) {
        let at = self.source();
        let source = &self.pools.sources()[at];
        let mut listing = self.random.pick(&source.listings).clone();
        listing.title = self.new_title(source, &listing.title);
        listing.description = self.description(&listing.description);
        listing.id = format!("{}-{row}", source.name);
        listing.price = self.price(source, &listing.price);
        listing.seller_id = format!("s-{:06x}", self.seller());
        if listing.marketplace.is_empty() {
            (*self.random.pick(&MARKETS)).clone_into(&mut listing.marketplace);
        }
        if listing.image_link.is_empty() {
            listing.image_link = format!("https://img.example.com/{:016x}.jpg", self.random.bits());
        }
        (at, listing)
    }

    fn source(&mut self) -> usize {
        let mut drawn = self.random.below(1_000);
        let weights = self.pools.sources().iter().map(|s| s.weight);
        for (at, weight) in weights.enumerate() {
            if drawn < weight {
                return at;
            }
            drawn -= weight;
        }
        0
    }

    /// Few sellers have many listings.
    fn seller(&mut self) -> usize {
        (self.random.unit().powi(3) * SELLERS as f64) as usize
    }

    fn new_title(&mut self, source: &Source, title: &str) -> String {
        let mut candidate = self.title(source, title);
        while !self.titles.insert(fingerprint(&candidate)) {
            candidate = format!("{} {}", self.title(source, title), self.novelty());
        }
        candidate
    }

    fn title(&mut self, source: &Source, title: &str) -> String {
        let limit = if source.loose { self.random.between(TITLE_CHARS.0, TITLE_CHARS.1) } else { usize::MAX };
        let mut words: Vec<String> = cut(title, limit).split_whitespace().map(|word| self.word(word)).collect();
        if source.loose && words.len() > 3 {
            self.shuffle(source, &mut words);
        }
        if words.len() < 4 || self.random.chance(0.45) {
            words.push((*self.random.pick(&COLOURS)).to_owned());
        }
        if words.len() < 5 || self.random.chance(0.3) {
            words.push((*self.random.pick(&SIZES)).to_owned());
        }
        if self.random.chance(0.3) {
            let novelty = self.novelty();
            words.push(novelty);
        }
        words.join(" ")
    }

    /// Neighbours change places; a word behind the first two is exchanged for one of another listing.
    fn shuffle(&mut self, source: &Source, words: &mut [String]) {
        if self.random.chance(0.4) {
            let at = self.random.between(1, words.len() - 2);
            words.swap(at, at + 1);
        }
        if self.random.chance(0.6) {
            let other = &self.random.pick(&source.listings).title;
            let others: Vec<&str> = other.split_whitespace().collect();
            let at = self.random.between(2, words.len() - 1);
            if !others.is_empty() {
                (*self.random.pick(&others)).clone_into(&mut words[at]);
            }
        }
    }

    /// Another colour for a colour, another size for a size, other digits for digits.
    fn word(&mut self, word: &str) -> String {
        let lower = word.to_lowercase();
        if COLOURS.contains(&lower.as_str()) {
            return (*self.random.pick(&COLOURS)).to_owned();
        }
        if SIZES.contains(&word) {
            return (*self.random.pick(&SIZES)).to_owned();
        }
        let has_digit = word.bytes().any(|b| b.is_ascii_digit());
        if has_digit && !word.contains(':') && self.random.chance(0.6) {
            return self.digits(word);
        }
        word.to_owned()
    }

    /// The last two digits of each run change, so that sizes stay sizes and codes stay codes.
    fn digits(&mut self, word: &str) -> String {
        let chars: Vec<char> = word.chars().collect();
        let digit_behind = |at: usize| chars[at + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
        let changes = |at: usize| chars[at].is_ascii_digit() && digit_behind(at) < 2;
        (0..chars.len())
            .map(|at| if changes(at) { char::from(b'0' + self.random.below(10) as u8) } else { chars[at] })
            .collect()
    }

    /// A word that no list knows: a made-up name, or a model code.
    fn novelty(&mut self) -> String {
        if self.random.chance(0.5) {
            let letters: String = (0..2).map(|_| char::from(b'A' + self.random.below(26) as u8)).collect();
            return format!("{letters}-{}", self.random.between(100, 99_999));
        }
        let syllables = self.random.between(2, 4);
        (0..syllables).map(|_| *self.random.pick(&SYLLABLES)).collect()
    }

    /// The listing's own words first, then sentences of others, up to a length drawn for it.
    fn description(&mut self, own: &str) -> String {
        let target = self.random.between(DESCRIPTION_CHARS.0, DESCRIPTION_CHARS.1);
        let mut text = self.words(cut(own, target));
        let mut length = text.chars().count();
        while length + 12 < target && !self.pools.sentences.is_empty() {
            let source = self.random.pick(&self.pools.sentences);
            let sentence = self.random.pick(source);
            let sentence = self.words(cut(sentence, target - length));
            if sentence.is_empty() {
                break;
            }
            if !text.is_empty() {
                text.push_str(". ");
            }
            length += sentence.chars().count() + 2;
            text.push_str(&sentence);
        }
        if self.random.chance(0.3) {
            let novelty = self.novelty();
            text = format!("{novelty} {text}");
        }
        text
    }

    fn words(&mut self, text: &str) -> String {
        let words: Vec<String> = text.split(' ').map(|word| self.word(word)).collect();
        words.join(" ")
    }

    /// Between four fifths and five fourths of the price.
    fn price(&mut self, source: &Source, price: &str) -> String {
        let factor = 0.8 * 1.5625_f64.powf(self.random.unit());
        if let Some((amount, currency)) = price.split_once(' ') {
            return amount.parse::<f64>().map_or_else(
                |_| price.to_owned(),
                |amount| format!("{:.*} {currency}", decimals(currency), amount * factor),
            );
        }
        match source.price_from {
            Some(from) => format!("{}.{:02} USD", self.random.between(from, from * 8), self.random.below(100)),
            None => String::new(),
        }
    }
}

fn decimals(currency: &str) -> usize {
    if matches!(currency, "JPY" | "KRW" | "VND" | "CLP") { 0 } else { 2 }
}

/// The start of a text, up to a word's end within `limit` characters.
fn cut(text: &str, limit: usize) -> &str {
    let Some((end, _)) = text.char_indices().nth(limit) else { return text };
    let head = &text[..end];
    head.rfind(char::is_whitespace).map_or(head, |space| head[..space].trim_end())
}

fn fingerprint(text: &str) -> u64 {
    use std::hash::{Hash as _, Hasher as _};
    let mut hasher = rustc_hash::FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}
