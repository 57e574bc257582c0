//! An invitation to deal elsewhere on a picture.

use super::off_platform_contact::names_account;
use super::sighted::read_terms;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;
use touchstone_knowledge::TermClass;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "picture_contact",
    version: 1,
    kind: ValueKind::Text,
    family: "contact",
    sayable: false,
    doc: "Words on a picture invite to a messenger, name one, or say that the offer stands for something else (\"see album\"): `strong` (an invitation, or a name with a number or account behind it), `weak` (a name). A shop's own address is none.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"texts":[{"text":"WhatsApp +86 138 0013 8000","confidence":950,"place":[10,20,90,30]}]}]}"#,
            value: "strong",
        },
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"texts":[{"text":"contact me on WeChat","confidence":950,"place":[10,20,90,30]}]}]}"#,
            value: "strong",
        },
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"texts":[{"text":"telegram","confidence":950,"place":[10,20,90,30]}]}]}"#,
            value: "weak",
        },
        Example {
            listing: r#"{"id":"1","title":"Sports shoes","pictures":[{"width":100,"height":100,"texts":[{"text":"www.shoe-shop.example","confidence":950,"place":[10,20,90,30]}]}]}"#,
            value: "null",
        },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let mut account = false;
    for (picture, (_, sight)) in (0..).zip(view.sights()) {
        let Some(text) = sight.text() else { continue };
        for term in sight.terms(TermClass::Contact).filter(|t| t.is_hidden() || names_account(text, t)) {
            findings.see_on(picture, sight.place(term.source), None);
            account = true;
        }
    }
    if account {
        return Value::Text("strong");
    }
    read_terms(view, &[TermClass::Contact, TermClass::HiddenLink], findings).map_or(Value::Null, Value::Text)
}
