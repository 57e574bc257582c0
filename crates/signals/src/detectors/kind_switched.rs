//! The listing was allowed as another kind of goods.

use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "kind_switched",
    version: 1,
    kind: ValueKind::Bool,
    family: "history",
    sayable: true,
    doc: "The offer is of another kind of goods than its last allowed version. Null when either kind is unknown. A reworded title can change what kind is read, so it says little by itself.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Wireless headphones","previous":{"hash":"","kind":"belts"}}"#,
            value: "true",
        },
        Example {
            listing: r#"{"id":"1","title":"Leather belt for men","previous":{"hash":"","kind":"belts"}}"#,
            value: "null",
        },
        Example { listing: r#"{"id":"1","title":"Leather belt for men","previous":{"hash":""}}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Leather belt for men"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let before = view.context.previous.and_then(|previous| previous.kind.as_deref());
    let (Some(before), Some(now), Some(mention)) = (before, view.kind_slug(), view.kind_mention) else {
        return Value::Null;
    };
    if before != now {
        findings.see(mention.field, mention.source);
    }
    (before != now).into()
}
