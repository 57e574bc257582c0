//! Files of pictures, each kept once under its SHA-256, in a folder or on S3. They are sealed under the master key, not
//! under a seller's, because several sellers may show the same; one that nobody shows any more is deleted.

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};

use crate::StoreError;
use crate::open::Store;
use crate::seal::Row;
use crate::vault::Vault;

/// SHA-256 of a picture's file.
pub type PictureHash = [u8; 32];

/// Where files of pictures are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PicturePlace {
    /// A folder.
    Folder(PathBuf),
    /// A bucket with S3's interface: `s3://BUCKET/PREFIX?endpoint=…&region=…&keys=…`. `keys` names a file of two lines,
    /// the id of an access key and its secret; without it they come from the environment (`AWS_ACCESS_KEY_ID` and so on)
    /// or from the machine's role.
    S3(String),
}

impl PicturePlace {
    /// Reads a path or an address.
    ///
    /// # Errors
    /// When it is an address of anything but S3.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        match text.split_once("://") {
            Some(("s3", _)) => Ok(Self::S3(text.to_owned())),
            Some(_) => Err(StoreError::PicturePlace(text.to_owned())),
            None => Ok(Self::Folder(PathBuf::from(text))),
        }
    }
}

/// The files of pictures.
#[derive(Debug)]
pub struct Pictures {
    objects: Arc<dyn ObjectStore>,
    prefix: Path,
    vault: Arc<Vault>,
    /// Where files can be synced.
    folder: Option<PathBuf>,
}

impl Pictures {
    /// Opens the place.
    ///
    /// # Errors
    /// When the folder can't be made, or the address has a part that is not known.
    pub fn open(place: &PicturePlace, store: &Store) -> Result<Self, StoreError> {
        let ((objects, prefix), vault) = (objects(place)?, Arc::clone(&store.vault));
        let folder = match place {
            PicturePlace::Folder(folder) => Some(folder.clone()),
            PicturePlace::S3(_) => None,
        };
        Ok(Self { objects, prefix, vault, folder })
    }

    /// Keeps a file, if it is not kept yet; returns once it is.
    ///
    /// # Errors
    /// When it can't be written.
    pub async fn put(&self, hash: &PictureHash, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.path(hash);
        match self.objects.head(&path).await {
            Err(object_store::Error::NotFound { .. }) => {}
            kept => return Ok(kept.map(drop)?),
        }
        let sealed = self.vault.master().seal(&sealed_row(hash), bytes)?;
        self.objects.put(&path, sealed.into()).await?;
        match self.folder.clone() {
            None => Ok(()),
            Some(folder) => {
                let file = folder.join(path.as_ref());
                tokio::task::spawn_blocking(move || sync(&file)).await.map_err(|_| StoreError::Closed)?
            }
        }
    }

    /// A file that was kept.
    ///
    /// # Errors
    /// When it can't be read, or was damaged.
    pub async fn get(&self, hash: &PictureHash) -> Result<Option<Vec<u8>>, StoreError> {
        let sealed = match self.objects.get(&self.path(hash)).await {
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            found => found?.bytes().await?,
        };
        let opened = self.vault.master().open(&sealed_row(hash), &sealed);
        opened.map(Some).map_err(|_| StoreError::Damaged("pictures"))
    }

    /// Deletes a file, if there is one.
    ///
    /// # Errors
    /// When it can't be deleted.
    pub async fn delete(&self, hash: &PictureHash) -> Result<(), StoreError> {
        match self.objects.delete(&self.path(hash)).await {
            Err(object_store::Error::NotFound { .. }) => Ok(()),
            done => Ok(done?),
        }
    }

    /// 256 folders, so that none gets too long.
    fn path(&self, hash: &PictureHash) -> Path {
        let name = hex(hash);
        self.prefix.clone().join(&name[..2]).join(name.as_str())
    }
}

fn sealed_row(hash: &PictureHash) -> Row<'_> {
    Row::one("picture_file", hash)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A rename is on the disk once the folder is.
fn sync(file: &FilePath) -> Result<(), StoreError> {
    for path in [Some(file), file.parent()].into_iter().flatten() {
        let synced = std::fs::File::open(path).and_then(|file| file.sync_all());
        synced.map_err(|source| StoreError::Folder { path: path.display().to_string(), source })?;
    }
    Ok(())
}

/// The objects of a place, and what stands before their names.
pub(crate) fn objects(place: &PicturePlace) -> Result<(Arc<dyn ObjectStore>, Path), StoreError> {
    match place {
        PicturePlace::Folder(folder) => {
            let at = |source| StoreError::Folder { path: folder.display().to_string(), source };
            std::fs::create_dir_all(folder).map_err(at)?;
            Ok((Arc::new(LocalFileSystem::new_with_prefix(folder)?), Path::default()))
        }
        PicturePlace::S3(address) => bucket(address),
    }
}

fn bucket(address: &str) -> Result<(Arc<dyn ObjectStore>, Path), StoreError> {
    let unknown = || StoreError::PicturePlace(address.to_owned());
    let (place, options) = address.split_once('?').unwrap_or((address, ""));
    let (bucket, prefix) =
        place.strip_prefix("s3://").ok_or_else(unknown)?.split_once('/').unwrap_or((&place[5..], ""));
    if bucket.is_empty() {
        return Err(unknown());
    }
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket);
    for option in options.split('&').filter(|option| !option.is_empty()) {
        builder = match option.split_once('=') {
            Some(("endpoint", endpoint)) => {
                builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"))
            }
            Some(("region", region)) => builder.with_region(region),
            Some(("keys", file)) => with_keys(builder, FilePath::new(file))?,
            _ => return Err(unknown()),
        };
    }
    let prefix = Path::parse(prefix).map_err(object_store::Error::from)?;
    Ok((Arc::new(builder.build()?), prefix))
}

fn with_keys(builder: AmazonS3Builder, file: &FilePath) -> Result<AmazonS3Builder, StoreError> {
    let at = |source| StoreError::Folder { path: file.display().to_string(), source };
    let text = std::fs::read_to_string(file).map_err(at)?;
    match text.lines().map(str::trim).collect::<Vec<_>>().as_slice() {
        [id, secret] => Ok(builder.with_access_key_id(*id).with_secret_access_key(*secret)),
        _ => Err(at(std::io::Error::other("not two lines, the id of an access key and its secret"))),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_by_their_address() {
        assert_eq!(PicturePlace::parse("a/b").unwrap(), PicturePlace::Folder(PathBuf::from("a/b")));
        let s3 = PicturePlace::parse("s3://bucket/of/ours").unwrap();
        assert_eq!(s3, PicturePlace::S3("s3://bucket/of/ours".to_owned()));
        assert!(matches!(PicturePlace::parse("gs://bucket"), Err(StoreError::PicturePlace(_))));
        assert_eq!(bucket("s3://b/of/ours?region=eu-west-1").unwrap().1, Path::from("of/ours"));
        assert_eq!(bucket("s3://b").unwrap().1, Path::default());
        for wrong in ["s3://", "s3:///a", "s3://b?endpoint", "s3://b?secret=x", "s3://b?keys=/nowhere"] {
            assert!(bucket(wrong).is_err(), "{wrong}");
        }
    }
}
