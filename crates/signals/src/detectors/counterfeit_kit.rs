//! What makes a fake look real, sold by itself.

use touchstone_knowledge::{TermClass, TermStrength};

use super::shared::strongest_term;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "counterfeit_kit",
    version: 1,
    kind: ValueKind::Text,
    family: "words",
    sayable: false,
    doc: "Labels, hang tags, dust bags, boxes, receipts or authenticity cards of a protected brand on offer: `strong` or `weak`.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Gucci authenticity card and receipt set"}"#, value: "strong" },
        Example { listing: r#"{"id":"1","title":"Gucci belt"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    if view.mentions.is_empty() {
        return Value::Null;
    }
    strongest_term(view, TermClass::CounterfeitKit, TermStrength::Weak, findings)
}
