//! What was in force as it stands in the database that servers share: how it gets there, and how it comes from there. A
//! name is the hash of what it names, so that neither side is believed unread.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Handle;
use touchstone_store::Store;
use uuid::Uuid;

use crate::kept::{PastError, at, has_hash, read_policy, remove, sync};
use crate::packed::{packed, unpack_file, unpack_folder};

/// What is in the database, for a thread that may wait.
#[derive(Clone)]
pub(crate) struct Shared {
    store: Arc<Store>,
    /// One at a time is replaced: nobody takes away what another one has just brought.
    bringing: Arc<Mutex<()>>,
}

impl Shared {
    pub(crate) fn new(store: Arc<Store>) -> Self {
        Self { store, bringing: Arc::default() }
    }

    /// Brings from the database what is not kept at this path, or is not what it is called.
    pub(crate) fn bring(&self, runtime: &Handle, path: &Path) -> Result<(), PastError> {
        if is_it(path, path) {
            return Ok(());
        }
        let _one = self.bringing.lock().unwrap_or_else(PoisonError::into_inner);
        if is_it(path, path) {
            return Ok(());
        }
        let Some(part) = self.fetched(runtime, path)? else {
            let damaged = path.exists();
            return Err(if damaged { PastError::Changed(path.to_owned()) } else { PastError::Absent(name(path)) });
        };
        let placed = remove(path).and_then(|()| fs::rename(&part, path));
        let placed = placed.and_then(|()| sync(path.parent().unwrap_or(path)));
        let _ = remove(&part);
        placed.map_err(at(path))
    }

    /// Puts what is kept at this path into the database, unless it is there and is what it is called.
    pub(crate) fn share(&self, runtime: &Handle, path: &Path) -> Result<(), PastError> {
        // An embedded database lies beside the folder.
        if !self.store.is_shared() {
            return Ok(());
        }
        match self.fetched(runtime, path) {
            Ok(Some(part)) => remove(&part).map_err(at(path)),
            Err(PastError::Store(error)) => Err(error.into()),
            _ => self.put(runtime, path),
        }
    }

    /// Puts everything into the database that is kept in a folder and has no row there.
    pub(crate) fn share_all(&self, runtime: &Handle, folder: &Path) -> Result<(), PastError> {
        if !self.store.is_shared() {
            return Ok(());
        }
        for entry in fs::read_dir(folder).map_err(at(folder))? {
            let path = entry.map_err(at(folder))?.path();
            if hash(&path).is_none() || runtime.block_on(self.store.has_pack(&name(&path)))? {
                continue;
            }
            if is_it(&path, &path) {
                self.put(runtime, &path)?;
            } else {
                tracing::warn!(path = %path.display(), "can't be read, so that it is not put into the database");
            }
        }
        Ok(())
    }

    fn put(&self, runtime: &Handle, path: &Path) -> Result<(), PastError> {
        let packed = packed(path).map_err(at(path))?;
        Ok(runtime.block_on(self.store.put_pack(&name(path), packed))?)
    }

    /// What the database has under the name of this path, beside it; none if it has nothing.
    fn fetched(&self, runtime: &Handle, path: &Path) -> Result<Option<PathBuf>, PastError> {
        let Some(packed) = runtime.block_on(self.store.pack(&name(path)))? else { return Ok(None) };
        let part = path.with_file_name(format!("fetched-{}.part", Uuid::new_v4().simple()));
        let rules = path.extension().is_none();
        let unpacked = if rules { unpack_folder(&packed, &part) } else { unpack_file(&packed, &part) };
        if unpacked.is_ok() && is_it(path, &part) {
            return Ok(Some(part));
        }
        let _ = remove(&part);
        Err(unpacked.map_or_else(at(path), |()| PastError::Changed(path.to_owned())))
    }
}

/// What it is called, here and in the database.
fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().display().to_string()
}

/// The hash by which something is called, and whether it is a policy.
fn hash(path: &Path) -> Option<(String, bool)> {
    let name = name(path);
    let knowledge = || name.strip_prefix("knowledge-")?.strip_suffix(".json");
    let named = name.strip_prefix("policy-").map(|hash| (hash, true)).or_else(|| Some((knowledge()?, false)));
    named.filter(|(hash, _)| hash.len() == 64).map(|(hash, rules)| (hash.to_owned(), rules))
}

/// Whether what lies at `found` is what the path is called after.
fn is_it(path: &Path, found: &Path) -> bool {
    match hash(path) {
        Some((hash, true)) => read_policy(found, &hash).is_ok(),
        Some((hash, false)) => has_hash(found, &hash),
        None => false,
    }
}
