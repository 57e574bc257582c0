//! What was recognised in a listing, for people who look: brands, kinds of goods and words, each at its place.

use touchstone_knowledge::{BrandId, KindId, TermClass, TermStrength};
use touchstone_text::{How, Span};

use super::View;
use super::context::MentionContext;
use crate::findings::Field;

/// Something that is known, at a place in the listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// The field.
    pub field: Field,
    /// Half-open range of UTF-8 bytes of the field as it came.
    pub span: Span,
    /// How it was disguised.
    pub how: How,
    /// What it is.
    pub what: What,
}

/// What was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A protected brand, by its name or by a product line of its.
    Brand(BrandId, Option<u16>, MentionContext),
    /// A kind of goods.
    Kind(KindId),
    /// A word of a lexicon that no innocent phrase takes away.
    Term(TermClass, TermStrength),
}

impl View<'_, '_> {
    /// Everything that was recognised in what was written, field by field, from front to back.
    pub fn recognised(&self) -> Vec<Recognised> {
        let brands = self.mentions.iter().map(|mention| Recognised {
            field: mention.field,
            span: mention.source,
            how: mention.how,
            what: What::Brand(mention.brand, mention.line, mention.context),
        });
        let kinds = self.kinds.iter().filter(|kind| !kind.by_line).map(|kind| Recognised {
            field: kind.field,
            span: kind.source,
            how: How::Plain,
            what: What::Kind(kind.kind),
        });
        let terms = self.terms.iter().map(|(field, term)| Recognised {
            field: *field,
            span: term.source,
            how: term.how,
            what: What::Term(term.class, term.strength),
        });
        let mut all: Vec<Recognised> = brands.chain(kinds).chain(terms).collect();
        all.sort_by_key(|one| (one.field, one.span.start, one.span.end));
        all
    }
}
