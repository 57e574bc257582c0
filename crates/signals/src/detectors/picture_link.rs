//! A code or an address on a picture leads elsewhere.

use super::sighted::pictures;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;
use touchstone_knowledge::Link;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "picture_link",
    version: 1,
    kind: ValueKind::Text,
    family: "contact",
    sayable: false,
    doc: "Where a QR code or an address on a picture leads: `messenger` (an account or a telephone), `album` (goods outside the marketplace), `other` (any address: honest shops and makers print theirs).",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"codes":[{"kind":"qr","value":"https://wa.me/8613800138000","place":[10,20,60,70]}]}]}"#,
            value: "messenger",
        },
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"codes":[{"kind":"qr","value":"https://shop.x.yupoo.com/albums","place":[10,20,60,70]}]}]}"#,
            value: "album",
        },
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"texts":[{"text":"www.shoe-shop.example","confidence":950,"place":[10,20,90,30]}]}]}"#,
            value: "other",
        },
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"texts":[{"text":"made of leather","confidence":950,"place":[10,20,90,30]}]}]}"#,
            value: "null",
        },
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"codes":[{"kind":"ean_13","value":"4006381333931","place":[10,20,60,70]}]}]}"#,
            value: "null",
        },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let links = &view.snapshot.knowledge.links;
    let found: Vec<_> = pictures(view)
        .flat_map(|(picture, facts)| {
            let codes = facts.codes.iter().map(|code| (code.value.as_str(), code.place));
            let lines = facts.texts.iter().map(|line| (line.text.as_str(), line.place));
            codes.chain(lines).filter_map(move |(text, place)| Some((links.of(text)?, picture, place)))
        })
        .collect();
    let Some(worst) = found.iter().map(|(link, ..)| *link).max() else { return Value::Null };
    for (_, picture, place) in found.iter().filter(|(link, ..)| *link == worst) {
        findings.see_on(*picture, *place, None);
    }
    Value::Text(match worst {
        Link::Other => "other",
        Link::Album => "album",
        Link::Messenger => "messenger",
    })
}
