//! The claimed product never existed.

use touchstone_knowledge::{BrandId, Fact, FactRule, Meaning};
use touchstone_text::Span;

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;
use crate::view::{Mention, amounts};

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "impossible_product",
    version: 1,
    kind: ValueKind::Text,
    family: "product",
    sayable: true,
    doc: "The claimed product never existed: `kind` (the brand never made such goods), `capacity` (no such storage size), `reference` (no such reference number) or `detail` (words that never stood on a real one).",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Apple iPhone 13 2TB"}"#, value: "capacity" },
        Example { listing: r#"{"id":"1","title":"Apple iPhone 13 128GB"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let Some(claimed) = view.claimed().filter(|m| m.field != Field::Brand) else { return Value::Null };
    let Some(brand) = view.snapshot.brand(claimed.brand) else { return Value::Null };
    if let Some(kind) = view.kind.filter(|k| brand.never_makes.contains(k) && !view.authorised(claimed.brand)) {
        let _ = kind;
        findings.see(claimed.field, claimed.source);
        return Value::Text("kind");
    }
    if beyond_kind(view) {
        findings.see(Field::Title, Span::new(0, view.listing.title.len()));
        return Value::Text("capacity");
    }
    let holds = |(_, f): &(usize, &Fact)| {
        f.kind.is_none_or(|k| view.kind.is_none_or(|v| v == k)) && f.line.is_none_or(|l| named(view, claimed.brand, l))
    };
    let facts = brand.facts.iter().enumerate().filter(holds);
    facts.filter_map(|(i, fact)| violated(view, claimed, i, fact, findings)).next().into()
}

/// More gigabytes than any product of this kind has.
fn beyond_kind(view: &View<'_, '_>) -> bool {
    let most = view.kind.and_then(|k| view.snapshot.knowledge.kinds.get(k.index())).and_then(|k| k.max_capacity_gb);
    let named = view
        .text(Field::Title)
        .and_then(|t| amounts(&t.reading.normal).filter(|(_, unit)| *unit == "gb").map(|(n, _)| n).max());
    most.zip(named).is_some_and(|(most, named)| named > most)
}

/// The line is named, and no other line of the brand is: two lines may share a title in a bundle.
fn named(view: &View<'_, '_>, brand: BrandId, line: u16) -> bool {
    let lines = || view.mentions.iter().filter(|m| m.brand == brand && m.field == Field::Title).filter_map(|m| m.line);
    lines().any(|l| l == line) && lines().all(|l| l == line)
}

fn violated<'a>(
    view: &View<'a, '_>,
    claimed: &Mention,
    index: usize,
    fact: &Fact,
    findings: &mut Findings<'a>,
) -> Option<&'static str> {
    match &fact.rule {
        FactRule::CapacityGb(values) => capacity(view, claimed, values, findings),
        FactRule::Reference(values) => reference(view, values, findings),
        FactRule::Never(_) => never(view, claimed.brand, index as u16, findings),
        FactRule::Size(_) | FactRule::Colour(_) => None,
    }
}

/// The largest capacity that the title names is not one that exists.
fn capacity<'a>(
    view: &View<'a, '_>,
    claimed: &Mention,
    values: &[u32],
    findings: &mut Findings<'a>,
) -> Option<&'static str> {
    let title = view.text(Field::Title)?;
    let largest = amounts(&title.reading.normal).filter(|(_, unit)| *unit == "gb").map(|(amount, _)| amount).max()?;
    // Of goods of an untold kind only what is larger than anything is impossible.
    if view.kind.is_none() && largest <= largest_of(view, claimed.brand) {
        return None;
    }
    let impossible =
        largest >= MIN_STORAGE_GB && !values.contains(&largest) && !values.contains(&(largest / 1_024 * 1_000));
    if impossible {
        findings.see(Field::Title, Span::new(0, view.listing.title.len()));
    }
    impossible.then_some("capacity")
}

fn largest_of(view: &View<'_, '_>, brand: BrandId) -> u32 {
    let facts = view.snapshot.brand(brand).map_or(&[][..], |b| &b.facts);
    let capacities = facts
        .iter()
        .filter_map(|f| if let FactRule::CapacityGb(values) = &f.rule { values.iter().max() } else { None });
    capacities.max().copied().unwrap_or(u32::MAX)
}

/// Smaller figures are working memory, not storage.
const MIN_STORAGE_GB: u32 = 32;
const MIN_REFERENCE: usize = 4;

/// After "ref" stands a reference that does not exist.
fn reference<'a>(view: &View<'a, '_>, values: &[String], findings: &mut Findings<'a>) -> Option<&'static str> {
    let title = view.text(Field::Title)?;
    let tokens = title.reading.normal.tokens();
    let word = |i: usize| tokens.get(i).map_or("", |t| title.reading.normal.slice(t.span));
    let at = (0..tokens.len()).find(|i| {
        matches!(word(*i), "ref" | "reference" | "型号" | "реф") && tokens.get(i + 1).is_some_and(|t| t.digits)
    })?;
    let said = word(at + 1);
    let unknown =
        said.len() >= MIN_REFERENCE && !values.iter().any(|v| v.starts_with(said) || said.starts_with(v.as_str()));
    if unknown {
        findings.see(Field::Title, title.source(tokens[at + 1].span));
    }
    unknown.then_some("reference")
}

/// Words that never stood on a real one.
fn never<'a>(view: &View<'a, '_>, brand: BrandId, index: u16, findings: &mut Findings<'a>) -> Option<&'static str> {
    let texts =
        view.texts().iter().filter(|t| matches!(t.field, Field::Title | Field::Description | Field::Variant(_)));
    let mut seen = None;
    for text in texts {
        for (hit, _) in text.hits().filter(|(_, m)| *m == Meaning::Never(brand, index)) {
            findings.see(text.field, text.source(hit.span));
            seen = Some("detail");
        }
    }
    seen
}
