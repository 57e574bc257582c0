//! Reviews and questions that say fake.

use std::collections::BTreeSet;

use touchstone_knowledge::{TermClass, TermStrength};
use touchstone_text::Span;

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
    let vouched: BTreeSet<Field> = view.buyers_terms(TermClass::Authenticity).map(|(field, _)| *field).collect();
    let asked = [TermClass::FakeReport, TermClass::Replica].into_iter().flat_map(|class| view.buyers_terms(class));
    // "Fake or authentic?" cannot be answered with yes.
    let confirmed = asked.filter(|(f, t)| is_confirmed(view, *f, t.source) && !vouched.contains(f));
    let mut items = BTreeSet::new();
    for (field, term) in reports.chain(confirmed) {
        findings.see(*field, term.source);
        items.insert(*field);
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
    let asked = || !view.dialogue.is_answer(field, place) && view.dialogue.states(field, place);
    !matches!(field, Field::Question(_)) || asked()
}

/// The place asks, and the answer is yes.
fn is_confirmed(view: &View<'_, '_>, field: Field, place: Span) -> bool {
    !view.dialogue.is_answer(field, place) && view.dialogue.is_affirmed(field, place)
}
