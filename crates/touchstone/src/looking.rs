//! What looks at pictures: models are loaded once, and shared by the threads.

use std::path::Path;

use anyhow::{Context as _, Result};
use touchstone_banks::EntryFeatures;
use touchstone_gallery::featured;
use touchstone_sight::logo::Read;
use touchstone_sight::{Eyes, Line};

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

/// Opens the models of a folder. Without the folder copies are found by their pixels alone, which is said.
///
/// # Errors
/// A model that is there and can't be used.
pub(crate) fn eyes_if_any(models: &Path) -> Result<Option<Eyes>> {
    if models.exists() {
        return eyes(models).map(Some);
    }
    note(format_args!(
        "{} no models in {}: pictures are compared by their pixels alone; `make setup` fetches them, --models says \
         where they are",
        paint(style::REVIEW, "warning:"),
        crate::mark::one_line(&models.to_string_lossy()),
    ));
    Ok(None)
}

/// Lines of text as the search for logos wants them.
pub(crate) fn read(lines: &[Line]) -> Vec<Read> {
    lines.iter().map(|line| Read { text: line.text.clone(), place: line.place }).collect()
}

/// Makes features of pictures.
pub(crate) struct Looker {
    eyes: Option<Eyes>,
}

impl Looker {
    /// With the models of a folder, if it is there.
    ///
    /// # Errors
    /// A model that is there and can't be used.
    pub(crate) fn load(models: &Path) -> Result<Self> {
        Ok(Self { eyes: eyes_if_any(models)? })
    }

    /// What the search needs to know of a picture that is asked for.
    pub(crate) fn features(&self, photo: &Photo) -> EntryFeatures {
        featured::asked(&photo.bytes, &photo.picture, self.eyes.as_ref())
    }

    /// What is kept of a picture that others are compared with.
    pub(crate) fn kept_features(&self, photo: &Photo) -> EntryFeatures {
        featured::kept(&photo.bytes, &photo.picture, self.eyes.as_ref())
    }
}
