//! How much the seller has sold.

use touchstone_text::Span;

use crate::findings::{Field, Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "seller_sales",
    version: 1,
    kind: ValueKind::Int,
    family: "seller",
    sayable: true,
    doc: "How many sales the seller has completed, 0 too. Null when the marketplace does not say; everybody sells a first time.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Belt","seller_id":"s","seller":{"sales":1200}}"#, value: "1200" },
        Example { listing: r#"{"id":"1","title":"Belt","seller_id":"s","seller":{"sales":0}}"#, value: "0" },
        Example { listing: r#"{"id":"1","title":"Belt","seller_id":"s","seller":{"age_days":3}}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let sales = view.context.seller.and_then(|s| s.sales);
    if sales.is_some() {
        findings.see(Field::Seller, Span::default());
    }
    sales.into()
}
