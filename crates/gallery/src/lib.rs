//! Where pictures come from and are kept: found beside a feed or stored under their hash, looked at once.
//!
//! ```text
//! beside    which file of a folder an address in a feed means
//! gaze      one picture's whole pass: decoded once, then everything that looks at it, the dear parts behind gates
//! seen      what was seen, and its form as bytes
//! compare   the banks and logos of a moment
//! kept      what is remembered, under the hash of the file
//! gallery   all of it together: bytes in, facts out
//! featured  features of pictures that are asked for by hand, or become entries
//! ```

mod beside;
mod compare;
pub mod featured;
mod gallery;
mod gaze;
mod kept;
mod seen;

pub use beside::Beside;
pub use compare::{Compare, Match, copies};
pub use gallery::{Gallery, Inspected, OpenError};
pub use gaze::{Blind, Cost, Gates, SHORTER_MIN, Sight};
pub use seen::{Hashes, Seen};
