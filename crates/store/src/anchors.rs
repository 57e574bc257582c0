//! Where heads of the trail are written outside the database: objects that are never written twice, in a folder or on S3.
//! What keeps them from being changed or deleted is the matter of whoever owns the place (a lock on the bucket, another
//! administrator).

use std::sync::Arc;

use object_store::path::Path;
use object_store::{ObjectStore, PutMode, PutOptions};

use crate::StoreError;
use crate::pictures::{PicturePlace, objects};

/// The objects.
#[derive(Debug)]
pub struct Anchors {
    objects: Arc<dyn ObjectStore>,
    prefix: Path,
}

impl Anchors {
    /// Opens the place.
    ///
    /// # Errors
    /// When the folder can't be made, or the address has a part that is not known.
    pub fn open(place: &PicturePlace) -> Result<Self, StoreError> {
        let (objects, prefix) = objects(place)?;
        Ok(Self { objects, prefix })
    }

    /// How many events the last object counts; none if there is no object.
    ///
    /// # Errors
    /// When the place can't be read.
    pub async fn end(&self) -> Result<u64, StoreError> {
        let listed = self.objects.list_with_delimiter(Some(&self.prefix)).await?;
        let sizes = listed.objects.iter().filter_map(|object| size(object.location.filename()?));
        Ok(sizes.max().unwrap_or(0))
    }

    /// Writes lines of an anchor up to so many events; what is there stays as it is.
    ///
    /// # Errors
    /// When it can't be written.
    pub async fn put(&self, size: u64, lines: Vec<u8>) -> Result<(), StoreError> {
        let path = self.prefix.clone().join(format!("{size:020}.jsonl"));
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.objects.put_opts(&path, lines.into(), options).await {
            Err(object_store::Error::AlreadyExists { .. }) => Ok(()),
            done => Ok(done.map(drop)?),
        }
    }
}

/// Events that an object counts, by its name.
fn size(name: &str) -> Option<u64> {
    name.strip_suffix(".jsonl")?.parse().ok()
}
