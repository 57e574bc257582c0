//! Words of the replica trade on a picture.

use super::replica_vocabulary::concerns;
use super::sighted::{read_terms, shown};
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;
use touchstone_knowledge::TermClass;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "picture_replica_words",
    version: 1,
    kind: ValueKind::Text,
    family: "words",
    sayable: false,
    doc: "Words on a picture are of the replica trade, read as titles are: `explicit` (\"replica\"), `strong` (\"LJR batch\", \"1:1\"), `weak` (hints that honest sellers use too), beside a protected brand that the words name or the pictures show, or on goods that protected brands make. \"Not a replica\" does not count.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"texts":[{"text":"LJR batch","confidence":950,"place":[10,20,90,30]}]}]}"#,
            value: "strong",
        },
        Example {
            listing: r#"{"id":"1","title":"Leather belt","pictures":[{"width":100,"height":100,"texts":[{"text":"1:1 replica","confidence":950,"place":[10,20,90,30]}]}]}"#,
            value: "explicit",
        },
        Example {
            listing: r#"{"id":"1","title":"Leather belt","pictures":[{"width":100,"height":100,"texts":[{"text":"100% genuine, not a replica","confidence":950,"place":[10,20,90,30]}]}]}"#,
            value: "null",
        },
        Example {
            listing: r#"{"id":"1","title":"Roman oil lamp","pictures":[{"width":100,"height":100,"texts":[{"text":"replica","confidence":950,"place":[10,20,90,30]}]}]}"#,
            value: "null",
        },
        Example { listing: r#"{"id":"1","title":"Leather belt"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    if view.context.pictures.is_empty() || (!concerns(view) && shown(view).is_empty()) {
        return Value::Null;
    }
    read_terms(view, &[TermClass::Replica], findings).map_or(Value::Null, Value::Text)
}
