//! Logos that somebody enrolled, found on pictures; what is enrolled nowhere is rejected. Nothing is trained.
//!
//! An enrolled logo ([`Enrolled`]) is kept as a few views: numbers that the lower layers of the embedding's network give
//! for its crop, and for places beside it on the same photo that show no logo. A set of them ([`LogoSet`]) solves one
//! system of linear equations ([`fit`]) and has for each brand a direction in which its logos differ from all that was
//! beside them, from marks of others ([`strangers`]), and from each other. On a picture, the same numbers are computed for many windows at once
//! ([`crate::regions`]); the windows that look most like a brand are cut out, looked at again each by itself, and
//! reported when the brand is clear ([`search`]).

mod enrolled;
mod fit;
mod search;
mod shown;
mod solve;
mod strangers;
mod tall;
mod words;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use touchstone_inference::Error;
use touchstone_vision::{Picture, PixelBox};

use crate::{Eyes, Glance};
pub use enrolled::{Enrolled, Malformed};
use fit::Fit;
use search::Pace;
pub use shown::{Shown, Unshown};
pub(crate) use strangers::Strangers;
pub use words::Read;
use words::Words;

/// Version of what is found: raised whenever the same set may answer otherwise.
pub const VERSION: u32 = 6;

/// A logo on a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The brand it was enrolled for.
    pub brand: String,
    /// How sure, in permille; comparable between pictures and brands.
    pub score: u16,
    /// Where, in pixels of the picture.
    pub place: PixelBox,
}

/// What is solved for a set: the same question for windows of a photo and for what is looked at by itself.
#[derive(Clone, Debug)]
struct Fits {
    windows: Fit,
    crops: Fit,
}

/// The logos to look for.
#[derive(Clone, Debug, Default)]
pub struct LogoSet {
    entries: BTreeMap<u64, Enrolled>,
    fits: OnceLock<Fits>,
    words: OnceLock<Words>,
}

impl LogoSet {
    /// Without a logo, so that nothing is found.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sees a logo on a crop and adds it; gives its number.
    ///
    /// # Errors
    /// When the network cannot run.
    pub fn enrol(&mut self, brand: &str, crop: &Picture, eyes: &Eyes) -> Result<u64, Error> {
        let enrolled = Enrolled::crop(brand, crop, eyes)?;
        let id = self.entries.last_key_value().map_or(0, |(id, _)| id + 1);
        self.add(id, enrolled);
        Ok(id)
    }

    /// Adds a logo under a number of yours; what had that number is replaced.
    pub fn add(&mut self, id: u64, enrolled: Enrolled) {
        self.entries.insert(id, enrolled);
        self.changed();
    }

    /// Takes a logo out; says whether it was there.
    pub fn remove(&mut self, id: u64) -> bool {
        self.changed();
        self.entries.remove(&id).is_some()
    }

    fn changed(&mut self) {
        self.fits = OnceLock::new();
        self.words = OnceLock::new();
    }

    /// Solves now what the first search would solve.
    ///
    /// # Errors
    /// When the network cannot run.
    pub fn prepare(&self, eyes: &Eyes) -> Result<(), Error> {
        if !self.is_empty() {
            self.fits(eyes)?;
            self.words();
        }
        Ok(())
    }

    /// How many logos are enrolled.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The logos on a picture, surest first, at most one a brand and only what it stands behind. A tight crop of a logo
    /// is a picture too. The first call after a change solves the equations, which takes some tenths of a second.
    ///
    /// # Errors
    /// When the network cannot run.
    pub fn find(&self, picture: &Picture, eyes: &Eyes) -> Result<Vec<Found>, Error> {
        self.find_read(picture, &[], eyes)
    }

    /// As [`Self::find`], and what was read on the picture is compared with what was read on the logos.
    ///
    /// # Errors
    /// When the network cannot run.
    pub fn find_read(&self, picture: &Picture, lines: &[Read], eyes: &Eyes) -> Result<Vec<Found>, Error> {
        Ok(sure(self.weigh_read(picture, lines, eyes)?))
    }

    /// As [`Self::find_read`], but where a glance shows nothing like a logo only what was read counts: for many pictures,
    /// most of which show none.
    ///
    /// # Errors
    /// When the network cannot run.
    pub fn find_glanced(
        &self,
        picture: &Picture,
        glance: &Glance,
        lines: &[Read],
        eyes: &Eyes,
    ) -> Result<Vec<Found>, Error> {
        let found = match tall::parts(picture).filter(|_| !self.is_empty()) {
            Some(parts) => self.glanced_parts(picture, &parts, eyes)?,
            None if self.opens(glance, eyes)? => self.weigh(picture, eyes)?,
            None => Vec::new(),
        };
        Ok(sure(self.with_words(found, lines)))
    }

    fn opens(&self, glance: &Glance, eyes: &Eyes) -> Result<bool, Error> {
        // A model that gives no maps leaves nothing to go by.
        Ok(!self.is_empty() && self.glimpse(glance, eyes)?.is_none_or(|weight| weight >= search::GLIMPSE_MIN))
    }

    /// What the likeliest place of a glance weighs, for choosing the threshold of [`Self::find_glanced`]; none when the
    /// model gives no maps.
    ///
    /// # Errors
    /// When the network cannot run.
    pub fn glimpse(&self, glance: &Glance, eyes: &Eyes) -> Result<Option<f32>, Error> {
        let regions = glance.regions.as_ref().filter(|_| !self.is_empty());
        regions.map(|regions| Ok(search::glimpse(&self.fits(eyes)?.windows, regions))).transpose()
    }

    /// As [`Self::find_read`], with whatever looks a little like a brand, for choosing a threshold.
    ///
    /// # Errors
    /// When the network cannot run.
    pub fn weigh_read(&self, picture: &Picture, lines: &[Read], eyes: &Eyes) -> Result<Vec<Found>, Error> {
        Ok(self.with_words(self.weigh(picture, eyes)?, lines))
    }

    /// As [`Self::find`], with whatever looks a little like a brand, for choosing a threshold.
    ///
    /// # Errors
    /// When the network cannot run.
    pub fn weigh(&self, picture: &Picture, eyes: &Eyes) -> Result<Vec<Found>, Error> {
        self.weigh_at(picture, Pace::Quick, eyes)
    }

    /// What [`Self::weigh`] would say if it weighed every window: slow, for tests and trials.
    ///
    /// # Errors
    /// When the network cannot run.
    pub fn weigh_all(&self, picture: &Picture, eyes: &Eyes) -> Result<Vec<Found>, Error> {
        self.weigh_at(picture, Pace::Slow, eyes)
    }

    fn weigh_at(&self, picture: &Picture, pace: Pace, eyes: &Eyes) -> Result<Vec<Found>, Error> {
        if self.entries.is_empty() {
            return Ok(Vec::new());
        }
        let fits = self.fits(eyes)?;
        match tall::parts(picture) {
            Some(parts) => tall::on_parts(picture, &parts, |part| search::search(fits, part, pace, eyes)),
            None => search::search(fits, picture, pace, eyes),
        }
    }

    fn with_words(&self, mut found: Vec<Found>, lines: &[Read]) -> Vec<Found> {
        for named in self.words().named(lines) {
            match found.iter_mut().find(|found| found.brand == named.brand) {
                // Two independent signs: what is left to doubt is what both leave.
                Some(found) => {
                    let doubt = u32::from(1000 - found.score.min(1000)) * u32::from(1000 - named.score) / 1000;
                    found.score = (1000 - doubt) as u16;
                }
                None => found.push(Found { brand: named.brand, score: named.score, place: named.place }),
            }
        }
        found.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.brand.cmp(&b.brand)));
        found
    }

    fn words(&self) -> &Words {
        self.words.get_or_init(|| Words::of(self.entries.values()))
    }

    fn fits(&self, eyes: &Eyes) -> Result<&Fits, Error> {
        let strangers = eyes.strangers.views(eyes)?;
        let solved = || Fits {
            windows: Fit::of_windows(self.entries.values(), strangers),
            crops: Fit::of_crops(self.entries.values(), strangers),
        };
        Ok(self.fits.get_or_init(solved))
    }
}

/// What it stands behind.
fn sure(mut found: Vec<Found>) -> Vec<Found> {
    found.retain(|found| found.score >= search::STANDS_BEHIND);
    found
}

impl Eyes {
    /// Names the marks of others that logos are told from; empty without any.
    pub fn marks_version(&self) -> &str {
        self.strangers.version()
    }
}
