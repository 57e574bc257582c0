//! Findings against the seller that stood.

use touchstone_text::Span;

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "seller_upheld",
    version: 1,
    kind: ValueKind::Int,
    family: "seller",
    sayable: true,
    doc: "How many findings against this seller stood.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Belt","seller_id":"s","seller":{"upheld_findings":3}}"#, value: "3" },
        Example {
            listing: r#"{"id":"1","title":"Belt","seller_id":"s","seller":{"upheld_findings":0}}"#,
            value: "null",
        },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let value = view.context.seller.and_then(|s| s.upheld_findings.filter(|n| *n > 0));
    if value.is_some() {
        findings.see(Field::Seller, Span::default());
    }
    value.into()
}
