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

/// The place belongs to an answer: behind the line of its question, or in every second item where questions and
/// answers are items in turn. A line that asks answers nothing.
pub(crate) fn is_answer(view: &View<'_, '_>, field: Field, place: Span) -> bool {
    let Field::Question(index) = field else { return false };
    let item = view.listing.questions.get(index.into()).unwrap_or_default();
    let before = item.get(..place.start as usize).unwrap_or_default();
    let behind_question = before.trim_start().contains('\n') && !asks(line_at(item, before.len()));
    behind_question || (index % 2 == 1 && in_turn(view))
}

/// Items that ask and items that do not stand in turn, and none is left without an answer.
pub(crate) fn in_turn(view: &View<'_, '_>) -> bool {
    let items = view.listing.questions;
    let turn = |(at, item): (usize, &str)| asks(item) == (at % 2 == 0) && !item.trim().contains('\n');
    items.len().is_multiple_of(2) && items.iter().enumerate().all(turn)
}

/// The line of a text in which this byte stands.
pub(crate) fn line_at(text: &str, at: usize) -> &str {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default()
}

/// A question mark, or the Chinese word that is one.
pub(crate) fn asks(line: &str) -> bool {
    line.contains(['?', '？', '؟', '吗', '嗎'])
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
