//! An invitation to deal off the platform.

use touchstone_knowledge::{TermClass, TermStrength};

use super::shared::strongest_term;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "off_platform_contact",
    version: 1,
    kind: ValueKind::Text,
    family: "contact",
    sayable: false,
    doc: "The seller invites to a messenger or names one: `strong` (an invitation), `weak` (a name).",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Handbag, contact me on WhatsApp"}"#, value: "strong" },
        Example { listing: r#"{"id":"1","title":"Handbag"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    strongest_term(view, TermClass::Contact, TermStrength::Weak, findings)
}
