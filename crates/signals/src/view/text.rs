//! One field as read: its hits, what they mean, and the terms left after innocent phrases.

use touchstone_knowledge::{Composition, ConceptSet, Group, Meaning, Position, Snapshot, TermClass, TermStrength};
use touchstone_text::{Class, Hit, How, Reading, Span, Token};

use super::composition::{self, Statements};
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
    /// A word of the replica trade that does not clearly speak of the goods on offer.
    pub(crate) aside: bool,
}

/// Innocent phrases and denials of one text beyond this are not heeded.
const MAX_MASKS: usize = 128;
/// Words between a denial and what it denies.
const MAX_DENIAL_GAP: usize = 1;

/// Classes whose words mean the contrary behind a denial.
fn is_deniable(class: TermClass) -> bool {
    matches!(class, TermClass::Replica | TermClass::FakeReport | TermClass::Comparison | TermClass::Defective)
}

impl Term {
    /// The word was hidden on purpose: no slip of the finger does this.
    pub(crate) fn is_hidden(&self) -> bool {
        !matches!(self.how, How::Plain | How::Joined) && !self.how.is_near()
    }
}

/// The compositions that a description says, by id: for those who write them.
pub fn statements<'s>(snapshot: &'s Snapshot, description: &str) -> Vec<&'s str> {
    let mut text = Text::default();
    text.read(snapshot, Field::Description, description);
    let mut said = Vec::new();
    text.compositions(snapshot, |composition, _| said.push(composition.id.as_str()));
    said
}

/// One field as read.
pub(crate) struct Text {
    pub(crate) field: Field,
    pub(crate) reading: Reading,
    /// Parallel to the reading's hits.
    pub(crate) meanings: Vec<Meaning>,
    masks: Vec<Span>,
    denied: Vec<Span>,
    statements: Statements,
}

impl Default for Text {
    fn default() -> Self {
        Self {
            field: Field::Title,
            reading: Reading::default(),
            meanings: Vec::new(),
            masks: Vec::new(),
            denied: Vec::new(),
            statements: Statements::default(),
        }
    }
}

impl Text {
    pub(crate) fn read(&mut self, snapshot: &Snapshot, field: Field, source: &str) {
        self.field = field;
        snapshot.matcher.read(source, &mut self.reading);
        if field == Field::Brand && !snapshot.is_others_name(self.reading.normal.text()) {
            snapshot.matcher.stated(&mut self.reading);
        }
        self.meanings.clear();
        self.meanings.extend(self.reading.hits.iter().map(|h| snapshot.meaning(h.meaning).unwrap_or(Meaning::Other)));
        self.masks.clear();
        let innocent = |m: &Meaning| matches!(m, Meaning::Term(g) if snapshot.group(*g).is_some_and(|g| g.class == TermClass::Innocent));
        let masks = self.hits().filter(|(_, m)| innocent(m)).map(|(h, _)| h.span);
        let masks: Vec<Span> = masks.take(MAX_MASKS).collect();
        self.masks.extend(masks);
        self.find_denied(snapshot);
        self.take_concepts();
    }

    /// Concept words go their own way: by themselves they say nothing.
    fn take_concepts(&mut self) {
        let (hits, meanings, masks) = (&self.reading.hits, &self.meanings, &self.masks);
        let words = hits.iter().zip(meanings).filter_map(|(hit, m)| Some((hit.span, composition::concept(*m)?)));
        // "Batch code" is no batch of the replica trade, yet it is a code.
        let open = words.filter(|(span, _)| !masks.iter().any(|m| m.contains(*span) && m != span));
        self.statements.read(&self.reading.normal, open);
        let mut kept = self.meanings.iter().map(|m| composition::concept(*m).is_none());
        self.reading.hits.retain(|_| kept.next().unwrap_or(true));
        self.meanings.retain(|m| composition::concept(*m).is_none());
    }

    /// Replica words and comparisons behind a denial.
    pub(crate) fn denied_terms(&self) -> impl Iterator<Item = Span> {
        self.denied.iter().copied()
    }

    /// Hits with their meanings.
    pub(crate) fn hits(&self) -> impl Iterator<Item = (&Hit, Meaning)> {
        self.reading.hits.iter().zip(self.meanings.iter().copied())
    }

    /// Hits that begin within a span, with their meanings; hits stand in the order of their beginnings.
    pub(crate) fn hits_from(&self, span: Span) -> impl Iterator<Item = (&Hit, Meaning)> {
        let first = self.reading.hits.partition_point(|hit| hit.span.start < span.start);
        let (hits, meanings) = (self.reading.hits.get(first..), self.meanings.get(first..));
        let rest = hits.unwrap_or_default().iter().zip(meanings.unwrap_or_default().iter().copied());
        rest.take_while(move |(hit, _)| hit.span.start < span.end)
    }

    /// Terms that no innocent phrase and no reassurance takes away.
    pub(crate) fn terms(&self, snapshot: &Snapshot, mut found: impl FnMut(Term)) {
        let mut said = Vec::new();
        self.compositions(snapshot, |composition, span| said.push((composition, span)));
        let innocent = |class, span: Span| {
            let reassures = |(c, s): &(&Composition, Span)| c.class == TermClass::Innocent && s.contains(span);
            class != TermClass::Innocent && (self.masks.iter().any(|m| m.contains(span)) || said.iter().any(reassures))
        };
        for (hit, meaning) in self.hits() {
            let Meaning::Term(index) = meaning else { continue };
            let Some(group) = snapshot.group(index) else { continue };
            if !innocent(group.class, hit.span) && !self.denied.contains(&hit.span) {
                found(Term {
                    class: group.class,
                    strength: group.strength,
                    position: group.position,
                    how: hit.how,
                    span: hit.span,
                    source: self.source(hit.span),
                    aside: false,
                });
            }
        }
        for (composition, span) in said.iter().filter(|(c, span)| !innocent(c.class, *span)) {
            found(composition::as_term(composition, *span, self.source(*span)));
        }
    }

    /// What concept words say together, and where.
    fn compositions<'s>(&self, snapshot: &'s Snapshot, found: impl FnMut(&'s Composition, Span)) {
        self.statements.find(snapshot, self.field, found);
    }

    /// Where words of these concepts stand.
    pub(super) fn concepts(&self, concepts: ConceptSet) -> impl Iterator<Item = Span> {
        self.statements.of(concepts)
    }

    /// Words that mean the contrary, for a denial stands right before: "not a replica".
    fn find_denied(&mut self, snapshot: &Snapshot) {
        self.denied.clear();
        let group = |m| if let Meaning::Term(g) = m { snapshot.group(g) } else { None };
        let deniable = self.hits().filter(|(_, m)| group(*m).is_some_and(|g| is_deniable(g.class)));
        let deniable: Vec<Span> = deniable.map(|(hit, _)| hit.span).collect();
        if deniable.is_empty() {
            return;
        }
        let denials = self.denials(snapshot, &deniable);
        let behind = |denial: Span, span: Span| {
            denial.end <= span.start
                && words_between(self, Span { start: denial.end, end: span.start }).is_some_and(|w| w <= MAX_DENIAL_GAP)
        };
        let denies = |denial: &Span, span: Span| denial.contains(span) || behind(*denial, span);
        let mut denied: Vec<Span> = Vec::new();
        for span in deniable {
            // What is denied takes along what follows at once: "no fakes or copies".
            if denials.iter().any(|d| denies(d, span)) || denied.last().is_some_and(|d| behind(*d, span)) {
                denied.push(span);
            }
        }
        self.denied = denied;
    }

    /// Words that deny, and longer ones that hold a word to be denied: "no fakes".
    fn denials(&self, snapshot: &Snapshot, deniable: &[Span]) -> Vec<Span> {
        let group = |m| if let Meaning::Term(g) = m { snapshot.group(g) } else { None };
        let denies = |g: &Group| g.class == TermClass::Negation && g.position != Position::After;
        let holds = |span: Span| deniable.iter().any(|d| span.contains(*d) && span != *d);
        let denial = |span: Span, m: Meaning| match composition::concept(m) {
            Some(concept) if snapshot.denial().has(concept) => true,
            Some(concept) => snapshot.reassurance().has(concept) && holds(span),
            None => group(m).is_some_and(denies),
        };
        let denials = self.hits().filter(|(hit, m)| denial(hit.span, *m)).map(|(hit, _)| hit.span);
        denials.take(MAX_MASKS).collect()
    }

    /// A span of the normal form in the field as it came.
    pub(crate) fn source(&self, span: Span) -> Span {
        self.reading.normal.source_span(span)
    }
}

/// Two characters of three bytes.
pub(super) const BYTES_PER_DENSE_WORD: usize = 6;
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

pub(super) fn words_in(token: &Token, gap: Span) -> usize {
    let bytes = token.span.end.min(gap.end).saturating_sub(token.span.start.max(gap.start)) as usize;
    match token.class {
        Class::Word => usize::from(bytes > 0),
        _ => bytes.div_ceil(BYTES_PER_DENSE_WORD),
    }
}
