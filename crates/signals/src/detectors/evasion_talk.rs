//! Talk about hiding what is sold.

use touchstone_knowledge::{TermClass, TermStrength};

use super::shared::strongest_term;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "evasion_talk",
    version: 1,
    kind: ValueKind::Text,
    family: "words",
    sayable: false,
    doc: "The seller talks about hiding the brand (\"logo covered in photos\", 懂的来): `strong` or `weak`. No brand need be named.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Leather bag, logo covered in photos"}"#, value: "strong" },
        Example { listing: r#"{"id":"1","title":"Leather bag"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    strongest_term(view, TermClass::Evasion, TermStrength::Weak, findings)
}
