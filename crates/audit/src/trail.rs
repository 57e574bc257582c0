//! The growing end of the trail: hashes what is appended and signs heads. What it gives out is for others to keep.

use crate::event::{Event, EventError};
use crate::hash::Hash;
use crate::head::Head;
use crate::keys::SecretKey;
use crate::record::{LEAVES_MAX, Record, SCHEMA};
use crate::stored::StoredEvent;
use crate::tree::Frontier;

/// The tree so far, and the leaf hashes since the last head.
#[derive(Debug, Clone, Default)]
pub struct Trail {
    tree: Frontier,
    leaves: Vec<Hash>,
}

/// Why an event was not appended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrailError {
    /// It is none.
    #[error(transparent)]
    Event(#[from] EventError),
    /// It has the number of another place.
    #[error("the next event is number {next}, not {found}")]
    Seq {
        /// What it must be.
        next: u64,
        /// What it was.
        found: u64,
    },
    /// As many leaves as one line of an anchor holds.
    #[error("a head must be signed at least every {LEAVES_MAX} events")]
    HeadDue,
}

impl Trail {
    /// Goes on behind a signed head: its frontier, and the leaf hashes of what was appended since.
    ///
    /// # Errors
    /// If these are more than one line of an anchor holds: [`Trail::append`] never let that happen.
    pub fn resume(head: Frontier, since: impl IntoIterator<Item = Hash>) -> Result<Self, TrailError> {
        let mut trail = Self { tree: head, leaves: Vec::new() };
        since.into_iter().take(LEAVES_MAX + 1).for_each(|leaf| trail.push(leaf));
        if trail.leaves.len() > LEAVES_MAX { Err(TrailError::HeadDue) } else { Ok(trail) }
    }

    /// Number of events: the `seq` of the next one.
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    /// Root over all of them.
    pub fn root(&self) -> Hash {
        self.tree.root()
    }

    /// Appends an event and gives what is to be kept.
    ///
    /// # Errors
    /// If it is no event, not the next one, or a head must be signed first. Nothing was appended then.
    pub fn append(&mut self, event: &Event) -> Result<StoredEvent, TrailError> {
        if event.seq != self.size() {
            return Err(TrailError::Seq { next: self.size(), found: event.seq });
        }
        if self.leaves.len() >= LEAVES_MAX {
            return Err(TrailError::HeadDue);
        }
        let body = event.canonical()?;
        let leaf = Hash::leaf(&body);
        self.push(leaf);
        Ok(StoredEvent { body, leaf: Some(leaf) })
    }

    /// Signs what is there: the line for the anchor. The list of heads keeps it [without the leaves](Record::without_leaves).
    pub fn sign(&mut self, key: &SecretKey) -> Record {
        let leaves = std::mem::take(&mut self.leaves);
        Record {
            schema: SCHEMA,
            head: Head::sign(self.size(), self.root(), key),
            peaks: self.tree.peaks().to_vec(),
            from: Some(self.size() - leaves.len() as u64),
            leaves,
        }
    }

    fn push(&mut self, leaf: Hash) {
        self.tree.push(leaf);
        self.leaves.push(leaf);
    }
}
