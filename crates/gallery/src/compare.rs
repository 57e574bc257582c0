//! Banks and logos that pictures are compared with, and those of a data folder that nobody changes meanwhile.

use std::path::Path;
use std::sync::Arc;

use touchstone_banks::{BankError, EntryFeatures, Library, Logos};
use touchstone_sight::logo::LogoSet;
use touchstone_vision::PixelBox;
use touchstone_vision::pdq::{Full, Pdq};

/// Candidates that are asked for.
const CANDIDATES: usize = 8;

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

/// Banks that a picture is compared with, and logos that are looked for on it, as they are at this moment.
pub trait Compare: Send + Sync {
    /// Hash of the base and sequence of the log.
    fn version(&self) -> String;

    /// The logos to look for, and what names them.
    fn logos(&self) -> (Arc<LogoSet>, String);

    /// Whether an imported list wants public hashes.
    fn wants_hashes(&self) -> bool;

    /// Entries that the picture is a copy of, best first; only what they stand behind.
    fn copies(&self, features: &EntryFeatures, hashes: Option<&[Pdq<Full>; 8]>) -> Vec<Match>;
}

/// What the entries of a library that a picture is a copy of are told as.
pub fn copies(library: &Library, features: &EntryFeatures, hashes: Option<&[Pdq<Full>; 8]>) -> Vec<Match> {
    let answer = library.matches(features, hashes, CANDIDATES);
    let told = |each: &touchstone_banks::Match| {
        let entry = library.banks().contents().entries().get(each.number)?;
        Some(Match {
            bank: entry.item.bank.name(),
            entry: entry.id.clone(),
            brand: entry.item.brand.clone(),
            score: (each.found.score.clamp(0.0, 1.0) * 1000.0).round() as u16,
            place: each.found.place,
            reference: each.found.reference,
        })
    };
    answer.matches.iter().chain(&answer.negative).filter_map(told).collect()
}

/// The banks of a data folder as they were when it was opened.
pub(crate) struct Opened {
    library: Library,
    logos: Logos,
}

impl Opened {
    pub(crate) fn open(data: &Path) -> Result<Self, BankError> {
        let library = Library::open(data)?;
        let mut logos = Logos::default();
        logos.index(library.banks())?;
        Ok(Self { library, logos })
    }
}

impl Compare for Opened {
    fn version(&self) -> String {
        self.library.banks().version().to_string()
    }

    fn logos(&self) -> (Arc<LogoSet>, String) {
        (Arc::clone(self.logos.set()), self.logos.version().to_owned())
    }

    fn wants_hashes(&self) -> bool {
        self.library.wants_hashes()
    }

    fn copies(&self, features: &EntryFeatures, hashes: Option<&[Pdq<Full>; 8]>) -> Vec<Match> {
        copies(&self.library, features, hashes)
    }
}
