//! A set of numbers as ranges: a million events changed in a row are one finding.

use std::collections::BTreeMap;

use crate::finding::Span;

/// Half-open ranges by their start; none touches the next.
#[derive(Debug, Default)]
pub(super) struct Ranges(BTreeMap<u64, u64>);

impl Ranges {
    /// Puts in all numbers from `first` to before `end`, none of which is in it.
    pub(super) fn insert(&mut self, first: u64, end: u64) {
        if first >= end {
            return;
        }
        let end = self.0.remove(&end).unwrap_or(end);
        match self.0.range_mut(..first).next_back() {
            Some((_, last)) if *last == first => *last = end,
            _ => drop(self.0.insert(first, end)),
        }
    }

    /// Takes a number out; whether it was there.
    pub(super) fn remove(&mut self, seq: u64) -> bool {
        let found = self.0.range(..=seq).next_back().map(|(first, end)| (*first, *end));
        let Some((first, end)) = found.filter(|(_, end)| seq < *end) else { return false };
        self.0.remove(&first);
        self.insert(first, seq);
        self.insert(seq + 1, end);
        true
    }

    /// Takes out the range that ends there.
    pub(super) fn remove_last(&mut self, end: u64) -> Option<Span> {
        let entry = self.0.last_entry().filter(|entry| *entry.get() == end)?;
        let (first, end) = entry.remove_entry();
        Span::before(first, end)
    }

    /// Number of ranges.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The ranges in order.
    pub(super) fn spans(&self) -> impl Iterator<Item = Span> {
        self.0.iter().filter_map(|(first, end)| Span::before(*first, *end))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Like a set of single numbers.
        #[test]
        fn as_a_plain_set(steps in prop::collection::vec((0_u64..40, any::<bool>()), 0..80)) {
            let (mut ranges, mut plain) = (Ranges::default(), BTreeSet::new());
            for (seq, put) in steps {
                if put && plain.insert(seq) {
                    ranges.insert(seq, seq + 1);
                } else if !put {
                    prop_assert_eq!(ranges.remove(seq), plain.remove(&seq));
                }
            }
            let listed: Vec<u64> = ranges.spans().flat_map(|span| span.first..=span.last).collect();
            prop_assert_eq!(listed, plain.iter().copied().collect::<Vec<_>>());
            let starts = plain.iter().filter(|seq| **seq == 0 || !plain.contains(&(*seq - 1))).count();
            prop_assert_eq!(ranges.len(), starts);
        }
    }
}
