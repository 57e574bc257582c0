//! What several detectors do alike.

use touchstone_knowledge::{Brand, Position, TermClass, TermStrength};
use touchstone_text::Span;

use crate::findings::{Field, Findings, Value};
use crate::view::{Term, Text, View, words_between};

/// The strongest term of a class from `minimum` on, with every place of that strength as evidence.
/// What the seller answers to questions counts like what the offer says.
pub(crate) fn strongest_term<'a>(
    view: &View<'a, '_>,
    class: TermClass,
    minimum: TermStrength,
    findings: &mut Findings<'a>,
) -> Value<'a> {
    let terms = || view.terms(class).chain(answers(view, class));
    let Some(strength) = terms().map(|(_, t)| t.strength).max().filter(|s| *s >= minimum) else { return Value::Null };
    for (field, term) in terms().filter(|(_, t)| t.strength == strength) {
        findings.see(*field, term.source);
    }
    Value::Text(match strength {
        TermStrength::Explicit => "explicit",
        TermStrength::Strong => "strong",
        TermStrength::Weak => "weak",
    })
}

/// Terms of one class in the seller's answers to questions, of classes whose words mean the same there: "bought
/// wholesale" tells where goods come from, not how they are sold.
pub(crate) fn answers<'s>(view: &View<'_, 's>, class: TermClass) -> impl Iterator<Item = &'s (Field, Term)> {
    let told = matches!(class, TermClass::Replica | TermClass::Evasion | TermClass::Contact | TermClass::HiddenLink);
    view.buyers_terms(class).filter(move |(field, term)| told && view.dialogue.is_answer(*field, term.source))
}

/// Words between a denial and what it denies.
const MAX_DENIAL_GAP: usize = 1;

/// A denial stands right before: "not quartz", "no quartz".
pub(crate) fn denied(view: &View<'_, '_>, text: &Text, span: Span) -> bool {
    let before = |term: &Term| {
        term.position != Position::After
            && term.span.end <= span.start
            && words_between(text, Span { start: term.span.end, end: span.start }).is_some_and(|w| w <= MAX_DENIAL_GAP)
    };
    view.terms_of(text.field).iter().any(|(_, term)| term.class == TermClass::Negation && before(term))
}

/// Different houses that never made anything together.
pub(crate) fn unrelated(a: &Brand, b: &Brand) -> bool {
    let same_owner = a.owner.is_some() && a.owner == b.owner;
    a.id != b.id && !same_owner && !a.partners.contains(&b.id) && !b.partners.contains(&a.id)
}
