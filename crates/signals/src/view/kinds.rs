//! Which kind of goods is on offer.
//!
//! The title says it, the category confirms it. Words inside a brand's or line's name are no kind
//! ("Loewe Puzzle" is no toy), a named line brings its own kind, and what follows "with" is an extra.
//! What is made to fit something else, or is a work about something, names that something too ("case
//! for iPhone", "book about bags") and takes precedence. Otherwise the first kind counts, or the
//! last of those that follow it at once: "leather shoe bag" is a bag, "bag with wallet" too.

use touchstone_knowledge::{KindId, Meaning, Position, Role, Snapshot, Strength, TermClass};
use touchstone_text::Span;

use super::context::MentionContext;
use super::mentions::Mention;
use super::text::{Term, Text, gap, words_between};
use super::{terms_of, text_of};
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

/// Words between a line and the word for its goods.
const MAX_WORD_GAP: usize = 2;
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
    let field = |wanted: Field| text_of(texts, wanted);
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

/// A believed line says what the goods are when the word in the title is none that the brand makes:
/// "Wayfarer … with pencil case" is a pair of sunglasses.
pub(crate) fn by_line(snapshot: &Snapshot, by_word: Option<KindMention>, mentions: &[Mention]) -> Option<KindMention> {
    let claimed = mentions.iter().find(|m| m.context == MentionContext::Claimed);
    let Some(brand) = claimed.and_then(|m| snapshot.brand(m.brand)) else { return by_word };
    let settled = |k: KindMention| role(snapshot, k.kind) != Role::Goods || brand.makes.contains(&k.kind);
    if by_word.is_some_and(settled) {
        return by_word;
    }
    let of_line = |m: &Mention| brand.lines.get(usize::from(m.line?)).and_then(|line| line.kind);
    let own = mentions.iter().filter(|m| Some(m.brand) == claimed.map(|c| c.brand) && m.field == Field::Title);
    let line = own.into_iter().find_map(|m| {
        Some(KindMention { kind: of_line(m)?, field: m.field, span: m.span, source: m.source, by_line: true })
    });
    line.or(by_word)
}

/// Kinds that are nothing but the trappings of goods: what dresses any brand's goods is not made by one.
pub(crate) fn is_trapping(snapshot: &Snapshot, kind: KindId) -> bool {
    snapshot.knowledge.kinds.get(kind.index()).is_some_and(|k| ["labels", "packaging"].contains(&k.id.as_str()))
}

fn role(snapshot: &Snapshot, kind: KindId) -> Role {
    snapshot.knowledge.kinds.get(kind.index()).map_or(Role::Goods, |k| k.role)
}

fn choose(snapshot: &Snapshot, title: &Text, kinds: &[KindMention]) -> Option<KindMention> {
    let special = kinds.iter().rev().find(|k| role(snapshot, k.kind) != Role::Goods && !k.by_line);
    special.copied().or_else(|| {
        let mut chosen = *kinds.first()?;
        for next in kinds.iter().skip(1).filter(|k| !k.by_line) {
            // A word for the goods says more than the line in front of it: "Horsebit 1953 loafer".
            let reach = if chosen.by_line { MAX_WORD_GAP } else { 0 };
            let gap = words_between(title, Span { start: chosen.span.end, end: next.span.start });
            if gap.is_none_or(|words| words > reach) {
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
        let Some(kind) = kind_of(snapshot, meaning, taxonomy) else { continue };
        let by_line = matches!(meaning, Meaning::Line(..)) && !says_kind(text, hit.span, kind);
        if by_line && hit.how.is_near() {
            continue;
        }
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

/// The line's name holds the word for its goods: "Gucci belt".
fn says_kind(text: &Text, line: Span, kind: KindId) -> bool {
    text.hits_from(line).any(|(hit, meaning)| meaning == Meaning::Kind(kind) && line.contains(hit.span))
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
            Meaning::Name(_, Strength::Distinct) | Meaning::Line(_, _, Strength::Distinct) | Meaning::Other
        );
        name && !hit.how.is_uncertain() && hit.span != span && hit.span.contains(span)
    })
}

/// What stands behind "with", "+" or 送, or before 付き, comes along with the goods; behind "for" stands
/// what they are made for, behind "without" what they lack.
fn is_extra(text: &Text, terms: &[(Field, Term)], span: Span) -> bool {
    let tokens = text.reading.normal.tokens();
    let added = tokens.get(text.reading.normal.token_at(span.start)).is_some_and(|t| t.adds && t.span.start > 0);
    let governs = |term: &Term| reach(term).is_some_and(|most| gap(text, term, span).is_some_and(|w| w <= most));
    added || terms_of(terms, text.field).iter().any(|(_, term)| governs(term))
}

/// Within so many words of the term a kind is none on offer.
fn reach(term: &Term) -> Option<usize> {
    match term.class {
        TermClass::Accompaniment => Some(MAX_EXTRA_GAP),
        TermClass::Compatibility if term.position == Position::Before => Some(MAX_EXTRA_GAP),
        TermClass::Negation if term.position == Position::Before => Some(0),
        _ => None,
    }
}
