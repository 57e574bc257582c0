//! What a fake of the offered goods can do.

use touchstone_knowledge::Harm;

use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "harm",
    version: 1,
    kind: ValueKind::Text,
    family: "claim",
    sayable: false,
    doc: "What a fake of this kind can do: `serious` (health at risk) or `grave` (life at risk: airbags, brakes, chargers, medicines). Null for the rest.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Front brake pads"}"#, value: "grave" },
        Example { listing: r#"{"id":"1","title":"Cotton t-shirt"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, _: &mut Findings<'a>) -> Value<'a> {
    match view.kind.and_then(|k| view.snapshot.knowledge.kinds.get(k.index())).map(|k| k.harm) {
        Some(Harm::Serious) => Value::Text("serious"),
        Some(Harm::Grave) => Value::Text("grave"),
        _ => Value::Null,
    }
}
