//! Places, writing systems, and the runs of characters that make up a normal form.

use crate::fold::is_han;

/// A half-open range of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// As a range for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// How many bytes.
    pub fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// True when it holds nothing.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// True when `other` lies inside.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// The writing system of a token, as far as word boundaries need it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Class {
    /// Scripts with spaces between words, and digits.
    #[default]
    Word,
    /// Chinese characters.
    Han,
    /// Hiragana and katakana.
    Kana,
    /// Korean syllables.
    Hangul,
    /// Thai, Lao, Khmer, Burmese.
    Thai,
}

/// A run of word characters of one class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Token {
    /// Where it stands in the normal form.
    pub span: Span,
    /// Its writing system.
    pub class: Class,
    /// Holds a letter.
    pub letters: bool,
    /// Holds a digit.
    pub digits: bool,
    /// Holds a letter beyond ASCII, after folding.
    pub foreign: bool,
    /// Holds a mark that carries meaning: `1:1`, `d&g`.
    pub marked: bool,
    /// No white space between the token before and this one.
    pub glued: bool,
    /// A clause ends before this token.
    pub breaks: bool,
    /// `+`, `&` or `w/` stands before this token: what follows comes on top.
    pub adds: bool,
}

/// The class of a folded character.
pub(crate) fn class_of(c: char) -> Class {
    match c as u32 {
        0..0xE00 => Class::Word,
        0xE00..=0xEFF | 0x1000..=0x109F | 0x1780..=0x17FF => Class::Thai,
        0x1100..=0x11FF | 0xAC00..=0xD7AF | 0x3130..=0x318F => Class::Hangul,
        0x3040..=0x30FF | 0x31F0..=0x31FF => Class::Kana,
        _ if is_han(c) => Class::Han,
        _ => Class::Word,
    }
}
