//! Used goods that cannot be.

use touchstone_knowledge::{TermClass, TermStrength};
use touchstone_text::Span;

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "used_implausible",
    version: 1,
    kind: ValueKind::Text,
    family: "condition",
    sayable: false,
    doc: "Branded goods said to be used, but in a quantity that used goods do not have: `stock` (more than 20 pieces), `variants` (more than 6) or `wholesale`.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Gucci belt","condition":"used","stock":200}"#, value: "stock" },
        Example { listing: r#"{"id":"1","title":"Gucci belt","condition":"used","stock":1}"#, value: "null" },
    ],
    detect,
};

/// A private wardrobe or a small dealer rarely holds more pieces of one used thing.
const MAX_USED_STOCK: i64 = 20;
const MAX_USED_VARIANTS: usize = 6;

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    // Refurbishers hold stock.
    if !view.used || view.listing.condition == "refurbished" || view.terms(TermClass::Refurbished).next().is_some() {
        return Value::Null;
    }
    if view.claimed().is_none() {
        return Value::Null;
    }
    if view.listing.stock.is_some_and(|n| n > MAX_USED_STOCK) {
        return Value::Text("stock");
    }
    if view.listing.variants.iter().count() > MAX_USED_VARIANTS {
        findings.see(Field::Variant(0), Span::default());
        return Value::Text("variants");
    }
    let wholesale = view.terms(TermClass::Wholesale).find(|(_, t)| t.strength >= TermStrength::Strong);
    if let Some((field, term)) = wholesale {
        findings.see(*field, term.source);
        return Value::Text("wholesale");
    }
    Value::Null
}
