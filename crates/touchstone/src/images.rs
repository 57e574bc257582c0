//! Pictures beside a feed, looked at while it is screened.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result};
use touchstone_catalog::Listing;
use touchstone_gallery::{Beside, Gallery};
use touchstone_screening::{Looked, PictureLookup};
use touchstone_signals::pictures::PictureFacts;

use crate::console::note;
use crate::mark::one_line;

/// Pictures of one listing that are looked at.
const PICTURES_MAX: usize = 16;
/// Files that are named when they are no pictures; the others are counted.
const NAMED_MAX: u64 = 20;

/// The pictures in a folder; without a folder none is looked at.
pub(crate) struct Images {
    folder: Option<Beside>,
    gallery: Gallery,
    missing: AtomicU64,
    refused: AtomicU64,
}

impl Images {
    /// Opens the folder, if one is given.
    pub(crate) fn open(args: &crate::cli::Images) -> Result<Self> {
        let open = |path: &Path| {
            Beside::open(path).with_context(|| format!("cannot look at the pictures in {}", path.display()))
        };
        let folder = args.images.as_deref().map(open).transpose()?;
        let gallery = match (&folder, &args.data) {
            (None, _) => Gallery::default(),
            (Some(_), None) => Gallery::open(&args.models)?,
            (Some(_), Some(data)) => Gallery::with_data(&args.models, data)?,
        };
        Ok(Self { folder, gallery, missing: AtomicU64::new(0), refused: AtomicU64::new(0) })
    }

    /// Says how many pictures were not seen.
    pub(crate) fn report(&self) {
        let (missing, refused) = (self.missing.load(Ordering::Relaxed), self.refused.load(Ordering::Relaxed));
        if missing + refused > 0 {
            note(format_args!(
                "pictures not seen: {missing} not in the folder, {refused} no pictures that are looked at"
            ));
        }
    }

    /// The file that a name in a feed means.
    pub(crate) fn file(&self, link: &str) -> Option<PathBuf> {
        self.folder.as_ref()?.find(link)
    }

    /// The most bytes that a picture's file may have.
    pub(crate) fn bytes_max(&self) -> usize {
        self.gallery.bytes_max()
    }

    fn picture(&self, link: &str) -> Option<PictureFacts> {
        let Some(path) = self.file(link) else {
            self.missing.fetch_add(1, Ordering::Relaxed);
            return None;
        };
        let read = Beside::read(&path, self.gallery.bytes_max()).map_err(|error| error.to_string());
        match read.and_then(|bytes| self.gallery.look(&bytes).map_err(|refusal| refusal.to_string())) {
            Ok(facts) => Some(PictureFacts { source: link.to_owned(), ..facts }),
            Err(error) => {
                if self.refused.fetch_add(1, Ordering::Relaxed) < NAMED_MAX {
                    note(one_line(&format!("{}: {error}", path.display())));
                }
                None
            }
        }
    }
}

impl PictureLookup for Images {
    fn look(&self, listing: &Listing<'_>) -> Looked {
        if self.folder.is_none() {
            return Looked::default();
        }
        let links = std::iter::once(listing.image_link).chain(listing.additional_image_link.iter());
        let links = links.filter(|link| !link.is_empty()).take(PICTURES_MAX);
        Looked { eyes: self.gallery.eyes(), pictures: links.filter_map(|link| self.picture(link)).collect() }
    }
}
