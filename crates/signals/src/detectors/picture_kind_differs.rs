//! Pictures show another kind of goods than the words say.

use super::sighted::{frame, pictures};
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;
use touchstone_knowledge::Role;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "picture_kind_differs",
    version: 1,
    kind: ValueKind::Text,
    family: "product",
    sayable: true,
    doc: "The kind of goods that a picture shows, where it is surely none of the kind that the words say nor one that looks like it, and no other picture shows that one. Boxes, models and scenes look like other goods: weak.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Leather belt","pictures":[{"width":9,"height":9,"kind":{"slug":"shoes","score":950}}]}"#,
            value: "shoes",
        },
        Example {
            listing: r#"{"id":"1","title":"Leather belt","pictures":[{"width":9,"height":9,"kind":{"slug":"shoes","score":950}},{"width":9,"height":9,"kind":{"slug":"belts","score":600}}]}"#,
            value: "null",
        },
        Example {
            listing: r#"{"id":"1","title":"Warm jacket","pictures":[{"width":9,"height":9,"kind":{"slug":"hoodies","score":950}}]}"#,
            value: "null",
        },
        Example { listing: r#"{"id":"1","title":"Leather belt"}"#, value: "null" },
    ],
    detect,
};

/// Less sure is not seen.
const SURE: u16 = 850;
/// Kinds of one line look alike on a picture.
const ALIKE: [&[&str]; 4] = [
    &[
        "tops",
        "hoodies",
        "jackets",
        "trousers",
        "dresses",
        "tracksuits",
        "underwear",
        "swimwear",
        "jerseys",
        "costumes",
        "scarves",
        "fabric",
    ],
    &["shoes", "sandals"],
    &["bags", "wallets"],
    &["watches", "smart_watches", "jewellery", "watch_straps"],
];

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let Some(said) = view.kind_slug().filter(|_| view.role() == Role::Goods) else { return Value::Null };
    let kinds = || pictures(view).filter_map(|(picture, facts)| Some((picture, facts, facts.kind.as_ref()?)));
    if kinds().any(|(_, _, kind)| alike(&kind.slug, said)) {
        return Value::Null;
    }
    let Some((picture, facts, kind)) = kinds().find(|(_, _, kind)| kind.score >= SURE) else { return Value::Null };
    findings.see_on(picture, frame(facts), None);
    Value::Text(&kind.slug)
}

fn alike(a: &str, b: &str) -> bool {
    a == b || ALIKE.iter().any(|kinds| kinds.contains(&a) && kinds.contains(&b))
}
