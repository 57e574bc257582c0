//! What was seen on pictures, looked up beside a listing's seller and past.

use touchstone_catalog::{Listing, ListingBatch};
use touchstone_signals::pictures::{Eyes, PictureFacts};

use crate::context::ContextBatch;

/// What was seen on the pictures of one listing, and by which banks and models.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Which versions saw it.
    pub eyes: Eyes,
    /// Picture by picture; one that could not be had is left out, for what is not seen is not known.
    pub pictures: Vec<PictureFacts>,
}

/// Where it is looked up what pictures show.
pub trait PictureLookup {
    /// What was seen on the listing's pictures; nothing where none was looked at.
    fn look(&self, listing: &Listing<'_>) -> Looked;
}

/// Adds what the pictures of each row show to what else was looked up.
pub fn see(batch: &ListingBatch, context: &mut ContextBatch, pictures: &(impl PictureLookup + ?Sized)) {
    for (listing, row) in batch.rows().zip(context) {
        row.see(pictures.look(&listing));
    }
}
