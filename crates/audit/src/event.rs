//! One change: who did what to whom, why, and what was there before and after.
//!
//! What the tree hashes are the canonical bytes of the event, so they must be kept as they are: as text, not as a
//! database's own kind of JSON. Personal fields come here sealed, as ciphertext under a key per person; the event is
//! hashed with the ciphertext, so that dropping the key erases the person and leaves every hash as it was.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::canonical::{self, NUMBER_MAX, NotCanonical};
use crate::moment::Moment;

/// Version of the form of an event.
pub const SCHEMA: u32 = 1;
/// Canonical bytes of one event, at most.
pub const EVENT_BYTES_MAX: usize = 256 << 10;
/// Bytes of an id, of the name of a sealed field, of a key's id.
pub const ID_BYTES_MAX: usize = 256;
/// Bytes of a kind.
pub const KIND_BYTES_MAX: usize = 64;
/// Bytes of a reason.
pub const REASON_BYTES_MAX: usize = 4_096;
/// Sealed fields of one event.
pub const SEALED_MAX: usize = 64;

/// Somebody or something, by kind and id: a member of staff, a rule, a listing, a seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// A slug: `user`, `rule`, `listing`.
    pub kind: String,
    /// Its id. It stays in clear for ever, so it is no name and no address of a person.
    pub id: String,
}

/// A personal field, encrypted: opaque here, whoever holds the key can read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    /// Which field of the event it is, as a JSON pointer: `/after/email`.
    pub field: String,
    /// Id of the person's key.
    pub key: String,
    /// The nonce, base64.
    pub nonce: String,
    /// What was encrypted, base64.
    pub ciphertext: String,
}

/// One change. It is never altered; what takes it back is another event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Its place in the trail, from 0, without gaps.
    pub seq: u64,
    /// When it happened.
    pub at: Moment,
    /// Who did it.
    pub actor: Party,
    /// What was done, slugs with dots between: `action.taken`.
    pub kind: String,
    /// To whom or what.
    pub subject: Party,
    /// Why, for people.
    pub reason: String,
    /// What was there before; null if nothing.
    pub before: Value,
    /// What is there now; null if nothing.
    pub after: Value,
    /// Personal fields.
    pub sealed: Vec<Sealed>,
}

/// Why something is no event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// A field is not as it must be.
    #[error("{field}: {why}")]
    Field {
        /// Which.
        field: &'static str,
        /// What it must be.
        why: &'static str,
    },
    /// It has no canonical form.
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
    /// Longer than [`EVENT_BYTES_MAX`].
    #[error("an event has at most {EVENT_BYTES_MAX} bytes; keep large things elsewhere and name their hash")]
    TooLong,
    /// No JSON, or other fields than an event's.
    #[error("not an event: {0}")]
    Form(String),
    /// Right fields, but spaces, another order, or a name twice.
    #[error("the bytes are not the canonical form of the event")]
    Spelling,
}

impl Event {
    /// The bytes that are hashed and kept.
    ///
    /// # Errors
    /// If a field is empty, too long or no slug, a number is not an integer within ±(2^53 − 1), or all is too long.
    pub fn canonical(&self) -> Result<Vec<u8>, EventError> {
        self.check()?;
        let value = serde_json::to_value(self).map_err(|error| EventError::Form(error.to_string()))?;
        let bytes = canonical::bytes(&value)?;
        if bytes.len() > EVENT_BYTES_MAX { Err(EventError::TooLong) } else { Ok(bytes) }
    }

    /// Reads what [`Event::canonical`] wrote.
    ///
    /// # Errors
    /// If the bytes are anything else than the canonical form of an event.
    pub fn read(bytes: &[u8]) -> Result<Self, EventError> {
        if bytes.len() > EVENT_BYTES_MAX {
            return Err(EventError::TooLong);
        }
        let event: Self = serde_json::from_slice(bytes).map_err(|error| EventError::Form(error.to_string()))?;
        if event.canonical()? == bytes { Ok(event) } else { Err(EventError::Spelling) }
    }

    fn check(&self) -> Result<(), EventError> {
        let wrong = |field, why| Err(EventError::Field { field, why });
        if self.schema != SCHEMA {
            return wrong("schema", "it must be 1");
        }
        if self.seq > NUMBER_MAX.unsigned_abs() {
            return wrong("seq", "it must be below 2^53");
        }
        if !is_kind(&self.kind) {
            return wrong("kind", "slugs with dots between are wanted, as action.taken");
        }
        if self.reason.is_empty() || self.reason.len() > REASON_BYTES_MAX {
            return wrong("reason", "1 to 4096 bytes are wanted");
        }
        if self.sealed.len() > SEALED_MAX || !self.sealed.iter().all(Sealed::is_fine) {
            return wrong("sealed", "at most 64 fields, each with a pointer, a key, a nonce and a ciphertext");
        }
        self.actor.check("actor")?;
        self.subject.check("subject")
    }
}

impl Party {
    fn check(&self, field: &'static str) -> Result<(), EventError> {
        if is_slug(&self.kind) && self.kind.len() <= KIND_BYTES_MAX && is_id(&self.id) {
            return Ok(());
        }
        Err(EventError::Field { field, why: "a slug as its kind and an id of 1 to 256 bytes are wanted" })
    }
}

impl Sealed {
    fn is_fine(&self) -> bool {
        let filled = !self.nonce.is_empty() && !self.ciphertext.is_empty();
        self.field.starts_with('/') && is_id(&self.field) && is_id(&self.key) && filled
    }
}

fn is_id(text: &str) -> bool {
    (1..=ID_BYTES_MAX).contains(&text.len())
}

fn is_slug(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn is_kind(text: &str) -> bool {
    text.len() <= KIND_BYTES_MAX && text.split('.').all(is_slug)
}
