//! A word of the replica trade in disguise.

use touchstone_knowledge::{TermClass, TermStrength};

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::Term;
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "replica_word_hidden",
    version: 1,
    kind: ValueKind::Text,
    family: "disguise",
    sayable: false,
    doc: "A word of the replica trade is written so that filters miss it (\"r3plica\", 高-仿), and how. No brand need be named: nobody hides an honest word.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"r3plica watch with box"}"#, value: "leet" },
        Example { listing: r#"{"id":"1","title":"replica watch with box"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let hidden = |term: &&(Field, Term)| term.1.strength >= TermStrength::Strong && term.1.is_hidden();
    let Some((_, first)) = view.terms(TermClass::Replica).find(hidden) else { return Value::Null };
    for (field, term) in view.terms(TermClass::Replica).filter(hidden) {
        findings.see(*field, term.source);
    }
    Value::Text(first.how.as_str())
}
