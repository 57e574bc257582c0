//! The seller may sell the claimed brand.

use touchstone_text::Span;

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "seller_authorised",
    version: 2,
    kind: ValueKind::Bool,
    family: "claim",
    sayable: true,
    doc: "A registered authorisation by the owner of the brand covers this seller, market, kind and today, or the marketplace, by its own word, is a shop of the owner's own. What the listing says of its marketplace or where a link leads counts for nothing: the seller writes it.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Gucci belt","seller_id":"s","seller":{"authorisations":["gucci"]}}"#,
            value: "true",
        },
        Example { listing: r#"{"id":"1","title":"Gucci belt","shop":"gucci.com"}"#, value: "true" },
        Example { listing: r#"{"id":"1","title":"Gucci belt","marketplace":"gucci.com"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Gucci belt"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let authorised = view.claimed().is_some_and(|m| view.authorised(m.brand));
    if authorised {
        findings.see(Field::Seller, Span::default());
    }
    authorised.into()
}
