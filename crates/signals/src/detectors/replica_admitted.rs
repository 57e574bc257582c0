//! The seller says of the goods themselves that they are copies.

use touchstone_knowledge::{TermClass, TermStrength};

use super::replica_vocabulary::concerns;
use super::shared::answers;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "replica_admitted",
    version: 1,
    kind: ValueKind::Bool,
    family: "words",
    sayable: false,
    doc: "An admission (`replica_vocabulary = 'explicit'`) that speaks of the goods on offer: in the title, or in the description beside their brand, their kind or a pronoun, or in a clause of its own. Elsewhere it may speak of others: \"so many sell replicas\".",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Gucci belt, 1:1 replica"}"#, value: "true" },
        Example { listing: r#"{"id":"1","title":"Gucci belt","description":"This is a replica."}"#, value: "true" },
        Example {
            listing: r#"{"id":"1","title":"Gucci belt","description":"1:1 replica, best quality"}"#,
            value: "true",
        },
        Example {
            listing: r#"{"id":"1","title":"Gucci belt","description":"Half of what one sees online nowadays must be some replica or other"}"#,
            value: "null",
        },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let said = view.terms(TermClass::Replica).chain(answers(view, TermClass::Replica));
    let mut seen = false;
    for (field, term) in said.filter(|(_, t)| concerns(view) && t.strength == TermStrength::Explicit && !t.aside) {
        findings.see(*field, term.source);
        seen = true;
    }
    seen.into()
}
