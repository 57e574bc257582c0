//! Hints that goods were made for another market.

use touchstone_knowledge::TermClass;

use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "parallel_import",
    version: 1,
    kind: ValueKind::Text,
    family: "claim",
    sayable: true,
    doc: "The offer says that genuine goods were made for another market: import version, plug, label language. A parallel import is no counterfeit.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Nike Dunk Low, US import version"}"#, value: "words" },
        Example { listing: r#"{"id":"1","title":"Nike Dunk Low"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    if view.claimed().is_none() {
        return Value::Null;
    }
    let mut seen = false;
    for (field, term) in view.terms(TermClass::GreyImport) {
        findings.see(*field, term.source);
        seen = true;
    }
    seen.then_some("words").into()
}
