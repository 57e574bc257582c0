//! The offer says it is of a protected brand.

use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::MentionContext;
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "brand_claimed",
    version: 1,
    kind: ValueKind::Text,
    family: "claim",
    sayable: true,
    doc: "The protected brand that the offer claims to be of: named, and neither as the device it fits, nor as a comparison, a subject or a denial. Neither guilt nor evidence; rules read it to know what is claimed.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Gucci leather belt"}"#, value: "gucci" },
        Example { listing: r#"{"id":"1","title":"Silicone case for iPhone 13"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Book: the house of Gucci, a family story"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let Some(claimed) = view.claimed() else { return Value::Null };
    for mention in view.mentions.iter().filter(|m| m.brand == claimed.brand && m.context == MentionContext::Claimed) {
        findings.see(mention.field, mention.source);
    }
    view.slug(claimed.brand).into()
}
