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
    view.buyers_terms(class).filter(move |(field, term)| told && is_answer(view, *field, term.source))
}

/// The place belongs to an answer: behind the line of its question, or, where questions and answers are items in
/// turn, in every second one. A line that asks answers nothing.
pub(crate) fn is_answer(view: &View<'_, '_>, field: Field, place: Span) -> bool {
    let Field::Question(index) = field else { return false };
    let item = view.listing.questions.get(index.into()).unwrap_or_default();
    let behind_question = item.get(..place.start as usize).is_some_and(|before| before.trim_start().contains('\n'));
    let in_turn = index % 2 == 1 && !item.trim().contains('\n');
    (behind_question || in_turn) && !asks(view, index, place)
}

/// The line of a question item in which the place stands has a question mark.
pub(crate) fn asks(view: &View<'_, '_>, index: u16, place: Span) -> bool {
    let item = view.listing.questions.get(index.into()).unwrap_or_default();
    let start = item.get(..place.start as usize).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let line = item.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    line.contains(['?', '？', '؟'])
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
    view.terms(TermClass::Negation).any(|(field, term)| *field == text.field && before(term))
}

/// Different houses that never made anything together.
pub(crate) fn unrelated(a: &Brand, b: &Brand) -> bool {
    let same_owner = a.owner.is_some() && a.owner == b.owner;
    a.id != b.id && !same_owner && !a.partners.contains(&b.id) && !b.partners.contains(&a.id)
}
