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
    make: Make,
}

#[derive(Clone, Copy)]
enum Make {
    /// Rewrites a word, touching about so many letters.
    Letters(fn(&str, usize, &mut Rng) -> Option<String>),
    /// Looks at the listing as a whole.
    Listing(fn(&Scene<'_>) -> Vec<Edit>),
}

/// Every tactic, in the order of the report: mechanical disguises, misspellings, words.
pub(super) const TACTICS: &[Tactic] = &[
    Tactic { name: "homoglyph", make: Make::Letters(letters::homoglyph) },
    Tactic { name: "leetspeak", make: Make::Letters(letters::leetspeak) },
    Tactic { name: "separators", make: Make::Letters(letters::separators) },
    Tactic { name: "zero_width", make: Make::Letters(letters::zero_width) },
    Tactic { name: "marks", make: Make::Letters(letters::marks) },
    Tactic { name: "styled", make: Make::Letters(letters::styled) },
    Tactic { name: "censored", make: Make::Letters(letters::censored) },
    Tactic { name: "typo", make: Make::Letters(letters::typo) },
    Tactic { name: "split_word", make: Make::Letters(letters::split_word) },
    Tactic { name: "joined_words", make: Make::Listing(words::joined) },
    Tactic { name: "han_homophone", make: Make::Letters(han::homophone) },
    Tactic { name: "han_split", make: Make::Listing(han::split) },
    Tactic { name: "brand_initials", make: Make::Listing(brand::initials) },
    Tactic { name: "brand_nickname", make: Make::Listing(brand::nickname) },
    Tactic { name: "brand_native", make: Make::Listing(brand::native) },
    Tactic { name: "brand_by_line", make: Make::Listing(brand::line) },
    Tactic { name: "brand_moved", make: Make::Listing(brand::moved) },
    Tactic { name: "word_dropped", make: Make::Listing(words::dropped) },
    Tactic { name: "weaker_word", make: Make::Listing(words::weaker) },
    Tactic { name: "said_compatible", make: Make::Listing(words::compatible) },
    Tactic { name: "said_accessory", make: Make::Listing(words::accessory) },
    Tactic { name: "said_similar", make: Make::Listing(words::similar) },
    Tactic { name: "said_not", make: Make::Listing(words::negated) },
    Tactic { name: "said_about", make: Make::Listing(words::about) },
    Tactic { name: "said_second_hand", make: Make::Listing(words::second_hand) },
    Tactic { name: "said_receipt", make: Make::Listing(words::receipt) },
    Tactic { name: "said_import", make: Make::Listing(words::import) },
    Tactic { name: "said_deposit", make: Make::Listing(words::deposit) },
    Tactic { name: "condition_used", make: Make::Listing(words::condition_used) },
];

/// Disguises that a program can undo: these must not work. The integration test holds them down.
pub(super) const MECHANICAL: [&str; 6] = ["homoglyph", "leetspeak", "separators", "zero_width", "marks", "styled"];

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
        assert!(MECHANICAL.iter().all(|m| names.contains(m)));
    }

    #[test]
    fn spreading_keeps_the_ends() {
        assert_eq!(spread(vec![1, 2, 3], 5), [1, 2, 3]);
        assert_eq!(spread((0..100).collect(), 4), [0, 33, 66, 99]);
        assert_eq!(spread((0..10).collect::<Vec<_>>(), 1), [0]);
    }
}
