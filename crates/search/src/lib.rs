//! Finds listings by words while they are typed, newest first.
//!
//! What sellers wrote lies sealed in the database, so that no query can look into it. The words are therefore kept in
//! memory only, in an index of [tantivy](https://docs.rs/tantivy) that never touches the disk: it is filled anew when a
//! process starts, and is gone with it.
//!
//! ```text
//! Offer ─ words ─► Index ─ commit ─► Index::find ─► keys of listings, newest first
//! ```
//!
//! Every typed word has to be there; the last one may go on. Texts are folded as the detectors fold them, so that case,
//! accents, widths and the Chinese variant make no difference. Scripts that set no spaces are cut into pairs of letters.

mod index;
mod words;

pub use index::{Asked, Error, Index, Offer};
pub use words::words;
