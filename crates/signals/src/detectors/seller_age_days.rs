//! How old the seller's account is.

use touchstone_text::Span;

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "seller_age_days",
    version: 1,
    kind: ValueKind::Int,
    family: "seller",
    sayable: true,
    doc: "Days since the account of the seller was opened. Null when the marketplace does not say; a new seller is not a guilty one.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Belt","seller_id":"s","seller":{"age_days":12}}"#, value: "12" },
        Example { listing: r#"{"id":"1","title":"Belt"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let value = view.context.seller.and_then(|s| s.age_days);
    if value.is_some() {
        findings.see(Field::Seller, Span::default());
    }
    value.into()
}
