//! What is on a picture: its embedding, the kind of goods, text, logos.
//!
//! [`Eyes`] holds the models. It looks at decoded pictures, keeps nothing of them, and gives the same answer for a
//! picture alone as for a picture among many.

mod embed;
mod kind;
pub mod logo;
mod ocr;
mod regions;
mod scaled;
mod symmetric;
mod whitening;

use std::path::Path;

use touchstone_inference::Runtime;

pub use embed::{Embedding, Glance};
pub use ocr::Line;
pub use touchstone_inference::Error;
pub use whitening::{NotWhitening, Whitening};

use embed::Embedder;
use logo::Strangers;
use ocr::Reader;
use regions::RegionModel;

/// The models that look at pictures; shared between threads.
#[derive(Debug)]
pub struct Eyes {
    embedder: Embedder,
    regions: RegionModel,
    reader: Reader,
    strangers: Strangers,
}

impl Eyes {
    /// Opens the models in a folder that `make setup` filled, or one of your own with a manifest like it.
    ///
    /// # Errors
    /// When the folder or a file is missing or damaged; the message says what to do.
    pub fn open(models: &Path) -> Result<Self, Error> {
        let runtime = Runtime::open(models)?;
        Ok(Self {
            embedder: Embedder::open(&runtime)?,
            reader: Reader::open(&runtime)?,
            regions: RegionModel::open(&runtime)?,
            strangers: Strangers::open(&runtime)?,
        })
    }
}
