//! Listings whose words are clean and whose pictures are not, beside honest ones: made from labelled photos by a seed.
//!
//! ```text
//! photos, logo boxes ─ scenes ─► words + picture, guilty or honest ─ pass ─► facts ─ screen ─► verdict ─► table
//!                       └ paint: what is composed into a photo
//! ```
//!
//! Every photo and every logo is used by one half only, tune or held. The photos that brands are enrolled from are none
//! of those that are composed into pictures.

mod measure;
pub(crate) mod paint;
mod photos;
mod scenes;

pub use measure::{Options, gallery, measure};
pub use photos::Folder;
