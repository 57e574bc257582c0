//! The kind of goods on offer.

use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "kind",
    version: 1,
    kind: ValueKind::Text,
    family: "claim",
    sayable: true,
    doc: "The kind of goods on offer, from the title, else from the category: an id of `knowledge/kinds.toml`.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Leather wallet for men"}"#, value: "wallets" },
        Example { listing: r#"{"id":"1","title":"Something nice"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let Some(mention) = view.kind_mention else { return Value::Null };
    findings.see(mention.field, mention.source);
    view.kind_slug().into()
}
