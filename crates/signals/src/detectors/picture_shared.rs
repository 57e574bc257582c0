//! Other sellers use the same picture.

use super::sighted::{frame, pictures};
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "picture_shared",
    version: 1,
    kind: ValueKind::Int,
    family: "picture_copy",
    sayable: false,
    doc: "How many other sellers use the same picture, of the picture that most of them use. Whoever sells the same goods of one maker uses the same picture too. `picture_shared_days` says since when.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":9,"height":9,"elsewhere":{"sellers":40,"days":12,"since":"2026-10-20"}}]}"#,
            value: "40",
        },
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"placeholder":true,"elsewhere":{"sellers":40,"days":12,"since":"2026-10-20"}}]}"#,
            value: "null",
        },
        Example { listing: r#"{"id":"1","title":"Sports shoes"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let shared = pictures(view).filter(|(_, facts)| !facts.placeholder);
    let shared = shared.filter_map(|(picture, facts)| Some((facts.elsewhere.as_ref()?.sellers, picture, facts)));
    let Some((sellers, picture, facts)) = shared.max_by_key(|(sellers, ..)| *sellers).filter(|(n, ..)| *n > 0) else {
        return Value::Null;
    };
    findings.see_on(picture, frame(facts), None);
    Value::Int(sellers.into())
}
