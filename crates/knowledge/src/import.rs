//! Imported lists: they tell words apart and never accuse.
//!
//! Set-up turns public packages into small text files under `imported/`: `words.tsv`, the common words of each
//! language, `names.txt`, the names of shops and brands, and `splits.tsv`, the parts of Chinese characters.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use touchstone_text::fold;

use crate::model::{Knowledge, TermClass};

/// At most so many languages can be told apart.
const MAX_LANGUAGES: usize = 16;
const MAX_LINE_BYTES: usize = 200;
const MAX_ENTRIES: usize = 1_000_000;

/// Why an imported list cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A line has the wrong shape.
    #[error("{path}:{line}: {why}")]
    Line {
        /// The file.
        path: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        why: &'static str,
    },
}

#[derive(Debug, Default)]
pub(crate) struct Imported {
    languages: Vec<String>,
    words: BTreeMap<String, u16>,
    names: Vec<String>,
}

impl Imported {
    pub(crate) fn fill(self, knowledge: &mut Knowledge) {
        knowledge.languages = self.languages;
        knowledge.words = self.words.into_iter().collect();
        knowledge.known_names = self.names;
    }
}

pub(crate) fn read_imported(dir: &Path) -> Result<Imported, ImportError> {
    let (languages, words) = import_words(&dir.join("words.tsv"))?;
    Ok(Imported { languages, words, names: import_names(&dir.join("names.txt"))? })
}

/// Adds the parts of every character that a name or a word of the trade is written with, read from `splits.tsv` with
/// lines `whole TAB parts`. What the folder says of a character stands first.
///
/// # Errors
/// When the file cannot be read or a line has the wrong shape.
pub(crate) fn add_splits(dir: &Path, knowledge: &mut Knowledge) -> Result<(), ImportError> {
    let path = dir.join("splits.tsv");
    let used = hidden_characters(knowledge);
    for (number, line) in lines(&path)?.lines().enumerate().take(MAX_ENTRIES) {
        let bad = |why| ImportError::Line { path: path.display().to_string(), line: number + 1, why };
        let (whole, parts) = line.split_once('\t').ok_or_else(|| bad("no tab between a character and its parts"))?;
        let (whole, parts) = (fold(whole), fold(parts));
        let Some(whole) = whole.chars().next().filter(|c| used.contains(c)) else { continue };
        let ways = knowledge.splits.entry(whole).or_default();
        for way in with_variants(&parts) {
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
    }
    Ok(())
}

/// Characters of names and trade words, which sellers have reason to hide.
fn hidden_characters(knowledge: &Knowledge) -> BTreeSet<char> {
    let names = knowledge.brands.iter().flat_map(|b| b.names.native.iter().chain(&b.names.nicknames));
    let lines = knowledge.brands.iter().flat_map(|b| &b.lines).flat_map(|l| l.names.iter().chain(&l.ambiguous));
    let trade = |class| matches!(class, TermClass::Replica | TermClass::Evasion | TermClass::Contact);
    let terms = knowledge.groups.iter().filter(|g| trade(g.class)).flat_map(|g| &g.terms);
    names.chain(lines).chain(terms).flat_map(|text| fold(text).chars().collect::<Vec<_>>()).collect()
}

/// Parts and the whole characters that are written for them: 阝 is seldom on a keyboard, 耳 is.
const VARIANTS: [(char, char); 8] =
    [('阝', '耳'), ('辶', '之'), ('犭', '犬'), ('衤', '衣'), ('饣', '食'), ('牜', '牛'), ('罒', '四'), ('灬', '火')];

fn with_variants(parts: &str) -> Vec<String> {
    let mut ways = vec![parts.to_owned()];
    for (part, whole) in VARIANTS.iter().filter(|(part, _)| parts.contains(*part)) {
        ways.push(parts.replace(*part, &whole.to_string()));
    }
    ways
}

/// Reads `language TAB word` lines into folded words with their languages.
///
/// # Errors
/// When the file cannot be read or a line has the wrong shape.
pub fn import_words(path: &Path) -> Result<(Vec<String>, BTreeMap<String, u16>), ImportError> {
    let mut languages: Vec<String> = Vec::new();
    let mut words: BTreeMap<String, u16> = BTreeMap::new();
    for (number, line) in lines(path)?.lines().enumerate() {
        let bad = |why| ImportError::Line { path: path.display().to_string(), line: number + 1, why };
        let (language, word) = line.split_once('\t').ok_or_else(|| bad("no tab between language and word"))?;
        let index = languages.iter().position(|l| l == language).unwrap_or_else(|| {
            languages.push(language.to_owned());
            languages.len() - 1
        });
        if index >= MAX_LANGUAGES || words.len() > MAX_ENTRIES || line.len() > MAX_LINE_BYTES {
            return Err(bad("more than 16 languages, a million words or 200 bytes in a line"));
        }
        *words.entry(touchstone_text::fold(word)).or_default() |= 1 << index;
    }
    words.remove("");
    Ok((languages, words))
}

/// Reads one name a line, folded, sorted, each once.
///
/// # Errors
/// When the file cannot be read.
pub fn import_names(path: &Path) -> Result<Vec<String>, ImportError> {
    let text = lines(path)?;
    let mut names: Vec<String> =
        text.lines().take(MAX_ENTRIES).map(touchstone_text::fold).filter(|n| !n.is_empty()).collect();
    names.sort();
    names.dedup();
    Ok(names)
}

fn lines(path: &Path) -> Result<String, ImportError> {
    std::fs::read_to_string(path).map_err(|source| ImportError::Io { path: path.display().to_string(), source })
}
