//! An edit as a person wants to see it: what stood there, what stands there now, and what is different.

use std::fmt;

use super::edit::{Change, Draft, Part};
use super::search::Candidate;
use super::tactics::{TACTICS, is_invisible};
use crate::mark::one_line;
use crate::style::{self, paint};

/// Characters around a change that are shown, and of a long change itself.
const AROUND: usize = 22;
const MAX_CHANGE: usize = 32;

/// A listing before and after.
pub(super) struct Example {
    before: Draft,
    slip: Candidate,
}

/// A piece of a text: as it was, or changed.
enum Piece {
    Same(String),
    Changed(String),
}

impl Example {
    pub(super) fn new(before: Draft, slip: Candidate) -> Self {
        Self { before, slip }
    }

    /// The changes of one part, as pieces before and after.
    fn pieces(&self, part: Part) -> (Vec<Piece>, Vec<Piece>) {
        let text = self.before.part(part);
        let same = |from: usize, to: usize| Piece::Same(text.get(from..to).unwrap_or_default().to_owned());
        let (mut old, mut new, mut at) = (Vec::new(), Vec::new(), 0);
        for Change { place, text: now } in self.slip.edit.changes.iter().filter(|c| c.place.part == part) {
            old.extend([same(at, place.start), Piece::Changed(self.before.at(*place).to_owned())]);
            new.extend([same(at, place.start), Piece::Changed(now.clone())]);
            at = place.end;
        }
        old.push(same(at, text.len()));
        new.push(same(at, text.len()));
        (old, new)
    }

    fn part(&self, f: &mut fmt::Formatter<'_>, part: Part) -> fmt::Result {
        let (old, new) = self.pieces(part);
        let name = match part {
            Part::Title => "",
            Part::Description => "description: ",
            Part::Condition => "condition: ",
        };
        write!(f, "{name}{} {} {}", shown(&old), paint(style::DIM, "→"), shown(&new))
    }
}

impl fmt::Display for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let touched = |part: &Part| self.slip.edit.changes.iter().any(|c| c.place.part == *part);
        for (i, part) in [Part::Title, Part::Description, Part::Condition].into_iter().filter(touched).enumerate() {
            if i > 0 {
                write!(f, "; ")?;
            }
            self.part(f, part)?;
        }
        let pair = self.slip.tactics.len() > 1;
        let names: Vec<&str> = self.slip.tactics.iter().filter_map(|t| TACTICS.get(*t)).map(|t| t.name).collect();
        if pair { write!(f, " {}", paint(style::DIM, &names.join(" + "))) } else { Ok(()) }
    }
}

/// Pieces in a row, what is far from a change left out, changes in brackets and highlighted.
fn shown(pieces: &[Piece]) -> String {
    let last = pieces.len().saturating_sub(1);
    let text: Vec<String> = pieces
        .iter()
        .enumerate()
        .map(|(i, piece)| match piece {
            Piece::Same(text) => around(text, i > 0, i < last),
            Piece::Changed(text) if text.is_empty() => String::new(),
            Piece::Changed(text) => format!("[{}]", paint(style::GUILTY, &clipped(text))),
        })
        .collect();
    let text = text.concat();
    if text.is_empty() { "nothing".to_owned() } else { text }
}

/// The ends of an unchanged text that touch a change.
fn around(text: &str, after_change: bool, before_change: bool) -> String {
    let chars: Vec<char> = text.chars().collect();
    let wanted = AROUND * (usize::from(after_change) + usize::from(before_change));
    if chars.len() <= wanted {
        return visible(chars.iter());
    }
    let head = if after_change { AROUND } else { 0 };
    let tail = if before_change { chars.len() - AROUND } else { chars.len() };
    format!("{}…{}", visible(chars[..head].iter()), visible(chars[tail..].iter()))
}

fn clipped(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let shown = visible(chars.iter().take(MAX_CHANGE));
    if chars.len() > MAX_CHANGE { format!("{shown}…") } else { shown }
}

/// Characters as a terminal can show them: what is not seen becomes its number.
fn visible<'c>(chars: impl Iterator<Item = &'c char>) -> String {
    chars
        .map(|c| match c {
            c if is_invisible(*c) => format!("‹{:04X}›", u32::from(*c)),
            c => one_line(c.encode_utf8(&mut [0; 4])),
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::edit::{Edit, Place};
    use super::*;

    fn example(title: &str, changes: &[(usize, usize, &str)]) -> String {
        let before = Draft { title: title.to_owned(), description: String::new(), condition: String::new() };
        let change = |(start, end, text): &(usize, usize, &str)| Change {
            place: Place { part: Part::Title, start: *start, end: *end },
            text: (*text).to_owned(),
        };
        let edit = Edit::new(&before, changes.iter().map(change).collect(), true).unwrap();
        anstream::adapter::strip_str(&Example::new(before, Candidate { tactics: vec![0], edit }).to_string())
            .to_string()
    }

    #[test]
    fn shows_both_sides() {
        assert_eq!(example("Gucci belt", &[(0, 5, "G\u{200b}ucci")]), "[Gucci] belt → [G‹200B›ucci] belt");
        assert_eq!(example("replica", &[(0, 7, "")]), "[replica] → nothing");
    }

    #[test]
    fn leaves_out_what_is_far_away() {
        let title = format!("{}Gucci{}", "a".repeat(50), "b".repeat(50));
        let shown = example(&title, &[(50, 55, "GG")]);
        assert_eq!(shown, format!("…{0}[Gucci]{1}… → …{0}[GG]{1}…", "a".repeat(AROUND), "b".repeat(AROUND)));
    }
}
