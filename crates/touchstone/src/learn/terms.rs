//! Words that go with known fakes: counted in listings, ranked by log-likelihood ratio.
//!
//! A term is a word, two words that follow each other in one clause, or, where a script writes no
//! spaces, two to four characters. It counts once a listing, and a text that was seen before counts
//! for nothing: a template posted a hundred times is one voice. What the knowledge already has
//! (lexicons, names of brands and lines, words for kinds) is left out wherever it stands.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use anyhow::{Result, bail};
use touchstone_catalog::Listing;
use touchstone_knowledge::{Snapshot, TermClass};

use super::grams::{grams, is_dense};
use super::statistics::{Share, chance, log_likelihood_ratio};

/// A term needs so many listings of known fakes, of so many sellers.
const MIN_LISTINGS: u64 = 5;
const MIN_SELLERS: usize = 3;
/// Its rate among known fakes is at least so many times that among trusted sellers.
const MIN_RATIO: f64 = 2.0;
/// Chance of one wrong term in the whole list, whatever its length (Bonferroni).
const MAX_CHANCE: f64 = 0.01;
/// Different terms that are counted.
const MAX_TERMS: usize = 5_000_000;

#[derive(Default)]
struct Count {
    fakes: u64,
    trusted: u64,
    /// The first few sellers.
    sellers: Vec<u64>,
    languages: BTreeMap<String, u64>,
}

/// Counts of terms in known fakes and in listings of trusted sellers.
pub(super) struct Terms {
    counts: HashMap<String, Count>,
    ignored: BTreeSet<String>,
    seen: HashSet<u64>,
    /// Different texts read.
    pub(super) fakes: u64,
    pub(super) trusted: u64,
}

/// A term that goes with known fakes.
pub(super) struct Finding {
    pub(super) term: String,
    /// The language that most of its listings are in, as far as it was told.
    pub(super) language: String,
    pub(super) fakes: Share,
    pub(super) trusted: Share,
    pub(super) g2: f64,
}

impl Terms {
    pub(super) fn new(snapshot: &Snapshot) -> Self {
        let groups =
            snapshot.knowledge.groups.iter().filter(|g| matches!(g.class, TermClass::Stopword | TermClass::Colour));
        let ignored = groups.flat_map(|g| &g.terms).map(|term| folded(snapshot, term)).collect();
        Self { counts: HashMap::new(), ignored, seen: HashSet::new(), fakes: 0, trusted: 0 }
    }

    /// Counts a known fake.
    pub(super) fn fake(&mut self, snapshot: &Snapshot, listing: &Listing<'_>, language: Option<&str>) -> Result<()> {
        let Some(terms) = self.fresh(snapshot, listing, true) else { return Ok(()) };
        self.fakes += 1;
        for term in terms {
            let count = self.counts.entry(term).or_default();
            count.fakes += 1;
            count.add_seller(listing);
            *count.languages.entry(language.unwrap_or("?").to_owned()).or_default() += 1;
        }
        if self.counts.len() > MAX_TERMS {
            bail!("the known fakes hold more than {MAX_TERMS} different terms; give fewer listings");
        }
        Ok(())
    }

    /// Counts a trusted seller's listing; of its terms only those that known fakes have too. Call it after every fake.
    pub(super) fn honest(&mut self, snapshot: &Snapshot, listing: &Listing<'_>) {
        let Some(terms) = self.fresh(snapshot, listing, false) else { return };
        self.trusted += 1;
        for term in terms {
            if let Some(count) = self.counts.get_mut(&term) {
                count.trusted += 1;
            }
        }
    }

    /// The terms of a text that was not counted before.
    fn fresh(&mut self, snapshot: &Snapshot, listing: &Listing<'_>, fake: bool) -> Option<BTreeSet<String>> {
        let texts = [listing.title, listing.description];
        let fresh = self.seen.insert(hash(&(fake, texts)));
        fresh.then(|| texts.iter().flat_map(|text| grams(snapshot, text, &self.ignored)).collect())
    }

    /// Terms over-represented among known fakes, the surest first; none says what a surer one says.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let candidates: Vec<_> =
            self.counts.iter().filter(|(_, c)| c.fakes >= MIN_LISTINGS && c.sellers.len() >= MIN_SELLERS).collect();
        let tests = candidates.len().max(1) as f64;
        let mut findings: Vec<Finding> =
            candidates.into_iter().map(|(term, c)| self.finding(term, c)).filter(|f| f.is_sure(tests)).collect();
        findings.sort_by(|a, b| b.g2.total_cmp(&a.g2).then(b.term.len().cmp(&a.term.len())).then(a.term.cmp(&b.term)));
        let mut kept: Vec<Finding> = Vec::new();
        for finding in findings {
            if !is_repeated(&finding.term, &kept) {
                kept.push(finding);
            }
        }
        kept
    }

    fn finding(&self, term: &str, count: &Count) -> Finding {
        let (fakes, trusted) =
            (Share { hits: count.fakes, of: self.fakes }, Share { hits: count.trusted, of: self.trusted });
        let language = count
            .languages
            .iter()
            .max_by_key(|(name, n)| (**n, std::cmp::Reverse(*name)))
            .map(|(name, _)| name.clone());
        Finding {
            term: term.to_owned(),
            language: language.unwrap_or_default(),
            fakes,
            trusted,
            g2: log_likelihood_ratio(fakes, trusted),
        }
    }
}

impl Finding {
    /// More common among fakes, and hardly by chance, however many terms were looked at.
    fn is_sure(&self, tests: f64) -> bool {
        self.fakes.rate() >= MIN_RATIO * self.trusted.rate() && chance(self.g2) * tests <= MAX_CHANCE
    }
}

impl Count {
    fn add_seller(&mut self, listing: &Listing<'_>) {
        // A listing without a seller speaks for itself.
        let name = if listing.seller_id.is_empty() { listing.id } else { listing.seller_id };
        let seller = hash(&(listing.marketplace, name));
        if self.sellers.len() < MIN_SELLERS && !self.sellers.contains(&seller) {
            self.sellers.push(seller);
        }
    }
}

/// True when surer terms say it already: one is in it, it is in one, or each of its words is.
fn is_repeated(term: &str, kept: &[Finding]) -> bool {
    let said = |word: &str| kept.iter().any(|k| holds(&k.term, word));
    let inside = if is_dense(term) { said(term) } else { term.split(' ').all(said) };
    inside || kept.iter().any(|k| holds(term, &k.term))
}

/// True when `inner` stands in `outer`: as whole words, or anywhere where there are no spaces.
fn holds(outer: &str, inner: &str) -> bool {
    match is_dense(inner) {
        true => outer.contains(inner),
        false => format!(" {outer} ").contains(&format!(" {inner} ")),
    }
}

/// The same in every run: the standard hasher without keys.
fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn folded(snapshot: &Snapshot, text: &str) -> String {
    let mut reading = Default::default();
    snapshot.matcher.read(text, &mut reading);
    reading.normal.text().to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use touchstone_knowledge::Knowledge;

    use super::*;

    fn counted(fakes: u64, sellers: u64) -> Vec<String> {
        let snapshot = Snapshot::compile(Knowledge::default()).unwrap();
        let mut terms = Terms::new(&snapshot);
        for i in 0..fakes {
            let (title, seller_id) = (format!("finest mill edition laptop number{i}x"), format!("s{}", i % sellers));
            terms
                .fake(&snapshot, &Listing { title: &title, seller_id: &seller_id, ..Listing::default() }, Some("en"))
                .unwrap();
        }
        for i in 0..200 {
            terms
                .honest(&snapshot, &Listing { title: &format!("laptop number{i}y from a shop"), ..Listing::default() });
        }
        terms.findings().into_iter().map(|f| f.term).collect()
    }

    #[test]
    fn finds_what_only_fakes_say_and_nothing_else() {
        assert_eq!(counted(20, 5), ["edition laptop", "mill edition", "finest mill"]);
    }

    #[test]
    fn few_listings_or_sellers_say_nothing() {
        assert_eq!(counted(4, 4), Vec::<String>::new());
        assert_eq!(counted(20, 2), Vec::<String>::new());
    }

    #[test]
    fn a_template_is_one_voice() {
        let snapshot = Snapshot::compile(Knowledge::default()).unwrap();
        let mut terms = Terms::new(&snapshot);
        for i in 0..50 {
            let id = i.to_string();
            terms.fake(&snapshot, &Listing { id: &id, title: "finest mill", ..Listing::default() }, None).unwrap();
        }
        assert_eq!(terms.fakes, 1);
    }

    #[test]
    fn words_are_whole() {
        assert!(holds("top grade", "top") && !holds("laptop stand", "top") && holds("对版专柜", "版专"));
    }
}
