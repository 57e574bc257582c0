//! Names with letters hidden behind marks: `B*rb*rry`, `G***i`, `Di#r`.
//!
//! A run of marks stands for about as many letters. Enough letters must be left to know the name.

use crate::deep::{Entry, NameForm};
use crate::fold::{Fold, fold};

const MAX_RUN_BYTES: usize = 64;
const MIN_NAME: usize = 4;
const MIN_KNOWN: usize = 2;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    Letter(u8),
    /// So many marks in a row.
    Hidden(usize),
}

/// The first name that fits behind the marks of `text`.
pub(crate) fn find<'a>(text: &str, entries: &'a [Entry]) -> Option<&'a Entry> {
    if text.len() > MAX_RUN_BYTES || !text.contains(is_censor) {
        return None;
    }
    let pieces = pieces(text)?;
    let known = pieces.iter().filter(|p| matches!(p, Piece::Letter(_))).count();
    let hidden: usize = pieces.iter().map(|p| if let Piece::Hidden(n) = p { *n } else { 0 }).sum();
    if known < MIN_KNOWN || known * 3 < (known + hidden) || hidden == 0 {
        return None;
    }
    let fits = |e: &&Entry| e.form == NameForm::Full && e.squash.len() >= MIN_NAME && matches(&pieces, e.squash.as_bytes());
    entries.iter().find(fits)
}

/// Letters and hidden runs; nothing when the first letter is hidden or a foreign sign stands between.
fn pieces(text: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    for c in text.chars() {
        match (fold(c), pieces.last_mut()) {
            (Fold::Char(l), _) if l.is_ascii_alphanumeric() => pieces.push(Piece::Letter(l as u8)),
            (_, Some(Piece::Hidden(n))) if is_censor(c) => *n += 1,
            (_, Some(_)) if is_censor(c) => pieces.push(Piece::Hidden(1)),
            (Fold::Drop, _) => {}
            _ => return None,
        }
    }
    Some(pieces)
}

fn is_censor(c: char) -> bool {
    matches!(c, '*' | '#' | '?' | '_' | '•' | '●' | '○' | '◯' | '⭕' | '█' | '▇' | '■' | '□' | '×' | '✕' | '✖' | '❌' | '…' | '＊' | '☆' | '★' | '^' | '~')
}

/// A hidden run stands for one letter fewer to one more than it has marks, and at least one.
fn matches(pieces: &[Piece], name: &[u8]) -> bool {
    match pieces.split_first() {
        None => name.is_empty(),
        Some((Piece::Letter(l), rest)) => name.first() == Some(l) && matches(rest, &name[1..]),
        Some((Piece::Hidden(n), rest)) => {
            let fewest = n.saturating_sub(1).max(1);
            (fewest..=n + 1).any(|len| name.len() >= len && matches(rest, &name[len..]))
        }
    }
}
