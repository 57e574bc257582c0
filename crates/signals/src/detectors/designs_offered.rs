//! One listing offers many designs of a claimed brand.

use touchstone_knowledge::TermClass;

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "designs_offered",
    version: 1,
    kind: ValueKind::Int,
    family: "assortment",
    sayable: false,
    doc: "How many designs of goods of a protected brand the title offers in one listing, from eight on: \"35 styles\", 20款. Houses do not let one item come in dozens of designs; who copies does.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Dior T-shirt (35 styles)"}"#, value: "35" },
        Example { listing: r#"{"id":"1","title":"Dior T-shirt (3 colours)"}"#, value: "null" },
    ],
    detect,
};

/// Fewer is what any shop offers of one model.
const MIN_DESIGNS: i64 = 8;
const MAX_DESIGNS: i64 = 10_000;

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let Some(title) = view.text(Field::Title).filter(|_| view.claimed().is_some()) else { return Value::Null };
    let normal = &title.reading.normal;
    let counted =
        view.terms(TermClass::Variants).filter(|(field, _)| *field == Field::Title).filter_map(|(_, term)| {
            let before = normal.text().get(..term.span.start as usize)?.trim_end().trim_end_matches('+');
            let digits = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
            let number = before.get(before.len() - digits..)?.parse::<i64>().ok()?;
            Some((number, term.source))
        });
    let most = counted.filter(|(n, _)| (MIN_DESIGNS..=MAX_DESIGNS).contains(n)).max_by_key(|(n, _)| *n);
    if let Some((_, place)) = most {
        findings.see(Field::Title, place);
    }
    most.map(|(n, _)| n).into()
}
