//! What makes a fake look real, sold by itself.

use touchstone_knowledge::{KindId, TermClass, TermStrength};

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::{Term, View};

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "counterfeit_kit",
    version: 2,
    kind: ValueKind::Text,
    family: "words",
    sayable: false,
    doc: "Labels, hang tags, boxes, receipts or authenticity cards of a protected brand are what is on offer: `strong` or `weak`. Goods that come with box and papers are not meant, unless those are blank or made to order.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Gucci authenticity card and receipt set"}"#, value: "strong" },
        Example {
            listing: r#"{"id":"1","title":"Luxury packaging set","description":"Receipts printed with any date"}"#,
            value: "strong",
        },
        Example { listing: r#"{"id":"1","title":"Rolex warranty card x 20"}"#, value: "strong" },
        Example { listing: r#"{"id":"1","title":"Gucci belt with box and receipt"}"#, value: "null" },
    ],
    detect,
};

/// A collector sells one empty box; who fills or dresses goods buys many.
const MIN_MANY: i64 = 5;
/// Kinds that are nothing but the trappings of goods.
const TRAPPINGS: [&str; 2] = ["labels", "packaging"];
/// Goods of their own, or what is put on goods: the words around decide.
const EITHER: [&str; 1] = ["stickers"];

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let trappings = view.kind_mention.filter(|k| k.field == Field::Title && is_one_of(view, k.kind, &TRAPPINGS));
    if let Some(kind) = trappings.filter(|_| !view.mentions.is_empty()) {
        findings.see(kind.field, kind.source);
        return Value::Text("strong");
    }
    // Whoever sells goods may say that box and papers come along, but neither that they are blank nor made to order.
    let goods =
        view.kind_mention.is_some_and(|k| !k.by_line && !is_one_of(view, k.kind, &EITHER)) && trappings.is_none();
    let many = view.counted().is_some_and(|lot| lot.pieces >= MIN_MANY);
    let meant = |field: Field, term: &Term| match term.strength {
        TermStrength::Explicit => true,
        strength => {
            let kit = !goods || (many && strength == TermStrength::Strong);
            field == Field::Title && kit && !view.mentions.is_empty()
        }
    };
    let mut strongest = None;
    for (field, term) in view.terms(TermClass::CounterfeitKit).filter(|(field, term)| meant(*field, term)) {
        findings.see(*field, term.source);
        strongest = strongest.max(Some(term.strength));
    }
    match strongest {
        None => Value::Null,
        Some(TermStrength::Weak) if !many => Value::Text("weak"),
        Some(_) => Value::Text("strong"),
    }
}

fn is_one_of(view: &View<'_, '_>, kind: KindId, kinds: &[&str]) -> bool {
    view.snapshot.knowledge.kinds.get(kind.index()).is_some_and(|k| kinds.contains(&k.id.as_str()))
}
