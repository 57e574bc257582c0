//! The listing was allowed as another brand's, or as nobody's.

use super::shared::unrelated;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::{MentionContext, View};

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "brand_switched",
    version: 1,
    kind: ValueKind::Text,
    family: "history",
    sayable: true,
    doc: "The offer claims a protected brand that its last allowed version did not: `replaced` if that claimed another, unrelated brand, `added` if it claimed none. Sellers who complete a title add a brand too. Null without an allowed version, and while the old brand is still claimed beside the new one.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Gucci leather belt","previous":{"brand":"puma","hash":""}}"#,
            value: "replaced",
        },
        Example { listing: r#"{"id":"1","title":"Gucci leather belt","previous":{"hash":""}}"#, value: "added" },
        Example {
            listing: r#"{"id":"1","title":"Gucci leather belt","previous":{"brand":"gucci","hash":""}}"#,
            value: "null",
        },
        Example {
            listing: r#"{"id":"1","title":"Leather belt","previous":{"brand":"puma","hash":""}}"#,
            value: "null",
        },
        Example { listing: r#"{"id":"1","title":"Gucci leather belt"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let Some((previous, claimed)) = view.context.previous.zip(view.claimed()) else { return Value::Null };
    let of = |brand| view.snapshot.brand(brand);
    let claims = || view.mentions.iter().filter(|m| m.context == MentionContext::Claimed);
    let value = match &previous.brand {
        None => "added",
        // A brand that the knowledge no longer has can't be compared.
        Some(slug) => match view.snapshot.brand_by_slug(slug).and_then(of) {
            Some(old) if claims().filter_map(|m| of(m.brand)).all(|now| unrelated(now, old)) => "replaced",
            _ => return Value::Null,
        },
    };
    claims().filter(|m| m.brand == claimed.brand).for_each(|m| findings.see(m.field, m.source));
    Value::Text(value)
}
