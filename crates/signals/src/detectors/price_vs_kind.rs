//! The price against what protected brands cost in this kind of goods.

use touchstone_text::Span;

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "price_vs_kind",
    version: 1,
    kind: ValueKind::Int,
    family: "price",
    sayable: false,
    doc: "The price in permille of the median low end over all protected brands with a band for this kind and condition. It places an offer whose brand is only hinted at.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Leather belt","price":"20.00 USD","condition":"new"}"#, value: "333" },
        Example { listing: r#"{"id":"1","title":"Leather belt","condition":"new"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let (Some(kind), Some(cents)) = (view.kind, view.usd_cents) else { return Value::Null };
    let Some(low) = view.snapshot.kind_low(kind, view.used) else { return Value::Null };
    findings.see(Field::Price, Span::default());
    i64::try_from(i128::from(cents) * 1_000 / i128::from(low)).ok().into()
}
