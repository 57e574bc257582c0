//! A name one or two letters away from a protected one, on the goods that brand makes.

use touchstone_knowledge::Strength;
use touchstone_text::How;

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::Mention;
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "lookalike_name",
    version: 2,
    kind: ValueKind::Text,
    family: "disguise",
    sayable: false,
    doc: "A name a letter or two away from a protected one, on goods of a kind that brand makes, in title, brand field or variants (in the brand field a common word too), while the brand itself is not named: a confusing name or a misspelling. The value is the brand that it resembles.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Adibos running shoes"}"#, value: "adidas" },
        Example { listing: r#"{"id":"1","title":"Mike running shoes","brand":"Mike"}"#, value: "nike" },
        Example { listing: r#"{"id":"1","title":"Mike runs in shoes"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Necklace","brand":"Fossil"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Adidas running shoes"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let near = |m: &&Mention| matches!(m.how, How::Typo | How::Doubled) && m.field != Field::Description;
    let Some(first) = view.mentions.iter().find(near) else { return Value::Null };
    let named_plainly = view
        .mentions
        .iter()
        .any(|m| m.brand == first.brand && m.how == How::Plain && m.line.is_none() && m.strength <= Strength::Native);
    if named_plainly {
        return Value::Null;
    }
    for mention in view.mentions.iter().filter(near) {
        findings.see(mention.field, mention.source);
    }
    view.slug(first.brand).into()
}
