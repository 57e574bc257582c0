//! What an attacker aims at: where the listing names brands, and which words the decision stands on.

use touchstone_catalog::Listing;
use touchstone_knowledge::{Brand, BrandId, KindId, Snapshot, TermClass};
use touchstone_screening::{Decision, SignalValue};
use touchstone_signals::{Context, Field, Scratch, View};

use super::edit::{Draft, Part, Place};

/// One caught listing, as the tactics see it.
pub(super) struct Scene<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) draft: Draft,
    /// Every mention of a brand in title and description, then every word of evidence by itself.
    pub(super) targets: Vec<Target>,
    /// The brand that the offer is of, or is compared with.
    pub(super) brand: Option<&'s Brand>,
    /// The kind of goods on offer, as far as it can be told.
    pub(super) kind: Option<KindId>,
    /// ISO 639 code; English where it could not be told.
    pub(super) language: String,
}

/// Places that are rewritten together.
pub(super) struct Target {
    /// What stands there.
    pub(super) says: Says,
    pub(super) places: Vec<Place>,
    /// Those of the places where a product line is named, not the brand itself.
    pub(super) lines: Vec<Place>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// The brand's name, or the name of a line.
    Brand,
    /// Words of the replica trade.
    Replica,
    /// Other words that speak against the listing.
    Word,
}

/// Words of evidence that are attacked one by one, at most.
const MAX_WORDS: usize = 6;

impl<'s> Scene<'s> {
    /// Reads a caught listing with the eyes of the screener.
    pub(super) fn of(snapshot: &'s Snapshot, scratch: &mut Scratch, listing: Listing<'_>, decision: &Decision) -> Self {
        let draft = Draft::of(&listing);
        let view = scratch.view(snapshot, listing, Context::default());
        let mut targets: Vec<Target> = brand_targets(&view, &draft);
        targets.extend(word_targets(decision, &draft, &targets));
        let accused = view.claimed().or(view.mentions.first()).and_then(|m| snapshot.brand(m.brand));
        Self { snapshot, draft, targets, brand: accused, kind: view.kind, language: language(decision, snapshot) }
    }

    /// The target that holds every mention of every brand.
    pub(super) fn brands(&self) -> Option<&Target> {
        self.targets.iter().find(|t| t.says == Says::Brand)
    }

    /// The language writes words without spaces between them.
    pub(super) fn is_spaceless(&self) -> bool {
        matches!(self.language.as_str(), "zh" | "ja" | "th")
    }

    /// Terms of a class in the listing's language, shortest first; of stems only the stem.
    pub(super) fn terms(&self, class: TermClass) -> impl Iterator<Item = (&touchstone_knowledge::Group, &str)> {
        let groups =
            self.snapshot.knowledge.groups.iter().filter(move |g| g.class == class && g.language == self.language);
        let mut terms: Vec<_> =
            groups.flat_map(|g| g.terms.iter().map(move |t| (g, t.trim_end_matches('*')))).collect();
        terms.sort_by_key(|(_, term)| (term.chars().count(), *term));
        terms.dedup_by_key(|(_, term)| *term);
        terms.into_iter()
    }
}

fn language(decision: &Decision, snapshot: &Snapshot) -> String {
    let told = match decision.signals.get("language") {
        Some(SignalValue::Text(language)) => language.as_str(),
        _ => "en",
    };
    let spoken = snapshot.knowledge.groups.iter().any(|g| g.language == told);
    if spoken { told } else { "en" }.to_owned()
}

fn part_of(field: Field) -> Option<Part> {
    match field {
        Field::Title => Some(Part::Title),
        Field::Description => Some(Part::Description),
        _ => None,
    }
}

/// All brands together, and each by itself where there are several.
fn brand_targets(view: &View<'_, '_>, draft: &Draft) -> Vec<Target> {
    let mut brands: Vec<BrandId> = view.mentions.iter().map(|m| m.brand).collect();
    brands.sort_unstable();
    brands.dedup();
    let each = brands.iter().filter(|_| brands.len() > 1).map(|b| brand_target(view, draft, Some(*b)));
    std::iter::once(brand_target(view, draft, None)).chain(each).filter(|t| !t.places.is_empty()).collect()
}

fn brand_target(view: &View<'_, '_>, draft: &Draft, only: Option<BrandId>) -> Target {
    let mut target = Target { says: Says::Brand, places: Vec::new(), lines: Vec::new() };
    for mention in view.mentions.iter().filter(|m| only.is_none_or(|b| b == m.brand)) {
        let Some(part) = part_of(mention.field) else { continue };
        let place = Place { part, start: mention.source.start as usize, end: mention.source.end as usize };
        if draft.at(place).is_empty() || target.places.iter().any(|p| overlap(p, &place)) {
            continue;
        }
        target.places.push(place);
        target.lines.extend(mention.line.map(|_| place));
    }
    target
}

fn overlap(a: &Place, b: &Place) -> bool {
    a.part == b.part && a.start < b.end && b.start < a.end
}

/// All words that the fired rules show, and each by itself, as far as they are no brand's name.
fn word_targets(decision: &Decision, draft: &Draft, brands: &[Target]) -> Vec<Target> {
    let mut words: Vec<(Says, Place)> = Vec::new();
    for evidence in decision.reasons.iter().flat_map(|r| &r.evidence) {
        let part = match evidence.field.as_str() {
            "title" => Part::Title,
            "description" => Part::Description,
            _ => continue,
        };
        let place = Place { part, start: evidence.start as usize, end: evidence.end as usize };
        let named =
            brands.iter().flat_map(|t| &t.places).chain(words.iter().map(|(_, p)| p)).any(|p| overlap(p, &place));
        if !draft.at(place).is_empty() && !named && words.len() < MAX_WORDS {
            let replica = evidence.signal.starts_with("replica_");
            words.push((if replica { Says::Replica } else { Says::Word }, place));
        }
    }
    let together = |says: &[Says]| words.iter().filter(|(s, _)| says.contains(s)).map(|(_, p)| *p).collect::<Vec<_>>();
    let joint = [(Says::Word, together(&[Says::Word, Says::Replica])), (Says::Replica, together(&[Says::Replica]))];
    let several = joint.into_iter().filter(|(_, places)| places.len() > 1);
    several
        .chain(words.iter().map(|(says, p)| (*says, vec![*p])))
        .map(|(says, places)| Target { says, places, lines: Vec::new() })
        .collect()
}
