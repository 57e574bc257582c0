//! The offer is of used goods.

use touchstone_knowledge::TermClass;

use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "second_hand",
    version: 1,
    kind: ValueKind::Bool,
    family: "claim",
    sayable: true,
    doc: "The offer is of used goods, by its condition or its words. It changes what a usual price is; alone it never acquits.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Pre-owned Gucci belt"}"#, value: "true" },
        Example { listing: r#"{"id":"1","title":"Gucci belt","condition":"new"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    for (field, term) in view.terms(TermClass::SecondHand) {
        findings.see(*field, term.source);
    }
    view.used.into()
}
