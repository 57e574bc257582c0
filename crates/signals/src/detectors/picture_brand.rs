//! Words on a picture claim a protected brand.

use super::sighted::{read, see};
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "picture_brand",
    version: 1,
    kind: ValueKind::Text,
    family: "claim",
    sayable: true,
    doc: "The protected brand that words on a picture claim, read as titles are: \"case for iPhone\" claims none. Alone no evidence: see `picture_contradicts`.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"texts":[{"text":"NIKE AIR","confidence":950,"place":[10,20,90,30]}]}]}"#,
            value: "nike",
        },
        Example {
            listing: r#"{"id":"1","title":"Silicone case","pictures":[{"width":100,"height":100,"texts":[{"text":"case for iPhone 13","confidence":950,"place":[10,20,90,30]}]}]}"#,
            value: "null",
        },
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"texts":[{"text":"size 42","confidence":950,"place":[10,20,90,30]}]}]}"#,
            value: "null",
        },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let shown = read(view);
    let Some(first) = shown.first() else { return Value::Null };
    see(findings, &shown, first.brand);
    view.slug(first.brand).into()
}
