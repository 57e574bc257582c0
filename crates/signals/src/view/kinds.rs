//! Which kind of goods is on offer.
//!
//! The title says it, the category confirms it. What is made to fit something else, or is a work
//! about something, names that something too ("case for iPhone", "book about bags"): such a kind
//! takes precedence over the goods it names. Otherwise the last kind of the title counts, as in
//! "leather shoe bag"; the category decides where the title is silent.

use touchstone_knowledge::{KindId, Meaning, Role, Snapshot};
use touchstone_text::Span;

use super::text::Text;
use crate::findings::Field;

/// The kind on offer; `kinds` becomes every kind that the title names.
pub(crate) fn principal(snapshot: &Snapshot, texts: &[Text], kinds: &mut Vec<KindId>) -> Option<KindId> {
    kinds.clear();
    if let Some(title) = texts.iter().find(|t| t.field == Field::Title) {
        named(title, false, kinds);
    }
    let from_title = choose(snapshot, kinds);
    let from_category = || {
        let category = texts.iter().find(|t| t.field == Field::ProductType)?;
        let mut named_there = Vec::new();
        named(category, true, &mut named_there);
        choose(snapshot, &named_there)
    };
    from_title.or_else(from_category)
}

fn role(snapshot: &Snapshot, kind: KindId) -> Role {
    snapshot.knowledge.kinds.get(kind.index()).map_or(Role::Goods, |k| k.role)
}

fn choose(snapshot: &Snapshot, kinds: &[KindId]) -> Option<KindId> {
    let special = kinds.iter().rev().find(|k| role(snapshot, **k) != Role::Goods);
    special.or(kinds.last()).copied()
}

/// The kinds that a text names, longest names first where they overlap, in order of place.
fn named(text: &Text, taxonomy: bool, kinds: &mut Vec<KindId>) {
    let mut covered: Option<Span> = None;
    for (hit, meaning) in text.hits() {
        let kind = match meaning {
            Meaning::Kind(kind) => kind,
            Meaning::Taxonomy(kind) if taxonomy => kind,
            _ => continue,
        };
        if covered.is_some_and(|c| c.contains(hit.span) && c != hit.span) {
            continue;
        }
        covered = Some(hit.span);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
}
