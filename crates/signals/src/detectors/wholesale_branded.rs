//! Branded goods in wholesale quantity.

use touchstone_knowledge::{TermClass, TermStrength};

use super::shared::strongest_term;
use crate::findings::{Field, Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "wholesale_branded",
    version: 3,
    kind: ValueKind::Text,
    family: "assortment",
    sayable: false,
    doc: "Goods of a protected brand offered in trade quantity by a seller without a registered authorisation: `strong` (MOQ, dropshipping), `lot` (as many pieces at once as traders buy of such goods), `stock` (at least 1000 pieces in stock) or `weak` (packs). Big shops that nobody registered hold stock too.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Nike shoes wholesale, MOQ on request"}"#, value: "strong" },
        Example { listing: r#"{"id":"1","title":"Nike shoes","stock":5000}"#, value: "stock" },
        Example { listing: r#"{"id":"1","title":"Cotton socks","stock":5000}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Nike shoes 60 pairs"}"#, value: "lot" },
        Example { listing: r#"{"id":"1","title":"Nike socks 6 pairs"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Nike shoes"}"#, value: "null" },
    ],
    detect,
};

/// More than shops hold of one model.
const MIN_TRADE_STOCK: i64 = 1_000;

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    if view.claimed().is_none_or(|m| view.authorised(m.brand)) {
        return Value::Null;
    }
    if let Some(lot) = view.trade_lot() {
        findings.see(Field::Title, lot.source);
        return Value::Text("lot");
    }
    let words = strongest_term(view, TermClass::Wholesale, TermStrength::Weak, findings);
    match words {
        Value::Null | Value::Text("weak") if view.listing.stock.is_some_and(|n| n >= MIN_TRADE_STOCK) => {
            Value::Text("stock")
        }
        _ => words,
    }
}
