//! Pictures show a brand of which the words say otherwise.

use super::sighted::{Said, said, see, shown};
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;
use touchstone_knowledge::{BrandId, Role};

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "picture_contradicts",
    version: 1,
    kind: ValueKind::Text,
    family: "contradiction",
    sayable: false,
    doc: "A picture shows a protected brand, by its logo or in words, that the listing's words do not name: `denied` (they say it is not of that brand, or only like it), `other_brand` (they claim another brand, which has nothing to do with it), `unnamed` (they name none), `beside` (they name none, and the brand does not make such goods: it may be something that stands beside them). Null for what fits a brand's goods, for works and services about them, and for pictures that show many brands.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"logos":[{"brand":"nike","score":900,"place":[10,20,90,60]}]}]}"#,
            value: "unnamed",
        },
        Example {
            listing: r#"{"id":"1","title":"Rolex wrist watch","pictures":[{"width":100,"height":100,"logos":[{"brand":"nike","score":900,"place":[10,20,90,60]}]}]}"#,
            value: "other_brand",
        },
        Example {
            listing: r#"{"id":"1","title":"Sports shoes, not Nike","pictures":[{"width":100,"height":100,"texts":[{"text":"NIKE","confidence":950,"place":[10,20,90,30]}]}]}"#,
            value: "denied",
        },
        Example {
            listing: r#"{"id":"1","title":"Frying pan 28 cm","pictures":[{"width":100,"height":100,"logos":[{"brand":"nike","score":900,"place":[10,20,90,60]}]}]}"#,
            value: "beside",
        },
        Example {
            listing: r#"{"id":"1","title":"Nike sports shoes","pictures":[{"width":100,"height":100,"logos":[{"brand":"nike","score":900,"place":[10,20,90,60]}]}]}"#,
            value: "null",
        },
        Example {
            listing: r#"{"id":"1","title":"Ford casual shorts","pictures":[{"width":100,"height":100,"logos":[{"brand":"ford","score":900,"place":[10,20,90,60]}]}]}"#,
            value: "null",
        },
        Example {
            listing: r#"{"id":"1","title":"Silicone case for iPhone 13","pictures":[{"width":100,"height":100,"logos":[{"brand":"apple","score":900,"place":[10,20,90,60]}]}]}"#,
            value: "null",
        },
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"texts":[{"text":"size 42, leather","confidence":950,"place":[10,20,90,30]}]}]}"#,
            value: "null",
        },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    if view.context.pictures.is_empty() || view.role() != Role::Goods {
        return Value::Null;
    }
    let shown = shown(view);
    let worst = shown.iter().filter_map(|s| Some((contradiction(view, s.brand)?, s.brand))).min();
    let Some((contradiction, brand)) = worst else { return Value::Null };
    see(findings, &shown, brand);
    Value::Text(contradiction.as_str())
}

/// How words and picture contradict, the plainest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Contradiction {
    Denied,
    OtherBrand,
    Unnamed,
    Beside,
}

impl Contradiction {
    fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::OtherBrand => "other_brand",
            Self::Unnamed => "unnamed",
            Self::Beside => "beside",
        }
    }
}

fn contradiction(view: &View<'_, '_>, brand: BrandId) -> Option<Contradiction> {
    if view.authorised(brand) {
        return None;
    }
    let makes = || view.kind.zip(view.snapshot.brand(brand)).is_none_or(|(k, b)| b.makes.contains(&k));
    match said(view, brand) {
        Said::Named => None,
        Said::Denied => Some(Contradiction::Denied),
        Said::Other => Some(Contradiction::OtherBrand),
        Said::Nothing if makes() => Some(Contradiction::Unnamed),
        Said::Nothing => Some(Contradiction::Beside),
    }
}
