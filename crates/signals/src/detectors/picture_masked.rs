//! A region of a picture was made unreadable.

use super::sighted::pictures;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;
use touchstone_knowledge::Role;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "picture_masked",
    version: 1,
    kind: ValueKind::Text,
    family: "picture_hidden",
    sayable: false,
    doc: "How a region of a picture was made unreadable where a logo would be: `blurred`, `pixelated`, `painted`, `covered`. Null on goods that only fit others, and on works and services.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":90,"height":90,"masks":[{"how":"pixelated","score":900,"place":[10,10,40,30]}]}]}"#,
            value: "pixelated",
        },
        Example {
            listing: r#"{"id":"1","title":"Portrait poster","pictures":[{"width":90,"height":90,"masks":[{"how":"blurred","score":900,"place":[10,10,40,30]}]}]}"#,
            value: "null",
        },
        Example { listing: r#"{"id":"1","title":"Sports shoes"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let masks = || pictures(view).flat_map(|(picture, facts)| facts.masks.iter().map(move |mask| (picture, mask)));
    let Some((_, surest)) = masks().max_by_key(|(_, mask)| mask.score).filter(|_| view.role() == Role::Goods) else {
        return Value::Null;
    };
    masks().for_each(|(picture, mask)| findings.see_on(picture, mask.place, None));
    Value::Text(&surest.how)
}
