//! An invitation to deal off the platform.

use touchstone_knowledge::{TermClass, TermStrength};

use super::shared::strongest_term;
use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::{Term, Text, View};

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "off_platform_contact",
    version: 1,
    kind: ValueKind::Text,
    family: "contact",
    sayable: false,
    doc: "The seller invites to a messenger or names one: `strong` (an invitation, or a name in disguise or with a number or account behind it), `weak` (a name).",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Handbag, contact me on WhatsApp"}"#, value: "strong" },
        Example { listing: r#"{"id":"1","title":"Handbag"}"#, value: "null" },
    ],
    detect,
};

/// Words between a messenger's name and an account or number.
const MAX_ACCOUNT_GAP: usize = 3;
/// "line id kxt14w" names an account, "2-line integrated telephone kxt14w" a model.
const MAX_WORDS_TO_ACCOUNT: usize = 2;
const MIN_PHONE_DIGITS: usize = 7;
const MIN_ACCOUNT_CHARS: usize = 6;

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let with_account =
        view.terms(TermClass::Contact).find(|(field, term)| term.is_hidden() || has_account(view, *field, term));
    if let Some((field, term)) = with_account {
        findings.see(*field, term.source);
        return Value::Text("strong");
    }
    strongest_term(view, TermClass::Contact, TermStrength::Weak, findings)
}

fn has_account(view: &View<'_, '_>, field: Field, term: &Term) -> bool {
    view.text(field).is_some_and(|text| names_account(text, term))
}

/// A telephone number or an account name follows the messenger's.
pub(super) fn names_account(text: &Text, term: &Term) -> bool {
    let normal = &text.reading.normal;
    let next = normal.token_at(term.span.end);
    let tokens = normal.tokens().get(next..normal.tokens().len().min(next + MAX_ACCOUNT_GAP)).unwrap_or_default();
    let digits: usize = tokens.iter().map(|t| normal.slice(t.span).bytes().filter(u8::is_ascii_digit).count()).sum();
    let account = tokens
        .iter()
        .take(MAX_WORDS_TO_ACCOUNT)
        .any(|t| t.letters && t.digits && normal.slice(t.span).len() >= MIN_ACCOUNT_CHARS);
    digits >= MIN_PHONE_DIGITS || account
}
