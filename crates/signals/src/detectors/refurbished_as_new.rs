//! Refurbished goods offered as new.

use touchstone_knowledge::{TermClass, TermStrength};

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::Term;
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "refurbished_as_new",
    version: 2,
    kind: ValueKind::Bool,
    family: "condition",
    sayable: true,
    doc: "One says refurbished, the other new: condition and words contradict each other, or the words themselves do.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Apple iPhone 13 128GB renewed","condition":"new"}"#, value: "true" },
        Example {
            listing: r#"{"id":"1","title":"Apple iPhone 13 128GB renewed","condition":"refurbished"}"#,
            value: "null",
        },
        Example {
            listing: r#"{"id":"1","title":"iPhone 13 整新机","condition":"refurbished","description":"电池为全新"}"#,
            value: "null",
        },
    ],
    detect,
};

const MIN_CLAIM_LETTERS: usize = 6;

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let says_refurbished =
        view.listing.condition == "refurbished" || view.terms(TermClass::Refurbished).next().is_some();
    // Where the condition says it, a description speaks of parts: "new battery of another make".
    let stated = view.listing.condition == "refurbished";
    let says_new = view.listing.condition == "new"
        || view
            .terms(TermClass::NewClaim)
            .any(|(field, term)| is_claim(view, *field, term) && (*field == Field::Title || !stated));
    let says_both = view.strongest(TermClass::Refurbished) == Some(TermStrength::Explicit);
    let seen = !view.mentions.is_empty() && ((says_refurbished && says_new) || says_both);
    for (field, term) in view.terms(TermClass::Refurbished).chain(view.terms(TermClass::NewClaim)).filter(|_| seen) {
        findings.see(*field, term.source);
    }
    seen.into()
}

/// "Sealed" is said of the whole; a bare "new" may be said of a battery.
fn is_claim(view: &View<'_, '_>, field: Field, term: &Term) -> bool {
    let words = view.text(field).map_or("", |t| t.reading.normal.slice(term.span));
    let dense = words.chars().all(|c| (c as u32) >= 0xE00);
    words.contains(' ') || dense || words.chars().count() >= MIN_CLAIM_LETTERS
}
