//! One field as read: its hits, what they mean, and the terms left after innocent phrases.

use touchstone_knowledge::{Meaning, Position, Snapshot, TermClass, TermStrength};
use touchstone_text::{Class, Hit, How, Reading, Span, Token};

use crate::findings::Field;

/// A lexicon term found in a field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Term {
    pub(crate) class: TermClass,
    pub(crate) strength: TermStrength,
    pub(crate) position: Position,
    /// How it was disguised.
    pub(crate) how: How,
    /// In the normal form of its field.
    pub(crate) span: Span,
    /// In the field as it came.
    pub(crate) source: Span,
}

/// Words between a denial and what it denies.
const MAX_DENIAL_GAP: usize = 1;

/// Classes whose words mean the contrary behind a denial.
fn is_deniable(class: TermClass) -> bool {
    matches!(class, TermClass::Replica | TermClass::FakeReport | TermClass::Comparison)
}

impl Term {
    /// The word was hidden on purpose: no slip of the finger does this.
    pub(crate) fn is_hidden(&self) -> bool {
        !matches!(self.how, How::Plain | How::Joined | How::Typo | How::Doubled)
    }
}

/// One field as read.
pub(crate) struct Text {
    pub(crate) field: Field,
    pub(crate) reading: Reading,
    /// Parallel to the reading's hits.
    pub(crate) meanings: Vec<Meaning>,
    masks: Vec<Span>,
    denied: Vec<Span>,
}

impl Default for Text {
    fn default() -> Self {
        Self {
            field: Field::Title,
            reading: Reading::default(),
            meanings: Vec::new(),
            masks: Vec::new(),
            denied: Vec::new(),
        }
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
        self.denied.clear();
        let class = |m| if let Meaning::Term(g) = m { snapshot.group(g).map(|g| g.class) } else { None };
        let denied: Vec<Span> = self
            .hits()
            .filter(|(h, m)| class(*m).is_some_and(is_deniable) && self.denies(snapshot, h.span))
            .map(|(h, _)| h.span)
            .collect();
        self.denied.extend(denied);
    }

    /// Replica words and comparisons behind a denial.
    pub(crate) fn denied_terms(&self) -> impl Iterator<Item = Span> {
        self.denied.iter().copied()
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
            if !masked && !self.denied.contains(&hit.span) {
                found(Term {
                    class: group.class,
                    strength: group.strength,
                    position: group.position,
                    how: hit.how,
                    span: hit.span,
                    source: self.source(hit.span),
                });
            }
        }
    }

    /// A denial stands right before: "not a replica".
    fn denies(&self, snapshot: &Snapshot, span: Span) -> bool {
        self.hits().any(|(hit, meaning)| {
            let denial = matches!(meaning, Meaning::Term(g) if snapshot.group(g).is_some_and(|g| g.class == TermClass::Negation && g.position != Position::After));
            denial && hit.span.end <= span.start && words_between(self, Span { start: hit.span.end, end: span.start }).is_some_and(|words| words <= MAX_DENIAL_GAP)
        })
    }

    /// A span of the normal form in the field as it came.
    pub(crate) fn source(&self, span: Span) -> Span {
        self.reading.normal.source_span(span)
    }
}

/// Two characters of three bytes.
const BYTES_PER_DENSE_WORD: usize = 6;
/// Nothing governs over such a distance; asked first, it keeps long texts linear in practice.
const MAX_GAP_BYTES: u32 = 256;

/// Words between a term and a name, on the side where the term works and within one clause.
pub(crate) fn gap(text: &Text, term: &Term, name: Span) -> Option<usize> {
    let before = term.span.end <= name.start && term.position != Position::After;
    let after = term.span.start >= name.end && term.position != Position::Before;
    let between = match (before, after) {
        (true, _) => Span { start: term.span.end, end: name.start },
        (_, true) => Span { start: name.end, end: term.span.start },
        _ => return None,
    };
    words_between(text, between)
}

/// Words in a gap, unless a clause ends in it or right behind it. Scripts without spaces have a
/// word every two characters.
pub(crate) fn words_between(text: &Text, gap: Span) -> Option<usize> {
    if gap.end.saturating_sub(gap.start) > MAX_GAP_BYTES {
        return None;
    }
    let normal = &text.reading.normal;
    let tokens = normal.tokens();
    let first = normal.token_at(gap.start);
    let inside = tokens.iter().skip(first).take_while(|t| t.span.start < gap.end);
    let words = inside.clone().map(|t| words_in(t, gap)).sum();
    let broken = |t: &Token| t.breaks && t.span.start >= gap.start;
    let next = tokens.get(normal.token_at(gap.end));
    (!inside.chain(next).any(broken)).then_some(words)
}

fn words_in(token: &Token, gap: Span) -> usize {
    let bytes = token.span.end.min(gap.end).saturating_sub(token.span.start.max(gap.start)) as usize;
    match token.class {
        Class::Word => usize::from(bytes > 0),
        _ => bytes.div_ceil(BYTES_PER_DENSE_WORD),
    }
}
