//! More than a field says that the goods are used.

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
    doc: "The offer is of used goods, and more than its condition field says so: a word for it, where the goods come from, or a description of them. A field is set with a click.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Pre-owned Gucci belt"}"#, value: "true" },
        Example { listing: r#"{"id":"1","title":"Gucci belt","condition":"used"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let told = || [TermClass::SecondHand, TermClass::Provenance].into_iter().flat_map(|class| view.terms(class));
    for (field, term) in told() {
        findings.see(*field, term.source);
    }
    let described = !view.listing.description.trim().is_empty();
    (view.used && (described || told().next().is_some())).into()
}
