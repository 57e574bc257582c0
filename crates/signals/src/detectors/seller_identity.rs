//! How far the seller's identity was checked.

use touchstone_catalog::IdentityLevel;

use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "seller_identity",
    version: 1,
    kind: ValueKind::Text,
    family: "seller",
    sayable: true,
    doc: "How far the marketplace checked who the seller is: `none`, `contact`, `document` or `business`. Null when it does not say.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Belt","seller_id":"s","seller":{"identity_level":"business"}}"#,
            value: "business",
        },
        Example { listing: r#"{"id":"1","title":"Belt"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, _: &mut Findings<'a>) -> Value<'a> {
    match view.context.seller.and_then(|s| s.identity_level) {
        Some(IdentityLevel::None) => Value::Text("none"),
        Some(IdentityLevel::Contact) => Value::Text("contact"),
        Some(IdentityLevel::Document) => Value::Text("document"),
        Some(IdentityLevel::Business) => Value::Text("business"),
        None => Value::Null,
    }
}
