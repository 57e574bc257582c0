//! What sellers say instead of a brand's name: initials, a nickname, another script, a product line; or elsewhere.

use touchstone_knowledge::{Brand, Line};

use super::change;
use super::words::with_space;
use crate::attack::edit::{Change, Edit, Part, Place};
use crate::attack::scene::{Scene, Target};

/// Names that are tried of each sort.
const MAX_NAMES: usize = 6;

/// Initials that the knowledge has, or that the name makes; those of one letter tell nobody anything.
pub(super) fn initials(scene: &Scene<'_>) -> Vec<Edit> {
    let Some(brand) = scene.brand else { return Vec::new() };
    let known: Vec<&str> = brand.names.ambiguous.iter().map(String::as_str).collect();
    let made: String = brand.name.split([' ', '-', '&']).filter_map(|w| w.chars().next()).collect();
    let mut edits = instead(scene, &known, |name| is_read(name, &scene.language));
    if !known.contains(&made.as_str()) {
        edits.extend(instead(scene, &[&made], |name| name.chars().count() > 1));
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

/// A product line that says which brand it is, of the kind on offer.
pub(super) fn line(scene: &Scene<'_>) -> Vec<Edit> {
    let Some(brand) = scene.brand else { return Vec::new() };
    let fits = |line: &&Line| scene.kind.is_none() || line.kind == scene.kind;
    let names: Vec<&str> =
        brand.lines.iter().filter(fits).flat_map(|l| l.ambiguous.iter().chain(&l.names)).map(String::as_str).collect();
    instead(scene, &names, |name| is_read(name, &scene.language))
}

fn names(scene: &Scene<'_>, sort: fn(&Brand) -> &Vec<String>) -> Vec<Edit> {
    let names: Vec<&str> = scene.brand.map_or(Vec::new(), |b| sort(b).iter().map(String::as_str).collect());
    instead(scene, &names, |name| is_read(name, &scene.language))
}

/// Each of `names` instead of every name of the brand; product lines stay once and go once.
fn instead(scene: &Scene<'_>, names: &[&str], readable: impl Fn(&str) -> bool) -> Vec<Edit> {
    let Some(target) = scene.brands() else { return Vec::new() };
    let mut shortest = names.to_vec();
    shortest.sort_by_key(|n| (!readable(n), n.chars().count(), *n));
    let tries = shortest.iter().take(MAX_NAMES).flat_map(|name| [true, false].map(|keep_lines| (name, keep_lines)));
    tries
        .filter_map(|(name, keep_lines)| {
            Edit::new(&scene.draft, renamed(scene, target, name, keep_lines), readable(name))
        })
        .collect()
}

/// Can buyers of this language read the script of a name? Everybody reads Latin letters.
fn is_read(name: &str, language: &str) -> bool {
    name.chars().filter(|c| c.is_alphabetic()).all(|c| match c {
        '\u{0}'..='\u{36f}' | '\u{1e00}'..='\u{1eff}' => true,
        '\u{400}'..='\u{52f}' => language == "ru",
        '\u{600}'..='\u{6ff}' => language == "ar",
        '\u{e00}'..='\u{e7f}' => language == "th",
        '\u{3040}'..='\u{30ff}' => language == "ja",
        '\u{3400}'..='\u{9fff}' => matches!(language, "zh" | "ja"),
        '\u{ac00}'..='\u{d7a3}' => language == "ko",
        _ => false,
    })
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

#[cfg(test)]
mod tests {
    use super::is_read;

    #[test]
    fn scripts_and_their_readers() {
        assert!(
            is_read("Vuitton", "ar")
                && is_read("Hermès", "zh")
                && is_read("古驰", "ja")
                && is_read("グッチ", "ja")
                && is_read("샤넬", "ko")
        );
        assert!(
            !is_read("古驰", "en") && !is_read("グッチ", "zh") && !is_read("Гуччи", "tr") && !is_read("אדידס", "en")
        );
    }
}
