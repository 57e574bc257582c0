//! Banks of pictures and logos: who added what and why, and what a picture is a copy of.
//!
//! ```text
//! entry, event     what stands in a bank and what happened to it; all that adds up to `Contents`
//! record, files    how that stands on the disk
//! store            `Banks`: one process reads and appends beside others
//! desk             what people do: add, confirm, take out, bring back, set, start again
//! features         what is kept of a picture
//! search           which entries a picture is a copy of
//! library          `Library`: the banks with their index, ready to be asked
//! breaker          stops what suddenly matches a large share of traffic
//! exchange         lists of hashes as others keep them
//! logos            the enrolled logos, ready to be looked for
//! pictures         the files themselves, each once under its hash
//! ```

pub mod breaker;
mod desk;
mod entry;
mod error;
mod event;
pub mod exchange;
pub mod features;
mod files;
mod library;
mod logos;
pub mod pictures;
mod record;
pub mod search;
mod store;

pub use desk::{Added, NewItem};
pub use entry::{Act, Bank, Change, Entry, Item, Line, Settings, State};
pub use error::BankError;
pub use event::Contents;
pub use features::EntryFeatures;
pub use library::{Answer, Library, Match};
pub use logos::Logos;
pub use search::{Candidate, CopyIndex, MATCH, Method};
pub use store::{Banks, LOOK_EVERY, Version};
