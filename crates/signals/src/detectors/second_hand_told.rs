//! The seller's words say that the goods are used.

use touchstone_knowledge::TermClass;

use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "second_hand_told",
    version: 1,
    kind: ValueKind::Bool,
    family: "claim",
    sayable: true,
    doc: "The offer is of used goods, and its words say so too. A condition is set with a click; who describes wear has usually seen it. It never acquits alone.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Pre-owned Gucci belt","condition":"used"}"#, value: "true" },
        Example { listing: r#"{"id":"1","title":"Gucci belt","condition":"used"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Gucci belt, pre-owned look","condition":"new"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let told = view.terms(TermClass::SecondHand).chain(view.terms(TermClass::Refurbished));
    let mut seen = false;
    for (field, term) in told.filter(|_| view.used) {
        findings.see(*field, term.source);
        seen = true;
    }
    seen.into()
}
