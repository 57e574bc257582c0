//! Imported lists: they tell words apart and never accuse.
//!
//! Set-up turns two public packages into two small text files under `imported/`: `words.tsv`, the
//! common words of each language, and `names.txt`, the names of shops and brands.

use std::collections::BTreeMap;
use std::path::Path;

use crate::model::Knowledge;

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
