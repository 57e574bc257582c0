//! A seller shows the brand's own picture without authorisation.

use super::sighted::{copies, protected};
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "picture_stolen",
    version: 1,
    kind: ValueKind::Text,
    family: "picture_copy",
    sayable: true,
    doc: "The protected brand whose own picture the seller shows without being authorised for it. It says nothing about the goods: at most, the picture is stolen. Sellers of used goods take such pictures honestly.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"copies":[{"bank":"genuine","brand":"nike","entry":"e","score":930,"place":[0,0,100,100],"reference":[0,0,80,80]}]}]}"#,
            value: "nike",
        },
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","seller":{"authorisations":["nike"]},"pictures":[{"width":100,"height":100,"copies":[{"bank":"genuine","brand":"nike","entry":"e","score":930,"place":[0,0,100,100],"reference":[0,0,80,80]}]}]}"#,
            value: "null",
        },
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"copies":[{"bank":"counterfeit","brand":"nike","entry":"e","score":930,"place":[0,0,100,100],"reference":[0,0,80,80]}]}]}"#,
            value: "null",
        },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let mut stolen = None;
    for (picture, at, copy) in copies(view, "genuine") {
        let brand = copy.brand.as_deref().and_then(|name| protected(view, name)).filter(|b| !view.authorised(*b));
        if brand.is_some() {
            stolen = stolen.or(brand);
            findings.see_on(picture, copy.place, Some(at));
        }
    }
    stolen.and_then(|brand| view.slug(brand)).into()
}
