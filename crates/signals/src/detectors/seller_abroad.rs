//! The seller is not where the goods ship from.

use touchstone_text::Span;

use crate::findings::{Field, Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "seller_abroad",
    version: 1,
    kind: ValueKind::Bool,
    family: "seller",
    sayable: true,
    doc: "The country that the seller stated is another one than the goods ship from. Who uses a marketplace's warehouse abroad is honest; null when either is not told.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Belt","ships_from":"CN","seller_id":"s","seller":{"country":"IT"}}"#,
            value: "true",
        },
        Example {
            listing: r#"{"id":"1","title":"Belt","ships_from":"IT","seller_id":"s","seller":{"country":"IT"}}"#,
            value: "null",
        },
        Example {
            listing: r#"{"id":"1","title":"Belt","ships_from":"Milano","seller_id":"s","seller":{"country":"IT"}}"#,
            value: "null",
        },
        Example { listing: r#"{"id":"1","title":"Belt","ships_from":"CN"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let Some(country) = view.context.seller.and_then(|s| s.country.as_deref()) else { return Value::Null };
    let from = view.listing.ships_from;
    let is_code = from.len() == 2 && from.bytes().all(|b| b.is_ascii_uppercase());
    let abroad = is_code && from != country;
    if abroad {
        findings.see(Field::Seller, Span::default());
    }
    abroad.into()
}
