//! The offer is said to be like a protected brand.

use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;
use crate::view::{Mention, MentionContext};

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "brand_compared",
    version: 1,
    kind: ValueKind::Text,
    family: "words",
    sayable: true,
    doc: "The brand that the offer is said to be like: \"same as\", 同款, \"inspired by\", \"dupe\".",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Handbag same style as Gucci"}"#, value: "gucci" },
        Example { listing: r#"{"id":"1","title":"Gucci handbag"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let compared = |m: &&Mention| m.context == MentionContext::Compared;
    let Some(first) = view.mentions.iter().find(compared) else { return Value::Null };
    for mention in view.mentions.iter().filter(compared) {
        findings.see(mention.field, mention.source);
    }
    view.slug(first.brand).into()
}
