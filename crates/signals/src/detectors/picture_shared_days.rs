//! Since when other sellers use the same picture.

use super::sighted::{frame, pictures};
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "picture_shared_days",
    version: 1,
    kind: ValueKind::Int,
    family: "picture_copy",
    sayable: false,
    doc: "Days since the first of the other sellers of `picture_shared` used one of the listing's pictures. Null when none does.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":9,"height":9,"elsewhere":{"sellers":40,"days":12,"since":"2026-10-20"}}]}"#,
            value: "12",
        },
        Example { listing: r#"{"id":"1","title":"Sports shoes"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let shared = pictures(view).filter(|(_, facts)| !facts.placeholder);
    let shared = shared.filter_map(|(picture, facts)| Some((facts.elsewhere.as_ref()?, picture, facts)));
    let Some((elsewhere, picture, facts)) = shared.filter(|(e, ..)| e.sellers > 0).max_by_key(|(e, ..)| e.days) else {
        return Value::Null;
    };
    findings.see_on(picture, frame(facts), None);
    Value::Int(elsewhere.days.into())
}
