//! What looks at pictures: models are loaded once, and shared by the threads.

use std::path::Path;

use anyhow::{Context as _, Result};
use touchstone_banks::{EntryFeatures, Logos};
use touchstone_sight::Eyes;
use touchstone_sight::logo::Found;
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

    /// What the search needs to know of a picture.
    pub(crate) fn features(&self, photo: &Photo) -> EntryFeatures {
        let embed = |picture: &Picture| {
            let embeddings = self.eyes.as_ref()?.embed(&[picture]).ok()?;
            embeddings.into_iter().next().map(|embedding| embedding.features)
        };
        let embed = self.eyes.is_some().then_some(&embed as &touchstone_banks::features::Embed<'_>);
        EntryFeatures::of(&photo.bytes, &photo.picture, embed)
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
