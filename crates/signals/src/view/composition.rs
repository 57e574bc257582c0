//! Compositions: concept words near each other in one clause, read as one statement.
//!
//! "Same quality as retail", "коробка печатается у нас" and 不支持专柜验货 are no phrases of any list. Their words
//! name concepts, and what concepts say together stands in `knowledge/compositions.toml`. Places are
//! counted in words, so that a statement may take a detour; a denial in front takes it back.

use touchstone_knowledge::{Composition, ConceptSet, Meaning, Position, Snapshot};
use touchstone_text::{Class, How, Normal, Span};

use super::text::{BYTES_PER_DENSE_WORD, Term};
use crate::findings::Field;

/// A concept's word in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    concepts: ConceptSet,
    span: Span,
    /// Words before it, and before what follows it.
    words: (u32, u32),
    clause: u32,
}

/// More concept words of one field are not read: nobody writes so many.
const MAX_PLACES: usize = 400;
/// Words between a denial and the statement it takes back.
const MAX_DENIAL_WORDS: u32 = 2;

/// What a text's concept words say; reuse it.
#[derive(Default)]
pub(super) struct Statements {
    places: Vec<Place>,
    words: Vec<(u32, u32)>,
}

impl Statements {
    /// Collects the concept words of a text, in order.
    pub(super) fn read(&mut self, normal: &Normal, words: impl Iterator<Item = (Span, u8)>) {
        self.places.clear();
        let mut words = words.take(MAX_PLACES).peekable();
        if words.peek().is_none() {
            return;
        }
        self.count_words(normal);
        for (span, concept) in words {
            if let Some(last) = self.places.last_mut().filter(|p| p.span == span) {
                last.concepts = last.concepts.with(concept);
            } else if self.places.last().is_none_or(|p| p.span.end < span.end) {
                // A word inside a longer one says nothing of its own: "not" in "not found".
                self.places.push(self.place(normal, span, concept));
            }
        }
    }

    /// Words and clauses before each token.
    fn count_words(&mut self, normal: &Normal) {
        self.words.clear();
        let (mut words, mut clause) = (0, 0);
        for token in normal.tokens() {
            clause += u32::from(token.breaks);
            self.words.push((words, clause));
            words += width(token.class, token.span.end - token.span.start);
        }
    }

    fn place(&self, normal: &Normal, span: Span, concept: u8) -> Place {
        let at = |byte: u32| {
            let index = normal.token_at(byte);
            let (before, clause) = self.words.get(index).copied().unwrap_or_default();
            let inside = normal.tokens().get(index).map_or(0, |t| match t.class {
                Class::Word => 0,
                _ => byte.saturating_sub(t.span.start) / BYTES_PER_DENSE_WORD as u32,
            });
            (before + inside, clause)
        };
        let ((start, clause), (last, _)) = (at(span.start), at(span.end.saturating_sub(1)));
        Place { concepts: ConceptSet::default().with(concept), span, words: (start, last + 1), clause }
    }

    /// Where words of these concepts stand.
    pub(super) fn of(&self, concepts: ConceptSet) -> impl Iterator<Item = Span> {
        self.places.iter().filter(move |p| p.concepts.meets(concepts)).map(|p| p.span)
    }

    /// Every statement that the snapshot's compositions find.
    pub(super) fn find<'s>(&self, snapshot: &'s Snapshot, field: Field, mut found: impl FnMut(&'s Composition, Span)) {
        let present = ConceptSet(self.places.iter().fold(0, |all, p| all | p.concepts.0));
        let knowledge = &snapshot.knowledge;
        for composition in &knowledge.compositions {
            let here = composition.title || field != Field::Title;
            if !here || !composition.parts.iter().all(|part| part.meets(present)) {
                continue;
            }
            let mut end = 0;
            for at in 0..self.places.len() {
                // One statement may be read from several of its words; the first is enough.
                let start = self.places[at].span.start;
                let Some(span) = (start >= end).then(|| self.statement(composition, at)).flatten() else { continue };
                if composition.firm || !self.denied(snapshot.denial(), composition, span) {
                    found(composition, span);
                    end = span.end;
                }
            }
        }
    }

    /// The composition's parts from `at` on, each within reach of the one before.
    fn statement(&self, composition: &Composition, at: usize) -> Option<Span> {
        let mut open = Open::all(composition);
        let first = self.places.get(at)?;
        open.take(first)?;
        let mut last = first;
        for place in self.places.get(at + 1..)? {
            if place.clause != last.clause || place.words.0 > last.words.1 + u32::from(composition.within) {
                break;
            }
            if place.span.start < last.span.end || open.take(place).is_none() {
                continue;
            }
            last = place;
            if open.parts == 0 {
                return Some(Span { start: first.span.start, end: place.span.end });
            }
        }
        None
    }

    /// "We print no logos": a denial inside or right before, where denying is not part of the statement.
    fn denied(&self, denial: ConceptSet, composition: &Composition, span: Span) -> bool {
        if composition.parts.iter().any(|part| part.meets(denial)) {
            return false;
        }
        let Some(first) = self.places.iter().find(|p| p.span.start == span.start) else { return false };
        self.places.iter().filter(|p| p.concepts.meets(denial)).any(|p| {
            let before =
                p.span.end <= span.start && p.clause == first.clause && first.words.0 <= p.words.1 + MAX_DENIAL_WORDS;
            before || (span.contains(p.span) && p.span != first.span)
        })
    }
}

/// The parts of a composition that are still to be found, as bits.
struct Open<'c> {
    composition: &'c Composition,
    parts: u32,
}

impl<'c> Open<'c> {
    fn all(composition: &'c Composition) -> Self {
        Self { composition, parts: (1 << composition.parts.len().min(31)) - 1 }
    }

    /// Takes the part that `place` says, if it is the turn of one.
    fn take(&mut self, place: &Place) -> Option<()> {
        let turn = if self.composition.ordered { self.parts & self.parts.wrapping_neg() } else { self.parts };
        let says = |i: &usize| turn & (1 << i) != 0 && self.composition.parts[*i].meets(place.concepts);
        let part = (0..self.composition.parts.len().min(31)).find(says)?;
        self.parts &= !(1 << part);
        Some(())
    }
}

/// A statement as a term of its class.
pub(super) fn as_term(composition: &Composition, span: Span, source: Span) -> Term {
    Term {
        class: composition.class,
        strength: composition.strength,
        position: Position::Anywhere,
        how: How::Plain,
        span,
        source,
        aside: false,
    }
}

/// The concept that a meaning names.
pub(super) fn concept(meaning: Meaning) -> Option<u8> {
    if let Meaning::Concept(concept) = meaning { Some(concept) } else { None }
}

fn width(class: Class, bytes: u32) -> u32 {
    match class {
        Class::Word => 1,
        _ => bytes.div_ceil(BYTES_PER_DENSE_WORD as u32),
    }
}
