//! The banks with their index in memory: what a picture is a copy of, and what that may be said to be.
//!
//! The index ranks entries; here is decided which of them count. An entry that was taken out, waits for a second person
//! or does not answer this query is not there. What the breaker stopped is withheld and counted. A copy of a negative
//! entry says nothing itself, and what stands on the same region of the picture says nothing either.

use std::collections::BTreeSet;
use std::path::Path;

use touchstone_vision::PixelBox;
use touchstone_vision::index::Index;
use touchstone_vision::pdq::{Full, Pdq, RADIUS, Version as _};

use crate::entry::{Bank, Entry, State};
use crate::error::BankError;
use crate::event::Contents;
use crate::features::EntryFeatures;
use crate::search::{Candidate, CopyIndex, Evidence, MATCH, Method};
use crate::store::Banks;

/// Share of a match's region that a negative entry must cover to hide it.
const HIDDEN: f32 = 0.5;
/// Score, at most, of what a distance set by a person keeps from being a match.
const JUST_NOT: f32 = MATCH - 0.001;

/// Bits beyond the limit up to which an imported hash is a weak candidate.
const WEAK: u32 = 24;

/// An entry that a picture may be a copy of.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// Place of the entry in [`Contents::entries`](crate::Contents::entries).
    pub number: usize,
    /// What the search says; the score is what counts, after settings.
    pub found: Candidate,
}

impl Match {
    /// What found it, as written in answers.
    pub fn method(&self, entry: &Entry) -> &'static str {
        if entry.item.is_hash() { Full::NAME } else { self.found.method.name() }
    }
}

/// What a picture is a copy of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// Entries of the banks that mean something, best first, weak ones too.
    pub matches: Vec<Match>,
    /// Copies of negative entries, best first; only what is a match.
    pub negative: Vec<Match>,
    /// Matches that a stopped bank or entry would have had.
    pub withheld: usize,
    /// Matches that stand where a negative entry does.
    pub hidden: usize,
}

/// The banks of a data folder, ready to be asked.
#[derive(Debug)]
pub struct Library {
    banks: Banks,
    copies: CopyIndex,
    /// For each entry whether the index holds it.
    held: Vec<bool>,
    /// Entries whose features are of another version.
    stale: Vec<usize>,
    /// Public hashes of entries that count, imported or of pictures.
    prints: Index<Full>,
    /// For each entry whether it stands there.
    printed: Vec<bool>,
    /// Imported hashes among them.
    imported: BTreeSet<usize>,
    /// Those of them that match farther than the index looks up.
    wide: Vec<usize>,
}

/// How far a question goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    /// What the banks stand behind.
    Matches,
    /// Weak candidates too, for which all imported hashes are compared.
    All,
}

impl Library {
    /// Opens the banks in `DATA/banks` and builds the index.
    ///
    /// # Errors
    /// A file that can't be read or is damaged.
    pub fn open(data: &Path) -> Result<Self, BankError> {
        let banks = Banks::open(data)?;
        let mut library = Self {
            banks,
            copies: CopyIndex::new(),
            held: Vec::new(),
            stale: Vec::new(),
            prints: Index::default(),
            printed: Vec::new(),
            imported: BTreeSet::new(),
            wide: Vec::new(),
        };
        library.index()?;
        Ok(library)
    }

    /// Learns what this and other processes added. True: there was something.
    ///
    /// # Errors
    /// A file that can't be read or is damaged; what was known before stays known.
    pub fn refresh(&mut self) -> Result<bool, BankError> {
        let some = self.banks.refresh()?;
        if some {
            self.index()?;
        }
        Ok(some)
    }

    /// The entries, and what is done with them.
    pub fn banks(&self) -> &Banks {
        &self.banks
    }

    /// The entries, to change them; call [`refresh`](Self::refresh) or [`index`](Self::index) afterwards.
    pub fn banks_mut(&mut self) -> &mut Banks {
        &mut self.banks
    }

    /// Entries that no query finds until their pictures are looked at again: their features are of another version.
    pub fn stale(&self) -> &[usize] {
        &self.stale
    }

    /// Brings the index up to what the banks hold.
    ///
    /// # Errors
    /// A file that can't be read.
    pub fn index(&mut self) -> Result<(), BankError> {
        let contents = self.banks.contents();
        self.held.resize(contents.entries().len(), false);
        self.printed.resize(contents.entries().len(), false);
        self.stale.clear();
        for (number, entry) in contents.entries().iter().enumerate() {
            let wanted = entry.state == State::Active && entry.item.bank != Bank::Logos;
            if wanted != self.printed[number] {
                index_print(&mut self.prints, &mut self.imported, number, entry, wanted);
                self.printed[number] = wanted;
            }
            if entry.item.is_hash() {
                continue;
            }
            match (wanted, self.held[number]) {
                (true, false) => match EntryFeatures::from_bytes(&self.banks.features(number)?) {
                    Ok(features) => {
                        self.copies.add(number as u64, &features);
                        self.held[number] = true;
                    }
                    Err(_) => self.stale.push(number),
                },
                (false, true) => {
                    self.copies.remove(number as u64);
                    self.held[number] = false;
                }
                _ => (),
            }
        }
        let wide = |number: &usize| contents.entries().get(*number).is_some_and(|e| limit(contents, e) > RADIUS);
        self.wide = self.imported.iter().copied().filter(wide).collect();
        Ok(())
    }

    /// Whether there are imported hashes, so that a query should bring those of its picture.
    pub fn wants_hashes(&self) -> bool {
        !self.imported.is_empty()
    }

    /// What a picture is a copy of: at most `k` candidates, best first. `hashes` are those of the picture and of what it
    /// would be turned and mirrored; without them no imported hash is found.
    pub fn query(&self, picture: &EntryFeatures, hashes: Option<&[Pdq<Full>; 8]>, k: usize) -> Answer {
        self.answer(picture, hashes, k, Depth::All)
    }

    /// The same without weak candidates: imported hashes are looked up, not all compared.
    pub fn matches(&self, picture: &EntryFeatures, hashes: Option<&[Pdq<Full>; 8]>, k: usize) -> Answer {
        let mut answer = self.answer(picture, hashes, k, Depth::Matches);
        answer.matches.retain(|each| each.found.is_match());
        answer
    }

    fn answer(&self, picture: &EntryFeatures, hashes: Option<&[Pdq<Full>; 8]>, k: usize, depth: Depth) -> Answer {
        let name = crate::entry::hex(picture.sha256());
        let mut answer = Answer::default();
        let mut matches = Vec::new();
        // Some may be hidden, withheld or not asked: what comes after them should still be there.
        let imported = hashes.into_iter().flat_map(|hashes| self.imported(picture, hashes, depth));
        for mut found in self.copies.query(picture, 2 * k + 8).into_iter().chain(imported) {
            let Some((number, entry)) = self.entry(&found) else { continue };
            let bank = self.banks.contents().bank(entry.item.bank);
            if !entry.answers(bank, &name) {
                continue;
            }
            found.score = scored(&found, entry.settings.distance.or(bank.distance));
            if self.banks.contents().is_stopped(entry) {
                answer.withheld += usize::from(found.is_match());
            } else if entry.item.bank == Bank::Negative {
                answer.negative.extend(found.is_match().then_some(Match { number, found }));
            } else {
                matches.push(Match { number, found });
            }
        }
        let before = matches.iter().filter(|each| each.found.is_match()).count();
        matches.retain(|each| !answer.negative.iter().any(|no| hides(&no.found.place, &each.found.place)));
        answer.hidden = before - matches.iter().filter(|each| each.found.is_match()).count();
        matches.sort_by(|a, b| b.found.score.total_cmp(&a.found.score).then(a.number.cmp(&b.number)));
        matches.truncate(k);
        answer.matches = matches;
        answer
    }

    /// Imported hashes near those of a picture.
    fn imported(&self, picture: &EntryFeatures, hashes: &[Pdq<Full>; 8], depth: Depth) -> Vec<Candidate> {
        let candidate = |number: usize| self.by_hash(number, picture, hashes);
        match depth {
            Depth::All => self.imported.iter().copied().filter_map(candidate).collect(),
            Depth::Matches => self.near_hashes(hashes).into_iter().filter_map(candidate).collect(),
        }
    }

    /// Imported hashes that may be near enough to be a match.
    fn near_hashes(&self, hashes: &[Pdq<Full>; 8]) -> BTreeSet<usize> {
        let hits = hashes.iter().flat_map(|asked| self.prints.within(asked, RADIUS)).map(|hit| hit.id as usize);
        hits.filter(|number| self.imported.contains(number)).chain(self.wide.iter().copied()).collect()
    }

    /// An imported hash as a candidate, if it is not too far from all of a picture's.
    fn by_hash(&self, number: usize, picture: &EntryFeatures, hashes: &[Pdq<Full>; 8]) -> Option<Candidate> {
        let entry = self.banks.contents().entries().get(number)?;
        let (hash, limit) = (print(entry)?, limit(self.banks.contents(), entry));
        let distances = hashes.iter().map(|asked| asked.distance(&hash));
        let distance = distances.min().filter(|distance| *distance <= limit + WEAK)?;
        let (width, height) = picture.size();
        Some(Candidate {
            id: number as u64,
            score: by_bits(distance, limit),
            method: Method::Fingerprint,
            place: PixelBox { x1: 0, y1: 0, x2: width, y2: height },
            reference: PixelBox { x1: 0, y1: 0, x2: 0, y2: 0 },
            mirrored: false,
            distance: Some(distance),
            evidence: Evidence::default(),
        })
    }

    /// The best entry of a bank that a picture is a copy of, whatever it answers and whether it is stopped.
    pub fn copies(&self, picture: &EntryFeatures, bank: Bank) -> Option<&Entry> {
        let candidates = self.copies.query(picture, 64).into_iter().filter(Candidate::is_match);
        let mut entries = candidates.filter_map(|found| Some(self.entry(&found)?.1));
        entries.find(|entry| entry.item.bank == bank)
    }

    /// The entry of a bank whose hash is nearest to one that was given to us, if it is near.
    pub fn near(&self, hash: &Pdq<Full>, bank: Bank) -> Option<&Entry> {
        let entries = self.banks.contents().entries();
        let mut near = self.prints.within(hash, RADIUS).into_iter().filter_map(|hit| entries.get(hit.id as usize));
        near.find(|entry| entry.item.bank == bank)
    }

    fn entry(&self, found: &Candidate) -> Option<(usize, &Entry)> {
        let number = usize::try_from(found.id).ok()?;
        Some((number, self.banks.contents().entries().get(number)?))
    }
}

/// Bits up to which an entry's hash matches.
fn limit(contents: &Contents, entry: &Entry) -> u32 {
    entry.settings.distance.or(contents.bank(entry.item.bank).distance).map_or(RADIUS, u32::from)
}

/// Puts an entry's public hash where it is looked up, or takes it away.
fn index_print(prints: &mut Index<Full>, imported: &mut BTreeSet<usize>, number: usize, entry: &Entry, wanted: bool) {
    let Some(print) = print(entry) else { return };
    if wanted {
        prints.add(number as u32, print);
        imported.extend(entry.item.is_hash().then_some(number));
    } else {
        prints.remove(number as u32, &print);
        imported.remove(&number);
    }
}

/// The public hash of an entry.
fn print(entry: &Entry) -> Option<Pdq<Full>> {
    entry.item.pdq.as_deref()?.parse().ok()
}

/// A score for a distance alone: 1 for the same bits, that of a match at the limit, less beyond it.
fn by_bits(distance: u32, limit: u32) -> f32 {
    match distance.checked_sub(limit + 1) {
        None => 1.0 - (1.0 - MATCH) * distance as f32 / limit.max(1) as f32,
        Some(beyond) => JUST_NOT * (1.0 - beyond as f32 / WEAK as f32),
    }
}

/// The score after a distance that a person set for the entry or its bank.
fn scored(found: &Candidate, limit: Option<u16>) -> f32 {
    match (limit, found.distance, found.method) {
        (Some(limit), Some(distance), Method::Fingerprint) if distance > u32::from(limit) => found.score.min(JUST_NOT),
        (Some(limit), Some(distance), _) if distance <= u32::from(limit) => found.score.max(MATCH),
        _ => found.score,
    }
}

/// Whether most of a match's region is a negative entry's.
fn hides(negative: &PixelBox, place: &PixelBox) -> bool {
    negative.meet(place).area() as f32 >= HIDDEN * place.area() as f32
}
