//! Which kind of goods is on offer.
//!
//! The title says it, the category confirms it. Words inside a brand's or line's name are no kind
//! ("Loewe Puzzle" is no toy), a named line brings its own kind, and what follows "with" is an extra.
//! What is made to fit something else, or is a work about something, names that something too ("case
//! for iPhone", "book about bags") and takes precedence. Otherwise the first kind counts, or the
//! last of those that follow it at once: "leather shoe bag" is a bag, "bag with wallet" too.

use touchstone_knowledge::{KindId, Meaning, Position, Role, Snapshot, Strength, TermClass};
use touchstone_text::Span;

use super::text::{Term, Text, gap, words_between};
use crate::findings::Field;

/// A kind named in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KindMention {
    /// The kind.
    pub(crate) kind: KindId,
    /// Where it is named.
    pub(crate) field: Field,
    /// In the normal form.
    pub(crate) span: Span,
    /// In the field as it came.
    pub(crate) source: Span,
    /// Said by a product line, not by a word for the goods.
    pub(crate) by_line: bool,
}

/// Words between an accompanying word and the extra it brings.
const MAX_EXTRA_GAP: usize = 2;

/// The kind on offer; `kinds` becomes every kind that the title names.
pub(crate) fn principal(
    snapshot: &Snapshot,
    texts: &[Text],
    terms: &[(Field, Term)],
    kinds: &mut Vec<KindMention>,
) -> Option<KindMention> {
    kinds.clear();
    let field = |wanted: Field| texts.iter().find(|t| t.field == wanted);
    if let Some(title) = field(Field::Title) {
        named(snapshot, title, terms, false, kinds);
    }
    let from_title = field(Field::Title).and_then(|title| choose(snapshot, title, kinds));
    from_title.or_else(|| {
        let category = field(Field::ProductType)?;
        let mut there = Vec::new();
        named(snapshot, category, terms, true, &mut there);
        there.last().copied()
    })
}

fn role(snapshot: &Snapshot, kind: KindId) -> Role {
    snapshot.knowledge.kinds.get(kind.index()).map_or(Role::Goods, |k| k.role)
}

fn choose(snapshot: &Snapshot, title: &Text, kinds: &[KindMention]) -> Option<KindMention> {
    let special = kinds.iter().rev().find(|k| role(snapshot, k.kind) != Role::Goods && !k.by_line);
    special.copied().or_else(|| {
        let mut chosen = *kinds.first()?;
        for next in kinds.iter().skip(1) {
            let adjacent =
                !next.by_line && words_between(title, Span { start: chosen.span.end, end: next.span.start }) == Some(0);
            if !adjacent {
                break;
            }
            chosen = *next;
        }
        Some(chosen)
    })
}

/// The kinds that a text names, in order of place, longest words first where they overlap.
fn named(snapshot: &Snapshot, text: &Text, terms: &[(Field, Term)], taxonomy: bool, kinds: &mut Vec<KindMention>) {
    let mut covered: Option<Span> = None;
    for (hit, meaning) in text.hits() {
        let by_line = matches!(meaning, Meaning::Line(..));
        let Some(kind) = kind_of(snapshot, meaning, taxonomy) else { continue };
        let inside = covered.is_some_and(|c| c.contains(hit.span) && c != hit.span);
        if inside || (!by_line && inside_name(text, hit.span)) || is_extra(text, terms, hit.span) {
            continue;
        }
        covered = Some(hit.span);
        if !kinds.iter().any(|k| k.kind == kind) {
            kinds.push(KindMention { kind, field: text.field, span: hit.span, source: text.source(hit.span), by_line });
        }
    }
}

fn kind_of(snapshot: &Snapshot, meaning: Meaning, taxonomy: bool) -> Option<KindId> {
    match meaning {
        Meaning::Kind(kind) => Some(kind),
        Meaning::Taxonomy(kind) if taxonomy => Some(kind),
        Meaning::Line(brand, line, Strength::Distinct) => snapshot.brand(brand)?.lines.get(line as usize)?.kind,
        _ => None,
    }
}

/// The word is part of an unmistakable name.
fn inside_name(text: &Text, span: Span) -> bool {
    text.hits().any(|(hit, meaning)| {
        let name = matches!(
            meaning,
            Meaning::Name(_, Strength::Distinct | Strength::Native)
                | Meaning::Line(_, _, Strength::Distinct)
                | Meaning::Other
        );
        name && !hit.how.is_uncertain() && hit.span != span && hit.span.contains(span)
    })
}

/// What stands behind "with" or 送, or before 付き, comes along with the goods; behind "for" stands
/// what they are made for.
fn is_extra(text: &Text, terms: &[(Field, Term)], span: Span) -> bool {
    let governs = |term: &Term| {
        term.class == TermClass::Accompaniment
            || (term.class == TermClass::Compatibility && term.position == Position::Before)
    };
    let here = terms.iter().filter(|(field, term)| *field == text.field && governs(term));
    here.into_iter().any(|(_, term)| gap(text, term, span).is_some_and(|words| words <= MAX_EXTRA_GAP))
}
