//! The GTIN belongs to another company.

use touchstone_text::Span;

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "gtin_foreign",
    version: 1,
    kind: ValueKind::Bool,
    family: "product",
    sayable: true,
    doc: "The stated GTIN does not begin with a GS1 company prefix of the claimed brand. Only for brands whose prefixes the knowledge lists completely.",
    examples: &[Example { listing: r#"{"id":"1","title":"Gucci belt"}"#, value: "null" }],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let Some(brand) = view.claimed().and_then(|m| view.snapshot.brand(m.brand)) else { return Value::Null };
    let gtin = view.listing.gtin.trim().trim_start_matches('0');
    if gtin.len() < 11 || brand.gtin_prefixes.is_empty() {
        return Value::Null;
    }
    let own = brand.gtin_prefixes.iter().any(|p| gtin.starts_with(p.trim_start_matches('0')));
    if !own {
        findings.see(Field::Gtin, Span::default());
    }
    (!own).into()
}
