//! Whether, and where, one picture lies in another.
//!
//! Pairs of features that look alike come from a search or from comparing all with all. [`fit()`](fit::fit) finds the
//! place on which most of them agree; [`confirm()`](confirm::confirm) asks every feature within that place whether its
//! partner is where it should be; [`agreement()`](pixels::agreement) lays small grey copies of both over each other and
//! compares the pixels field by field. The three together tell a copy from a photo of a similar thing: a similar thing
//! has a few such pairs, and a shared banner has many in one corner, but only a copy agrees wherever it can be seen.
//!
//! All is deterministic: every pair is tried as the anchor, nothing is drawn by lot.

pub mod confirm;
pub mod fit;
pub mod map;
pub mod pixels;

pub use confirm::{Confirmed, Partners, confirm};
pub use fit::{Match, fit};
pub use map::Map;
pub use pixels::{Agreement, agreement};
