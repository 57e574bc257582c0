//! Bytes in, facts out: what sees pictures, what remembers them, and what they are compared with.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use touchstone_banks::{BankError, EntryFeatures, Library, Logos};
use touchstone_sight::{Error, Eyes, logo};
use touchstone_signals::pictures::{self, Copy, PictureFacts};
use touchstone_vision::PixelBox;

use crate::gaze::{Blind, Places, Seen, Sight};
use crate::kept::Kept;

/// Raised whenever the same file would be seen otherwise although no model changed.
const REVISION: u32 = 2;

/// A copy of an entry, in pixels of the picture that its features were made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// `genuine`, `counterfeit` or `negative`.
    pub bank: &'static str,
    /// Id of the entry.
    pub entry: String,
    /// Slug of its brand.
    pub brand: Option<String>,
    /// Permille.
    pub score: u16,
    /// Where on the picture.
    pub place: PixelBox,
    /// Where on the entry's picture.
    pub reference: PixelBox,
}

/// Why a gallery cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A model is missing or damaged.
    #[error(transparent)]
    Model(#[from] Error),
    /// The banks can't be read.
    #[error(transparent)]
    Banks(#[from] BankError),
}

/// Banks that a picture is compared with.
pub trait Compare: Send + Sync {
    /// Hash of the base and sequence of the log.
    fn version(&self) -> String;

    /// Entries that the picture is a copy of, best first; only what they stand behind.
    fn copies(&self, features: &EntryFeatures) -> Vec<Match>;
}

/// Looks at pictures; shared between threads.
#[derive(Default)]
pub struct Gallery {
    sight: Sight,
    banks: Option<Box<dyn Compare>>,
    kept: Kept,
}

impl Gallery {
    /// A gallery that sees with `sight` and compares with `banks`.
    pub fn new(sight: Sight, banks: Option<Box<dyn Compare>>) -> Self {
        Self { sight, banks, kept: Kept::default() }
    }

    /// A gallery with the models of a folder, without logos and banks.
    ///
    /// # Errors
    /// When the models are not there or damaged; the message says what to do.
    pub fn open(models: &Path) -> Result<Self, Error> {
        Ok(Self::new(Sight { eyes: Some(Eyes::open(models)?), ..Sight::default() }, None))
    }

    /// A gallery with the models of a folder, and the banks and logos of a data folder.
    ///
    /// # Errors
    /// When the models or the banks are not there or damaged; the message says what to do.
    pub fn with_data(models: &Path, data: &Path) -> Result<Self, OpenError> {
        let library = Library::open(data)?;
        let mut logos = Logos::default();
        logos.index(library.banks())?;
        let sight = Sight { eyes: Some(Eyes::open(models)?), logos: logos.into_set(), ..Sight::default() };
        Ok(Self::new(sight, Some(Box::new(library))))
    }

    /// Which versions of banks and models see pictures now.
    pub fn eyes(&self) -> pictures::Eyes {
        pictures::Eyes { banks: self.banks.as_ref().map_or_else(String::new, |b| b.version()), models: self.models() }
    }

    /// The models, as one short hash.
    fn models(&self) -> String {
        let Some(eyes) = &self.sight.eyes else { return format!("pass {REVISION}") };
        let mut hash = Sha256::new();
        hash.update(eyes.embedding_version());
        hash.update(eyes.reading_version());
        hash.update(logo::VERSION.to_le_bytes());
        let mut name = format!("pass {REVISION}+");
        for byte in hash.finalize().iter().take(8) {
            let _ = write!(name, "{byte:02x}");
        }
        name
    }

    /// The most bytes that a file may have.
    pub fn bytes_max(&self) -> usize {
        self.sight.limits.bytes_max
    }

    /// What a picture shows; the same file is looked at once.
    ///
    /// # Errors
    /// When the file is no picture that is looked at, or a model cannot run.
    pub fn look(&self, bytes: &[u8]) -> Result<PictureFacts, Blind> {
        let hash: [u8; 32] = Sha256::digest(bytes).into();
        let seen = match self.kept.get(&hash) {
            Some(seen) => seen,
            None => {
                let seen = Arc::new(self.sight.look(bytes, &hash)?);
                self.kept.put(hash, Arc::clone(&seen));
                seen
            }
        };
        Ok(self.compared(&seen))
    }

    /// With what the banks of now say.
    fn compared(&self, seen: &Seen) -> PictureFacts {
        let mut facts = seen.facts.clone();
        let (Some(banks), Some(features)) = (&self.banks, &seen.features) else { return facts };
        let places = Places::of_seen(seen);
        let copy = |found: Match| Copy {
            bank: found.bank.to_owned(),
            brand: found.brand,
            entry: found.entry,
            place: places.whole(found.place),
            reference: [found.reference.x1, found.reference.y1, found.reference.x2, found.reference.y2],
            score: found.score,
        };
        facts.copies = banks.copies(features).into_iter().map(copy).collect();
        facts.placeholder |= facts.copies.iter().any(|copy| copy.bank == "negative");
        facts
    }
}
