//! The listing is like one that was stopped.

use touchstone_text::Span;

use crate::findings::{Field, Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "relisted_blocked",
    version: 1,
    kind: ValueKind::Text,
    family: "history",
    sayable: false,
    doc: "The listing is nearly a copy of one that was blocked: `same_seller` if the same seller offered that, `other_seller` if not, for which it must be more alike. Texts, brands, kinds, numbers and price are compared, in any order of words. Who sells many like goods writes many like listings: it says where to look, not what is found. `relisted_similarity` says how alike.",
    examples: &[
        Example {
            listing: r#"{"id":"2","title":"Belt","resembles":{"decision_id":"d","same_seller":true,"similarity":700}}"#,
            value: "same_seller",
        },
        Example {
            listing: r#"{"id":"2","title":"Belt","resembles":{"decision_id":"d","same_seller":false,"similarity":900}}"#,
            value: "other_seller",
        },
        Example { listing: r#"{"id":"2","title":"Belt"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let Some(resembles) = view.context.resembles else { return Value::Null };
    findings.see(Field::Title, Span::default());
    Value::Text(if resembles.same_seller { "same_seller" } else { "other_seller" })
}
