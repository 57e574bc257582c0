//! Reference numbers that do not exist, or are another line's.
//!
//! Sellers write numbers of their own into titles, so a number counts only where it can be nothing
//! else: behind "ref", as a known number with a known ending that never belonged together
//! ("116710BLRO"), or as a number that is well known for another line of the maker.

use touchstone_knowledge::{Fact, FactRule};
use touchstone_text::Span;

use super::Claim;

/// Shorter numbers are part of many things.
const MIN_REFERENCE: usize = 4;
/// Letters in a row that make a word and no ending of a number.
const MIN_WORD: usize = 4;
/// What stands before a maker's reference.
const INTRODUCTIONS: [&str; 5] = ["ref", "reference", "型号", "реф", "referenz"];

/// Whether a line is named by a word, not by a number: "submariner", "gmt master", not "116610ln".
pub(super) fn is_word(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let run = name.split(|c: char| !c.is_alphabetic()).map(str::len).max().unwrap_or(0);
    digits < MIN_REFERENCE || run >= MIN_WORD
}

/// Where the title names a reference that is none of all that exist. Only of one line can all be known.
pub(super) fn unknown(claim: &Claim<'_, '_, '_>, line: Option<u16>, all: &[String]) -> Option<Span> {
    let wrong = |word: &Word<'_>| mismatched(word.text, all) || (line.is_some() && introduced(claim, word, all));
    words(claim).find(wrong).map(|word| word.place)
}

/// Where the title names another line's reference, and none of this line's.
pub(super) fn of_other_line(claim: &Claim<'_, '_, '_>, own: &[String]) -> Option<Span> {
    let line = claim.line()?;
    if words(claim).any(|word| own.iter().any(|r| is(word.text, r))) {
        return None;
    }
    let others = |fact: &&Fact| fact.line.is_some_and(|l| l != line);
    let of_others = || {
        claim.brand.facts.iter().filter(others).filter_map(|f| match &f.rule {
            FactRule::KnownReference(all) | FactRule::Reference(all) => Some(all),
            _ => None,
        })
    };
    words(claim).find(|word| of_others().flatten().any(|r| is(word.text, r))).map(|word| word.place)
}

/// A word of the title that holds a digit, as the seller wrote it.
struct Word<'t> {
    text: &'t str,
    place: Span,
}

fn words<'t>(claim: &Claim<'_, '_, 't>) -> impl Iterator<Item = Word<'t>> {
    let title = claim.view.listing.title;
    let pieces = title.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '/' | '.' | '-'));
    pieces.filter_map(move |piece| {
        let text = piece.trim_matches(['/', '.', '-']);
        let start = text.as_ptr() as usize - title.as_ptr() as usize;
        let counts = text.len() >= MIN_REFERENCE && text.bytes().any(|b| b.is_ascii_digit());
        counts.then(|| Word { text, place: Span::new(start, start + text.len()) })
    })
}

/// The word is this reference, alone or with something behind it: "126610LN-0001" is "126610LN".
fn is(word: &str, reference: &str) -> bool {
    let same = |(w, r): (u8, u8)| match r {
        b'#' => w.is_ascii_digit(),
        _ => w.eq_ignore_ascii_case(&r),
    };
    if word.len() < reference.len() || !word.bytes().zip(reference.bytes()).all(same) {
        return false;
    }
    let (real, rest) = word.as_bytes().split_at(reference.len());
    let Some(last) = real.last() else { return false };
    rest.first().is_none_or(|next| next.is_ascii_digit() != last.is_ascii_digit() || !next.is_ascii_alphanumeric())
}

/// A number and an ending that both exist, but not together.
fn mismatched(word: &str, all: &[String]) -> bool {
    let Some((number, ending)) = halves(word) else { return false };
    let halves_of = || all.iter().filter_map(|r| halves(r));
    let numbers = halves_of().any(|(n, _)| n == number);
    numbers
        && halves_of().any(|(_, e)| e.eq_ignore_ascii_case(ending))
        && !halves_of().any(|(n, e)| n == number && e.eq_ignore_ascii_case(ending))
}

/// "116610LN" is 116610 and LN; what stands behind a dash is the dial.
fn halves(reference: &str) -> Option<(&str, &str)> {
    let reference = reference.split('-').next()?;
    let at = reference.find(|c: char| c.is_ascii_alphabetic()).filter(|at| *at >= MIN_REFERENCE)?;
    let (number, ending) = reference.split_at(at);
    ending.bytes().all(|b| b.is_ascii_alphabetic()).then_some((number, ending))
}

/// The word stands behind "ref" and is no beginning of a real one.
fn introduced(claim: &Claim<'_, '_, '_>, word: &Word<'_>, all: &[String]) -> bool {
    let normal = &claim.title.reading.normal;
    let at = normal.tokens().iter().position(|t| claim.title.source(t.span).start == word.place.start);
    let behind = at.and_then(|at| at.checked_sub(1)).is_some_and(|at| INTRODUCTIONS.contains(&claim.word(at)));
    let begins = |r: &String| {
        r.len() >= word.text.len() && r.as_bytes()[..word.text.len()].eq_ignore_ascii_case(word.text.as_bytes())
    };
    behind && !all.iter().any(|r| is(word.text, r) || begins(r))
}
