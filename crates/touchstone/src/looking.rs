//! What looks at pictures: models are loaded once, and shared by the threads.

use std::path::Path;

use anyhow::{Context as _, Result};
use touchstone_banks::features::Embed;
use touchstone_banks::{EntryFeatures, Logos};
use touchstone_sight::logo::Found;
use touchstone_sight::{Embedding, Eyes, Line};
use touchstone_vision::Picture;

use crate::console::note;
use crate::photos::Photo;
use crate::style::{self, paint};

/// Opens the models that a verb can't do without.
///
/// # Errors
/// A folder or model that is not there or can't be used.
pub(crate) fn eyes(models: &Path) -> Result<Eyes> {
    Eyes::open(models).with_context(|| format!("cannot use the models in {}", models.display()))
}

/// Looks at pictures.
pub(crate) struct Looker {
    eyes: Option<Eyes>,
}

impl Looker {
    /// Loads the models of a folder. Without the folder copies are found by their pixels alone, which is said.
    ///
    /// # Errors
    /// A model that is there and can't be used.
    pub(crate) fn load(models: &Path) -> Result<Self> {
        if models.exists() {
            return Ok(Self { eyes: Some(eyes(models)?) });
        }
        note(format_args!(
            "{} no models in {}: pictures are compared by their pixels alone; `make setup` fetches them, --models says \
             where they are",
            paint(style::REVIEW, "warning:"),
            crate::mark::one_line(&models.to_string_lossy()),
        ));
        Ok(Self { eyes: None })
    }

    /// What the search needs to know of a picture that is asked for.
    pub(crate) fn features(&self, photo: &Photo) -> EntryFeatures {
        self.featured(photo, EntryFeatures::of)
    }

    /// What is kept of a picture that others are compared with.
    pub(crate) fn kept_features(&self, photo: &Photo) -> EntryFeatures {
        self.featured(photo, EntryFeatures::of_entry)
    }

    fn featured(&self, photo: &Photo, of: fn(&[u8], &Picture, Option<&Embed<'_>>) -> EntryFeatures) -> EntryFeatures {
        let embed = |picture: &Picture| {
            let embeddings = self.eyes.as_ref()?.embed(&[picture]).ok()?;
            embeddings.into_iter().next().map(|embedding| embedding.features)
        };
        let embed = self.eyes.is_some().then_some(&embed as &Embed<'_>);
        of(&photo.bytes, &photo.picture, embed)
    }

    /// Lines of text on a picture, in reading order; none without models.
    ///
    /// # Errors
    /// When a network cannot run.
    pub(crate) fn text(&self, picture: &Picture) -> Result<Vec<Line>> {
        Ok(self.eyes.as_ref().map(|eyes| eyes.read(picture)).transpose()?.unwrap_or_default())
    }

    /// Slug of the kind of goods and how sure that is, in permille; none where it is not sure, or without models.
    ///
    /// # Errors
    /// When a network cannot run.
    pub(crate) fn kind(&self, picture: &Picture) -> Result<Option<(&'static str, u16)>> {
        let seen = self.eyes.as_ref().map(|eyes| eyes.embed(&[picture])).transpose()?;
        Ok(seen.and_then(|seen| seen.first().and_then(Embedding::kind)))
    }

    /// Logos on a picture, best first; none without models.
    ///
    /// # Errors
    /// When a network cannot run.
    pub(crate) fn logos(&self, picture: &Picture, logos: &Logos) -> Result<Vec<Found>> {
        match &self.eyes {
            Some(eyes) => Ok(logos.set().find(picture, eyes)?),
            None => Ok(Vec::new()),
        }
    }
}
