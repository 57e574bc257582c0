//! The GTIN cannot be one.

use touchstone_text::Span;

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "gtin_invalid",
    version: 1,
    kind: ValueKind::Text,
    family: "product",
    sayable: true,
    doc: "The stated GTIN cannot be one: `not_digits`, `length` or `check_digit` (GS1 General Specifications). A careless honest seller gets this wrong too.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Belt","gtin":"4006381333932"}"#, value: "check_digit" },
        Example { listing: r#"{"id":"1","title":"Belt","gtin":"4006381333931"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let gtin = view.listing.gtin.trim();
    if gtin.is_empty() {
        return Value::Null;
    }
    let fault = fault(gtin);
    if fault.is_some() {
        findings.see(Field::Gtin, Span::default());
    }
    fault.into()
}

/// GS1 General Specifications: 8, 12, 13 or 14 digits, the last a check digit.
pub(super) fn fault(gtin: &str) -> Option<&'static str> {
    let gtin = gtin.as_bytes();
    if !gtin.iter().all(u8::is_ascii_digit) {
        return Some("not_digits");
    }
    if !matches!(gtin.len(), 8 | 12 | 13 | 14) {
        return Some("length");
    }
    let weighted = gtin.iter().rev().enumerate().map(|(i, d)| u32::from(d - b'0') * if i % 2 == 0 { 1 } else { 3 });
    (weighted.sum::<u32>() % 10 != 0).then_some("check_digit")
}
