//! Puts each event of a list at its place, and names what is in none.
//!
//! An event whose bytes are proved tells its own number. One that is not proved may say anything, so it waits until the
//! next proved one shows which places are left for it. An event far ahead waits too: if the list then goes on behind it,
//! those between are missing; if it goes on before it, that one event is out of place. So one moved event is named as
//! one, and not as a hundred that all stand wrong.

use std::collections::BTreeMap;

use super::ranges::Ranges;
use crate::finding::Finding;
use crate::hash::Hash;

/// Events that wait for their place, at most; beyond it they are taken to stand where they should.
const WAITING_MAX: usize = 4_096;
/// Findings, and ranges that become findings.
pub(super) const FINDINGS_MAX: usize = 10_000;

/// Where the hashes of placed events go.
pub(super) trait Places {
    /// The event at the next place, and its hash; whether that is the one that was kept for it is not known if it is odd.
    fn place(&mut self, seq: u64, leaf: Hash, odd: bool);
    /// Nothing from `first`, the next place, to before `end`.
    fn skip(&mut self, first: u64, end: u64);
}

/// An event that is not proved: its hash, and the number it claims.
#[derive(Debug, Clone, Copy)]
pub(super) struct Odd {
    pub(super) claimed: Option<u64>,
    pub(super) leaf: Hash,
}

/// A proved event ahead of its place.
#[derive(Debug, Clone, Copy)]
struct Ahead {
    seq: u64,
    leaf: Hash,
    /// The event it stands behind.
    after: Option<u64>,
    /// Proved by nothing but its own word.
    loose: bool,
}

/// What is known of the list so far.
#[derive(Debug)]
pub(super) struct Order<P> {
    pub(super) places: P,
    next: u64,
    waiting: Vec<Odd>,
    jump: Option<Ahead>,
    behind_jump: Vec<Odd>,
    early: BTreeMap<u64, Ahead>,
    missing: Ranges,
    changed: Ranges,
    last: Option<u64>,
    findings: Vec<Finding>,
}

impl<P: Places> Order<P> {
    pub(super) fn new(places: P) -> Self {
        Self {
            places,
            next: 0,
            waiting: Vec::new(),
            jump: None,
            behind_jump: Vec::new(),
            early: BTreeMap::new(),
            missing: Ranges::default(),
            changed: Ranges::default(),
            last: None,
            findings: Vec::new(),
        }
    }

    /// The next place.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// No place behind this one can be filled by what was given so far.
    pub(super) fn upper(&self) -> u64 {
        let waiting = (self.waiting.len() + self.behind_jump.len() + self.early.len() + 1) as u64;
        self.next.max(self.jump.map_or(0, |jump| jump.seq)).saturating_add(waiting)
    }

    /// Whether more is wrong than is named.
    pub(super) fn is_full(&self) -> bool {
        let ranges = self.missing.len() + self.changed.len();
        self.findings.len() + ranges + self.early.len() >= FINDINGS_MAX
    }

    /// The next event of the list, which is not proved.
    pub(super) fn odd(&mut self, odd: Odd) {
        if self.jump.is_some() {
            self.behind_jump.push(odd);
        } else {
            self.waiting.push(odd);
        }
        if self.waiting.len().max(self.behind_jump.len()) >= WAITING_MAX {
            self.take_jump();
            self.settle(self.likely_end());
        }
    }

    /// The next event of the list, which is number `seq`; `loose` if it may well be none.
    pub(super) fn proved(&mut self, seq: u64, leaf: Hash, loose: bool) {
        let after = self.last.replace(seq);
        if seq < self.next {
            return self.late(seq, after);
        }
        if self.early.contains_key(&seq) || self.jump.is_some_and(|jump| jump.seq == seq) {
            return self.doubled(seq);
        }
        match self.jump {
            Some(jump) if jump.seq < seq => self.take_jump(),
            Some(jump) => self.is_early(jump),
            None => {}
        }
        if seq == self.next {
            self.settle(seq);
            self.put(leaf, false);
        } else {
            self.jump = Some(Ahead { seq, leaf, after, loose });
        }
    }

    /// An event whose place has passed.
    fn late(&mut self, seq: u64, after: Option<u64>) {
        let stood_in = self.changed.remove(seq);
        if stood_in {
            self.added(seq.checked_sub(1));
        }
        if stood_in || self.missing.remove(seq) {
            self.reordered(seq, after);
        } else {
            self.doubled(seq);
        }
    }

    fn reordered(&mut self, seq: u64, after: Option<u64>) {
        if !self.findings.contains(&Finding::Doubled { seq }) {
            self.findings.push(Finding::Reordered { seq, after });
        }
    }

    /// What was called out of place is rather there twice.
    fn doubled(&mut self, seq: u64) {
        let named = |finding: &Finding| match finding {
            Finding::Reordered { seq: other, .. } | Finding::Doubled { seq: other } => *other == seq,
            _ => false,
        };
        match self.findings.iter_mut().find(|finding| named(finding)) {
            Some(finding) => *finding = Finding::Doubled { seq },
            None => self.findings.push(Finding::Doubled { seq }),
        }
    }

    fn added(&mut self, after: Option<u64>) {
        match self.findings.last_mut() {
            Some(Finding::Added { after: same, count }) if *same == after => *count += 1,
            _ => self.findings.push(Finding::Added { after, count: 1 }),
        }
    }

    /// The list went on before the event that was ahead: that event is out of place, or none at all.
    fn is_early(&mut self, jump: Ahead) {
        self.jump = None;
        if jump.loose {
            self.waiting.push(Odd { claimed: Some(jump.seq), leaf: jump.leaf });
        } else {
            self.early.insert(jump.seq, jump);
        }
        self.waiting.append(&mut self.behind_jump);
    }

    /// The list went on behind the event that was ahead: it is at its place.
    fn take_jump(&mut self) {
        if let Some(jump) = self.jump.take() {
            self.settle(jump.seq);
            self.put(jump.leaf, false);
            self.waiting.append(&mut self.behind_jump);
        }
    }

    /// Fills the next place.
    fn put(&mut self, leaf: Hash, odd: bool) {
        self.places.place(self.next, leaf, odd);
        self.next = self.next.saturating_add(1);
        self.pass_early();
    }

    /// Places that were filled by events that stood too early.
    fn pass_early(&mut self) {
        while let Some(ahead) = self.early.remove(&self.next) {
            self.reordered(ahead.seq, ahead.after);
            self.places.place(self.next, ahead.leaf, false);
            self.next = self.next.saturating_add(1);
        }
    }

    /// Gives those that wait the places before `end`: all in a row if they are as many, else where they say.
    fn settle(&mut self, end: u64) {
        let taken = self.early.range(self.next.min(end)..end).count() as u64;
        let free = end.saturating_sub(self.next).saturating_sub(taken);
        let in_a_row = self.waiting.len() as u64 == free;
        for odd in std::mem::take(&mut self.waiting) {
            if self.next >= end {
                self.added(self.next.checked_sub(1));
                continue;
            }
            let own = odd.claimed.filter(|seq| *seq < end && !self.early.contains_key(seq));
            if let Some(seq) = own.filter(|_| !in_a_row) {
                self.skip_to(seq);
            }
            self.changed.insert(self.next, self.next.saturating_add(1));
            self.put(odd.leaf, true);
        }
        self.skip_to(end);
    }

    /// Leaves the places before `end` empty, but for those that were filled early.
    fn skip_to(&mut self, end: u64) {
        while self.next < end {
            let until = self.early.range(self.next..end).next().map_or(end, |(seq, _)| *seq);
            self.missing.insert(self.next, until);
            self.places.skip(self.next, until);
            self.next = until;
            self.pass_early();
        }
    }

    /// Where those that wait would end: where they say, if that is credible, else all in a row.
    fn likely_end(&self) -> u64 {
        let row = self.next.saturating_add(self.waiting.len() as u64);
        let claims = || self.waiting.iter().map(|odd| odd.claimed);
        let grows = claims().zip(claims().skip(1)).all(|(one, next)| one < next);
        let first = claims().next().flatten().filter(|first| grows && *first >= self.next);
        let last = first.and_then(|_| claims().next_back().flatten()).map_or(row, |last| last.saturating_add(1));
        if last.saturating_sub(row) <= WAITING_MAX as u64 { last.max(row) } else { row }
    }

    /// The list ended; as many events were logged as `logged` says, if that is known. `covered` are those whose hashes
    /// are known from outside.
    pub(super) fn finish(&mut self, logged: Option<u64>, covered: u64) {
        match self.jump {
            Some(jump) if jump.loose && self.next < covered => self.is_early(jump),
            _ => self.take_jump(),
        }
        let early_end = self.early.last_key_value().map_or(0, |(seq, _)| seq.saturating_add(1));
        let end = logged.unwrap_or(0).max(self.next).max(early_end);
        let taken = self.early.len() as u64;
        let row = self.next.saturating_add(self.waiting.len() as u64).saturating_add(taken);
        self.settle(end.max(row));
        if let Some(cut) = self.missing.remove_last(end) {
            self.findings.push(Finding::Cut(cut));
        }
    }

    /// The number of places and what was found.
    pub(super) fn into_parts(self) -> (P, u64, Vec<Finding>) {
        let mut findings = self.findings;
        findings.extend(self.missing.spans().map(Finding::Missing));
        findings.extend(self.changed.spans().map(Finding::Changed));
        (self.places, self.next, findings)
    }
}

/// Places that only count, for tests of the order alone.
#[cfg(test)]
#[derive(Debug, Default)]
struct Counted(u64);

#[cfg(test)]
impl Places for Counted {
    fn place(&mut self, seq: u64, _: Hash, _: bool) {
        assert_eq!(seq, self.0);
        self.0 += 1;
    }

    fn skip(&mut self, first: u64, end: u64) {
        assert_eq!(first, self.0);
        assert!(end >= first);
        self.0 = end;
    }
}

#[cfg(test)]
mod tests;
