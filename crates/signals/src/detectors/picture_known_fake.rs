//! A picture is a copy of one that a counterfeiter made.

use super::sighted::copies;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "picture_known_fake",
    version: 1,
    kind: ValueKind::Int,
    family: "picture_copy",
    sayable: false,
    doc: "How sure it is, in permille, that a picture is a copy of an entry of the bank of counterfeiters' pictures. What also is a copy of the brand's own picture, or of one that never matches, is none.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"copies":[{"bank":"counterfeit","brand":"nike","entry":"e","score":930,"place":[0,0,100,100],"reference":[0,0,80,80]}]}]}"#,
            value: "930",
        },
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"copies":[{"bank":"genuine","brand":"nike","entry":"e","score":930,"place":[0,0,100,100],"reference":[0,0,80,80]}]}]}"#,
            value: "null",
        },
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"copies":[{"bank":"negative","brand":"nike","entry":"e","score":930,"place":[0,0,100,100],"reference":[0,0,80,80]}]}]}"#,
            value: "null",
        },
        Example { listing: r#"{"id":"1","title":"Sports shoes"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let found: Vec<_> = copies(view, "counterfeit").collect();
    for (picture, at, copy) in &found {
        findings.see_on(*picture, copy.place, Some(*at));
    }
    found.iter().map(|(_, _, copy)| i64::from(copy.score)).max().into()
}
