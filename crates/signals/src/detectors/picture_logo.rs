//! A logo of a protected brand is on a picture.

use super::sighted::{logos, see};
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "picture_logo",
    version: 1,
    kind: ValueKind::Text,
    family: "claim",
    sayable: true,
    doc: "The protected brand whose logo is on a picture, the surest first. What stands on a picture is no evidence by itself: see `picture_contradicts`.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"logos":[{"brand":"Nike","score":900,"place":[10,20,90,60]}]}]}"#,
            value: "nike",
        },
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"logos":[{"brand":"Cocacola","score":900,"place":[10,20,90,60]}]}]}"#,
            value: "coca-cola",
        },
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"logos":[{"brand":"nobody","score":900,"place":[10,20,90,60]}]}]}"#,
            value: "null",
        },
        Example { listing: r#"{"id":"1","title":"Sports shoes"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let shown = logos(view);
    let Some(first) = shown.first() else { return Value::Null };
    see(findings, &shown, first.brand);
    view.slug(first.brand).into()
}
