//! Refurbished goods offered as new.

use touchstone_knowledge::TermClass;

use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "refurbished_as_new",
    version: 1,
    kind: ValueKind::Bool,
    family: "condition",
    sayable: true,
    doc: "The words say refurbished, the condition or other words say new.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Apple iPhone 13 128GB renewed","condition":"new"}"#, value: "true" },
        Example { listing: r#"{"id":"1","title":"Apple iPhone 13 128GB renewed","condition":"refurbished"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let new = view.listing.condition == "new";
    let says_new = view.terms(TermClass::NewClaim).next().is_some();
    let mut seen = false;
    for (field, term) in view.terms(TermClass::Refurbished).filter(|_| !view.mentions.is_empty() && (new || (says_new && view.listing.condition.is_empty()))) {
        findings.see(*field, term.source);
        seen = true;
    }
    seen.into()
}
