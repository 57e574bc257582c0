//! The GTIN belongs to another company.

use touchstone_knowledge::{Brand, Standing};
use touchstone_text::Span;

use super::gtin_invalid::fault;
use super::shared::unrelated;
use crate::findings::{Field, Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "gtin_foreign",
    version: 2,
    kind: ValueKind::Text,
    family: "product",
    sayable: true,
    doc: "The stated GTIN is valid and does not begin with a known GS1 company prefix of the claimed brand: `other_brand` (it begins with one of another protected brand of another owner) or `unknown` (nobody's that is known; licensees, distributors and new prefixes look so too). Null for brands whose prefixes are not known, and for numbers that carry no company.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Apple AirPods Pro","gtin":"5702016912661"}"#, value: "other_brand" },
        Example { listing: r#"{"id":"1","title":"Apple AirPods Pro","gtin":"4006381333931"}"#, value: "unknown" },
        Example { listing: r#"{"id":"1","title":"Apple AirPods Pro","gtin":"195949052484"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Apple AirPods Pro","gtin":"4006381333932"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Nintendo Mario LEGO set","gtin":"5702016912661"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Gucci belt","gtin":"2000000000015"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let Some(brand) = view.claimed().and_then(|m| view.snapshot.brand(m.brand)) else { return Value::Null };
    let Some(number) = company_number(view.listing.gtin.trim()).filter(|_| !brand.gtin_prefixes.is_empty()) else {
        return Value::Null;
    };
    let issued = |b: &Brand| b.gtin_prefixes.iter().any(|prefix| number.starts_with(prefix.as_bytes()));
    let mut owners = view.snapshot.knowledge.brands.iter().filter(|b| b.standing == Standing::Protected && issued(b));
    // Sisters and partners share numbers; goods made together bear both names.
    let named = |owner: &Brand| view.mentions.iter().any(|m| view.slug(m.brand) == Some(&owner.id));
    let foreign = |owner: &Brand| unrelated(owner, brand) && !named(owner);
    let value = match (issued(brand), owners.next()) {
        (true, _) => return Value::Null,
        (false, None) => "unknown",
        (false, Some(owner)) if foreign(owner) && owners.all(foreign) => "other_brand",
        (false, Some(_)) => return Value::Null,
    };
    findings.see(Field::Gtin, Span::default());
    Value::Text(value)
}

/// The 13 digits of a valid GTIN that carry a company prefix.
pub(super) fn company_number(gtin: &str) -> Option<[u8; 13]> {
    if fault(gtin).is_some() || gtin.len() < 12 {
        return None;
    }
    let mut number = [b'0'; 13];
    let digits = &gtin.as_bytes()[gtin.len().saturating_sub(13)..];
    number[13 - digits.len()..].copy_from_slice(digits);
    (!carries_no_company(&number)).then_some(number)
}

/// Shops' own numbers, coupons, books and periodicals (GS1 General Specifications, prefixes).
fn carries_no_company(number: &[u8; 13]) -> bool {
    matches!(
        number,
        [b'2', ..] | [b'0', b'2' | b'4' | b'5', ..] | [b'9', b'7', b'7'..=b'9', ..] | [b'9', b'8' | b'9', ..]
    )
}
