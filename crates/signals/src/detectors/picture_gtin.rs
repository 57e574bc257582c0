//! The number under a bar code on a picture is of other goods.

use super::gtin_foreign::company_number;
use super::gtin_invalid::fault;
use super::sighted::{Said, pictures, said};
use crate::findings::{Findings, Value};
use crate::pictures::Place;
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;
use touchstone_knowledge::{Brand, Role, Standing};

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "picture_gtin",
    version: 1,
    kind: ValueKind::Text,
    family: "product",
    sayable: true,
    doc: "A valid GTIN in a bar code on a picture: `other_brand` (it begins with a GS1 company prefix of a protected brand that the words do not name and that has nothing to do with the brands they name), `other_number` (no code on the pictures is the GTIN that the listing states). Cartons and twin packs have numbers of their own: alone it is weak.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Leather belt","pictures":[{"width":100,"height":100,"codes":[{"kind":"ean_13","value":"0091201000012","place":[10,20,60,70]}]}]}"#,
            value: "other_brand",
        },
        Example {
            listing: r#"{"id":"1","title":"Building bricks","gtin":"4006381333931","pictures":[{"width":100,"height":100,"codes":[{"kind":"ean_13","value":"5702016912661","place":[10,20,60,70]}]}]}"#,
            value: "other_brand",
        },
        Example {
            listing: r#"{"id":"1","title":"Felt pen","gtin":"4006381333931","pictures":[{"width":100,"height":100,"codes":[{"kind":"ean_13","value":"4011200296908","place":[10,20,60,70]}]}]}"#,
            value: "other_number",
        },
        Example {
            listing: r#"{"id":"1","title":"Felt pen","gtin":"4006381333931","pictures":[{"width":100,"height":100,"codes":[{"kind":"ean_13","value":"4006381333931","place":[10,20,60,70]}]}]}"#,
            value: "null",
        },
        Example {
            listing: r#"{"id":"1","title":"LEGO set","pictures":[{"width":100,"height":100,"codes":[{"kind":"ean_13","value":"5702016912661","place":[10,20,60,70]}]}]}"#,
            value: "null",
        },
        Example {
            listing: r#"{"id":"1","title":"Felt pen","pictures":[{"width":100,"height":100,"codes":[{"kind":"qr","value":"hello","place":[10,20,60,70]}]}]}"#,
            value: "null",
        },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let numbers: Vec<_> = pictures(view)
        .flat_map(|(picture, facts)| facts.codes.iter().map(move |c| (picture, c.place, c.value.trim())))
        .filter(|(_, _, value)| !value.is_empty() && fault(value).is_none())
        .collect();
    let foreign = |value: &str| view.role() == Role::Goods && is_of_other_brand(view, value);
    if let Some((picture, place, _)) = numbers.iter().find(|(_, _, value)| foreign(value)) {
        return see(findings, *picture, *place, "other_brand");
    }
    let stated = view.listing.gtin.trim();
    let known = !stated.is_empty() && fault(stated).is_none();
    match numbers.first() {
        Some((picture, place, _)) if known && !numbers.iter().any(|(_, _, value)| same(value, stated)) => {
            see(findings, *picture, *place, "other_number")
        }
        _ => Value::Null,
    }
}

fn see<'a>(findings: &mut Findings<'a>, picture: u16, place: Place, value: &'static str) -> Value<'a> {
    findings.see_on(picture, place, None);
    Value::Text(value)
}

/// Leading zeros make no other number: GTIN-12 and GTIN-13 are GTIN-14 with zeros in front.
fn same(a: &str, b: &str) -> bool {
    a.trim_start_matches('0') == b.trim_start_matches('0')
}

/// The number was issued to protected brands of which the words say nothing.
fn is_of_other_brand(view: &View<'_, '_>, value: &str) -> bool {
    let Some(number) = company_number(value) else { return false };
    let issued = |b: &Brand| b.gtin_prefixes.iter().any(|prefix| number.starts_with(prefix.as_bytes()));
    let brands = view.snapshot.knowledge.brands.iter();
    let mut owners = brands.filter(|b| b.standing == Standing::Protected && issued(b)).peekable();
    let unnamed = |owner: &Brand| {
        let id = view.snapshot.brand_by_slug(&owner.id);
        id.is_some_and(|id| matches!(said(view, id), Said::Other | Said::Nothing))
    };
    owners.peek().is_some() && owners.all(unnamed)
}
