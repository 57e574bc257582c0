//! The dear pass: names behind disguises, sought only where a token looks tampered with.
//!
//! A token is suspicious when it is no common word and no name already found. Around it three
//! windows are tried, each by one key look-up: the token itself, runs of glued or single letters
//! ("g.u.c.c.i", "g u c c i"), and a token joined with its neighbour ("guc ci"). What is left is
//! compared by edit distance, and with names behind censoring marks.

use rustc_hash::FxHashMap;

use crate::censored::CensoredIndex;
use crate::cyrillic::CyrillicIndex;
use crate::key::{Key, KeyFilter, leet};
use crate::matcher::{Hit, How, Reading};
use crate::near::{MIN_FUZZY_WORD, NearIndex, NearNames};
use crate::normal::{Class, Normal, Span, Token};
use crate::traces::Traces;
use crate::words::hash;

/// What kind of name this is, and so which disguises are believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameForm {
    /// A full name: every disguise, edit distance too.
    Full,
    /// A name that is also a word: every disguise but edit distance.
    Word,
    /// Initials: only marks between the same letters.
    Initials,
    /// The Latin spelling of a Chinese name.
    Pinyin,
    /// The stem of a word: every disguise of whatever begins with it.
    Stem,
    /// A word that is no name: disguises that leave its letters.
    Term,
    /// A word of three or four letters that is no name: spelled out letter by letter, or with digits among four.
    Short,
}

/// A name to look for behind disguises.
#[derive(Clone, Debug)]
pub struct Name {
    /// As people write it.
    pub text: String,
    /// The caller's number for it.
    pub meaning: u32,
    /// Which disguises are believed.
    pub form: NameForm,
    /// A doubtful name that is compared by edit distance all the same, when it is long.
    pub fuzzy: bool,
}

/// A name as the index keeps it.
pub(crate) struct Entry {
    pub(crate) meaning: u32,
    pub(crate) form: NameForm,
    /// Folded letters and digits without spaces.
    pub(crate) squash: String,
    pub(crate) key: Key,
}

/// Buffers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    key: Key,
    traces: Traces,
}

const MIN_DOUBLED_WORD: usize = 5;
const MIN_STEM: usize = 5;
const RUN_MAX: usize = 24;
/// Longer windows hold no name, in bytes.
const MAX_WINDOW: u32 = 64;
const MAX_GLUED: usize = 4;
/// Keys shorter than this are believed only letter by letter.
pub(crate) const MIN_KEY: usize = 4;
/// Chinese names of one short syllable spell like anything.
const MIN_PINYIN: usize = 5;
const MIN_TOKEN_BYTES: usize = 3;

pub(crate) struct DeepIndex {
    entries: Vec<Entry>,
    by_key: FxHashMap<u64, Vec<u32>>,
    keys: KeyFilter,
    near: NearIndex,
    cyrillic: CyrillicIndex,
    censored: CensoredIndex,
    names: Vec<bool>,
}

impl DeepIndex {
    pub(crate) fn new(names: Vec<Name>) -> Self {
        let mut index = Self {
            entries: Vec::new(),
            by_key: FxHashMap::default(),
            keys: KeyFilter::of(names.len()),
            near: NearIndex::default(),
            cyrillic: CyrillicIndex::of(&names),
            censored: CensoredIndex::default(),
            names: Vec::new(),
        };
        let mut near = NearNames::default();
        for name in names {
            index.add(&name, &mut near);
        }
        index.near = NearIndex::of(&near, &index.entries);
        index
    }

    fn add(&mut self, name: &Name, near: &mut NearNames) {
        let at = name.meaning as usize;
        if self.names.len() <= at {
            self.names.resize(at + 1, false);
        }
        self.names[at] = true;
        self.censored.add(name);
        let folded = crate::fold(&name.text);
        let squash: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
        // Digits stand for letters in keys, so a name with digits would be found in its neighbours.
        let keyed = squash.is_ascii() && !squash.bytes().any(|b| b.is_ascii_digit());
        let Some(key) = Key::of(&squash).filter(|_| keyed || name.form == NameForm::Initials) else { return };
        let id = self.entries.len() as u32;
        self.keys.add(hash(key.as_bytes()));
        self.by_key.entry(hash(key.as_bytes())).or_default().push(id);
        if squash.bytes().all(|b| b.is_ascii_alphabetic()) {
            near.add(id, name, folded.contains(' '), key.len());
        }
        self.entries.push(Entry { meaning: name.meaning, form: name.form, squash, key });
    }

    /// True when `meaning` was added as a name.
    pub(crate) fn is_name(&self, meaning: u32) -> bool {
        self.names.get(meaning as usize).copied().unwrap_or(false)
    }

    pub(crate) fn search(&self, source: &str, reading: &mut Reading) {
        let mut deep = std::mem::take(&mut reading.deep);
        self.runs(source, reading, &mut deep);
        self.tokens(source, reading, &mut deep);
        for (meaning, region) in self.censored.find(source) {
            // Inside a tag nothing is left of it.
            let span = reading.normal.span_of_source(region);
            if span.start == span.end {
                continue;
            }
            reading.hits.push(Hit { meaning, span, how: How::Censored });
        }
        reading.deep = deep;
    }

    /// Runs of tokens that are glued together, or so short that they may be letters of one word.
    fn runs(&self, source: &str, reading: &mut Reading, deep: &mut Scratch) {
        let count = reading.normal.tokens().len();
        let mut start = 0;
        while start < count {
            let tokens = reading.normal.tokens();
            let mut end = start + 1;
            while end < count && end - start < RUN_MAX && continues_run(&reading.normal, &tokens[end - 1], &tokens[end])
            {
                end += 1;
            }
            if end - start > 1 {
                self.windows(source, start, end, reading, deep);
            }
            start = end;
        }
    }

    /// Looks up every window of two or more tokens of a run, growing it token by token from each start.
    fn windows(&self, source: &str, start: usize, end: usize, reading: &mut Reading, deep: &mut Scratch) {
        let mut first = start;
        while first < end {
            let found = self.longest_from(source, first, end, &reading.normal, deep);
            if let Some((hit, last)) = found {
                push(reading, hit, first, last);
                first = last;
            }
            first += 1;
        }
    }

    /// The longest window from `first` on whose key is a name's.
    fn longest_from(
        &self,
        source: &str,
        first: usize,
        end: usize,
        normal: &Normal,
        deep: &mut Scratch,
    ) -> Option<(Hit, usize)> {
        let tokens = normal.tokens();
        let mut at = normal.source_span(tokens.get(first)?.span).start;
        let mut found = None;
        deep.traces.clear(&mut deep.key);
        for (last, token) in tokens.iter().enumerate().take(end).skip(first) {
            let to = normal.source_span(token.span).end;
            let fits = source.get(at as usize..to as usize).is_some_and(|text| deep.traces.read(text, &mut deep.key));
            if !fits || token.class != Class::Word || deep.key.len() >= crate::key::MAX_KEY {
                break;
            }
            at = to;
            let text =
                source.get(normal.source_span(tokens[first].span).start as usize..to as usize).unwrap_or_default();
            if last > first
                && let Some((meaning, how)) = self.known(&deep.traces, &deep.key)
                && in_one(text, how)
            {
                let span = Span { start: tokens[first].span.start, end: token.span.end };
                found = Some((Hit { meaning, span, how: honest(how, &tokens[first..=last]) }, last));
            }
        }
        found
    }

    /// The name whose key was just read from these tokens.
    fn exact(&self, source: &str, normal: &Normal, tokens: &[Token], span: Span, deep: &Scratch) -> Option<Hit> {
        let (meaning, how) = self.known(&deep.traces, &deep.key)?;
        let text = source.get(normal.source_span(span).range())?;
        in_one(text, how).then(|| Hit { meaning, span, how: honest(how, tokens) })
    }

    /// Single suspicious tokens, then joined with a neighbour.
    fn tokens(&self, source: &str, reading: &mut Reading, deep: &mut Scratch) {
        for at in 0..reading.normal.tokens().len() {
            let token = reading.normal.tokens()[at];
            let len = (token.span.end - token.span.start) as usize;
            if reading.covered[at] || token.class != Class::Word || !token.letters || len < MIN_TOKEN_BYTES {
                continue;
            }
            if let Some((meaning, how)) = self.single(source, token, reading, deep) {
                push(reading, Hit { meaning, span: token.span, how }, at, at);
            } else {
                self.joined(source, at, reading, deep);
            }
        }
    }

    fn single(&self, source: &str, token: Token, reading: &Reading, deep: &mut Scratch) -> Option<(u32, How)> {
        let region = widened(source, reading.normal.source_span(token.span));
        let narrow = reading.normal.source_span(token.span);
        let exact = self.lookup(source, region, deep);
        let exact = exact.or_else(|| (region != narrow).then(|| self.lookup(source, narrow, deep)).flatten());
        exact.or_else(|| self.near(token, &reading.normal, deep))
    }

    /// The name nearest to the key that was read last, if the token is nothing but letters.
    fn near(&self, token: Token, normal: &Normal, deep: &Scratch) -> Option<(u32, How)> {
        let key = &deep.key;
        if token.digits {
            return None;
        }
        if token.foreign {
            return self.cyrillic.nearest(normal.slice(token.span)).map(|meaning| (meaning, How::Typo));
        }
        let nearest = self.near.word(&self.entries, key.as_bytes(), deep.traces.letters.as_bytes());
        let entry = &self.entries[nearest? as usize];
        let plural = plural_of(deep.traces.letters.as_bytes(), entry.squash.as_bytes());
        Some((entry.meaning, if plural { How::Plain } else { How::Typo }))
    }

    /// The name nearest to what is stated to be a name, be it a common word, or several words, too.
    pub(crate) fn stated(&self, words: &str) -> Option<u32> {
        let letters: String = words.chars().filter(|c| *c != ' ').collect();
        let key = Key::of(&letters).filter(|key| letters == words || key.len() >= MIN_FUZZY_WORD)?;
        let entry = &self.entries[self.near.stated(&self.entries, key.as_bytes(), letters.as_bytes())? as usize];
        (!plural_of(key.as_bytes(), entry.key.as_bytes())).then_some(entry.meaning)
    }

    /// The token with the one after or before it, which may be a word: "calvin kleinn".
    fn joined(&self, source: &str, at: usize, reading: &mut Reading, deep: &mut Scratch) {
        let tokens = reading.normal.tokens();
        let usable = |i: usize| {
            tokens.get(i).is_some_and(|t| t.class == Class::Word && t.letters && (t.glued || !t.breaks)) || i == at
        };
        let named = |i: usize| reading.named.get(i).copied().unwrap_or(false);
        let pairs = neighbours(tokens, at);
        let mut pairs = pairs.filter(|(a, b)| usable(*a) && usable(*b) && *b < tokens.len());
        let found = pairs.find_map(|(a, b)| {
            let window = tokens.get(a..=b)?;
            let names = (named(a), named(b));
            if let Some(span) = read_window(source, &reading.normal, window, deep) {
                let exact = self.exact(source, &reading.normal, window, span, deep);
                let near = || self.near_pair(window, names, &reading.normal, deep);
                exact.or_else(|| near().map(|meaning| Hit { meaning, span, how: How::Typo }))
            } else {
                self.near_foreign(window, names, &reading.normal)
            }
            .map(|hit| (hit, a, b))
        });
        if let Some((hit, a, b)) = found {
            // A single stray space is a slip of the finger as often as a trick.
            let slip = matches!(hit.how, How::Plain | How::Separated) && !reading.normal.tokens()[b].glued;
            push(reading, Hit { how: if slip { How::Typo } else { hit.how }, ..hit }, a, b);
        }
    }

    /// Two words whose key was just read, and which are together a letter or two away from a name of two words, or of
    /// one: "De Wolt". Of one that is named already, the found name must have it too: "Hogo Boss".
    fn near_pair(&self, pair: &[Token], named: (bool, bool), normal: &Normal, deep: &Scratch) -> Option<u32> {
        let [first, last] = pair else { return None };
        if pair.iter().any(|t| t.digits) || named == (true, true) {
            return None;
        }
        if pair.iter().any(|t| t.foreign) {
            return self.near_foreign(pair, named, normal).map(|hit| hit.meaning);
        }
        let (key, letters) = (deep.key.as_bytes(), deep.traces.letters.as_bytes());
        let shorter = first.span.len().min(last.span.len());
        let entry = &self.entries[self.near.pair(&self.entries, shorter, key, letters)? as usize];
        let whole = match named {
            (true, _) => entry.squash.starts_with(normal.slice(first.span)),
            (_, true) => entry.squash.ends_with(normal.slice(last.span)),
            _ => true,
        };
        whole.then_some(entry.meaning)
    }

    /// Two words of other letters that sound together like a name: "Нью Баланц".
    fn near_foreign(&self, pair: &[Token], named: (bool, bool), normal: &Normal) -> Option<Hit> {
        let [first, last] = pair else { return None };
        let foreign = pair.iter().all(|t| t.foreign && !t.digits) && named == (false, false);
        let span = Span { start: first.span.start, end: last.span.end };
        let meaning = if foreign { self.cyrillic.nearest(normal.slice(span)) } else { None };
        meaning.map(|meaning| Hit { meaning, span, how: How::Typo })
    }

    /// The name whose key the region of the source has, if the disguise is one its form allows.
    fn lookup(&self, source: &str, region: Span, deep: &mut Scratch) -> Option<(u32, How)> {
        deep.traces.clear(&mut deep.key);
        let text = source.get(region.range())?;
        let read = deep.traces.read(text, &mut deep.key);
        read.then(|| self.known(&deep.traces, &deep.key)).flatten().filter(|(_, how)| in_one(text, *how))
    }

    fn known(&self, traces: &Traces, key: &Key) -> Option<(u32, How)> {
        let Some(ids) = self.ids(key.as_bytes()) else { return self.stem(traces, key) };
        ids.iter().find_map(|&id| {
            let entry = &self.entries[id as usize];
            let how = if entry.form == NameForm::Pinyin { How::Pinyin } else { traces.how(&entry.squash) };
            let sure =
                if entry.form == NameForm::Short { traces.spell(&entry.squash, how) } else { believed(entry, how) };
            (entry.key == *key && sure).then_some((entry.meaning, how))
        })
    }

    fn ids(&self, key: &[u8]) -> Option<&Vec<u32>> {
        let hash = hash(key);
        if self.keys.may_hold(hash) { self.by_key.get(&hash) } else { None }
    }

    /// A stem that the key begins with, when the word was tampered with.
    fn stem(&self, traces: &Traces, key: &Key) -> Option<(u32, How)> {
        if !(traces.lookalike || traces.leet) {
            return None;
        }
        (MIN_STEM..key.len()).rev().find_map(|len| {
            let prefix = key.as_bytes().get(..len)?;
            let ids = self.ids(prefix)?;
            let entry = ids
                .iter()
                .map(|id| &self.entries[*id as usize])
                .find(|e| e.form == NameForm::Stem && e.key.as_bytes() == prefix)?;
            Some((entry.meaning, traces.how(&entry.squash)))
        })
    }
}

/// Reads the key of neighbouring tokens, and gives their place; nothing when no name can be there.
fn read_window(source: &str, normal: &Normal, tokens: &[Token], deep: &mut Scratch) -> Option<Span> {
    let span = Span { start: tokens.first()?.span.start, end: tokens.last()?.span.end };
    let usable = span.len() <= MAX_WINDOW && tokens.iter().all(|t| t.class == Class::Word);
    let text = source.get(normal.source_span(span).range()).filter(|_| usable)?;
    deep.traces.clear(&mut deep.key);
    deep.traces.read(text, &mut deep.key).then_some(span)
}

fn push(reading: &mut Reading, hit: Hit, first: usize, last: usize) {
    reading.hits.push(hit);
    reading.covered[first..=last].iter_mut().for_each(|c| *c = true);
}

/// A token with the one after and before it, and with the whole words there if they are in pieces: "m!rror qual!ty".
fn neighbours(tokens: &[Token], at: usize) -> impl Iterator<Item = (usize, usize)> + use<> {
    let glued = |i: usize| tokens.get(i).is_some_and(|t| t.glued && i > 0);
    let start = |from: usize| (0..=from).rev().take(MAX_GLUED).find(|i| !glued(*i)).unwrap_or(from);
    let end = |from: usize| (from..).take(MAX_GLUED).find(|i| !glued(i + 1)).unwrap_or(from);
    let (first, last) = (start(at), end(at));
    let near = [(at, at + 1), (at.wrapping_sub(1), at)];
    let wide = [(first, end(last + 1)), (start(first.saturating_sub(1)), last)];
    near.into_iter().chain(wide.into_iter().filter(move |pair| !near.contains(pair)))
}

/// Glued tokens, letters in a row, and syllables of spelled-out Chinese belong together.
fn continues_run(normal: &Normal, previous: &Token, next: &Token) -> bool {
    let len = |t: &Token| t.span.end - t.span.start;
    // "g u cc i" is spelled out; "f 4L IS II" are words.
    let letters = |a: &Token, b: &Token| len(a).min(len(b)) == 1 && len(a).max(len(b)) <= 2;
    let syllable = |t: &Token| crate::han::is_syllable(normal.slice(t.span));
    previous.class == Class::Word
        && next.class == Class::Word
        && (next.glued || letters(previous, next) || (syllable(previous) && syllable(next)))
}

/// A digit behind a comma and a blank is none of the letters before: "Oral-B, 8 pcs".
fn in_one(text: &str, how: How) -> bool {
    how != How::Leet || !text.contains(", ")
}

/// The region with the symbols that touch it and may stand for letters: "$tussy", "gucc!".
fn widened(source: &str, region: Span) -> Span {
    let symbol = |c: &char| !c.is_alphanumeric() && leet(*c).is_some();
    let before = source
        .get(..region.start as usize)
        .and_then(|s| s.chars().next_back())
        .filter(symbol)
        .map_or(0, char::len_utf8);
    let after =
        source.get(region.end as usize..).and_then(|s| s.chars().next()).filter(symbol).map_or(0, char::len_utf8);
    Span { start: region.start - before as u32, end: region.end + after as u32 }
}

/// Words with marks between them are written so by honest people, and part numbers behind a word: "Canon R-F".
fn honest(how: How, tokens: &[Token]) -> How {
    let len = |t: &Token| t.span.end - t.span.start;
    let words = tokens.iter().all(|t| len(t) >= 3);
    let part_number = tokens.first().is_some_and(|t| len(t) >= 4) && tokens.len() <= 3;
    if how == How::Separated && (words || part_number) { How::Plain } else { how }
}

/// "airpod" is no misspelling of "airpods".
fn plural_of(token: &[u8], name: &[u8]) -> bool {
    token.strip_suffix(b"s") == Some(name) || name.strip_suffix(b"s") == Some(token)
}

fn believed(entry: &Entry, how: How) -> bool {
    let short = entry.key.len() < MIN_KEY || entry.form == NameForm::Initials;
    match how {
        How::Separated | How::Plain => true,
        How::Stretched => entry.form != NameForm::Initials,
        _ if short => false,
        How::Doubled => entry.form != NameForm::Word || entry.key.len() >= MIN_DOUBLED_WORD,
        How::Pinyin => entry.key.len() >= MIN_PINYIN,
        _ => true,
    }
}
