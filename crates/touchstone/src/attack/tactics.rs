//! The tactics: each a small pure generator of edits, with a name and the group it belongs to.
//!
//! ```text
//! Scene ─► tactic ─► Edit { changes, cost, readable }     the same for the same seed
//! ```
//!
//! What a disguise does to a word stands in [`letters`], what can be said around a brand in
//! [`words`], what can be said instead of it in [`brand`], and what Chinese allows in [`han`].
//! Words and names come from the knowledge under attack; so the tool needs no list of its own that
//! would age, and attacks every language that the knowledge speaks.

mod alphabets;
mod brand;
mod han;
mod letters;
mod words;

use super::edit::{Change, Edit, Place};
use super::random::Rng;
use super::scene::{Scene, Target};

/// One way to get a listing past the screener.
pub(super) struct Tactic {
    /// Immutable name, in reports and JSON lines.
    pub(super) name: &'static str,
    pub(super) group: Group,
    make: Make,
}

/// What tactics of one kind have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    /// Disguises that a program can undo: these must not work. The integration test holds them down.
    Mechanical,
    /// Other letters or other spaces, by plan or by mistake.
    Misspelling,
    /// The brand by another name, elsewhere, or not at all.
    OtherName,
    /// Words that say something innocent.
    Innocent,
}

#[derive(Clone, Copy)]
enum Make {
    /// Rewrites a word, touching about so many letters.
    Letters(fn(&str, usize, &mut Rng) -> Option<String>),
    /// Looks at the listing as a whole.
    Listing(fn(&Scene<'_>) -> Vec<Edit>),
}

const fn letters(name: &'static str, group: Group, make: fn(&str, usize, &mut Rng) -> Option<String>) -> Tactic {
    Tactic { name, group, make: Make::Letters(make) }
}

const fn listing(name: &'static str, group: Group, make: fn(&Scene<'_>) -> Vec<Edit>) -> Tactic {
    Tactic { name, group, make: Make::Listing(make) }
}

/// Every tactic, in the order of the report.
pub(super) const TACTICS: &[Tactic] = &[
    letters("homoglyph", Group::Mechanical, letters::homoglyph),
    letters("leetspeak", Group::Mechanical, letters::leetspeak),
    letters("separators", Group::Mechanical, letters::separators),
    letters("zero_width", Group::Mechanical, letters::zero_width),
    letters("marks", Group::Mechanical, letters::marks),
    letters("styled", Group::Mechanical, letters::styled),
    letters("censored", Group::Misspelling, letters::censored),
    letters("typo", Group::Misspelling, letters::typo),
    letters("split_word", Group::Misspelling, letters::split_word),
    listing("joined_words", Group::Misspelling, words::joined),
    letters("han_homophone", Group::Misspelling, han::homophone),
    listing("han_split", Group::Misspelling, han::split),
    listing("brand_initials", Group::OtherName, brand::initials),
    listing("brand_nickname", Group::OtherName, brand::nickname),
    listing("brand_native", Group::OtherName, brand::native),
    listing("brand_by_line", Group::OtherName, brand::line),
    listing("brand_moved", Group::OtherName, brand::moved),
    listing("word_dropped", Group::OtherName, words::dropped),
    listing("weaker_word", Group::Innocent, words::weaker),
    listing("said_compatible", Group::Innocent, words::compatible),
    listing("said_accessory", Group::Innocent, words::accessory),
    listing("said_similar", Group::Innocent, words::similar),
    listing("said_not", Group::Innocent, words::negated),
    listing("said_about", Group::Innocent, words::about),
    listing("said_second_hand", Group::Innocent, words::second_hand),
    listing("said_receipt", Group::Innocent, words::receipt),
    listing("said_import", Group::Innocent, words::import),
    listing("said_deposit", Group::Innocent, words::deposit),
    listing("condition_used", Group::Innocent, words::condition_used),
];

impl Group {
    /// Its heading in the report.
    pub(super) fn heading(self) -> &'static str {
        match self {
            Self::Mechanical => "disguises that a program can undo",
            Self::Misspelling => "other letters, other spaces",
            Self::OtherName => "another name, elsewhere, or none",
            Self::Innocent => "innocent words",
        }
    }
}

/// One of the characters that the tactics hide between letters.
pub(super) fn is_invisible(c: char) -> bool {
    alphabets::INVISIBLE.iter().any(|sign| sign.starts_with(c))
}

/// How many letters a disguise touches, try by try; the last ones touch all.
const STRENGTHS: [usize; 12] = [1, 1, 1, 1, 1, 2, 2, 2, 3, 3, usize::MAX, usize::MAX];

impl Tactic {
    /// At most `max` edits, from the cheapest to the dearest.
    pub(super) fn edits(&self, scene: &Scene<'_>, rng: &mut Rng, max: usize) -> Vec<Edit> {
        let mut edits = match self.make {
            Make::Letters(disguise) => disguised(scene, rng, disguise),
            Make::Listing(make) => make(scene),
        };
        edits.sort_by(|a, b| (!a.readable, a.cost, &a.changes).cmp(&(!b.readable, b.cost, &b.changes)));
        edits.dedup();
        spread(edits, max)
    }
}

/// Every target in every strength.
fn disguised(scene: &Scene<'_>, rng: &mut Rng, disguise: fn(&str, usize, &mut Rng) -> Option<String>) -> Vec<Edit> {
    let tries = scene.targets.iter().flat_map(|t| STRENGTHS.iter().map(move |k| (t, *k)));
    tries.filter_map(|(target, k)| rewritten(scene, target, |word| disguise(word, k, rng))).collect()
}

/// The edit that rewrites every place of a target; places that the disguise can't touch stay.
fn rewritten(scene: &Scene<'_>, target: &Target, mut rewrite: impl FnMut(&str) -> Option<String>) -> Option<Edit> {
    let changes = target.places.iter().filter_map(|p| Some(change(*p, rewrite(scene.draft.at(*p))?)));
    Edit::new(&scene.draft, changes.collect(), true)
}

fn change(place: Place, text: impl Into<String>) -> Change {
    Change { place, text: text.into() }
}

/// `max` of the items at even steps, the first and the last among them.
fn spread<T>(items: Vec<T>, max: usize) -> Vec<T> {
    let (count, steps) = (items.len(), max.max(2) - 1);
    if count <= max {
        return items;
    }
    let wanted: Vec<usize> = (0..max).map(|i| i * (count - 1) / steps).collect();
    items.into_iter().enumerate().filter(|(i, _)| wanted.binary_search(i).is_ok()).map(|(_, item)| item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_of_a_kind() {
        let mut names: Vec<&str> = TACTICS.iter().map(|t| t.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), TACTICS.len());
        assert!(TACTICS.is_sorted_by_key(|t| t.group as u8), "a group stands together in the report");
    }

    #[test]
    fn spreading_keeps_the_ends() {
        assert_eq!(spread(vec![1, 2, 3], 5), [1, 2, 3]);
        assert_eq!(spread((0..100).collect(), 4), [0, 33, 66, 99]);
        assert_eq!(spread((0..10).collect::<Vec<_>>(), 1), [0]);
    }
}
