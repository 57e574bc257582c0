//! Patterns as they are compiled: folded text, how its ends must meet the words around it.

use rustc_hash::FxHashMap;

use crate::matcher::How;
use crate::normal::{Class, class_of};

/// Why a pattern cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternError {
    /// Nothing is left after folding.
    Empty(String),
    /// The automaton refused the set.
    Automaton(String),
}

impl std::fmt::Display for PatternError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty(text) => write!(f, "`{text}` holds no letter or digit"),
            Self::Automaton(why) => write!(f, "the patterns do not compile: {why}"),
        }
    }
}

impl std::error::Error for PatternError {}

/// What the boundary check and the reading need to know of one pattern. Small: hundreds of thousands are looked up by
/// chance, and what fits a processor's cache is found at once.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    /// Where its meanings stand in [`Compiled::meanings`].
    meanings: (u32, u16),
    /// Also matches the start of a longer word: `реплик*`.
    pub(crate) open: bool,
    /// Is a name, so that the tokens under it need no deep look.
    pub(crate) name: bool,
    /// What the text is a disguise of another by, if it is one.
    pub(crate) how: Option<How>,
    pub(crate) chars: u8,
    pub(crate) first: Class,
    pub(crate) last: Class,
}

/// Collects patterns; the same text with several meanings is one pattern.
#[derive(Clone, Debug, Default)]
pub(crate) struct Patterns {
    by_text: FxHashMap<(String, bool), usize>,
    list: Vec<(String, Pattern)>,
    meanings: Vec<Vec<u32>>,
}

/// Patterns by number, as they are looked up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Compiled {
    patterns: Vec<Pattern>,
    meanings: Vec<u32>,
}

impl Compiled {
    pub(crate) fn get(&self, number: u32) -> Option<&Pattern> {
        self.patterns.get(number as usize)
    }

    pub(crate) fn meanings(&self, pattern: &Pattern) -> &[u32] {
        let (from, count) = pattern.meanings;
        self.meanings.get(from as usize..from as usize + usize::from(count)).unwrap_or_default()
    }
}

impl Patterns {
    /// Adds a text that is another one in disguise, unless it means something by itself.
    pub(crate) fn add_disguised(&mut self, text: &str, meaning: u32, how: How) -> Result<(), PatternError> {
        let known = self.by_text.get(&(crate::fold(text), text.ends_with('*')));
        if known.is_some_and(|at| self.list[*at].1.how != Some(how)) {
            return Ok(());
        }
        let known = self.list.len();
        self.add(text, meaning, false)?;
        self.list[known..].iter_mut().for_each(|(_, pattern)| pattern.how = Some(how));
        Ok(())
    }

    pub(crate) fn add(&mut self, text: &str, meaning: u32, name: bool) -> Result<(), PatternError> {
        let open = text.ends_with('*');
        let folded = crate::fold(text);
        let (Some(first), Some(last)) = (folded.chars().next(), folded.chars().next_back()) else {
            return Err(PatternError::Empty(text.to_owned()));
        };
        let chars = folded.chars().count().min(255) as u8;
        let at = *self.by_text.entry((folded.clone(), open)).or_insert_with(|| {
            let pattern = Pattern {
                meanings: (0, 0),
                open,
                name: false,
                how: None,
                chars,
                first: class_of(first),
                last: class_of(last),
            };
            self.list.push((folded, pattern));
            self.meanings.push(Vec::new());
            self.list.len() - 1
        });
        self.list[at].1.name |= name;
        if !self.meanings[at].contains(&meaning) {
            self.meanings[at].push(meaning);
        }
        Ok(())
    }

    /// Every text with its pattern, in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &(String, Pattern)> {
        self.list.iter()
    }

    pub(crate) fn compile(self) -> Compiled {
        let mut compiled = Compiled::default();
        for ((_, pattern), meanings) in self.list.into_iter().zip(self.meanings) {
            let count = meanings.len().min(u16::MAX.into()) as u16;
            compiled.patterns.push(Pattern { meanings: (compiled.meanings.len() as u32, count), ..pattern });
            compiled.meanings.extend(meanings);
        }
        compiled
    }
}
