//! Brands, products, prices and lexicons: read as TOML, compiled to an immutable snapshot.
//!
//! [`load`] reads the folder that people review and says with file, line and column what is wrong
//! in it. The result is plain data, a [`Knowledge`], whose canonical JSON has the hash that every
//! decision names. [`Snapshot`] adds what can be computed from it: the matcher over all words, and
//! tables from what was matched to what it means.

mod amount;
mod band;
mod brand;
mod bundle;
mod codes;
mod compile;
mod concept;
mod convert;
mod forms;
mod house;
mod ids;
mod import;
mod links;
mod load;
mod model;
mod neighbour;
mod source;
mod validate;

pub use amount::{Amount, SIZE_SYSTEMS, Size, Unit, tenths};
pub use band::{Band, Condition, PerAmount};
pub use bundle::{BundleError, read_bundle, write_bundle};
pub use compile::{Meaning, Snapshot, Strength, Subjects};
pub use concept::{Composition, Concept, ConceptSet};
pub use convert::Rates;
pub use ids::{BrandId, KindId};
pub use import::{ImportError, import_names, import_words};
pub use links::{Link, Links};
pub use load::{Loaded, check, load};
pub use model::{
    Authorisation, Brand, Fact, FactRule, Group, Harm, Kind, Knowledge, Line, Names, Position, Role, Standing,
    TermClass, TermStrength,
};
