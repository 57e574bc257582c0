//! One field as read: its hits, what they mean, and the terms left after innocent phrases.

use touchstone_knowledge::{Meaning, Position, Snapshot, TermClass, TermStrength};
use touchstone_text::{Hit, Reading, Span};

use crate::findings::Field;

/// A lexicon term found in a field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Term {
    pub(crate) class: TermClass,
    pub(crate) strength: TermStrength,
    pub(crate) position: Position,
    /// In the normal form of its field.
    pub(crate) span: Span,
    /// In the field as it came.
    pub(crate) source: Span,
}

/// One field as read.
pub(crate) struct Text {
    pub(crate) field: Field,
    pub(crate) reading: Reading,
    /// Parallel to the reading's hits.
    pub(crate) meanings: Vec<Meaning>,
    masks: Vec<Span>,
}

impl Default for Text {
    fn default() -> Self {
        Self { field: Field::Title, reading: Reading::default(), meanings: Vec::new(), masks: Vec::new() }
    }
}

impl Text {
    pub(crate) fn read(&mut self, snapshot: &Snapshot, field: Field, source: &str) {
        self.field = field;
        snapshot.matcher.read(source, &mut self.reading);
        self.meanings.clear();
        self.meanings.extend(self.reading.hits.iter().map(|h| snapshot.meaning(h.meaning).unwrap_or(Meaning::Other)));
        self.masks.clear();
        let innocent = |m: &Meaning| matches!(m, Meaning::Term(g) if snapshot.group(*g).is_some_and(|g| g.class == TermClass::Innocent));
        let masks = self.hits().filter(|(_, m)| innocent(m)).map(|(h, _)| h.span);
        let masks: Vec<Span> = masks.collect();
        self.masks.extend(masks);
    }

    /// Hits with their meanings.
    pub(crate) fn hits(&self) -> impl Iterator<Item = (&Hit, Meaning)> {
        self.reading.hits.iter().zip(self.meanings.iter().copied())
    }

    /// Terms that no innocent phrase takes away.
    pub(crate) fn terms(&self, snapshot: &Snapshot, mut found: impl FnMut(Term)) {
        for (hit, meaning) in self.hits() {
            let Meaning::Term(index) = meaning else { continue };
            let Some(group) = snapshot.group(index) else { continue };
            let masked = group.class != TermClass::Innocent && self.masks.iter().any(|m| m.contains(hit.span));
            if !masked {
                found(Term { class: group.class, strength: group.strength, position: group.position, span: hit.span, source: self.source(hit.span) });
            }
        }
    }

    /// A span of the normal form in the field as it came.
    pub(crate) fn source(&self, span: Span) -> Span {
        self.reading.normal.source_span(span)
    }

    /// First token of a span.
    pub(crate) fn first_token(&self, span: Span) -> usize {
        self.reading.normal.token_at(span.start)
    }

    /// Last token of a span.
    pub(crate) fn last_token(&self, span: Span) -> usize {
        self.reading.normal.token_at(span.end.saturating_sub(1))
    }
}
