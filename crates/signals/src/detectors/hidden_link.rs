//! The offer is not what it shows.

use touchstone_knowledge::{TermClass, TermStrength};

use super::shared::strongest_term;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "hidden_link",
    version: 1,
    kind: ValueKind::Text,
    family: "contact",
    sayable: false,
    doc: "The offer stands for something else: \"payment link\", \"see album\", 拍这个链接: `strong` or `weak`.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Payment link, do not order without asking"}"#, value: "strong" },
        Example { listing: r#"{"id":"1","title":"Handbag"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    strongest_term(view, TermClass::HiddenLink, TermStrength::Weak, findings)
}
