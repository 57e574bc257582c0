//! Names with letters hidden behind marks: `B*rb*rry`, `G***i`, `爱*仕`.
//!
//! In scripts with spaces the whole chunk must be the name, and a run of marks stands for about as
//! many letters. In Chinese, Japanese and Thai the name may stand inside a longer run, and each mark
//! is one character. Enough letters must be left to know the name.

use rustc_hash::FxHashMap;

use crate::deep::{Name, NameForm};
use crate::fold::{Fold, fold};
use crate::normal::{Class, Span, class_of};

const MAX_CHUNK_CHARS: usize = 64;
/// More chunks with marks in one text are not looked at.
const MAX_CHUNKS: usize = 64;
const MIN_NAME: usize = 4;
const MIN_TERM: usize = 6;
const MAX_ENDING: usize = 3;
const MIN_DENSE_NAME: usize = 2;
const MAX_DENSE_CHUNK: usize = 8;
const MIN_KNOWN: usize = 2;
/// Longest distance of a hidden character from one that is known.
const DENSE_REACH: usize = 3;

/// Names as characters, by whether their script has spaces.
#[derive(Default)]
pub(crate) struct CensoredIndex {
    /// By first letter, which is never hidden.
    spaced: FxHashMap<char, Vec<(Vec<char>, u32)>>,
    /// Beginnings of words: any ending may follow.
    stems: Vec<(Vec<char>, u32)>,
    dense: Vec<(Vec<char>, u32)>,
    /// Names of scripts without spaces by each of their characters.
    dense_by_char: FxHashMap<char, Vec<u32>>,
}

/// One character of a chunk and where it stands.
#[derive(Clone, Copy)]
struct Piece {
    /// Nothing: hidden.
    letter: Option<char>,
    start: u32,
    end: u32,
}

impl CensoredIndex {
    pub(crate) fn add(&mut self, name: &Name) {
        let chars: Vec<char> = crate::fold(&name.text).chars().filter(|c| c.is_alphanumeric()).collect();
        let dense = chars.first().is_some_and(|c| class_of(*c) != Class::Word);
        match (dense, name.form) {
            (true, _) if chars.len() >= MIN_DENSE_NAME => self.add_dense(chars, name.meaning),
            (false, NameForm::Full | NameForm::Word) if chars.len() >= MIN_NAME => {
                self.spaced.entry(chars[0]).or_default().push((chars, name.meaning))
            }
            (false, NameForm::Term) if chars.len() >= MIN_TERM => {
                self.spaced.entry(chars[0]).or_default().push((chars, name.meaning))
            }
            (false, NameForm::Stem) if chars.len() >= MIN_TERM => self.stems.push((chars, name.meaning)),
            _ => {}
        }
    }

    fn add_dense(&mut self, chars: Vec<char>, meaning: u32) {
        let id = self.dense.len() as u32;
        for c in &chars {
            let ids = self.dense_by_char.entry(*c).or_default();
            if ids.last() != Some(&id) {
                ids.push(id);
            }
        }
        self.dense.push((chars, meaning));
    }

    /// The names behind the marks of a text, at most one a chunk.
    pub(crate) fn find(&self, source: &str) -> Vec<(u32, Span)> {
        if !may_hold_marks(source) {
            return Vec::new();
        }
        let chunks: Vec<Chunk> = chunks(source).collect();
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(chunk) = chunks.get(at) {
            let pair = chunks.get(at + 1).and_then(|next| self.name_of_two(chunk, next));
            let alone = || self.spaced_in(&chunk.pieces).or_else(|| self.dense_name(&chunk.pieces));
            at += if pair.is_some() { 2 } else { 1 };
            found.extend(pair.or_else(alone));
        }
        found
    }

    /// "R#y B#n": the name goes on in the next word.
    fn name_of_two(&self, chunk: &Chunk, next: &Chunk) -> Option<(u32, Span)> {
        if next.word != chunk.word + 1 {
            return None;
        }
        let both = [trimmed(&chunk.pieces), &next.pieces[..]].concat();
        let enough = both.iter().filter(|p| p.letter.is_some()).count() * 2 >= both.len();
        enough.then(|| self.spaced_name(&both)).flatten()
    }

    /// The name in a chunk, or in a stretch of it between characters of scripts without spaces: "L■■O兼容".
    fn spaced_in(&self, pieces: &[Piece]) -> Option<(u32, Span)> {
        let dense = |p: &Piece| p.letter.is_some_and(|l| class_of(l) != Class::Word);
        pieces.split(dense).filter(|stretch| stretch.len() >= MIN_NAME).find_map(|stretch| self.spaced_name(stretch))
    }

    fn spaced_name(&self, pieces: &[Piece]) -> Option<(u32, Span)> {
        let pattern = trimmed(pieces);
        let known = pattern.iter().filter(|p| p.letter.is_some()).count();
        let enough = known >= MIN_KNOWN && known * 3 >= pattern.len() && known < pattern.len();
        // Marks at the end alone are a footnote or a cut-off word.
        let inner = pattern.windows(2).any(|pair| pair[0].letter.is_none() && pair[1].letter.is_some());
        let first = pattern.first()?.letter?;
        if !enough || !inner {
            return None;
        }
        let exact = |name: &[char]| {
            name.len() == pattern.len() && pattern.iter().zip(name).all(|(p, n)| p.letter.is_none_or(|l| l == *n))
        };
        let begins = |stem: &[char]| {
            (stem.len()..=stem.len() + MAX_ENDING).contains(&pattern.len())
                && pattern.iter().zip(stem).all(|(p, n)| p.letter.is_none_or(|l| l == *n))
        };
        let names = self.spaced.get(&first).map_or(&[][..], Vec::as_slice);
        let found = names.iter().find(|(name, _)| exact(name));
        let found = found.or_else(|| names.iter().find(|(name, _)| loosely(pattern, name)));
        let found = found.or_else(|| self.stems.iter().find(|(stem, _)| begins(stem)))?;
        Some((found.1, Span { start: pattern.first()?.start, end: pattern.last()?.end }))
    }

    fn dense_name(&self, pieces: &[Piece]) -> Option<(u32, Span)> {
        self.dense_inside(pieces).or_else(|| self.dense_whole(pieces))
    }

    /// The chunk is the name and nothing else: "古*", "香**儿". One letter must leave no choice of names.
    fn dense_whole(&self, pieces: &[Piece]) -> Option<(u32, Span)> {
        let first = pieces.first()?.letter?;
        let known = pieces.iter().filter(|p| p.letter.is_some()).count();
        if known == pieces.len() || pieces.len() > MAX_DENSE_CHUNK || class_of(first) == Class::Word {
            return None;
        }
        let names = self.dense_by_char.get(&first)?.iter().filter_map(|id| self.dense.get(*id as usize));
        let fits = |name: &[char]| name.len() <= pieces.len() && loosely(pieces, name);
        let mut names = names.filter(|(name, _)| fits(name) && (known >= MIN_KNOWN || name.len() == MIN_DENSE_NAME));
        let (_, meaning) = names.next()?;
        let alone = known >= MIN_KNOWN || names.all(|(_, other)| other == meaning);
        let span = Span { start: pieces.first()?.start, end: pieces.last()?.end };
        alone.then_some((*meaning, span))
    }

    fn dense_inside(&self, pieces: &[Piece]) -> Option<(u32, Span)> {
        let hidden = (0..pieces.len()).filter(|i| pieces[*i].letter.is_none());
        hidden.into_iter().find_map(|at| {
            let near = &pieces[at.saturating_sub(DENSE_REACH)..pieces.len().min(at + DENSE_REACH + 1)];
            near.iter().filter_map(|p| self.dense_by_char.get(&p.letter?)).flatten().find_map(|id| {
                let (name, meaning) = self.dense.get(*id as usize)?;
                let window = covering(pieces, at, name.len()).find(|w| fits(w, name))?;
                Some((*meaning, Span { start: window.first()?.start, end: window.last()?.end }))
            })
        })
    }
}

/// Windows of a length that hold the piece at `at`.
fn covering(pieces: &[Piece], at: usize, len: usize) -> impl Iterator<Item = &[Piece]> {
    (at.saturating_sub(len - 1)..=at).filter_map(move |from| pieces.get(from..from + len))
}

fn fits(window: &[Piece], name: &[char]) -> bool {
    let known = window.iter().filter(|p| p.letter.is_some()).count();
    known >= MIN_KNOWN && window.iter().zip(name).all(|(p, n)| p.letter.is_none_or(|l| l == *n))
}

/// A word with marks between or beside letters, and its place among the words.
struct Chunk {
    word: usize,
    pieces: Vec<Piece>,
}

/// One pass over the bytes spares most texts the search.
fn may_hold_marks(source: &str) -> bool {
    const MARKS: [bool; 256] = {
        let mut marks = [false; 256];
        let mut at = 0;
        while at < 256 {
            marks[at] = matches!(at as u8, b'*' | b'#' | b'?' | b'_' | b'^' | b'~' | 0xC3 | 0xE2 | 0xE3 | 0xEF);
            at += 1;
        }
        marks
    };
    source.bytes().any(|b| MARKS[b as usize]) && source.contains(is_censor)
}

fn chunks(source: &str) -> impl Iterator<Item = Chunk> + '_ {
    let words = source.split_whitespace().enumerate().filter(|(_, w)| may_hold_marks(w)).take(MAX_CHUNKS);
    words.filter_map(move |(word, text)| {
        let offset = text.as_ptr() as usize - source.as_ptr() as usize;
        let pieces: Vec<Piece> =
            text.char_indices().filter_map(|(at, c)| piece(offset + at, c)).take(MAX_CHUNK_CHARS).collect();
        pieces.iter().any(|p| p.letter.is_some()).then_some(Chunk { word, pieces })
    })
}

fn piece(at: usize, c: char) -> Option<Piece> {
    let letter = match fold(c) {
        // The Chinese zero is a circle to everybody else.
        Fold::Char(letter) if letter != '〇' => Some(letter),
        _ if is_censor(c) => None,
        _ => return None,
    };
    Some(Piece { letter, start: at as u32, end: (at + c.len_utf8()) as u32 })
}

/// Without the marks before the first letter: what a name begins with is never hidden.
fn trimmed(pieces: &[Piece]) -> &[Piece] {
    let from = pieces.iter().position(|p| p.letter.is_some()).unwrap_or(pieces.len());
    &pieces[from..]
}

fn is_censor(c: char) -> bool {
    matches!(
        c,
        '*' | '#'
            | '?'
            | '_'
            | '•'
            | '●'
            | '○'
            | '◯'
            | '⭕'
            | '█'
            | '▇'
            | '■'
            | '□'
            | '×'
            | '✕'
            | '✖'
            | '❌'
            | '＊'
            | '☆'
            | '★'
            | '^'
            | '~'
            | '〇'
            | '◎'
            | '△'
            | '※'
    )
}

/// A hidden run stands for one letter fewer to one more than it has marks, and at least one.
fn loosely(pattern: &[Piece], name: &[char]) -> bool {
    match pattern.split_first() {
        None => name.is_empty(),
        Some((Piece { letter: Some(l), .. }, rest)) => name.first() == Some(l) && loosely(rest, &name[1..]),
        Some(_) => {
            let run = pattern.iter().take_while(|p| p.letter.is_none()).count();
            let fewest = run.saturating_sub(1).max(1);
            (fewest..=run + 1).any(|len| name.len() >= len && loosely(&pattern[run..], &name[len..]))
        }
    }
}
