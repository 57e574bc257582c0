//! An edit of a listing: what changes where, what that costs, and whether a buyer can still read it.

use touchstone_catalog::Listing;

/// What a seller may rewrite. The brand field, the price and the category are left as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Title,
    Description,
    /// The condition in the feed: `new`, `used`, or absent.
    Condition,
}

/// What a seller may rewrite of one listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) condition: String,
}

/// A range of bytes of one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) part: Part,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What stands at a place afterwards.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Change {
    pub(super) place: Place,
    pub(super) text: String,
}

/// Changes that are made together, in order of place, none over another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) changes: Vec<Change>,
    /// Characters that were put in, taken out or replaced.
    pub(super) cost: usize,
    /// A buyer can still tell what is on offer.
    pub(super) readable: bool,
}

impl Place {
    /// The empty place before byte `at`.
    pub(super) fn point(part: Part, at: usize) -> Self {
        Self { part, start: at, end: at }
    }

    /// Two changes at these places would get in each other's way. Two insertions at one point don't.
    fn crosses(&self, other: &Self) -> bool {
        self.part == other.part && self.start < other.end && other.start < self.end
    }
}

impl Draft {
    pub(super) fn of(listing: &Listing<'_>) -> Self {
        let own = str::to_owned;
        Self { title: own(listing.title), description: own(listing.description), condition: own(listing.condition) }
    }

    pub(super) fn part(&self, part: Part) -> &str {
        match part {
            Part::Title => &self.title,
            Part::Description => &self.description,
            Part::Condition => &self.condition,
        }
    }

    fn part_mut(&mut self, part: Part) -> &mut String {
        match part {
            Part::Title => &mut self.title,
            Part::Description => &mut self.description,
            Part::Condition => &mut self.condition,
        }
    }

    /// What stands at a place; empty when it is no place of this draft.
    pub(super) fn at(&self, place: Place) -> &str {
        self.part(place.part).get(place.start..place.end).unwrap_or_default()
    }

    /// The place where one can add to a part.
    pub(super) fn end_of(&self, part: Part) -> Place {
        Place::point(part, self.part(part).len())
    }

    /// The draft after an edit.
    pub(super) fn edited(&self, edit: &Edit) -> Self {
        let mut draft = self.clone();
        // From the back, so that the places before stay where they are.
        for change in edit.changes.iter().rev() {
            draft.part_mut(change.place.part).replace_range(change.place.start..change.place.end, &change.text);
        }
        draft
    }

    /// The listing with what this draft says.
    pub(super) fn on<'a>(&'a self, listing: Listing<'a>) -> Listing<'a> {
        Listing { title: &self.title, description: &self.description, condition: &self.condition, ..listing }
    }
}

impl Edit {
    /// The edit that makes these changes; nothing when they change nothing or cross each other.
    pub(super) fn new(draft: &Draft, mut changes: Vec<Change>, readable: bool) -> Option<Self> {
        changes.retain(|c| draft.at(c.place) != c.text);
        changes.sort();
        let crossed = changes.windows(2).any(|w| w[0].place.crosses(&w[1].place));
        let cost = changes.iter().map(|c| distance(draft.at(c.place), &c.text)).sum();
        (cost > 0 && !crossed).then_some(Self { changes, cost, readable })
    }

    /// Both edits, unless they get in each other's way.
    pub(super) fn with(&self, draft: &Draft, other: &Self) -> Option<Self> {
        let changes = self.changes.iter().chain(&other.changes).cloned().collect();
        Self::new(draft, changes, self.readable && other.readable)
    }
}

/// Fewest characters to put in, take out or replace to get from `a` to `b` (Levenshtein 1966).
pub(super) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn draft(title: &str) -> Draft {
        Draft { title: title.to_owned(), description: String::new(), condition: "new".to_owned() }
    }

    fn change(start: usize, end: usize, text: &str) -> Change {
        Change { place: Place { part: Part::Title, start, end }, text: text.to_owned() }
    }

    #[test]
    fn distances() {
        for (a, b, n) in [
            ("", "", 0),
            ("gucci", "gucci", 0),
            ("gucci", "guсci", 1),
            ("new", "used", 3),
            ("古驰", "古池", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(a, b), n, "{a} {b}");
        }
    }

    #[test]
    fn changes_are_made_from_the_back() {
        let draft = draft("Gucci belt");
        let edit = Edit::new(&draft, vec![change(0, 5, "GG"), change(10, 10, ", used")], true).unwrap();
        assert_eq!(draft.edited(&edit).title, "GG belt, used");
        assert_eq!(edit.cost, 10);
    }

    #[test]
    fn edits_that_cross_are_not_joined() {
        let draft = draft("Gucci belt");
        let one = Edit::new(&draft, vec![change(0, 5, "GG")], true).unwrap();
        let inside = Edit::new(&draft, vec![change(1, 1, ".")], true).unwrap();
        let behind = Edit::new(&draft, vec![change(5, 5, " style")], true).unwrap();
        assert_eq!(one.with(&draft, &inside), None);
        assert_eq!(draft.edited(&one.with(&draft, &behind).unwrap()).title, "GG style belt");
        assert_eq!(behind.with(&draft, &behind).map(|e| draft.edited(&e).title), Some("Gucci style style belt".into()));
    }

    #[test]
    fn what_changes_nothing_is_no_edit() {
        assert_eq!(Edit::new(&draft("Gucci"), vec![change(0, 5, "Gucci")], true), None);
    }
}
