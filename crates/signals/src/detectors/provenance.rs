//! The seller says where the goods come from.

use touchstone_knowledge::TermClass;

use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "provenance",
    version: 1,
    kind: ValueKind::Bool,
    family: "claim",
    sayable: true,
    doc: "The seller states provenance: receipt, invoice, where it was bought. Easily lied about, so it never acquits alone.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Gucci belt","description":"Bought in 2019, original receipt included"}"#,
            value: "true",
        },
        Example { listing: r#"{"id":"1","title":"Gucci belt"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let mut seen = false;
    for (field, term) in view.terms(TermClass::Provenance) {
        findings.see(*field, term.source);
        seen = true;
    }
    seen.into()
}
