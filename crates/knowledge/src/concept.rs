//! Concepts and compositions: what sellers say in ever new words, from a small vocabulary.
//!
//! A concept is an idea with its words in every language ("verify": check, scan, 鉴定); alone it says nothing. A
//! composition says what concepts near each other in one clause mean: *deny* beside *verify* is "cannot be
//! authenticated" in any language. So a phrase need not be known to be understood.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;
use touchstone_diagnostic::{Issue, nearest};

use crate::load::{Loader, Parsed};
use crate::model::{Knowledge, TermClass, TermStrength};

/// Concepts are bits of one word.
pub(crate) const MAX_CONCEPTS: usize = 64;
const MAX_WITHIN: u8 = 12;

/// An idea and its words in all languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concept {
    /// Immutable slug.
    pub id: String,
    /// The words, as people write them.
    pub terms: Vec<String>,
}

/// A set of [`Concept`]s, by their indices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConceptSet(pub u64);

impl ConceptSet {
    /// True when the concept with this index is in the set.
    pub fn has(self, concept: u8) -> bool {
        self.0 & (1 << (concept & 63)) != 0
    }

    /// True when the sets share a concept.
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The set with one concept more.
    #[must_use]
    pub fn with(self, concept: u8) -> Self {
        Self(self.0 | 1 << (concept & 63))
    }
}

/// What concepts say together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Composition {
    /// Immutable slug.
    pub id: String,
    /// What it says, as a term of this class would.
    pub class: TermClass,
    /// How much it says.
    pub strength: TermStrength,
    /// One concept of each set must be there.
    pub parts: Vec<ConceptSet>,
    /// Most words between two neighbouring parts.
    pub within: u8,
    /// The parts stand in this order.
    pub ordered: bool,
    /// A denial beside the parts does not take it back.
    pub firm: bool,
    /// Counts in titles too. Titles are heaps of words, where neighbours need not belong together.
    pub title: bool,
    /// Texts that say it; tests.
    pub examples: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CompositionsFile {
    schema: Spanned<u32>,
    /// Every concept, and what it means.
    concepts: BTreeMap<String, String>,
    #[serde(default)]
    compositions: Vec<CompositionSource>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CompositionSource {
    id: String,
    class: TermClass,
    #[serde(default)]
    strength: TermStrength,
    parts: Spanned<Vec<Spanned<String>>>,
    within: Spanned<u8>,
    #[serde(default)]
    ordered: bool,
    #[serde(default)]
    firm: bool,
    #[serde(default)]
    title: bool,
    examples: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    schema: Spanned<u32>,
    language: Spanned<String>,
    concepts: BTreeMap<String, Spanned<Vec<Spanned<String>>>>,
}

impl Loader {
    /// Reads `compositions.toml` and the concepts' words; a folder without them has none.
    pub(crate) fn compositions(&mut self, knowledge: &mut Knowledge) {
        let path = self.dir.join("compositions.toml");
        let Some(parsed) = path.exists().then(|| self.parse::<CompositionsFile>(&path)).flatten() else { return };
        self.check_schema(&parsed, &parsed.value.schema);
        let ids: Vec<String> = parsed.value.concepts.keys().take(MAX_CONCEPTS).cloned().collect();
        if parsed.value.concepts.len() > MAX_CONCEPTS {
            self.issue(&parsed, Issue::error(0, format!("more than {MAX_CONCEPTS} concepts")));
        }
        knowledge.concepts = ids.iter().map(|id| Concept { id: id.clone(), terms: Vec::new() }).collect();
        for source in &parsed.value.compositions {
            let composition = self.composition(&parsed, &ids, source);
            knowledge.compositions.extend(composition);
        }
        for path in self.files("concepts") {
            let Some(words) = self.parse::<WordsFile>(&path) else { continue };
            self.check_schema(&words, &words.value.schema);
            self.language(&words, &path, &words.value.language);
            self.concept_words(&words, knowledge);
        }
    }

    fn composition(
        &mut self,
        parsed: &Parsed<CompositionsFile>,
        ids: &[String],
        source: &CompositionSource,
    ) -> Option<Composition> {
        let at = source.parts.span().start;
        if source.parts.get_ref().len() < 2 {
            let issue = Issue::error(at, format!("composition `{}` has fewer than two parts", source.id));
            self.issue(parsed, issue.help("one word that says it alone belongs into a lexicon"));
        }
        if *source.within.get_ref() > MAX_WITHIN {
            let start = source.within.span().start;
            self.issue(parsed, Issue::error(start, format!("parts more than {MAX_WITHIN} words apart say nothing")));
        }
        let parts: Option<Vec<_>> = source.parts.get_ref().iter().map(|p| self.concept_set(parsed, ids, p)).collect();
        Some(Composition {
            id: source.id.clone(),
            class: source.class,
            strength: source.strength,
            parts: parts?,
            within: *source.within.get_ref(),
            ordered: source.ordered,
            firm: source.firm,
            title: source.title,
            examples: source.examples.clone(),
        })
    }

    /// `verify | papers`: any of these concepts.
    fn concept_set<T>(&mut self, parsed: &Parsed<T>, ids: &[String], part: &Spanned<String>) -> Option<ConceptSet> {
        let mut set = ConceptSet::default();
        for name in part.get_ref().split('|').map(str::trim) {
            match ids.iter().position(|id| id == name) {
                Some(at) => set = set.with(at as u8),
                None => {
                    self.unknown_concept(parsed, ids.iter().map(String::as_str), name, part.span().start);
                    return None;
                }
            }
        }
        Some(set)
    }

    fn concept_words(&mut self, words: &Parsed<WordsFile>, knowledge: &mut Knowledge) {
        for (id, terms) in &words.value.concepts {
            match knowledge.concepts.iter().position(|c| c.id == *id) {
                Some(at) => {
                    let terms = self.terms(words, terms.get_ref());
                    knowledge.concepts[at].terms.extend(terms);
                }
                None => {
                    let known = knowledge.concepts.iter().map(|c| c.id.as_str());
                    self.unknown_concept(words, known, id, terms.span().start);
                }
            }
        }
    }

    fn unknown_concept<'a, T>(
        &mut self,
        parsed: &Parsed<T>,
        known: impl Iterator<Item = &'a str>,
        name: &str,
        at: usize,
    ) {
        let issue = Issue::error(at, format!("no concept `{name}` in compositions.toml"));
        let issue = match nearest(name, known) {
            Some(near) => issue.help(format!("did you mean `{near}`?")),
            None => issue.help("name it under [concepts], with what it means"),
        };
        self.issue(parsed, issue);
    }
}
