//! No picture shows the goods.

use super::sighted::{frame, pictures};
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "picture_placeholder",
    version: 1,
    kind: ValueKind::Bool,
    family: "claim",
    sayable: true,
    doc: "Every picture is a placeholder, a size chart, a notice or blank: nothing of the goods is shown.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":9,"height":9,"placeholder":true}]}"#,
            value: "true",
        },
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":9,"height":9,"placeholder":true},{"width":9,"height":9}]}"#,
            value: "null",
        },
        Example { listing: r#"{"id":"1","title":"Sports shoes"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    pictures(view).for_each(|(picture, facts)| findings.see_on(picture, frame(facts), None));
    let all = !view.context.pictures.is_empty() && view.context.pictures.iter().all(|facts| facts.placeholder);
    all.into()
}
