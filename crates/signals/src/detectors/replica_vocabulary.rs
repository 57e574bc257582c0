//! Words of the replica trade beside a brand.

use touchstone_knowledge::{TermClass, TermStrength};

use super::shared::strongest_term;
use crate::view::MentionContext;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "replica_vocabulary",
    version: 1,
    kind: ValueKind::Text,
    family: "words",
    sayable: false,
    doc: "The seller uses words of the replica trade while naming a protected brand: `explicit` (an admission: \"replica\", \"高仿\"), `strong` (trade words: \"1:1\", \"batch\"), `weak` (hints that honest sellers use too). Innocent phrases (\"imitation suede\", \"not a replica\") do not count.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Gucci belt, 1:1 replica"}"#, value: "explicit" },
        Example { listing: r#"{"id":"1","title":"Nike hoodie imitation leather patch"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Replica of a Roman lamp"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    if view.mentions.iter().all(|m| m.context == MentionContext::About) {
        return Value::Null;
    }
    strongest_term(view, TermClass::Replica, TermStrength::Weak, findings)
}
