//! Title, brand field and description disagree about the brand.

use touchstone_knowledge::{Role, Strength};
use touchstone_text::How;

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;
use crate::view::{Mention, MentionContext};

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "description_contradicts",
    version: 1,
    kind: ValueKind::Text,
    family: "contradiction",
    sayable: true,
    doc: "Title and description disagree about the brand: `denied` (the title claims it, the description denies it) or `hidden` (only the description names it, for goods that the brand makes).",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Gucci belt","description":"This is not Gucci"}"#, value: "denied" },
        Example { listing: r#"{"id":"1","title":"Gucci belt","description":"Brown Gucci leather"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let claimed = |field: Field| {
        view.mentions.iter().find(move |m| {
            m.field == field
                && m.context == MentionContext::Claimed
                && m.how == How::Plain
                && m.strength <= Strength::Native
        })
    };
    let denied = view.mentions.iter().find(|m| m.field == Field::Description && m.context == MentionContext::Negated);
    if let (Some(title), Some(denied)) = (claimed(Field::Title), denied)
        && title.brand == denied.brand
    {
        findings.see(denied.field, denied.source);
        return Value::Text("denied");
    }
    let (Some(body), None) = (claimed(Field::Description), view.mentions.iter().find(|m| m.field == Field::Title))
    else {
        return Value::Null;
    };
    if view.role() != Role::Goods || !made_by(view, body) {
        return Value::Null;
    }
    findings.see(body.field, body.source);
    Value::Text("hidden")
}

/// The brand makes the kind that the title offers.
fn made_by(view: &View<'_, '_>, mention: &Mention) -> bool {
    view.kind.zip(view.snapshot.brand(mention.brand)).is_some_and(|(kind, brand)| brand.makes.contains(&kind))
}
