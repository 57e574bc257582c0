//! Branded goods in wholesale quantity.

use touchstone_knowledge::{TermClass, TermStrength};

use super::shared::strongest_term;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "wholesale_branded",
    version: 1,
    kind: ValueKind::Text,
    family: "assortment",
    sayable: false,
    doc: "Goods of a protected brand offered in trade quantity by a seller without a registered authorisation: `strong` (MOQ, dropshipping) or `weak` (packs).",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Nike shoes wholesale MOQ 10 pairs"}"#, value: "strong" },
        Example { listing: r#"{"id":"1","title":"Nike shoes"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    match view.claimed() {
        Some(claimed) if !view.authorised(claimed.brand) => {
            strongest_term(view, TermClass::Wholesale, TermStrength::Weak, findings)
        }
        _ => Value::Null,
    }
}
