//! Title, brand field and description disagree about the brand.

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::MentionContext;
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "description_contradicts",
    version: 2,
    kind: ValueKind::Text,
    family: "contradiction",
    sayable: true,
    doc: "Title and description disagree about the brand: `denied` (the title claims it, the description denies it) or `hidden` (only the description names a brand, one alone, for goods that it makes).",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Gucci belt","description":"This is not Gucci"}"#, value: "denied" },
        Example { listing: r#"{"id":"1","title":"Gucci belt","description":"Brown Gucci leather"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let denied = view.mentions.iter().find(|m| m.field == Field::Description && m.context == MentionContext::Negated);
    if let (Some(title), Some(denied)) = (view.plain_claim(Field::Title), denied)
        && title.brand == denied.brand
    {
        findings.see(denied.field, denied.source);
        return Value::Text("denied");
    }
    let Some(body) = view.hidden_claim() else { return Value::Null };
    findings.see(body.field, body.source);
    Value::Text("hidden")
}
