//! Lists of hashes, as others keep and exchange them.
//!
//! What is read, whatever the file is called:
//!
//! * lines `pdq HASH` or `HASH`: the signal files of `threatexchange`;
//! * CSV with a header, such as `signal_type,signal_str,collab,category,tags` of `threatexchange dataset --csv`, or any
//!   that names a column of hashes; and without one, `HASH,quality,file` of the PDQ tools;
//! * JSON: a list of objects, alone, a line each, or under `data` (ThreatExchange) or `hashRecords` (StopNCII).
//!
//! Only PDQ hashes of the public algorithm are taken. A row that can't be used is set aside with its number, field and
//! reason, and the others count. Rows that say that something is *not* what the list is about are never taken.

mod read;
mod write;

use serde::Serialize;
use touchstone_vision::pdq::{Full, Pdq};

pub use read::{BYTES_MAX, ROWS_MAX, read};
pub use write::{Format, write};

/// Hashes of pictures with less in them than this match anything plain; lists hold some all the same.
pub const QUALITY_MIN: u8 = 50;

/// A hash, and what its list says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signal {
    /// Row of the file, from 1, the header counted.
    pub row: u64,
    /// The hash.
    #[serde(skip)]
    pub pdq: Pdq<Full>,
    /// How much there is in the picture, 0 to 100.
    pub quality: Option<u8>,
    /// Whose it is.
    pub source: Option<String>,
    /// The brand.
    pub brand: Option<String>,
    /// The product.
    pub product: Option<String>,
    /// Words that the list gives it, parted by blanks.
    pub tags: Option<String>,
}

/// A row that can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// Row of the file, from 1, the header counted; for JSON the number of the object.
    pub row: u64,
    /// The field; empty where the row as a whole can't be read.
    pub field: String,
    /// Why: lower case, without a full stop.
    pub why: String,
}

impl std::fmt::Display for Bad {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.field.as_str() {
            "" => write!(f, "row {}: {}", self.row, self.why),
            field => write!(f, "row {}, {field}: {}", self.row, self.why),
        }
    }
}

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// Hashes that can be used, in order.
    pub signals: Vec<Signal>,
    /// Rows set aside.
    pub bad: Vec<Bad>,
    /// Rows of other kinds: hashes of videos or texts.
    pub others: u64,
    /// Rows that say that the thing is not what the list is about, or not sure to be.
    pub disputed: u64,
}
