//! Reviews and questions that say fake.

use touchstone_knowledge::{TermClass, TermStrength};
use touchstone_text::Span;

use super::shared::{asks, in_turn, is_answer, line_at};
use crate::findings::{Field, Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "buyers_say_fake",
    version: 3,
    kind: ValueKind::Int,
    family: "buyers",
    sayable: false,
    doc: "In how many reviews and questions it is said that the goods are fake. A question whether they are is none, unless the answer is yes; questions and answers are lines of one item, or items in turn.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Gucci belt","reviews":["It is fake, do not buy"]}"#, value: "1" },
        Example { listing: r#"{"id":"1","title":"Gucci belt","questions":["Is it fake?\nYes"]}"#, value: "1" },
        Example { listing: r#"{"id":"1","title":"Gucci belt","questions":["Is it a fake?","Yes, dear"]}"#, value: "1" },
        Example { listing: r#"{"id":"1","title":"Gucci belt","reviews":["Good replica, thanks"]}"#, value: "1" },
        Example { listing: r#"{"id":"1","title":"Gucci belt","questions":["Is it fake?\nNo"]}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Gucci belt","questions":["Is it fake?","Yes?"]}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Gucci belt","questions":["Is it fake?"]}"#, value: "null" },
        Example {
            listing: r#"{"id":"1","title":"Gucci belt","questions":["Why is the serial number invalid?"]}"#,
            value: "1",
        },
        Example {
            listing: r#"{"id":"1","title":"Gucci belt","questions":["Box?","The box is not original"]}"#,
            value: "null",
        },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let replicas = view.buyers_terms(TermClass::Replica).filter(|(f, t)| is_called_replica(view, *f, t.strength));
    let reports = view.buyers_terms(TermClass::FakeReport).chain(replicas).filter(|(f, t)| states(view, *f, t.source));
    let asked = [TermClass::FakeReport, TermClass::Replica].into_iter().flat_map(|class| view.buyers_terms(class));
    let confirmed = asked.filter(|(f, t)| is_confirmed(view, *f, t.source));
    let mut items = Vec::new();
    for (field, term) in reports.chain(confirmed) {
        findings.see(*field, term.source);
        if !items.contains(field) {
            items.push(*field);
        }
    }
    (!items.is_empty()).then_some(items.len() as i64).into()
}

/// A review of branded goods that calls them a replica, content or not.
fn is_called_replica(view: &View<'_, '_>, field: Field, strength: TermStrength) -> bool {
    !view.mentions.is_empty() && strength == TermStrength::Explicit && matches!(field, Field::Review(_))
}

/// A buyer states it. "Is it fake?" is a question that honest sellers get too, and what an answer says is not
/// original may be the box.
fn states(view: &View<'_, '_>, field: Field, place: Span) -> bool {
    let Field::Question(index) = field else { return true };
    let item = view.listing.questions.get(index.into()).unwrap_or_default();
    let line = line_at(item, place.start as usize);
    !is_answer(view, field, place) && (!asks(line) || asks_why(line))
}

/// "Why does the serial number not exist?" states what it asks about.
fn asks_why(line: &str) -> bool {
    let line = line.to_lowercase();
    line.split(|c: char| !c.is_alphanumeric()).any(|word| WHY.contains(&word))
        || WHY_INSIDE.iter().any(|word| line.contains(word))
}

/// How languages ask for a reason.
const WHY: [&str; 13] = [
    "why",
    "warum",
    "wieso",
    "pourquoi",
    "perché",
    "dlaczego",
    "czemu",
    "почему",
    "neden",
    "niye",
    "لماذا",
    "ليش",
    "waarom",
];
const WHY_INSIDE: [&str; 12] =
    ["por qué", "por que", "kenapa", "mengapa", "tại sao", "sao lại", "ทำไม", "为什么", "為什麼", "为啥", "なぜ", "왜"];

/// The place asks, and the answer is yes. "Fake or authentic?" cannot be answered so.
fn is_confirmed(view: &View<'_, '_>, field: Field, place: Span) -> bool {
    let Field::Question(index) = field else { return false };
    if is_answer(view, field, place) || view.buyers_terms(TermClass::Authenticity).any(|(other, _)| *other == field) {
        return false;
    }
    let items = view.listing.questions;
    let item = items.get(index.into()).unwrap_or_default();
    let behind = item.get(place.end as usize..).and_then(|rest| rest.split_once('\n')).map(|(_, answer)| answer);
    let next = || items.get(usize::from(index) + 1).filter(|_| index % 2 == 0 && in_turn(view));
    behind.or_else(next).is_some_and(is_yes)
}

/// How languages begin an affirmative answer.
const YES: [&str; 22] = [
    "yes",
    "yeah",
    "yep",
    "ja",
    "oui",
    "sí",
    "si",
    "sim",
    "sì",
    "да",
    "evet",
    "نعم",
    "はい",
    "네",
    "예",
    "ใช่",
    "vâng",
    "ya",
    "iya",
    "是",
    "是的",
    "对",
];

fn is_yes(answer: &str) -> bool {
    let first = answer.trim_start().split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    YES.contains(&first.to_lowercase().as_str())
}
