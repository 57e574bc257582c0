//! All patterns in one automaton over the normal form, and the deep pass over what is left.

use crate::deep::{DeepIndex, Name, NameForm};
use crate::dense::DenseIndex;
use crate::han::HanIndex;
use crate::normal::{Class, Normal, Span};
use crate::pattern::{Pattern, PatternError, Patterns};
use crate::scan::Scanner;
use crate::words::{LanguageSet, RecentWords, WordList};

/// How the writer disguised a name, from not at all to not the same letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// As it is written.
    Plain,
    /// Invisible characters inside.
    ZeroWidth,
    /// Strokes and marks laid over the letters.
    Marks,
    /// Alphabets made for show: 𝓖, Ⓖ, 🅶.
    Styled,
    /// Letters of another script that look the same.
    Homoglyph,
    /// Digits and symbols for letters.
    Leet,
    /// Spaces or marks between the letters.
    Separated,
    /// Letters hidden behind marks.
    Censored,
    /// A Chinese character or a Korean syllable written as its parts.
    Split,
    /// Written together with another word: "ReplicaChanel".
    Joined,
    /// Letters three times over, or the first one twice: no slip does this.
    Stretched,
    /// Doubled letters.
    Doubled,
    /// The Latin spelling of a Chinese name.
    Pinyin,
    /// Chinese characters that sound the same.
    Homophone,
    /// A letter or two off.
    Typo,
    /// A common word that is a letter off: "Channel".
    Neighbour,
}

impl How {
    /// The word for it in signals and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::ZeroWidth => "zero_width",
            Self::Marks => "marks",
            Self::Styled => "styled",
            Self::Homoglyph => "homoglyph",
            Self::Leet => "leet",
            Self::Separated => "separated",
            Self::Censored => "censored",
            Self::Split => "split",
            Self::Joined => "joined",
            Self::Stretched => "stretched",
            Self::Doubled => "doubled",
            Self::Typo => "typo",
            Self::Neighbour => "neighbour",
            Self::Pinyin => "pinyin",
            Self::Homophone => "homophone",
        }
    }

    /// True when honest words may come out the same by chance.
    pub fn is_uncertain(self) -> bool {
        matches!(self, Self::Joined | Self::Pinyin | Self::Homophone | Self::Censored) || self.is_near()
    }

    /// The letters are nearly the name's: a slip, or a name made to be taken for it.
    pub fn is_near(self) -> bool {
        matches!(self, Self::Doubled | Self::Typo | Self::Neighbour)
    }
}

/// One meaning found at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The number that the pattern or name was added with.
    pub meaning: u32,
    /// Where, in the normal form.
    pub span: Span,
    /// How it was written.
    pub how: How,
}

/// The result of reading one text; reuse it.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The normal form and its tokens.
    pub normal: Normal,
    /// What was found, in order of start, longest first.
    pub hits: Vec<Hit>,
    /// Per language of the word list, how many of the text's words it knows.
    pub language_votes: [u32; 16],
    /// Tokens that need no deep look: names and common words.
    pub(crate) covered: Vec<bool>,
    /// Tokens under names.
    pub(crate) named: Vec<bool>,
    pub(crate) variant: Normal,
    pub(crate) recent: RecentWords,
    pub(crate) buffer: Vec<u8>,
    pub(crate) deep: crate::deep::Scratch,
}

/// Collects patterns and names for a [`Matcher`].
#[derive(Default)]
pub struct MatcherBuilder {
    patterns: Patterns,
    names: Vec<Name>,
    han: HanIndex,
    dense: DenseIndex,
    words: WordList,
}

impl MatcherBuilder {
    /// Adds a word or phrase as people write it; a trailing `*` matches any ending.
    ///
    /// # Errors
    /// When nothing is left of it after folding.
    pub fn term(&mut self, text: &str, meaning: u32) -> Result<(), PatternError> {
        self.patterns.add(text, meaning, false)
    }

    /// Adds another way to write a term, which nobody uses who has nothing to hide.
    ///
    /// # Errors
    /// When nothing is left of it after folding.
    pub fn disguised_term(&mut self, text: &str, meaning: u32, how: How) -> Result<(), PatternError> {
        self.patterns.add_disguised(text, meaning, how)
    }

    /// Adds a name: found as written, and through the disguises that its form allows.
    ///
    /// # Errors
    /// When nothing is left of it after folding.
    pub fn name(&mut self, name: Name) -> Result<(), PatternError> {
        self.patterns.add(&name.text, name.meaning, true)?;
        let folded = crate::fold(&name.text);
        self.han.add(&folded, name.meaning, false);
        self.dense.add(&folded, name.meaning);
        if let Some(spelling) = crate::han::spelling(&folded) {
            self.names.push(Name { text: spelling, meaning: name.meaning, form: NameForm::Pinyin, fuzzy: false });
        }
        self.names.push(name);
        Ok(())
    }

    /// Adds a disguise to look for that is no pattern by itself (an obfuscated term).
    pub fn disguise(&mut self, name: Name) {
        let folded = crate::fold(&name.text);
        self.han.add(&folded, name.meaning, true);
        if let Some(spelling) = crate::han::spelling(&folded) {
            self.names.push(Name { text: spelling, meaning: name.meaning, form: NameForm::Pinyin, fuzzy: false });
        }
        self.names.push(name);
    }

    /// Says that sellers write the character `whole` as `parts`.
    pub fn split(&mut self, whole: char, parts: &str) {
        self.han.add_split(whole, parts);
    }

    /// The common words of all languages.
    pub fn words(&mut self, words: WordList) {
        self.words = words;
    }

    /// The texts of all patterns, folded: what an automaton without anything around it would look for.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().map(|(text, _)| text.as_str())
    }

    /// Compiles everything.
    ///
    /// # Errors
    /// When the automaton refuses the set (too large).
    pub fn build(self) -> Result<Matcher, PatternError> {
        Ok(Matcher {
            scanner: Scanner::new(self.patterns)?,
            deep: DeepIndex::new(self.names),
            han: self.han,
            dense: self.dense,
            words: self.words,
        })
    }
}

/// More hits in one text are not kept: whatever looks at pairs of them stays quick.
const MAX_HITS: usize = 2_000;
/// No name is stated in more words.
const MAX_STATED: usize = 3;
const MIN_JOINED: usize = 8;
const MIN_JOINED_NAME: u8 = 7;
const MIN_SEAMED_NAME: u8 = 4;
const MIN_REST: usize = 3;

/// The letter at `at` of the normal form is a capital in the source, behind a small one.
fn is_capital(source: &str, normal: &Normal, at: usize) -> bool {
    let letter =
        |at: usize| source.get(normal.source_span(Span::new(at, at + 1)).range()).and_then(|s| s.chars().next());
    letter(at).is_some_and(char::is_uppercase) && letter(at.wrapping_sub(1)).is_some_and(char::is_lowercase)
}

/// Finds every pattern and disguised name in a text. Immutable; share it between threads.
pub struct Matcher {
    scanner: Scanner,
    deep: DeepIndex,
    han: HanIndex,
    dense: DenseIndex,
    words: WordList,
}

impl Matcher {
    /// Reads `source` into `reading`, replacing what was there.
    pub fn read(&self, source: &str, reading: &mut Reading) {
        reading.normal.set(source);
        reading.hits.clear();
        let whole = 0..reading.normal.bytes().len();
        let (normal, hits) = (&reading.normal, &mut reading.hits);
        self.scanner.scan(normal, whole, &mut reading.buffer, |pattern, span| {
            let how = normal.oddity(span).or(pattern.how).unwrap_or(How::Plain);
            hits.extend(self.scanner.meanings(pattern).iter().map(|&meaning| Hit { meaning, span, how }));
        });
        self.cover(reading);
        self.vote(reading);
        self.joined(source, reading);
        self.deep.search(source, reading);
        self.han.search(self, reading);
        self.dense.search(&reading.normal, &reading.named, &mut reading.hits);
        reading.hits.sort_unstable_by_key(|h| (h.span.start, u32::MAX - h.span.end, h.meaning, h.how));
        reading.hits.dedup_by_key(|h| (h.span, h.meaning));
        reading.hits.truncate(MAX_HITS);
    }

    /// Compares what was read with every name, if it is a few words: where a name is stated, common words are one too.
    pub fn stated(&self, reading: &mut Reading) {
        let tokens = reading.normal.tokens();
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
        let (span, one) = (Span { start: first.span.start, end: last.span.end }, tokens.len() == 1);
        let words = reading.normal.slice(span);
        let letters = words.bytes().all(|b| b.is_ascii_lowercase() || (b == b' ' && !one));
        // What names a part of it only ("Huge Boss") leaves the whole to be compared.
        let taken =
            |hit: &Hit| hit.how != How::Neighbour && (one || (hit.span == span && self.deep.is_name(hit.meaning)));
        if letters && tokens.len() <= MAX_STATED && !reading.hits.iter().any(taken) {
            let near = self.deep.stated(words).map(|meaning| Hit { meaning, span, how: How::Typo });
            reading.hits.retain(|hit| hit.how != How::Neighbour);
            // A whole stands before its parts.
            near.into_iter().for_each(|hit| reading.hits.insert(0, hit));
        }
    }

    /// Runs the automaton over a part of a normal form; `how` names the disguise of a match.
    pub(crate) fn scan(
        &self,
        normal: &Normal,
        range: std::ops::Range<usize>,
        hits: &mut Vec<Hit>,
        how: impl Fn(&Pattern, Span) -> How,
    ) {
        self.scanner.scan(normal, range, &mut Vec::new(), |pattern, span| {
            let how = how(pattern, span);
            hits.extend(self.scanner.meanings(pattern).iter().map(|&meaning| Hit { meaning, span, how }));
        });
    }

    /// Names and terms at the edge of a token that is no word: "ReplicaChanel". The rest must be a
    /// word too, and the seam a capital unless the name is long.
    fn joined(&self, source: &str, reading: &mut Reading) {
        for at in 0..reading.normal.tokens().len() {
            let token = reading.normal.tokens()[at];
            let len = (token.span.end - token.span.start) as usize;
            if reading.covered[at] || token.foreign || token.digits || token.class != Class::Word || len < MIN_JOINED {
                continue;
            }
            let word = reading.normal.slice(token.span).as_bytes();
            let from = token.span.start as usize;
            let mut found = Vec::new();
            self.scanner.at_edges(word, MIN_REST, MIN_SEAMED_NAME.into(), |pattern, place| {
                let rest = if place.start == 0 { &word[place.end..] } else { &word[..place.start] };
                let seam = from + if place.start == 0 { place.end } else { place.start };
                let long = pattern.chars >= MIN_JOINED_NAME
                    || (pattern.chars >= MIN_SEAMED_NAME && is_capital(source, &reading.normal, seam));
                if long && rest.len() >= MIN_REST && self.words.get(rest).is_some() {
                    let span = Span::new(from + place.start, from + place.end);
                    let meanings = self.scanner.meanings(pattern).iter();
                    found.extend(meanings.map(|&meaning| Hit { meaning, span, how: How::Joined }));
                }
            });
            reading.covered[at] |= !found.is_empty();
            reading.hits.append(&mut found);
        }
    }

    /// Marks the tokens under names, which need no deep look.
    fn cover(&self, reading: &mut Reading) {
        reading.covered.clear();
        reading.covered.resize(reading.normal.tokens().len(), false);
        for hit in &reading.hits {
            if !self.deep.is_name(hit.meaning) || hit.how == How::Neighbour {
                continue;
            }
            let first = reading.normal.token_at(hit.span.start);
            let tokens = reading.normal.tokens().iter().enumerate().skip(first);
            for (i, _) in tokens.take_while(|(_, t)| t.span.start < hit.span.end) {
                reading.covered[i] = true;
            }
        }
        reading.named.clone_from(&reading.covered);
    }

    fn vote(&self, reading: &mut Reading) {
        reading.language_votes = [0; 16];
        if self.words.is_empty() {
            return;
        }
        for (i, token) in reading.normal.tokens().iter().enumerate() {
            if token.digits || !token.letters || token.class != Class::Word {
                continue;
            }
            let word = reading.normal.slice(token.span).as_bytes();
            if let Some(LanguageSet(mut bits)) = self.words.get_recent(word, &mut reading.recent) {
                reading.covered[i] = true;
                while bits != 0 {
                    reading.language_votes[bits.trailing_zeros() as usize] += 1;
                    bits &= bits - 1;
                }
            }
        }
    }
}
