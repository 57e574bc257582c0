//! A protected brand is named, whatever is said about it.

use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "brand_mentioned",
    version: 1,
    kind: ValueKind::Text,
    family: "claim",
    sayable: true,
    doc: "The first protected brand that the offer names, in whatever context. The value is the brand id.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Gucci leather belt"}"#, value: "gucci" },
        Example { listing: r#"{"id":"1","title":"Brown leather belt"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let Some(first) = view.mentions.first() else { return Value::Null };
    for mention in view.mentions.iter().filter(|m| m.brand == first.brand) {
        findings.see(mention.field, mention.source);
    }
    view.slug(first.brand).into()
}
