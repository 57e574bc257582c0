//! What sellers say instead of a brand's name: initials, a nickname, another script, a product line; or elsewhere.

use super::words::with_space;
use super::change;
use crate::attack::edit::{Change, Edit, Part, Place};
use crate::attack::scene::{Scene, Target};

/// Names that are tried of each sort.
const MAX_NAMES: usize = 6;

/// Initials that the knowledge has, or that the name makes; those of one letter tell nobody anything.
pub(super) fn initials(scene: &Scene<'_>) -> Vec<Edit> {
    let Some(brand) = scene.brand else { return Vec::new() };
    let known: Vec<&str> = brand.names.ambiguous.iter().map(String::as_str).collect();
    let made: String = brand.name.split([' ', '-', '&']).filter_map(|w| w.chars().next()).collect();
    let mut edits = instead(scene, &known, true);
    if !known.contains(&made.as_str()) {
        edits.extend(instead(scene, &[&made], made.chars().count() > 1));
    }
    edits
}

/// What the trade calls the brand.
pub(super) fn nickname(scene: &Scene<'_>) -> Vec<Edit> {
    names(scene, |b| &b.names.nicknames)
}

/// The brand in another script.
pub(super) fn native(scene: &Scene<'_>) -> Vec<Edit> {
    names(scene, |b| &b.names.native)
}

/// A product line that says which brand it is.
pub(super) fn line(scene: &Scene<'_>) -> Vec<Edit> {
    let Some(brand) = scene.brand else { return Vec::new() };
    let lines: Vec<&str> = brand.lines.iter().flat_map(|l| l.ambiguous.iter().chain(&l.names)).map(String::as_str).collect();
    instead(scene, &lines, true)
}

fn names(scene: &Scene<'_>, sort: fn(&touchstone_knowledge::Brand) -> &Vec<String>) -> Vec<Edit> {
    let names: Vec<&str> = scene.brand.map_or(Vec::new(), |b| sort(b).iter().map(String::as_str).collect());
    instead(scene, &names, true)
}

/// Each of `names` instead of every name of the brand; product lines stay once and go once.
fn instead(scene: &Scene<'_>, names: &[&str], readable: bool) -> Vec<Edit> {
    let Some(target) = scene.brands() else { return Vec::new() };
    let mut shortest = names.to_vec();
    shortest.sort_by_key(|n| (n.chars().count(), *n));
    let tries = shortest.iter().take(MAX_NAMES).flat_map(|name| [true, false].map(|keep_lines| (name, keep_lines)));
    tries.filter_map(|(name, keep_lines)| Edit::new(&scene.draft, renamed(scene, target, name, keep_lines), readable)).collect()
}

/// The first name of each part becomes `name`, the others go. Lines stay if told so and a name is left to replace.
fn renamed(scene: &Scene<'_>, target: &Target, name: &str, keep_lines: bool) -> Vec<Change> {
    let only_lines = target.lines.len() == target.places.len();
    let stays = |p: &&Place| keep_lines && !only_lines && target.lines.contains(p);
    let mut seen: Vec<Part> = Vec::new();
    let mut changes = Vec::new();
    for place in target.places.iter().filter(|p| !stays(p)) {
        if seen.contains(&place.part) {
            changes.push(change(with_space(scene, *place), ""));
        } else {
            seen.push(place.part);
            changes.push(change(*place, name));
        }
    }
    changes
}

/// The brand out of the title and to the end of the description, where fewer look.
pub(super) fn moved(scene: &Scene<'_>) -> Vec<Edit> {
    let Some(target) = scene.brands() else { return Vec::new() };
    let titled: Vec<Place> = target.places.iter().filter(|p| p.part == Part::Title).copied().collect();
    let names: Vec<&str> = titled.iter().map(|p| scene.draft.at(*p)).collect();
    let lead = if scene.draft.description.is_empty() { "" } else { " " };
    let mut changes: Vec<Change> = titled.iter().map(|p| change(with_space(scene, *p), "")).collect();
    changes.push(change(scene.draft.end_of(Part::Description), format!("{lead}{}", names.join(" "))));
    let edit = (!titled.is_empty()).then(|| Edit::new(&scene.draft, changes, true));
    edit.flatten().into_iter().collect()
}
