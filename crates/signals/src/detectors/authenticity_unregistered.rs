//! Authenticity is asserted, no authorisation is registered.

use touchstone_knowledge::TermClass;

use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "authenticity_unregistered",
    version: 1,
    kind: ValueKind::Text,
    family: "assertion",
    sayable: true,
    doc: "The seller asserts that goods of a protected brand are `authentic`, or to be `authorised`, and no authorisation is registered. Most who write so are honest; beside a price that cannot be, it is a pattern of fakes.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"100% authentic Gucci belt"}"#, value: "authentic" },
        Example { listing: r#"{"id":"1","title":"Gucci belt"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"100% authentic Gucci belt","shop":"gucci.com"}"#, value: "null" },
        Example {
            listing: r#"{"id":"1","title":"100% authentic Gucci belt","marketplace":"gucci.com"}"#,
            value: "authentic",
        },
        Example {
            listing: r#"{"id":"1","title":"100% authentic Gucci belt","link":"https://gucci.com/belt"}"#,
            value: "authentic",
        },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    if view.claimed().is_none_or(|m| view.authorised(m.brand)) {
        return Value::Null;
    }
    let mut value = None;
    for (class, word) in [(TermClass::Authenticity, "authentic"), (TermClass::Authorised, "authorised")] {
        for (field, term) in view.terms(class) {
            findings.see(*field, term.source);
            value = Some(word);
        }
    }
    value.into()
}
