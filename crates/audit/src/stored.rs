//! Events as a store keeps them: the canonical bytes, and beside them the leaf hash that was made when they were logged.
//!
//! The leaf hash proves nothing by itself, for who can change the one can change the other. But it is what names the
//! changed event when only the event was changed, and what lets the heads be checked around it.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::event::EVENT_BYTES_MAX;
use crate::hash::Hash;
use crate::lines::Lines;

/// What a line holds around the event.
const AROUND_BYTES_MAX: usize = 256;

/// One event as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its canonical bytes, or whatever stands there instead.
    pub body: Vec<u8>,
    /// The hash that was kept beside it.
    pub leaf: Option<Hash>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'l> {
    #[serde(borrow)]
    event: &'l RawValue,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    leaf: Option<Hash>,
}

/// Of an event only its place.
#[derive(Deserialize)]
struct Place {
    seq: u64,
}

impl StoredEvent {
    /// What the bytes hash to.
    pub fn hash(&self) -> Hash {
        Hash::leaf(&self.body)
    }

    /// The place that the event itself says it has; none if it cannot be read.
    pub(crate) fn claimed(&self) -> Option<u64> {
        if self.body.len() > EVENT_BYTES_MAX {
            return None;
        }
        let place: Place = serde_json::from_slice(&self.body).ok()?;
        (place.seq <= crate::canonical::NUMBER_MAX.unsigned_abs()).then_some(place.seq)
    }

    /// Appends it as a line: `{"event":…,"leaf":"…"}`.
    ///
    /// # Errors
    /// If writing fails, or the body is no JSON.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        let event = serde_json::from_slice(&self.body)?;
        serde_json::to_writer(&mut out, &Line { event, leaf: self.leaf })?;
        out.write_all(b"\n")
    }

    /// What a line holds. A damaged line is an event that was changed, so that it is found and named as one.
    fn read(line: Option<Vec<u8>>) -> Self {
        let line = line.unwrap_or_default();
        let read = serde_json::from_slice::<Line<'_>>(&line).map(|l| (l.event.get().as_bytes().to_vec(), l.leaf));
        let (body, leaf) = read.unwrap_or((line, None));
        Self { body, leaf }
    }
}

/// Events from lines as [`StoredEvent::write`] makes them.
pub fn events(reader: impl BufRead) -> impl Iterator<Item = io::Result<StoredEvent>> {
    Lines::new(reader, EVENT_BYTES_MAX + AROUND_BYTES_MAX).map(|line| Ok(StoredEvent::read(line?.bytes)))
}
