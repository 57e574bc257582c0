//! Recognises a blocked listing that comes back: in other words, another order, partly in another language, under
//! another id.
//!
//! ```text
//! View ─► Sketch    what the listing says as weighed features, at most 128
//!            │
//! blocked ─► Index  an inverted index; add, remove, find: exact, the nearest above its threshold
//! ```
//!
//! Features are free of language where the knowledge is: a brand, a product line, a kind and the class of a trade word
//! stand for all words that say them. The rest is words, pairs of characters where a script has no spaces, threes of
//! letters for bent words, numbers, and a coarse price. Each weighs what its form lets one expect of its rarity, never
//! what the index happens to hold: a similarity means the same today and tomorrow.
//!
//! This crate knows neither HTTP nor a store, and says what is alike, never what is guilty.

mod feature;
mod index;
mod sketch;

pub use index::{Index, Key, Likeness, Thresholds};
pub use sketch::{FEATURES_MAX, Sketch};
