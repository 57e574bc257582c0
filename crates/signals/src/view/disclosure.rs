//! What a word of the replica trade speaks of: the goods, or a part or trapping of them.
//!
//! "The strap is not original" is what honest sellers of used goods disclose; "this watch is not original" is an
//! admission. So the word belongs to the nearest noun of its clause. A clause without a noun goes on with what the
//! clause before it says was replaced ("Screen replaced. Not original"), and what only fits a brand's devices is
//! honestly not original. An admission in a description that speaks of neither goods nor part stands aside: it may be
//! said of others.

use std::ops::Range;

use touchstone_knowledge::{KindId, Meaning, Role, Snapshot, TermClass, TermStrength};
use touchstone_text::Span;

use super::context::MentionContext;
use super::kinds::is_trapping;
use super::mentions::Mention;
use super::text::{Term, Text, words_between, words_in};
use crate::findings::Field;

/// More words of the trade of one listing are taken as they stand.
const MAX_READ: usize = 64;
/// "The battery has been replaced by one that is not original".
const MAX_PART_BEFORE: usize = 6;
/// "Not an original Apple strap"; a replica box has nothing between.
const MAX_PART_BEHIND: usize = 1;
/// "Not original Ray-Ban lenses": the name belongs to the word.
const MAX_COMPLEMENT: usize = 1;
const MAX_GOODS: usize = 4;
const MAX_PRONOUN: usize = 3;
/// A clause of its own: "1:1 replica, best quality".
const MAX_OWN_CLAUSE: usize = 3;

/// Weakens what is said of a part, and marks what stands aside.
pub(super) fn settle(
    snapshot: &Snapshot,
    texts: &[Text],
    kind: Option<KindId>,
    mentions: &[Mention],
    terms: &mut [(Field, Term)],
) {
    let fits = |m: &Mention| m.context == MentionContext::Compatible;
    let only_fits = mentions.iter().any(fits) && !mentions.iter().any(|m| m.context == MentionContext::Claimed);
    let trade = |term: &Term| term.class == TermClass::Replica && term.strength > TermStrength::Weak;
    let sellers = |field: Field| !matches!(field, Field::Review(_));
    for (field, term) in terms.iter_mut().filter(|(f, t)| trade(t) && sellers(*f)).take(MAX_READ) {
        let Some(text) = texts.iter().find(|t| t.field == *field) else { continue };
        let clause = Clause { snapshot, text, kind, mentions, term: term.span };
        if (only_fits && clause.denies_origin()) || clause.speaks_of_part(term.strength) {
            term.strength = TermStrength::Weak;
        } else {
            term.aside = *field == Field::Description && !clause.speaks_of_goods();
        }
    }
}

/// A word of the trade, and what stands around it.
struct Clause<'v> {
    snapshot: &'v Snapshot,
    text: &'v Text,
    kind: Option<KindId>,
    mentions: &'v [Mention],
    term: Span,
}

impl Clause<'_> {
    /// Words between the term and a span of its clause.
    fn gap(&self, span: Span) -> Option<usize> {
        let (term, text) = (self.term, self.text);
        match (span.end <= term.start, span.start >= term.end) {
            (true, _) => words_between(text, Span { start: span.end, end: term.start }),
            (_, true) => words_between(text, Span { start: term.end, end: span.start }),
            _ => Some(0),
        }
    }

    fn behind(&self, span: Span) -> bool {
        span.start >= self.term.end
    }

    /// "Not original", not "replica".
    fn denies_origin(&self) -> bool {
        let origin = self.snapshot.subjects().origin;
        self.text.concepts(origin).any(|span| span.start < self.term.end && self.term.start < span.end)
    }

    fn speaks_of_part(&self, strength: TermStrength) -> bool {
        let title = self.text.field == Field::Title;
        let reach = |span: Span| match (self.behind(span), title) {
            // "Replica with box": the box comes along.
            (true, _) => Some(if !title && self.denies_origin() { MAX_PART_BEHIND } else { 0 }),
            // Titles are heaps of words: "with box replica".
            (false, true) => (strength < TermStrength::Explicit).then_some(0),
            (false, false) => Some(MAX_PART_BEFORE),
        };
        let near = |span: Span| self.gap(span).filter(|gap| reach(span).is_some_and(|most| *gap <= most));
        let nearest = self.parts().filter_map(|span| Some((near(span)?, self.behind(span)))).min();
        let goods = self.goods().filter_map(|span| Some((self.gap(span)?, self.behind(span)))).min();
        match (nearest, goods) {
            // "Charger not original, console works": the subject stands in front.
            (Some((part, false)), Some((goods, true))) if self.denies_origin() => part <= goods,
            (Some((part, _)), Some((goods, _))) => part < goods,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => !title && self.denies_origin() && self.follows_replacement(),
        }
    }

    /// The word speaks of the goods: beside their name or a pronoun, or in a clause of its own.
    fn speaks_of_goods(&self) -> bool {
        let near = |span: Span, most: usize| self.gap(span).is_some_and(|gap| gap <= most);
        let named = self.mentions.iter().filter(|m| m.field == self.text.field).any(|m| near(m.span, MAX_GOODS));
        named
            || self.goods().any(|span| near(span, MAX_GOODS))
            || self.text.concepts(self.snapshot.subjects().pronoun).any(|span| near(span, MAX_PRONOUN))
            || self.stands_alone()
    }

    /// Names of parts, and of kinds that are made to fit or to wrap other goods.
    fn parts(&self) -> impl Iterator<Item = Span> {
        let kinds = self.kinds().filter(|(kind, span)| self.is_part(*kind, *span)).map(|(_, span)| span);
        let subjects = self.snapshot.subjects();
        let rebuilt = self.text.concepts(subjects.rebuilt).filter(|_| self.denies_origin());
        let words = self.text.concepts(subjects.part).chain(rebuilt);
        let offered = |span: Span| self.goods().any(|goods| goods.contains(span));
        let inside = |span: Span| self.term.contains(span);
        words.chain(kinds).filter(move |span| !inside(*span) && !offered(*span))
    }

    /// Names of the goods on offer and of other goods, and the brands, but for one that belongs to the word.
    fn goods(&self) -> impl Iterator<Item = Span> {
        let kinds = self.kinds().filter(|(kind, span)| !self.is_part(*kind, *span)).map(|(_, span)| span);
        let here = self.mentions.iter().filter(|m| m.field == self.text.field).map(|m| m.span);
        let complement = |span: Span| {
            self.behind(span) && self.gap(span).is_some_and(|gap| gap <= MAX_COMPLEMENT) && self.denies_origin()
        };
        kinds.chain(here.filter(move |span| !complement(*span)))
    }

    fn kinds(&self) -> impl Iterator<Item = (KindId, Span)> {
        self.text.hits().filter_map(|(hit, meaning)| match meaning {
            Meaning::Kind(kind) if !hit.how.is_near() => Some((kind, hit.span)),
            _ => None,
        })
    }

    /// The bracelet of a watch is a part, unless bracelets are on offer.
    fn is_part(&self, kind: KindId, span: Span) -> bool {
        let role = self.snapshot.knowledge.kinds.get(kind.index()).map(|k| k.role);
        let by_word = || self.text.concepts(self.snapshot.subjects().part).any(|part| part.contains(span));
        Some(kind) != self.kind && (role == Some(Role::Fits) || is_trapping(self.snapshot, kind) || by_word())
    }

    /// The clause before names a part and says that it was replaced.
    fn follows_replacement(&self) -> bool {
        let (tokens, here) = (self.text.reading.normal.tokens(), self.tokens_around(self.term.start));
        let Some(last) = here.start.checked_sub(1).and_then(|last| tokens.get(last)) else { return false };
        let first = tokens.get(self.tokens_around(last.span.start).start).unwrap_or(last);
        let before = Span { start: first.span.start, end: last.span.end };
        let subjects = self.snapshot.subjects();
        let says = |concepts| self.text.concepts(concepts).any(|span| before.contains(span));
        says(subjects.rebuilt) || (says(subjects.replaced) && self.parts().any(|span| before.contains(span)))
    }

    /// Hardly anything else stands in the clause.
    fn stands_alone(&self) -> bool {
        let clause = self.text.reading.normal.tokens().get(self.tokens_around(self.term.start)).unwrap_or_default();
        let others = clause.iter().filter(|t| t.span.end <= self.term.start || t.span.start >= self.term.end);
        others.map(|t| words_in(t, t.span)).sum::<usize>() <= MAX_OWN_CLAUSE
    }

    /// The tokens of the clause in which a byte stands.
    fn tokens_around(&self, byte: u32) -> Range<usize> {
        let normal = &self.text.reading.normal;
        let (tokens, at) = (normal.tokens(), normal.token_at(byte));
        let begins = |index: &usize| tokens.get(*index).is_some_and(|t| t.breaks);
        let start = (0..=at).rev().find(begins).unwrap_or(0);
        start..(at + 1..tokens.len()).find(begins).unwrap_or(tokens.len())
    }
}
