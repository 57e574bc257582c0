//! Reviews and questions that say fake.

use touchstone_knowledge::TermClass;

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "buyers_say_fake",
    version: 1,
    kind: ValueKind::Int,
    family: "buyers",
    sayable: false,
    doc: "In how many reviews and questions buyers say that the goods are fake. A question whether they are is none.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Gucci belt","reviews":["It is fake, do not buy"]}"#, value: "1" },
        Example { listing: r#"{"id":"1","title":"Gucci belt","questions":["Is it fake?"]}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let mut items = Vec::new();
    for (field, term) in view.buyers_terms(TermClass::FakeReport).filter(|(field, _)| !asks(view, *field)) {
        findings.see(*field, term.source);
        if !items.contains(field) {
            items.push(*field);
        }
    }
    (!items.is_empty()).then_some(items.len() as i64).into()
}

/// "Is it fake?" is a question that honest sellers get too.
fn asks(view: &View<'_, '_>, field: Field) -> bool {
    match field {
        Field::Question(i) => view.listing.questions.get(i as usize).is_none_or(|q| q.contains(['?', '？', '؟'])),
        _ => false,
    }
}
