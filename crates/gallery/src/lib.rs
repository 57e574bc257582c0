//! Where pictures come from and are kept: found beside a feed or stored under their hash, looked at once.
//!
//! ```text
//! beside   which file of a folder an address in a feed means
//! compare  the banks of a data folder
//! gaze     one picture's whole pass: decoded once, then everything that looks at it, the dear parts behind gates
//! kept     what was seen, under the hash of the file and the version of what saw it
//! gallery  all of it together: bytes in, facts out
//! ```

mod beside;
mod compare;
mod gallery;
mod gaze;
mod kept;

pub use beside::Beside;
pub use gallery::{Compare, Gallery, Match, OpenError};
pub use gaze::{Blind, Cost, Gates, SHORTER_MIN, Seen, Sight};
