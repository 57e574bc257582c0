//! What a listing says, as a bounded set of weighed features.

use touchstone_knowledge::{Meaning, Snapshot, TermClass, TermStrength};
use touchstone_signals::{Field, MentionContext, View};
use touchstone_text::{Class, How, Normal, Reading, Span, Token};

use crate::feature::{Feature, Sort};

/// Features of one sketch, at most: 512 bytes.
pub const FEATURES_MAX: usize = 128;
/// Tokens of one field that are looked at.
const TOKENS_MAX: usize = 1_000;
/// Two listings that share fewer details than this are not said to be alike, however short they are.
const DETAILS_MIN: u32 = 4;

/// What a listing says, to be compared with what others say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch {
    /// Ascending, each once.
    features: Box<[Feature]>,
    total: u32,
}

impl Sketch {
    /// The sketch of a listing that was read.
    pub fn of(view: &View<'_, '_>) -> Self {
        let mut features = Vec::new();
        claims(view, &mut features);
        price(view, &mut features);
        for (field, reading, meanings) in view.readings() {
            let known = known(view, field, reading, meanings, &mut features);
            details(reading, &known, &mut features);
        }
        Self::from_features(features)
    }

    /// Keeps the weightiest; of equal ones always the same, so that two that share many keep the same.
    pub(crate) fn from_features(mut features: Vec<Feature>) -> Self {
        features.sort_unstable_by_key(|feature| (std::cmp::Reverse(feature.weight()), *feature));
        features.dedup();
        features.truncate(FEATURES_MAX);
        features.sort_unstable();
        let total = features.iter().map(|feature| feature.weight()).sum();
        Self { features: features.into(), total }
    }

    /// A sketch of made-up features, for tests: each a number and a weight.
    #[doc(hidden)]
    pub fn made_of(features: &[(u32, u32)]) -> Self {
        Self::from_features(features.iter().map(|(what, weight)| Feature::new(Sort::Word, what, *weight)).collect())
    }

    /// How alike two listings are, in permille: twice the weight they share in the weight of both (Dice); 0 when they
    /// share too few details to say.
    pub fn similarity(&self, other: &Self) -> u16 {
        let (mut shared, mut details) = (0, 0);
        let (mut left, mut right) = (self.features.iter().peekable(), other.features.iter().peekable());
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            match a.cmp(b) {
                std::cmp::Ordering::Less => drop(left.next()),
                std::cmp::Ordering::Greater => drop(right.next()),
                std::cmp::Ordering::Equal => {
                    shared += a.weight();
                    details += if a.is_detail() { a.weight() } else { 0 };
                    left.next();
                    right.next();
                }
            }
        }
        if details < DETAILS_MIN { 0 } else { (2_000 * shared / (self.total + other.total)) as u16 }
    }

    pub(crate) fn features(&self) -> &[Feature] {
        &self.features
    }

    pub(crate) fn total(&self) -> u32 {
        self.total
    }
}

/// The brands on offer with their lines, and the kind of goods.
fn claims(view: &View<'_, '_>, features: &mut Vec<Feature>) {
    for mention in view.mentions.iter().filter(|m| m.context == MentionContext::Claimed) {
        let Some(brand) = view.snapshot.brand(mention.brand) else { continue };
        features.push(Feature::new(Sort::Brand, &brand.id, BRAND));
        if mention.how != How::Plain {
            features.push(Feature::new(Sort::Disguise, mention.how.as_str(), DISGUISE));
        }
        if let Some(line) = mention.line.and_then(|line| brand.lines.get(usize::from(line))) {
            features.push(Feature::new(Sort::Line, (&brand.id, line.names.first()), LINE));
        }
    }
    features.extend(view.kind_slug().map(|kind| Feature::new(Sort::Kind, kind, KIND)));
}

const BRAND: u32 = 2;
const LINE: u32 = 4;
const DISGUISE: u32 = 6;
const KIND: u32 = 1;
const OTHER_KIND: u32 = 1;
const TRADE_WORD: u32 = 5;
const HINT: u32 = 3;
const PRICE: u32 = 5;

/// Two rows of steps, one shifted by half a step: a price a little higher or lower shares at least one.
fn price(view: &View<'_, '_>, features: &mut Vec<Feature>) {
    let Some(cents) = view.usd_cents.filter(|cents| *cents > 0) else { return };
    // Half octaves: 40 %.
    let steps = (cents as f64).log2() * 2.0;
    features.push(Feature::new(Sort::Price, (0, steps.floor() as i64), PRICE));
    features.push(Feature::new(Sort::Price, (1, (steps + 0.5).floor() as i64), PRICE));
}

/// What the knowledge understands in a field, as features; gives the places, whose words then say nothing more.
fn known(
    view: &View<'_, '_>,
    field: Field,
    reading: &Reading,
    meanings: &[Meaning],
    features: &mut Vec<Feature>,
) -> Vec<Span> {
    let mut places: Vec<Span> = view.mentions.iter().filter(|m| m.field == field).map(|m| m.span).collect();
    for (hit, meaning) in reading.hits.iter().zip(meanings) {
        let (feature, understood) = meant(view.snapshot, *meaning);
        features.extend(feature);
        if understood {
            places.push(hit.span);
        }
    }
    merged(places)
}

/// The feature of a hit, and whether it stands for its words.
fn meant(snapshot: &Snapshot, meaning: Meaning) -> (Option<Feature>, bool) {
    match meaning {
        Meaning::Kind(kind) => {
            let slug = snapshot.knowledge.kinds.get(kind.index()).map(|kind| kind.id.as_str());
            (slug.map(|slug| Feature::new(Sort::OtherKind, slug, OTHER_KIND)), true)
        }
        Meaning::Term(group) => match snapshot.group(group) {
            Some(group) if group.class == TermClass::Stopword => (None, true),
            Some(group) => (trade(group.class, group.strength), trade(group.class, group.strength).is_some()),
            None => (None, false),
        },
        _ => (None, false),
    }
}

/// Words of the trade stand for their class: all say the same.
fn trade(class: TermClass, strength: TermStrength) -> Option<Feature> {
    let weight = match class {
        TermClass::Replica
        | TermClass::Evasion
        | TermClass::Contact
        | TermClass::HiddenLink
        | TermClass::CounterfeitKit
        | TermClass::Wholesale => TRADE_WORD,
        TermClass::Authenticity | TermClass::SecondHand | TermClass::Provenance | TermClass::NewClaim => HINT,
        _ => return None,
    };
    Some(Feature::new(Sort::Trade, (class, strength), if strength == TermStrength::Weak { HINT } else { weight }))
}

/// Ascending, none touching another.
fn merged(mut places: Vec<Span>) -> Vec<Span> {
    places.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(places.len());
    for place in places {
        match merged.last_mut() {
            Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
            _ => merged.push(place),
        }
    }
    merged
}

/// Words, numbers and characters that the knowledge does not understand.
fn details(reading: &Reading, known: &[Span], features: &mut Vec<Feature>) {
    let normal = &reading.normal;
    let mut known = known.iter().peekable();
    let mut before: Option<(Span, char)> = None;
    for token in normal.tokens().iter().take(TOKENS_MAX) {
        while known.next_if(|place| place.end <= token.span.start).is_some() {}
        let inside = known.peek().copied().filter(|place| place.start < token.span.end);
        match token.class {
            Class::Word if inside.is_none() => word(normal, token, features),
            Class::Word => {}
            _ => pairs(normal, token.span, inside, &mut before, features),
        }
    }
}

fn word(normal: &Normal, token: &Token, features: &mut Vec<Feature>) {
    let text = normal.slice(token.span);
    let letters = text.chars().count();
    if token.digits {
        let weight = match (letters, token.letters) {
            (0..=1, _) => return,
            (2, false) => 1,
            (2, true) | (3, false) => 2,
            (3, true) | (4, false) => 4,
            _ => 7,
        };
        return features.push(Feature::new(Sort::Number, text, weight));
    }
    let weight = match letters {
        0..=1 => return,
        2 => 1,
        3 => 2,
        4..=5 => 4,
        _ => 5,
    };
    features.push(Feature::new(Sort::Word, text, weight));
    threes(text, letters, features);
}

/// Letters of a word from which its threes are taken; shorter ones are bent by exchange rather.
const LETTERS_MIN: usize = 5;

fn threes(text: &str, letters: usize, features: &mut Vec<Feature>) {
    if letters < LETTERS_MIN {
        return;
    }
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let threes = starts.windows(4).filter_map(|at| text.get(at[0]..at[3]));
    features.extend(threes.map(|three| Feature::new(Sort::Letters, three, 1)));
}

/// Pairs of neighbouring characters of one run, those that are understood left out.
fn pairs(
    normal: &Normal,
    span: Span,
    inside: Option<&Span>,
    before: &mut Option<(Span, char)>,
    features: &mut Vec<Feature>,
) {
    let text = normal.slice(span);
    for (at, second) in text.char_indices() {
        let here = Span::new(span.start as usize + at, span.start as usize + at + second.len_utf8());
        if inside.is_some_and(|place| place.contains(here)) {
            *before = None;
            continue;
        }
        if let Some((_, first)) = before.filter(|(place, _)| place.end == here.start) {
            features.push(Feature::new(Sort::Pair, (first, second), PAIR));
        }
        *before = Some((here, second));
    }
}

const PAIR: u32 = 4;
