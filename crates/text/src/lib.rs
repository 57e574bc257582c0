//! Normalises what sellers write and finds the words that matter, with offsets into the original.
//!
//! A text goes through two passes. The cheap one is for every byte: [`Normal`] folds case, width,
//! accents and the Chinese variant in one pass, keeps where each byte came from, and one automaton
//! runs over the result. The dear one, [`deep`], is for tokens that look tampered with: not a
//! common word, mixed scripts, digits or marks among letters. It undoes what sellers do to a name
//! (homoglyphs, leetspeak, separators, censoring, typos, homophones, split characters) and says how.
//!
//! This crate knows names only as numbers; what they mean is the knowledge room's business.

mod boundary;
mod censored;
mod cyrillic;
mod deep;
mod dense;
mod fold;
mod fuzzy;
mod han;
mod hangul;
mod html;
mod key;
mod matcher;
mod mixed;
mod near;
mod normal;
mod pattern;
mod phonetic;
mod rewrite;
mod scan;
mod sounds;
mod token;
mod traces;
mod words;

pub use deep::{Name, NameForm};
pub use matcher::{Hit, How, Matcher, MatcherBuilder, Reading};
pub use normal::{Class, Normal, Span, Token};
pub use pattern::PatternError;
pub use words::{LanguageSet, WordList};

/// The normal form of a short text, as patterns and keys are compiled.
///
/// ```
/// assert_eq!(touchstone_text::fold("Ｌｏｕｉｓ  VUITTON’s"), "louis vuittons");
/// ```
pub fn fold(text: &str) -> String {
    let mut normal = Normal::default();
    normal.set(text);
    normal.into_text()
}
