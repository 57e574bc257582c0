//! Several unrelated brands are claimed at once.

use touchstone_knowledge::{Brand, Strength};

use super::shared::unrelated;
use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;
use crate::view::{Mention, MentionContext};

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "brands_stacked",
    version: 1,
    kind: ValueKind::Int,
    family: "assortment",
    sayable: false,
    doc: "How many unrelated protected brands the title claims at once, from two on. Brands of one owner, and brands that made joint products, count as one.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Gucci Rolex Chanel bracelet"}"#, value: "3" },
        Example { listing: r#"{"id":"1","title":"Gucci belt"}"#, value: "null" },
    ],
    detect,
};

const MIN_BRANDS: usize = 2;

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let claimed = |m: &&Mention| {
        m.context == MentionContext::Claimed && m.field == Field::Title && m.strength <= Strength::Nickname
    };
    let mut owners: Vec<&Brand> = Vec::new();
    for mention in view.mentions.iter().filter(claimed) {
        let Some(brand) = view.snapshot.brand(mention.brand) else { continue };
        if owners.iter().all(|o| unrelated(o, brand)) {
            owners.push(brand);
            findings.see(mention.field, mention.source);
        }
    }
    (owners.len() >= MIN_BRANDS).then_some(owners.len() as i64).into()
}
