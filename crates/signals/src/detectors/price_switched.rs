//! The price against that of the version that was allowed.

use touchstone_text::Span;

use crate::findings::{Field, Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "price_switched",
    version: 1,
    kind: ValueKind::Int,
    family: "history",
    sayable: false,
    doc: "The price in permille of that of the last allowed version, both in US dollars; null if it is the same or either is unknown. Sales and exchange rates move prices; 5000 is another product.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Belt","price":"50.00 USD","previous":{"hash":"","price_usd_cents":1000}}"#,
            value: "5000",
        },
        Example {
            listing: r#"{"id":"1","title":"Belt","price":"50.00 USD","previous":{"hash":"","price_usd_cents":5000}}"#,
            value: "null",
        },
        Example { listing: r#"{"id":"1","title":"Belt","price":"50.00 USD"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let before = view.context.previous.and_then(|previous| previous.price_usd_cents).filter(|cents| *cents > 0);
    let Some((before, now)) = before.zip(view.usd_cents).filter(|(before, now)| before != now) else {
        return Value::Null;
    };
    findings.see(Field::Price, Span::default());
    i64::try_from(i128::from(now) * 1_000 / i128::from(before)).ok().into()
}
