//! Pixels to facts.
//!
//! [`decode`] reads a file that came from outside, within limits, and gives a [`Picture`]: upright, three bytes a pixel.
//! All else looks at a `Picture` or at the grey [`Plane`] of it, does no I/O, keeps no state, and cannot fail. What runs
//! a neural model is in `touchstone-sight`, one room further.

pub mod codes;
pub mod decode;
pub mod drawing;
pub mod geometry;
pub mod index;
pub mod lettering;
pub mod local;
pub mod masked;
pub mod pdq;
mod picture;
pub mod plain;
pub mod thumbnail;
pub mod tile;
mod wide;

pub use picture::{Picture, PixelBox, Plane};
pub use wide::{Wide, wide};
