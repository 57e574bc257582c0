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

/// What the boundary check and the reading need to know of one pattern.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    pub(crate) meanings: Vec<u32>,
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
    pub(crate) list: Vec<(String, Pattern)>,
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
                meanings: Vec::new(),
                open,
                name: false,
                how: None,
                chars,
                first: class_of(first),
                last: class_of(last),
            };
            self.list.push((folded, pattern));
            self.list.len() - 1
        });
        let pattern = &mut self.list[at].1;
        pattern.name |= name;
        if !pattern.meanings.contains(&meaning) {
            pattern.meanings.push(meaning);
        }
        Ok(())
    }
}
