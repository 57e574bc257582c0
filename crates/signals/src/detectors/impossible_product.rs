//! The claimed product never existed.

mod capacity;
mod colour;
mod measure;
mod reference;
mod release;
mod size;

use touchstone_knowledge::{Brand, Fact, FactRule, Meaning};
use touchstone_text::Span;

use super::shared::denied;
use crate::findings::{Field, Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::{Mention, Text, View};

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "impossible_product",
    version: 2,
    kind: ValueKind::Text,
    family: "product",
    sayable: true,
    doc: "The claimed product never existed: `kind` (the brand never made such goods), `capacity` (no such storage size), `amount` (more than any has), `size`, `colour`, `reference` (no such number, or another line's), `year` (a model year long before the line came out) or `detail` (words that never stood on a real one). Only the title is believed, for `detail` the description and variants too, and only one line at a time; what no fact settles is null.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Apple iPhone 13 2TB"}"#, value: "capacity" },
        Example { listing: r#"{"id":"1","title":"Apple iPhone 13 128GB"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Apple iPhone 13 128GB + 2TB iCloud"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Gucci disposable vape"}"#, value: "kind" },
        Example { listing: r#"{"id":"1","title":"Makita BL1890 18V battery 9.0Ah"}"#, value: "amount" },
        Example { listing: r#"{"id":"1","title":"Makita BL1850B 18V battery 5.0Ah"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Hermes Birkin 27 togo leather bag"}"#, value: "size" },
        Example { listing: r#"{"id":"1","title":"Hermes Birkin 30 togo leather bag"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Apple AirPods Pro 2 black, sealed"}"#, value: "colour" },
        Example { listing: r#"{"id":"1","title":"Apple AirPods Pro 2 with black case"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Rolex GMT-Master II 116710BLRO watch"}"#, value: "reference" },
        Example { listing: r#"{"id":"1","title":"Rolex GMT-Master II 126710BLRO watch"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Apple AirPods Pro, model 2014"}"#, value: "year" },
        Example { listing: r#"{"id":"1","title":"Apple AirPods Pro, model 2021"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Rolex Submariner watch, quartz"}"#, value: "detail" },
        Example { listing: r#"{"id":"1","title":"Rolex Submariner watch, not quartz"}"#, value: "null" },
    ],
    detect,
};

/// Places of one text that are looked at for what never stood on a real one.
const MAX_SAID: usize = 64;

/// What a fact is held against.
struct Claim<'v, 'a, 's> {
    view: &'v View<'a, 's>,
    mention: &'v Mention,
    brand: &'a Brand,
    title: &'s Text,
    /// The one line of the brand that the title names by a word; none when it names several, as bundles do.
    line: Option<&'v Mention>,
}

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let Some(mention) = view.claimed().filter(|m| m.field != Field::Brand) else { return Value::Null };
    let Some(brand) = view.snapshot.brand(mention.brand) else { return Value::Null };
    if view.kind.is_some_and(|k| brand.never_makes.contains(&k)) && !view.authorised(mention.brand) {
        findings.see(mention.field, mention.source);
        return Value::Text("kind");
    }
    let Some(title) = view.text(Field::Title) else { return Value::Null };
    let claim = Claim { view, mention, brand, title, line: only_line(view, mention, title) };
    if let Some(place) = capacity::beyond_kind(&claim) {
        findings.see(Field::Title, place);
        return Value::Text("capacity");
    }
    let mut held = brand.facts.iter().enumerate().filter(|(_, fact)| claim.concerns(fact));
    let broken = held.find_map(|(index, fact)| claim.breaks(index as u16, fact, findings));
    broken.or_else(|| release::breaks(&claim, findings)).into()
}

fn only_line<'v>(view: &'v View<'_, '_>, claimed: &Mention, title: &Text) -> Option<&'v Mention> {
    let in_title = |m: &&Mention| m.brand == claimed.brand && m.field == Field::Title && m.line.is_some();
    // A reference names a line too, but may be what is wrong.
    let by_word = |m: &&Mention| reference::is_word(title.reading.normal.slice(m.span));
    let mut lines = view.mentions.iter().filter(in_title).filter(by_word);
    let first = lines.next()?;
    lines.all(|m| m.line == first.line).then_some(first)
}

impl<'a> Claim<'_, 'a, '_> {
    fn concerns(&self, fact: &Fact) -> bool {
        // Only what is impossible for goods of any kind is so for those of an untold one.
        let untold = matches!(fact.rule, FactRule::CapacityGb(_) | FactRule::Never(_));
        let kind = fact.kind.is_none_or(|k| self.view.kind.map_or(untold, |offered| offered == k));
        kind && fact.line.is_none_or(|line| self.line() == Some(line))
    }

    fn line(&self) -> Option<u16> {
        self.line.and_then(|m| m.line)
    }

    fn breaks(&self, index: u16, fact: &Fact, findings: &mut Findings<'a>) -> Option<&'static str> {
        let (value, place) = match &fact.rule {
            FactRule::CapacityGb(values) => ("capacity", capacity::breaks(self, values)?),
            FactRule::Most(most) => ("amount", measure::exceeds(self, *most)?),
            FactRule::Size(sizes) => ("size", size::breaks(self, sizes)?),
            FactRule::NeverColour(colours) => return colour::breaks(self, colours, findings),
            FactRule::Reference(all) => ("reference", reference::unknown(self, fact.line, all)?),
            FactRule::KnownReference(own) => ("reference", reference::of_other_line(self, own)?),
            FactRule::Never(_) => return self.never(index, findings),
        };
        findings.see(Field::Title, place);
        Some(value)
    }

    /// Words that never stood on a real one, unless they are denied.
    fn never(&self, index: u16, findings: &mut Findings<'a>) -> Option<&'static str> {
        let meaning = Meaning::Never(self.mention.brand, index);
        let told = |field| matches!(field, Field::Title | Field::Description | Field::Variant(_) | Field::Detail(_));
        let mut seen = None;
        for text in self.view.texts().iter().filter(|t| told(t.field)) {
            let said = text.hits().filter(|(_, m)| *m == meaning).take(MAX_SAID);
            for (hit, _) in said.filter(|(hit, _)| !denied(self.view, text, hit.span)) {
                findings.see(text.field, text.source(hit.span));
                seen = Some("detail");
            }
        }
        seen
    }

    /// A token of the title.
    fn word(&self, index: usize) -> &str {
        let normal = &self.title.reading.normal;
        normal.tokens().get(index).map_or("", |t| normal.slice(t.span))
    }

    /// A token of the title, as the seller wrote it.
    fn written(&self, index: usize) -> &str {
        self.view.listing.title.get(self.place(index).range()).unwrap_or_default()
    }

    /// Where a token of the title stands in the original.
    fn place(&self, index: usize) -> Span {
        let token = self.title.reading.normal.tokens().get(index);
        token.map_or_else(Span::default, |t| self.title.source(t.span))
    }
}
