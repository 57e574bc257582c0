//! Bytes in, facts out: what sees pictures, what remembers them, and what they are compared with.
//!
//! ```text
//! see ──► seen, kept under the file's hash and the models' version ──► lacks? ─► complete ──► compare ──► facts
//! ```
//!
//! Banks change while pictures do not: what was seen is compared anew, not looked at anew.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use touchstone_banks::BankError;
use touchstone_sight::{Error, Eyes, logo};
use touchstone_signals::pictures::{self, Copy, PictureFacts};
use touchstone_vision::decode::{Format, decode, header};

use crate::compare::{Compare, Match, Opened};
use crate::gaze::{Blind, Places, Sight};
use crate::kept::Kept;
use crate::seen::{Hashes, Seen};

/// Raised whenever the same file would be seen otherwise although no model changed.
const REVISION: u32 = 3;

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

/// All that is told of a picture by itself.
#[derive(Clone, Debug)]
pub struct Inspected {
    /// What the first bytes say the file is.
    pub format: Format,
    /// Public hashes.
    pub hashes: Hashes,
    /// What was seen.
    pub seen: Seen,
    /// What is told of it.
    pub facts: PictureFacts,
}

/// Looks at pictures; shared between threads.
#[derive(Default)]
pub struct Gallery {
    sight: Sight,
    banks: Option<Box<dyn Compare>>,
    kept: Kept<Arc<Seen>>,
    /// With the version of the banks.
    told: Kept<(String, PictureFacts)>,
}

impl Gallery {
    /// A gallery that sees with `sight` and compares with `banks`, whose logos take the place of those of `sight`.
    pub fn new(sight: Sight, banks: Option<Box<dyn Compare>>) -> Self {
        Self { sight, banks, ..Self::default() }
    }

    /// A gallery with the models of a folder, without logos and banks.
    ///
    /// # Errors
    /// When the models are not there or damaged; the message says what to do.
    pub fn open(models: &Path) -> Result<Self, Error> {
        Ok(Self::new(Sight { eyes: Some(Arc::new(Eyes::open(models)?)), ..Sight::default() }, None))
    }

    /// A gallery with the models of a folder, and the banks and logos of a data folder.
    ///
    /// # Errors
    /// When the models or the banks are not there or damaged; the message says what to do.
    pub fn with_data(models: &Path, data: &Path) -> Result<Self, OpenError> {
        Self::with_eyes(Some(Eyes::open(models)?), data)
    }

    /// The same with models that were opened, if there are any.
    ///
    /// # Errors
    /// When the banks are damaged; the message says what to do.
    pub fn with_eyes(eyes: Option<Eyes>, data: &Path) -> Result<Self, OpenError> {
        let banks = Opened::open(data)?;
        Ok(Self::new(Sight { eyes: eyes.map(Arc::new), ..Sight::default() }, Some(Box::new(banks))))
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
        hash.update(eyes.marks_version());
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
        self.remembered(bytes).map(|seen| self.compare(&seen))
    }

    /// All that is told of a picture, by the same look.
    ///
    /// # Errors
    /// When the file is no picture that is looked at, or a model cannot run.
    pub fn inspect(&self, bytes: &[u8]) -> Result<Inspected, Blind> {
        let format = header(bytes, &self.sight.limits)?.format;
        let seen = self.remembered(bytes)?.as_ref().clone();
        let hashes = match &seen.hashes {
            Some(hashes) => hashes.clone(),
            None => Hashes::of(&decode(bytes, &self.sight.limits)?),
        };
        Ok(Inspected { format, hashes, facts: self.compare(&seen), seen })
    }

    fn remembered(&self, bytes: &[u8]) -> Result<Arc<Seen>, Blind> {
        let hash: [u8; 32] = Sha256::digest(bytes).into();
        let before = self.kept.get(&hash);
        if let Some(seen) = before.as_ref().filter(|seen| !self.lacks(seen)) {
            return Ok(Arc::clone(seen));
        }
        let seen = Arc::new(self.see(bytes, before.map(Arc::unwrap_or_clone))?);
        self.kept.put(hash, Arc::clone(&seen));
        Ok(seen)
    }

    /// Looks at a picture; where it was looked at before, only for what the banks of now want beside.
    ///
    /// # Errors
    /// When the file is no picture that is looked at, or a model cannot run.
    pub fn see(&self, bytes: &[u8], before: Option<Seen>) -> Result<Seen, Blind> {
        let (sight, logos) = self.sight();
        let mut seen = match before {
            None => Seen { logos: logos.clone(), ..sight.look(bytes, &Sha256::digest(bytes).into())? },
            Some(seen) => seen,
        };
        if seen.logos != logos {
            if seen.features.is_some() {
                seen.facts.logos = sight.find_logos_again(bytes, &seen.facts)?;
            }
            seen.logos = logos;
        }
        if self.wants_hashes(&seen) {
            seen.hashes = Some(Hashes::of(&decode(bytes, &sight.limits)?));
        }
        Ok(seen)
    }

    /// Whether the file has to be looked at again for what the banks of now want beside.
    pub fn lacks(&self, seen: &Seen) -> bool {
        let logos = || self.banks.as_ref().is_some_and(|banks| banks.logos().1 != seen.logos);
        (seen.features.is_some() && logos()) || self.wants_hashes(seen)
    }

    fn wants_hashes(&self, seen: &Seen) -> bool {
        let wanted = seen.features.is_some() && seen.hashes.is_none();
        wanted && self.banks.as_ref().is_some_and(|banks| banks.wants_hashes())
    }

    /// What sees with the logos of now, and what names these.
    fn sight(&self) -> (Sight, String) {
        match &self.banks {
            None => (self.sight.clone(), String::new()),
            Some(banks) => {
                let (logos, name) = banks.logos();
                (Sight { logos, ..self.sight.clone() }, name)
            }
        }
    }

    /// What was seen, with what the banks of now say.
    pub fn compare(&self, seen: &Seen) -> PictureFacts {
        let mut facts = seen.facts.clone();
        let (Some(banks), Some(features)) = (&self.banks, &seen.features) else { return facts };
        let version = format!("{} {} {}", banks.version(), seen.logos, seen.hashes.is_some());
        if let Some((_, facts)) = self.told.get(features.sha256()).filter(|(told, _)| *told == version) {
            return facts;
        }
        let places = Places::of_seen(seen);
        let copy = |found: Match| Copy {
            bank: found.bank.to_owned(),
            brand: found.brand,
            entry: found.entry,
            place: places.whole(found.place),
            reference: [found.reference.x1, found.reference.y1, found.reference.x2, found.reference.y2],
            score: found.score,
        };
        let hashes = seen.hashes.as_ref().map(|hashes| &hashes.all);
        facts.copies = banks.copies(features, hashes).into_iter().map(copy).collect();
        facts.placeholder |= facts.copies.iter().any(|copy| copy.bank == "negative");
        self.told.put(*features.sha256(), (version, facts.clone()));
        facts
    }
}
