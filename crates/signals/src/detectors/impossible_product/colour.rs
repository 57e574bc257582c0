//! Colours that a product never came in.

use touchstone_knowledge::TermClass;
use touchstone_text::Span;

use super::Claim;
use crate::findings::{Field, Findings};
use crate::view::words_between;

/// Words between the name of the line and its colour: "AirPods Pro 2nd generation black".
const MAX_GAP: usize = 2;
/// Words of the longest colour.
const MAX_WORDS: usize = 2;
/// A day of sales.
const NOT_BEFORE: &str = "friday";

/// The line stands beside such a colour, or a variant is one. What comes along may have any colour.
pub(super) fn breaks<'a>(
    claim: &Claim<'_, 'a, '_>,
    colours: &[String],
    findings: &mut Findings<'a>,
) -> Option<&'static str> {
    if claim.view.terms(TermClass::Accompaniment).any(|(field, _)| *field == Field::Title) {
        return None;
    }
    let place = in_title(claim, colours).map(|place| (Field::Title, place));
    let (field, place) = place.or_else(|| in_variants(claim, colours))?;
    findings.see(field, place);
    Some("colour")
}

fn in_title(claim: &Claim<'_, '_, '_>, colours: &[String]) -> Option<Span> {
    let line = claim.line?;
    let normal = &claim.title.reading.normal;
    let tokens = normal.tokens();
    let runs = (0..tokens.len()).flat_map(|at| (1..=MAX_WORDS).map(move |words| (at, at + words)));
    let spans = runs.filter_map(|(at, end)| {
        let span = Span { start: tokens[at].span.start, end: tokens.get(end - 1)?.span.end };
        (claim.word(end) != NOT_BEFORE).then_some(span)
    });
    let beside = |span: &Span| {
        let gap = if span.end <= line.span.start {
            Span { start: span.end, end: line.span.start }
        } else {
            Span { start: line.span.end, end: span.start }
        };
        gap.start <= gap.end && words_between(claim.title, gap).is_some_and(|words| words <= MAX_GAP)
    };
    let mut named = spans.filter(|span| colours.iter().any(|c| c == normal.slice(*span)));
    named.find(beside).map(|span| claim.title.source(span))
}

fn in_variants(claim: &Claim<'_, '_, '_>, colours: &[String]) -> Option<(Field, Span)> {
    let variants = claim.view.texts().iter().filter(|t| matches!(t.field, Field::Variant(_) | Field::Detail(_)));
    let mut named = variants.filter(|t| colours.iter().any(|c| c == t.reading.normal.text()));
    named.next().map(|t| (t.field, Span::default()))
}
