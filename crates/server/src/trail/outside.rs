//! Heads on an object store, some together: each object goes on where the one before ended.

use touchstone_audit::record::Record;
use touchstone_store::{Anchors, StoredHead};

use super::{HEADS, TrailError, leaves};
use crate::app::App;

/// The place, and how many events its last object counts, once that is known.
pub(super) struct Outside {
    anchors: Anchors,
    end: Option<u64>,
}

impl Outside {
    pub(super) fn new(anchors: Anchors) -> Self {
        Self { anchors, end: None }
    }
}

impl App {
    /// Writes to the object store what it does not hold yet; nothing where none is given.
    ///
    /// # Errors
    /// When the place or the store fails; the next time goes on from there.
    pub async fn write_outside(&self) -> Result<(), TrailError> {
        let mut outside = self.trail.outside.lock().await;
        let Some(outside) = outside.as_mut() else { return Ok(()) };
        let mut end = match outside.end {
            Some(end) => end,
            None => outside.anchors.end().await?,
        };
        loop {
            let heads = self.store.heads(end, HEADS).await?;
            let Some(last) = heads.last().map(|head| head.size) else {
                outside.end = Some(end);
                return Ok(());
            };
            let lines = self.lines(end, heads).await?;
            outside.anchors.put(last, lines).await?;
            end = last;
            outside.end = Some(end);
        }
    }

    /// Heads as lines of an anchor, from so many events on.
    async fn lines(&self, mut from: u64, heads: Vec<StoredHead>) -> Result<Vec<u8>, TrailError> {
        let mut lines = Vec::new();
        for head in heads {
            let record = Record::read(head.line.as_bytes()).map_err(|_| TrailError::Head)?;
            let leaves = leaves(&self.store, from, head.size).await?;
            let record = Record { from: Some(from), leaves, ..record };
            record.write(&mut lines).map_err(|error| TrailError::Anchor(error.to_string()))?;
            from = head.size;
        }
        Ok(lines)
    }
}
