//! Findings against the seller that were taken back.

use touchstone_text::Span;

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "seller_reversed",
    version: 1,
    kind: ValueKind::Int,
    family: "seller",
    sayable: true,
    doc: "How many findings against this seller were taken back.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Belt","seller_id":"s","seller":{"reversed_findings":1}}"#,
            value: "1",
        },
        Example { listing: r#"{"id":"1","title":"Belt"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let value = view.context.seller.and_then(|s| s.reversed_findings.filter(|n| *n > 0));
    if value.is_some() {
        findings.see(Field::Seller, Span::default());
    }
    value.into()
}
