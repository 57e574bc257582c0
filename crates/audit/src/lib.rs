//! The audit trail that nobody can quietly rewrite, and receipts.
//!
//! An [`event`] is one change, hashed in its canonical bytes into a Merkle [`tree`]. [`trail`] appends and signs a
//! [`head`] now and then; the [`record`] of a head with the leaf hashes since the one before is also written outside the
//! database, where it is an [`anchor`]. [`mod@verify`] reads events, heads and anchor and says which event was changed, taken
//! out, moved, doubled or cut off, and what it could not exclude. A [`receipt`] is signed for one body and given away.
//!
//! Clocks, databases, files and networks are others': times and keys are arguments, everything else a stream.

pub mod anchor;
pub mod canonical;
pub mod event;
pub mod finding;
pub mod hash;
pub mod head;
pub mod keys;
mod lines;
pub mod moment;
pub mod note;
pub mod proof;
pub mod receipt;
pub mod record;
pub mod stored;
pub mod trail;
pub mod tree;
pub mod verify;

pub use anchor::Anchor;
pub use event::{Event, Party, Sealed};
pub use finding::{Doubt, Finding};
pub use hash::Hash;
pub use head::Head;
pub use keys::{Keys, PublicKey, SecretKey};
pub use moment::Moment;
pub use receipt::Receipt;
pub use record::{Record, records};
pub use stored::{StoredEvent, events};
pub use trail::Trail;
pub use tree::Frontier;
pub use verify::{Report, verify};
