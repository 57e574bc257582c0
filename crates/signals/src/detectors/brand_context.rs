//! What the offer says about the first brand it names.

use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "brand_context",
    version: 1,
    kind: ValueKind::Text,
    family: "claim",
    sayable: false,
    doc: "What the offer says about the brand: `claimed` (it is of this brand), `compatible` (it fits its devices), `compared` (it is like it), `about` (a work about it), `negated` (it is not of it).",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Charger compatible with Samsung Galaxy S21"}"#, value: "compatible" },
        Example { listing: r#"{"id":"1","title":"Gucci leather belt"}"#, value: "claimed" },
        Example { listing: r#"{"id":"1","title":"Gift voucher: Prada, Gucci, Jimmy Choo"}"#, value: "about" },
        Example {
            listing: r#"{"id":"1","title":"Casio AE1200 watch strap","description":"Not made by Casio."}"#,
            value: "compatible",
        },
        Example { listing: r#"{"id":"1","title":"Brown leather belt"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let Some(mention) = view.claimed().or_else(|| view.mentions.first()) else { return Value::Null };
    findings.see(mention.field, mention.source);
    Value::Text(mention.context.as_str())
}
