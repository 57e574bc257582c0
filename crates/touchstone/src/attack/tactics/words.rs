//! What sellers say around a name: that it fits, is like it, is not it, is old, was bought, is not the price.

use touchstone_knowledge::{Position, Role, TermClass};

use super::{change, rewritten};
use crate::attack::edit::{Change, Edit, Part, Place};
use crate::attack::scene::{Says, Scene, Target};

/// Terms of one class that are tried.
const MAX_TERMS: usize = 8;

/// "for Gucci"
pub(super) fn compatible(scene: &Scene<'_>) -> Vec<Edit> {
    beside_brand(scene, TermClass::Compatibility)
}

/// "style of Gucci", "inspired by Gucci"
pub(super) fn similar(scene: &Scene<'_>) -> Vec<Edit> {
    beside_brand(scene, TermClass::Comparison)
}

/// "not Gucci"
pub(super) fn negated(scene: &Scene<'_>) -> Vec<Edit> {
    beside_brand(scene, TermClass::Negation)
}

/// "the story of Gucci"
pub(super) fn about(scene: &Scene<'_>) -> Vec<Edit> {
    beside_brand(scene, TermClass::About)
}

/// "pre-owned"
pub(super) fn second_hand(scene: &Scene<'_>) -> Vec<Edit> {
    added(scene, TermClass::SecondHand)
}

/// "with receipt"
pub(super) fn receipt(scene: &Scene<'_>) -> Vec<Edit> {
    added(scene, TermClass::Provenance)
}

/// "import version"
pub(super) fn import(scene: &Scene<'_>) -> Vec<Edit> {
    added(scene, TermClass::GreyImport)
}

/// "deposit": the price is not the price.
pub(super) fn deposit(scene: &Scene<'_>) -> Vec<Edit> {
    added(scene, TermClass::PartialPrice)
}

/// "case for Gucci": the offer is something that fits what the brand makes.
pub(super) fn accessory(scene: &Scene<'_>) -> Vec<Edit> {
    let (Some(target), Some(brand)) = (scene.brands(), scene.brand) else { return Vec::new() };
    let known = &scene.snapshot.knowledge;
    let fits = |kind: &touchstone_knowledge::Kind| {
        kind.role == Role::Fits && kind.fits.iter().any(|k| brand.makes.contains(k))
    };
    let words = known
        .kind_words
        .iter()
        .filter(|(kind, language, _)| *language == scene.language && known.kinds.get(kind.index()).is_some_and(fits));
    let link = scene
        .terms(TermClass::Compatibility)
        .find(|(group, _)| group.position == Position::Before)
        .map_or("", |(_, term)| term);
    let glue = glue(scene);
    let mut phrases: Vec<String> =
        words.map(|(_, _, word)| format!("{}{glue}{link}{glue}", word.trim_end_matches('*'))).collect();
    phrases.sort_by_key(|p| (p.chars().count(), p.clone()));
    phrases.iter().take(MAX_TERMS).flat_map(|phrase| inserted(scene, target, phrase, true)).collect()
}

/// The condition field says `used`.
pub(super) fn condition_used(scene: &Scene<'_>) -> Vec<Edit> {
    let place = Place { start: 0, ..scene.draft.end_of(Part::Condition) };
    Edit::new(&scene.draft, vec![change(place, "used")], true).into_iter().collect()
}

/// Words of the replica trade, with a weaker one instead.
pub(super) fn weaker(scene: &Scene<'_>) -> Vec<Edit> {
    let terms: Vec<&str> = weaker_terms(scene);
    let words = scene.targets.iter().filter(|t| t.says == Says::Replica);
    words
        .flat_map(|target| terms.iter().filter_map(|term| rewritten(scene, target, |_| Some((*term).to_owned()))))
        .collect()
}

/// Replica words that are no admission, the weakest first.
fn weaker_terms<'s>(scene: &'s Scene<'_>) -> Vec<&'s str> {
    let mut terms: Vec<_> = scene
        .terms(TermClass::Replica)
        .filter(|(group, _)| group.strength < touchstone_knowledge::TermStrength::Explicit)
        .collect();
    terms.sort_by_key(|(group, _)| group.strength);
    terms.into_iter().map(|(_, term)| term).take(MAX_TERMS).collect()
}

/// Places taken out. Without its brand nobody knows what is on offer, unless a line still says it.
pub(super) fn dropped(scene: &Scene<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for target in &scene.targets {
        let brand = target.says == Says::Brand;
        edits.extend(taken_out(scene, &target.places, !brand));
        let names: Vec<Place> = target.places.iter().filter(|p| !target.lines.contains(p)).copied().collect();
        if brand && !names.is_empty() && names.len() < target.places.len() {
            edits.extend(taken_out(scene, &names, true));
        }
    }
    edits
}

fn taken_out(scene: &Scene<'_>, places: &[Place], readable: bool) -> Option<Edit> {
    Edit::new(&scene.draft, places.iter().map(|p| change(with_space(scene, *p), "")).collect(), readable)
}

/// The place with the space behind it, or before it.
pub(super) fn with_space(scene: &Scene<'_>, place: Place) -> Place {
    let text = scene.draft.part(place.part);
    let behind = text.get(place.end..).is_some_and(|t| t.starts_with(' '));
    let before = text.get(..place.start).is_some_and(|t| t.ends_with(' '));
    Place { end: place.end + usize::from(behind), start: place.start - usize::from(before && !behind), ..place }
}

/// The spaces around or inside a name taken away: "guccibelt", "louisvuitton".
pub(super) fn joined(scene: &Scene<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for target in &scene.targets {
        edits.extend(rewritten(scene, target, |word| Some(word.replace(' ', ""))));
        let space = |at: &dyn Fn(&Place) -> Option<usize>| -> Option<Edit> {
            let changes = target.places.iter().filter_map(|p| space_at(scene, p.part, at(p)?));
            Edit::new(&scene.draft, changes.collect(), true)
        };
        edits.extend(space(&|p| Some(p.end)));
        edits.extend(space(&|p| p.start.checked_sub(1)));
    }
    edits
}

fn space_at(scene: &Scene<'_>, part: Part, at: usize) -> Option<Change> {
    let place = Place { part, start: at, end: at + 1 };
    (scene.draft.at(place) == " ").then(|| change(place, ""))
}

/// What stands between two words of the listing's language.
fn glue(scene: &Scene<'_>) -> &'static str {
    if scene.is_spaceless() { "" } else { " " }
}

/// Terms that say something about a brand, put where they work: before or behind every mention.
fn beside_brand(scene: &Scene<'_>, class: TermClass) -> Vec<Edit> {
    let Some(target) = scene.brands() else { return Vec::new() };
    let phrases = scene.terms(class).take(2 * MAX_TERMS);
    phrases
        .flat_map(|(group, term)| {
            inserted(scene, target, &spaced(scene, term, group.position), group.position != Position::After)
        })
        .collect()
}

fn spaced(scene: &Scene<'_>, term: &str, position: Position) -> String {
    let glue = glue(scene);
    if position == Position::After { format!("{glue}{term}") } else { format!("{term}{glue}") }
}

/// The phrase beside the nearest mention of each part, and beside every mention.
fn inserted(scene: &Scene<'_>, target: &Target, phrase: &str, before: bool) -> Vec<Edit> {
    let nearest = |part: Part| {
        let there = target.places.iter().filter(move |p| p.part == part);
        if before { there.min_by_key(|p| p.start) } else { there.max_by_key(|p| p.end) }
    };
    let one_each: Vec<&Place> = [Part::Title, Part::Description].into_iter().filter_map(nearest).collect();
    let point = |p: &&Place| Place::point(p.part, if before { p.start } else { p.end });
    let at =
        |places: Vec<&Place>| Edit::new(&scene.draft, places.iter().map(|p| change(point(p), phrase)).collect(), true);
    [at(one_each), at(target.places.iter().collect())].into_iter().flatten().collect()
}

/// Terms that work anywhere, put at the end of the title, of the description.
fn added(scene: &Scene<'_>, class: TermClass) -> Vec<Edit> {
    let terms: Vec<&str> = scene.terms(class).map(|(_, term)| term).take(MAX_TERMS).collect();
    let parts = [Part::Title, Part::Description];
    let at_end = |part: Part, term: &str| {
        let lead = if scene.draft.part(part).is_empty() { "" } else { " " };
        Edit::new(&scene.draft, vec![change(scene.draft.end_of(part), format!("{lead}{term}"))], true)
    };
    terms.iter().flat_map(|term| parts.iter().filter_map(move |part| at_end(*part, term))).collect()
}
