//! Counts of verdicts, by half.

use std::collections::BTreeMap;

use touchstone_screening::Verdict;

use crate::half::{Half, Split};
use crate::run::Judged;

/// What is counted as the event of a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A review or a block.
    Stopped,
    /// A block.
    Blocked,
    /// Neither.
    Allowed,
}

/// Counts of one group of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All rows.
    pub rows: u64,
    /// Rows that a person looks at.
    pub reviews: u64,
    /// Rows that do not go up.
    pub blocks: u64,
    /// Rows that the baseline stops.
    pub rival: u64,
}

impl Tally {
    fn add(&mut self, row: &Judged<'_>) {
        self.rows += 1;
        self.reviews += u64::from(row.outcome.verdict == Verdict::Review);
        self.blocks += u64::from(row.outcome.verdict == Verdict::Block);
        self.rival += u64::from(row.rival.stops);
    }

    /// How often it happened.
    pub fn hits(&self, event: Event) -> u64 {
        match event {
            Event::Stopped => self.reviews + self.blocks,
            Event::Blocked => self.blocks,
            Event::Allowed => self.rows - self.reviews - self.blocks,
        }
    }

    /// How often the baseline did it; it blocks nothing.
    pub fn rival_hits(&self, event: Event) -> Option<u64> {
        match event {
            Event::Stopped => Some(self.rival),
            Event::Blocked => None,
            Event::Allowed => Some(self.rows - self.rival),
        }
    }
}

/// Counts of both halves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Halves {
    /// The half that mistakes are listed of.
    pub tune: Tally,
    /// The half that stays unseen.
    pub held: Tally,
}

impl Halves {
    /// Counts rows.
    pub fn of<'r>(rows: impl Iterator<Item = Judged<'r>>) -> Self {
        let mut halves = Self::default();
        rows.for_each(|row| halves.add(&row));
        halves
    }

    /// Counts rows group by group, in the order of the groups' names.
    pub fn by<'r>(rows: impl Iterator<Item = Judged<'r>>, group: fn(&Judged<'r>) -> &'r str) -> BTreeMap<String, Self> {
        let mut groups: BTreeMap<String, Self> = BTreeMap::new();
        rows.for_each(|row| groups.entry(group(&row).to_owned()).or_default().add(&row));
        groups
    }

    fn add(&mut self, row: &Judged<'_>) {
        match row.label.half {
            Half::Tune => self.tune.add(row),
            Half::Held => self.held.add(row),
        }
    }

    /// The counts of the rows that `split` holds.
    pub fn over(&self, split: Split) -> Tally {
        let (a, b) = (self.tune, self.held);
        match split {
            Split::Tune => a,
            Split::Held => b,
            Split::All => Tally {
                rows: a.rows + b.rows,
                reviews: a.reviews + b.reviews,
                blocks: a.blocks + b.blocks,
                rival: a.rival + b.rival,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Event, Halves, Tally};
    use crate::half::Split;

    #[test]
    fn events_add_up_and_halves_too() {
        let tally = Tally { rows: 10, reviews: 3, blocks: 2, rival: 4 };
        assert_eq!([Event::Stopped, Event::Blocked, Event::Allowed].map(|e| tally.hits(e)), [5, 2, 5]);
        assert_eq!(tally.rival_hits(Event::Allowed), Some(6));
        let halves = Halves { tune: tally, held: tally };
        assert_eq!(halves.over(Split::All), Tally { rows: 20, reviews: 6, blocks: 4, rival: 8 });
    }
}
