//! How like the listing is to one that was stopped.

use touchstone_text::Span;

use crate::findings::{Field, Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "relisted_similarity",
    version: 1,
    kind: ValueKind::Int,
    family: "history",
    sayable: false,
    doc: "How much of its features, weighed by rarity, the listing shares with the blocked listing of `relisted_blocked`, in permille: 1000 is alike in all that is compared. Null when it is like none.",
    examples: &[
        Example {
            listing: r#"{"id":"2","title":"Belt","resembles":{"decision_id":"d","same_seller":true,"similarity":700}}"#,
            value: "700",
        },
        Example { listing: r#"{"id":"2","title":"Belt"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let Some(resembles) = view.context.resembles else { return Value::Null };
    findings.see(Field::Title, Span::default());
    Value::Int(resembles.similarity.into())
}
