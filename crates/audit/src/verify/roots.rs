//! Compares the tree over the placed events with every head, as the list passes their sizes.

use std::collections::VecDeque;
use std::io;

use super::order::{FINDINGS_MAX, Places};
use crate::anchor::{Anchor, fault};
use crate::finding::{Doubt, Finding, HeadFault, Span, Spot};
use crate::hash::Hash;
use crate::head::Head;
use crate::keys::Keys;
use crate::record::{Record, RecordLine};
use crate::tree::Frontier;

/// What the list of heads is called.
const HEADS: &str = "heads";
/// Heads kept for the last places of a list that has ended.
const KEPT_MAX: usize = 4_096;

/// A head that is believed.
struct Signed {
    spot: Spot,
    head: Head,
    record: Record,
}

/// The tree so far, and the heads that are still to come.
pub(super) struct Roots<'a, H> {
    keys: &'a Keys,
    pub(super) anchor: &'a Anchor,
    heads: H,
    ready: VecDeque<Signed>,
    broken: Option<io::Error>,
    /// None behind a place that nothing filled, up to the next head with a frontier.
    tree: Option<Frontier>,
    at: u64,
    /// Events before this one are as they were signed.
    good: u64,
    /// Since then all hashes came from an anchor.
    anchored: bool,
    /// Since then an event was odd, so that another root says no more than that.
    odd: bool,
    last_size: u64,
    /// Which trail it is: that of the first head.
    origin: Option<String>,
    pub(super) believed: u64,
    pub(super) findings: Vec<Finding>,
    pub(super) doubts: Vec<Doubt>,
}

impl<'a, H: Iterator<Item = io::Result<RecordLine>>> Roots<'a, H> {
    pub(super) fn new(keys: &'a Keys, anchor: &'a Anchor, heads: H) -> Self {
        Self {
            keys,
            anchor,
            heads,
            ready: VecDeque::new(),
            broken: None,
            tree: Some(Frontier::default()),
            at: 0,
            good: 0,
            anchored: true,
            odd: false,
            last_size: 0,
            origin: None,
            believed: 0,
            findings: Vec::new(),
            doubts: Vec::new(),
        }
    }

    /// Whether more is wrong than is named.
    pub(super) fn is_full(&self) -> bool {
        self.findings.len() >= FINDINGS_MAX
    }

    /// The error that ended the list of heads.
    pub(super) fn take_error(&mut self) -> Option<io::Error> {
        self.broken.take()
    }

    /// The next head that is believed.
    fn read(&mut self) -> Option<Signed> {
        while !self.is_full() {
            let line = match self.heads.next()? {
                Ok(line) => line,
                Err(error) => {
                    self.broken = Some(error);
                    return None;
                }
            };
            match self.open(line) {
                Ok(signed) => return Some(signed),
                Err(finding) => self.findings.push(finding),
            }
        }
        None
    }

    fn open(&mut self, line: RecordLine) -> Result<Signed, Finding> {
        let spot = Spot { list: HEADS.to_owned(), line: line.line };
        let record = match line.record {
            Ok(record) => record,
            Err(error) => {
                let why = error.to_string();
                return Err(Finding::Head { spot, size: None, fault: HeadFault::Unreadable, why });
            }
        };
        let head = match record.open(self.keys) {
            Ok(head) => head,
            Err(error) => return Err(fault(spot, &record, &error)),
        };
        let origin = self.origin.get_or_insert_with(|| head.origin.clone());
        if *origin != head.origin {
            let why = format!("it is a head of {}, and those before it are of {origin}", head.origin);
            return Err(Finding::Head { spot, size: Some(head.size), fault: HeadFault::WrongTrail, why });
        }
        self.believed += 1;
        if head.size < self.last_size {
            let why = format!("a head over {} events stands before it; heads stand in order", self.last_size);
            return Err(Finding::Head { spot, size: Some(head.size), fault: HeadFault::Order, why });
        }
        self.last_size = head.size;
        Ok(Signed { spot, head, record })
    }

    /// Compares all heads up to this size; the tree has it, or nothing has.
    fn cross(&mut self, size: u64) {
        loop {
            if self.ready.is_empty() {
                let next = self.read();
                self.ready.extend(next);
            }
            match self.ready.pop_front() {
                Some(signed) if signed.head.size <= size => self.compare(&signed),
                Some(later) => return self.ready.push_front(later),
                None => return,
            }
        }
    }

    fn compare(&mut self, signed: &Signed) {
        let size = signed.head.size;
        let tree = self.tree.as_ref().filter(|tree| tree.size() == size);
        match tree.map(|tree| tree.root() == signed.head.root) {
            Some(true) => {}
            Some(false) if self.anchored || self.good == size => return self.fork(signed),
            Some(false) if self.odd => {
                self.doubt_unchecked(size);
                self.tree = signed.record.frontier(&signed.head);
            }
            Some(false) => {
                self.findings.extend(Span::before(self.good, size).map(Finding::Unlike));
                self.tree = signed.record.frontier(&signed.head);
            }
            None => {
                let Some(tree) = signed.record.frontier(&signed.head).filter(|_| size == self.at) else { return };
                self.doubt_unchecked(size);
                self.tree = Some(tree);
            }
        }
        (self.good, self.anchored, self.odd) = (size, true, false);
    }

    fn fork(&mut self, signed: &Signed) {
        let size = signed.head.size;
        let anchored = size > 0 && self.anchor.leaf(size - 1).is_some();
        let other = if anchored { "the anchor" } else { "a head before it of the same size" };
        let seq = size.saturating_sub(1);
        self.findings.push(Finding::Forked { seq, one: signed.spot.clone(), other: other.to_owned() });
    }

    /// Events before `end` that neither a head nor an anchor speaks for.
    fn doubt_unchecked(&mut self, end: u64) {
        self.doubts.extend(self.unspoken(end).map(Doubt::Unchecked));
    }

    fn unspoken(&self, end: u64) -> Option<Span> {
        let mut first = self.good;
        while first < end && self.anchor.leaf(first).is_some() {
            first += 1;
        }
        Span::before(first, end)
    }

    /// Reads the heads that are left. Those that the last places may still reach are kept; the largest size is given.
    pub(super) fn drain(&mut self, upper: u64) -> Option<u64> {
        let mut largest = self.ready.back().map(|signed| signed.head.size);
        while let Some(signed) = self.read() {
            largest = Some(signed.head.size);
            if signed.head.size <= upper && self.ready.len() < KEPT_MAX {
                self.ready.push_back(signed);
            }
        }
        largest
    }

    /// What is left to say once every event has its place.
    pub(super) fn finish(&mut self) {
        let at = self.at;
        self.cross(at);
        let whole = self.tree.as_ref().is_some_and(|tree| tree.size() == at);
        let doubt = if whole { Doubt::Unsigned } else { Doubt::Unchecked };
        self.doubts.extend(self.unspoken(at).map(doubt));
        if self.believed == 0 && self.anchor.end() == 0 {
            self.doubts.push(Doubt::NoHead);
        }
    }

    /// Root over all events; none behind a damage.
    pub(super) fn root(&self) -> Option<Hash> {
        self.tree.as_ref().filter(|tree| tree.size() == self.at).map(Frontier::root)
    }

    fn push(&mut self, seq: u64, leaf: Option<Hash>) {
        self.cross(seq);
        if self.tree.is_none() {
            self.tree = self.anchor.frontier(seq);
        }
        let anchored = self.anchor.leaf(seq);
        self.anchored &= anchored.is_some();
        match (&mut self.tree, anchored.or(leaf)) {
            (Some(tree), Some(leaf)) => tree.push(leaf),
            _ => self.tree = None,
        }
        self.at = seq.saturating_add(1);
    }
}

impl<H: Iterator<Item = io::Result<RecordLine>>> Places for Roots<'_, H> {
    fn place(&mut self, seq: u64, leaf: Hash, odd: bool) {
        self.push(seq, Some(leaf));
        self.odd |= odd;
    }

    fn skip(&mut self, first: u64, end: u64) {
        let mut at = first;
        while at < end {
            let held = self.anchor.next_held(at).map_or(end, |held| held.min(end));
            if held == at {
                self.push(at, None);
                at += 1;
            } else {
                self.cross(at);
                self.tree = None;
                self.anchored = false;
                self.cross(held - 1);
                (at, self.at) = (held, held);
            }
        }
    }
}
