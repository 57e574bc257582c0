//! What makes a fake look real, sold by itself.

use touchstone_knowledge::{TermClass, TermStrength};

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::{Term, View, is_trapping};

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "counterfeit_kit",
    version: 3,
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
        Example { listing: r#"{"id":"1","title":"Chivas hologram and label, 50 pcs"}"#, value: "strong" },
        Example { listing: r#"{"id":"1","title":"Burberry box only","condition":"used"}"#, value: "weak" },
        Example { listing: r#"{"id":"1","title":"Gucci belt with box and receipt"}"#, value: "null" },
    ],
    detect,
};

/// A collector sells one empty box; who fills or dresses goods buys many.
const MIN_MANY: i64 = 5;
/// Goods of their own, or what is put on goods: the words around decide.
const EITHER: &str = "stickers";

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let in_title = view.kind_mention.filter(|k| k.field == Field::Title);
    let trappings = in_title.filter(|k| is_trapping(view.snapshot, k.kind));
    let many = is_many(view);
    if let Some(kind) = trappings.filter(|_| !view.mentions.is_empty()) {
        findings.see(kind.field, kind.source);
        return Value::Text(if is_keepsake(view, many) { "weak" } else { "strong" });
    }
    // Whoever sells goods may say that box and papers come along, but neither that they are blank nor made to order.
    let goods = view.kind_mention.filter(|_| trappings.is_none() && view.kind_slug() != Some(EITHER));
    let meant = |field: Field, term: &Term| match term.strength {
        TermStrength::Explicit => true,
        _ if field != Field::Title || view.mentions.is_empty() => false,
        TermStrength::Strong => many || goods.is_none_or(|k| k.by_line),
        TermStrength::Weak => goods.is_none(),
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

/// The title counts many, or speaks as traders do.
fn is_many(view: &View<'_, '_>) -> bool {
    let trade = |(field, term): &(Field, Term)| *field == Field::Title && term.strength >= TermStrength::Strong;
    view.counted().is_some_and(|lot| lot.pieces >= MIN_MANY) || view.terms(TermClass::Wholesale).any(trade)
}

/// One used box by itself, and nobody fills in or makes to order what goes with it.
fn is_keepsake(view: &View<'_, '_>, many: bool) -> bool {
    let boxes = view.kind_slug() == Some("packaging");
    boxes && view.used && !many && view.strongest(TermClass::CounterfeitKit) != Some(TermStrength::Explicit)
}
