//! Anchors: what was written outside, read back, checked, and held so that each event can be compared with its hash.
//!
//! 32 bytes an event. Several anchors may be given, as an object store and the receiver of a webhook keep them; where two
//! hold hashes of the same event that differ, each under a signed head, the history was forked. A webhook may bring a
//! line twice, or have begun late, or have lost one: all that is fine, it only covers less.

use std::collections::BTreeMap;
use std::io;

use crate::finding::{Finding, HeadFault, Span, Spot};
use crate::hash::Hash;
use crate::head::{Head, HeadError};
use crate::keys::Keys;
use crate::record::{Record, RecordLine};
use crate::tree::Frontier;

/// Leaf hashes that anchors may hold together: 4 GiB.
pub const ANCHORED_MAX: u64 = 1 << 27;
/// Findings of one anchor.
const FINDINGS_MAX: usize = 1_000;

/// Leaf hashes in a row, and the tree before them.
#[derive(Debug, Clone)]
struct Segment {
    start: Frontier,
    leaves: Vec<Hash>,
}

/// The hashes that signed lines hold, whatever their source.
#[derive(Debug, Clone, Default)]
pub struct Anchor {
    /// By the number of their first event; none touches the next.
    segments: BTreeMap<u64, Segment>,
    /// Where each source is; to say who contradicts whom.
    names: Vec<String>,
    held: u64,
    held_max: Option<u64>,
    end: u64,
    findings: Vec<Finding>,
}

/// How one source reads on: the tree up to its last good line.
struct Source<'k> {
    keys: &'k Keys,
    tree: Option<Frontier>,
    forked: bool,
}

impl Source<'_> {
    /// A line that came twice or late takes nothing back.
    fn go_on_from(&mut self, tree: Option<Frontier>) {
        let size = |tree: &Option<Frontier>| tree.as_ref().map(Frontier::size);
        if size(&tree) >= size(&self.tree) {
            self.tree = tree;
        }
    }
}

impl Anchor {
    /// With room for that many leaf hashes instead of [`ANCHORED_MAX`].
    pub fn with_room(held_max: u64) -> Self {
        Self { held_max: Some(held_max), ..Self::default() }
    }

    /// Reads one source. What is wrong with it is kept as findings of the check.
    ///
    /// # Errors
    /// If the source cannot be read.
    pub fn add(
        &mut self,
        name: &str,
        lines: impl Iterator<Item = io::Result<RecordLine>>,
        keys: &Keys,
    ) -> io::Result<()> {
        let mut source = Source { keys, tree: Some(Frontier::default()), forked: false };
        let before = self.findings.len();
        for line in lines {
            let line = line?;
            let spot = Spot { list: name.to_owned(), line: line.line };
            if self.findings.len() - before >= FINDINGS_MAX {
                self.distrust(spot, "too many of its lines are wrong; the rest was not read");
                break;
            }
            self.line(&mut source, spot, line);
        }
        self.names.push(name.to_owned());
        Ok(())
    }

    fn line(&mut self, source: &mut Source<'_>, spot: Spot, line: RecordLine) {
        let record = match line.record {
            Ok(record) => record,
            Err(error) => return self.distrust(spot, &error.to_string()),
        };
        match record.open(source.keys) {
            Ok(head) => self.take(source, spot, &record, &head),
            Err(error) => self.findings.push(fault(spot, &record, &error)),
        }
    }

    /// Takes the hashes of a line whose head is signed.
    fn take(&mut self, source: &mut Source<'_>, spot: Spot, record: &Record, head: &Head) {
        self.end = self.end.max(head.size);
        let from = record.from.unwrap_or(head.size);
        if from.checked_add(record.leaves.len() as u64) != Some(head.size) {
            return self.distrust(spot, "it has not as many leaf hashes as its head counts events");
        }
        let whole = |tree: &Frontier| tree.size() == from;
        let Some(start) = source.tree.clone().filter(whole).or_else(|| self.frontier(from)) else {
            return source.go_on_from(record.frontier(head));
        };
        let mut tree = start.clone();
        record.leaves.iter().for_each(|leaf| tree.push(*leaf));
        if tree.root() != head.root {
            source.go_on_from(record.frontier(head));
            return self.distrust(spot, "its leaf hashes do not give the root that was signed");
        }
        source.go_on_from(Some(tree));
        if !source.forked {
            source.forked = self.merge(spot, start, &record.leaves);
        }
    }

    /// Keeps what no source had yet and compares the rest; whether the source tells another history.
    fn merge(&mut self, spot: Spot, mut tree: Frontier, leaves: &[Hash]) -> bool {
        for leaf in leaves {
            let seq = tree.size();
            let differs = self.leaf(seq).is_some_and(|known| known != *leaf);
            if differs || self.frontier(seq).is_some_and(|known| known != tree) {
                self.fork(seq, spot);
                return true;
            }
            if self.leaf(seq).is_none() {
                if self.held >= self.held_max.unwrap_or(ANCHORED_MAX) {
                    self.distrust(spot, "the anchors hold more events than there is room for");
                    return false;
                }
                self.keep(&tree, *leaf);
            }
            tree.push(*leaf);
        }
        false
    }

    fn keep(&mut self, tree: &Frontier, leaf: Hash) {
        let seq = tree.size();
        self.held += 1;
        match self.segments.range_mut(..=seq).next_back() {
            Some((first, segment)) if first + segment.leaves.len() as u64 == seq => segment.leaves.push(leaf),
            _ => drop(self.segments.insert(seq, Segment { start: tree.clone(), leaves: vec![leaf] })),
        }
    }

    fn fork(&mut self, seq: u64, one: Spot) {
        let other = self.names.iter().find(|name| **name != one.list).unwrap_or(&one.list);
        let other = if *other == one.list { "an earlier line of it".to_owned() } else { other.clone() };
        self.findings.push(Finding::Forked { seq, one, other });
    }

    fn distrust(&mut self, spot: Spot, why: &str) {
        self.findings.push(Finding::Anchor { spot, why: why.to_owned() });
    }

    /// The tree of that size, where hashes held here begin with it.
    pub(crate) fn frontier(&self, size: u64) -> Option<Frontier> {
        self.segments.get(&size).map(|segment| segment.start.clone())
    }

    /// The hash of an event, as it was anchored.
    pub(crate) fn leaf(&self, seq: u64) -> Option<Hash> {
        let (first, segment) = self.segments.range(..=seq).next_back()?;
        segment.leaves.get(usize::try_from(seq - first).ok()?).copied()
    }

    /// The first event from `seq` on whose hash is held.
    pub(crate) fn next_held(&self, seq: u64) -> Option<u64> {
        if self.leaf(seq).is_some() {
            return Some(seq);
        }
        self.segments.range(seq..).next().map(|(first, _)| *first)
    }

    /// Events that the largest head counts and no line held a hash of.
    pub(crate) fn holes(&self) -> Vec<Span> {
        let mut from = 0;
        let mut holes = Vec::new();
        for (first, segment) in &self.segments {
            holes.extend(Span::before(from, *first));
            from = first + segment.leaves.len() as u64;
        }
        holes.extend(Span::before(from, self.end));
        holes
    }

    /// Number of events that the largest signed head counts.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Number of events whose hashes are held.
    pub fn held(&self) -> u64 {
        self.held
    }

    /// What is wrong with the sources.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

/// A head that is not believed, with the size that it claims.
pub(crate) fn fault(spot: Spot, record: &Record, error: &HeadError) -> Finding {
    let size = Head::claimed(&record.head).map(|head| head.size);
    Finding::Head { spot, size, fault: HeadFault::from(error), why: error.to_string() }
}
