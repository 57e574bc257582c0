//! The trail of changes is signed at its end and written outside the database.
//!
//! ```text
//! events since the last head ─ hashed again ─ as the tree says? ─► head, and message, in one transaction ─► anchor file
//! ```
//!
//! What does not hash to what the tree holds is not signed: whoever changed the database shall not get a signature for it.
//! The anchor is written after the commit, and from where it ends, so that what a crash left out comes with the next head.

mod anchor;
mod key;
mod outside;

use serde_json::Value;
use touchstone_audit::record::{LEAVES_MAX, Record};
use touchstone_audit::{Frontier, Hash, Head, Keys, SecretKey, Trail as Growing};
use touchstone_store::{Anchors, Message, Store, StoreError, StoredHead, TrailFilter};
use uuid::Uuid;

use self::anchor::AnchorFile;
use self::outside::Outside;
use crate::app::{App, StartError};
use crate::config::Config;

/// Events that are read together.
const PAGE: u64 = 1_000;
/// Heads that are anchored together.
const HEADS: u64 = 100;

/// What it takes to sign.
pub(crate) struct Trail {
    pub(crate) key: SecretKey,
    /// One at a time signs and anchors.
    anchor: tokio::sync::Mutex<AnchorFile>,
    /// The object store that heads are written to as well, if one is given.
    outside: tokio::sync::Mutex<Option<Outside>>,
}

/// Why nothing was signed or anchored.
#[derive(Debug, thiserror::Error)]
pub enum TrailError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database holds something else than was logged.
    #[error("the trail is not what was logged, from event {0} on: nothing is signed; see `touchstone audit verify`")]
    Altered(u64),
    /// The last head is another's.
    #[error("the last head is not of this server's audit.key, or was altered: put the key back that signed it")]
    Head,
    /// The anchor file.
    #[error("{0}")]
    Anchor(String),
}

impl Trail {
    pub(crate) fn open(config: &Config) -> Result<Self, StartError> {
        let path = config.master_key.with_file_name("audit.key");
        let key = key::signing_key(&path).map_err(StartError::Audit)?;
        let anchor = AnchorFile::open(&config.data.join("anchor.jsonl")).map_err(StartError::Audit)?;
        let outside = config.anchors.as_ref().map(Anchors::open).transpose()?.map(Outside::new);
        Ok(Self { key, anchor: tokio::sync::Mutex::new(anchor), outside: tokio::sync::Mutex::new(outside) })
    }

    /// The keys that are believed: our own.
    pub(crate) fn keys(&self) -> Option<Keys> {
        self.key.public().to_string().parse().ok()
    }

    /// The tree under a head of ours.
    fn tree(&self, head: Option<&StoredHead>) -> Result<Frontier, TrailError> {
        let Some(head) = head else { return Ok(Frontier::default()) };
        let record = Record::read(head.line.as_bytes()).map_err(|_| TrailError::Head)?;
        let keys = self.keys().ok_or(TrailError::Head)?;
        let signed = Head::open(&record.head, &keys).map_err(|_| TrailError::Head)?;
        let tree = Frontier::from_peaks(signed.size, record.peaks).filter(|tree| tree.root() == signed.root);
        tree.ok_or(TrailError::Head)
    }
}

/// The hashes of events, made anew from what is kept.
async fn leaves(store: &Store, from: u64, until: u64) -> Result<Vec<Hash>, TrailError> {
    let mut leaves = Vec::new();
    let mut next = from;
    while next < until {
        let page = store.trail(&TrailFilter { from: next, ..TrailFilter::default() }, PAGE.min(until - next)).await?;
        if page.is_empty() {
            return Err(TrailError::Altered(next));
        }
        for row in page {
            let leaf = Hash::leaf(&row.body);
            if row.seq != next || row.leaf != leaf.as_bytes() {
                return Err(TrailError::Altered(next));
            }
            leaves.push(leaf);
            next += 1;
        }
    }
    Ok(leaves)
}

impl App {
    /// Signs the end of the trail, if it grew, and writes outside what is not there yet; how many heads were signed.
    ///
    /// # Errors
    /// When the store fails, or what it holds is not what was logged.
    pub async fn sign_trail(&self) -> Result<usize, TrailError> {
        let mut anchor = self.trail.anchor.lock().await;
        let mut signed = 0;
        while self.sign_one().await? {
            signed += 1;
            self.hooks.awaited.notify_one();
        }
        self.write_anchor(&mut anchor).await.map(|()| signed)
    }

    /// Signs one head, over no more events than a line of an anchor may hold.
    async fn sign_one(&self) -> Result<bool, TrailError> {
        // The head first: events may come meanwhile, heads only with them.
        let last = self.store.last_head().await?;
        let (end, tree) = (self.store.trail_end().await?, self.trail.tree(last.as_ref())?);
        let from = tree.size();
        if end.size() < from {
            return Err(TrailError::Altered(end.size()));
        }
        if end.size() == from {
            return if end == tree { Ok(false) } else { Err(TrailError::Altered(from)) };
        }
        let until = end.size().min(from + LEAVES_MAX as u64);
        let since = leaves(&self.store, from, until).await?;
        let mut growing = Growing::resume(tree, since).map_err(|_| TrailError::Altered(from))?;
        if until == end.size() && growing.root() != end.root() {
            return Err(TrailError::Altered(from));
        }
        let (record, now) = (growing.sign(&self.trail.key), self.clock.micros());
        let line =
            |record: &Record| serde_json::to_string(record).map_err(|error| TrailError::Anchor(error.to_string()));
        let head = StoredHead { size: until, signed_at: now, line: line(&record.without_leaves())? };
        let payload = line(&record)?.into_bytes();
        let kind = "audit.head".to_owned();
        let message = Message { message_id: Uuid::now_v7(), kind, at: now, payload, about: None };
        Ok(self.store.put_head(head, message).await?)
    }

    /// Appends what the anchor does not hold yet.
    async fn write_anchor(&self, anchor: &mut AnchorFile) -> Result<(), TrailError> {
        loop {
            let heads = self.store.heads(anchor.size(), HEADS).await?;
            if heads.is_empty() {
                return Ok(());
            }
            for head in heads {
                let from = anchor.size();
                let record = Record::read(head.line.as_bytes()).map_err(|_| TrailError::Head)?;
                let leaves = leaves(&self.store, from, head.size).await?;
                let record = Record { from: Some(from), leaves, ..record };
                anchor.append(&record, head.size).map_err(TrailError::Anchor)?;
            }
        }
    }

    /// The last head that was signed, as JSON.
    pub(crate) async fn last_head(&self) -> Result<Option<(StoredHead, Value)>, StoreError> {
        let head = self.store.last_head().await?;
        Ok(head.and_then(|head| serde_json::from_str(&head.line).ok().map(|line| (head, line))))
    }
}
