//! Words of the replica trade beside a brand.

use touchstone_knowledge::{Role, TermClass, TermStrength};

use super::shared::strongest_term;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;
use crate::view::{Mention, MentionContext};

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "replica_vocabulary",
    version: 3,
    kind: ValueKind::Text,
    family: "words",
    sayable: false,
    doc: "The seller uses words of the replica trade while naming a protected brand, or none but goods that protected brands make: `explicit` (an admission: \"replica\", \"高仿\"), `strong` (trade words: \"1:1\", \"batch\"), `weak` (hints that honest sellers use too). Innocent phrases (\"imitation suede\", \"not a replica\") do not count; the seller's answers to questions do. Said of a part or trapping (\"strap is not original\"), or \"not original\" of what only fits a brand's devices, they are `weak`: an honest disclosure.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Leather belt","product_highlight":["Genuine leather","1:1 replica"]}"#,
            value: "explicit",
        },
        Example { listing: r#"{"id":"1","title":"Gucci belt, 1:1 replica"}"#, value: "explicit" },
        Example {
            listing: r#"{"id":"1","title":"Gucci belt","questions":["Is it real?","It is a replica, dear"]}"#,
            value: "explicit",
        },
        Example { listing: r#"{"id":"1","title":"Gucci belt","questions":["Is it a replica?"]}"#, value: "null" },
        Example {
            listing: r#"{"id":"1","title":"Gucci belt","questions":["Is it real?","We never sell replicas"]}"#,
            value: "null",
        },
        Example {
            listing: r#"{"id":"1","title":"Rolex Datejust watch","description":"The strap is not original"}"#,
            value: "weak",
        },
        Example { listing: r#"{"id":"1","title":"Nike hoodie imitation leather patch"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Replica of a Roman lamp"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    if !concerns(view) {
        return Value::Null;
    }
    strongest_term(view, TermClass::Replica, TermStrength::Weak, findings)
}

/// A brand is named, or goods that protected brands make. A book may speak of replicas; a bag beside the word "book"
/// may not.
pub(super) fn concerns(view: &View<'_, '_>) -> bool {
    let about = |m: &Mention| m.context == MentionContext::About;
    let goods = view.kind.is_some_and(|k| view.role() == Role::Goods && view.snapshot.kind_low(k, false).is_some());
    let only_about = !view.mentions.is_empty() && view.mentions.iter().all(about) && view.role() != Role::Goods;
    !only_about && (goods || !view.mentions.is_empty())
}
