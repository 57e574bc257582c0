//! Packs that were once in force, kept because decisions name them: the snapshot under its hash, the policy's files in a
//! folder beside it, and both in a database that servers [share](crate::shared), from where they fetch what is not here.
//! What is kept is there before anybody decides with it, and is checked against its name when it is read.
//!
//! To read one costs seconds and much memory. So one is read at a time, whoever asks, and the last few stay at hand.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use touchstone_policy::Policy;
use touchstone_screening::{Active, ActiveError, Sources, columns};
use touchstone_store::{Store, StoreError};
use uuid::Uuid;

use crate::active::hex;
use crate::shared::Shared;

/// Packs that stay at hand: about 100 MB each.
const PACKS_MAX: usize = 2;
/// Policies that stay at hand.
const POLICIES_MAX: usize = 16;

/// Why something of the past can't be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PastError {
    /// It was never kept here.
    #[error("{0} is not kept here")]
    Absent(String),
    /// Its files say something else than when they were kept.
    #[error("{} was changed or damaged since it was kept", .0.display())]
    Changed(PathBuf),
    /// It can't be read.
    #[error(transparent)]
    Active(#[from] ActiveError),
    /// The database gave no answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It can't be written.
    #[error("{}: {source}", .path.display())]
    Folder {
        /// Where.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Reading it ended early.
    #[error("reading failed: {0}")]
    Task(#[from] tokio::task::JoinError),
}

/// The folder in which packs are kept.
pub(crate) struct Kept {
    folder: PathBuf,
    shared: Shared,
    packs: Shelf<Active>,
    policies: Shelf<Policy>,
}

impl Kept {
    /// Opens the folder; what was left half-written there is removed.
    pub(crate) fn open(folder: PathBuf, store: Arc<Store>) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "part") {
                remove(&path)?;
            }
        }
        let shared = Shared::new(store);
        Ok(Self { folder, shared, packs: Shelf::new(PACKS_MAX), policies: Shelf::new(POLICIES_MAX) })
    }

    /// Keeps a snapshot and the files of a policy, if they are not kept yet; returns once they are on the disk.
    ///
    /// # Errors
    /// When they can't be written, or when the files of the policy are no longer those that were read.
    pub(crate) fn keep(&self, active: &Active, policy: &Path) -> io::Result<()> {
        let snapshot = hex(&active.snapshot.hash);
        if !has_hash(&self.snapshot(&snapshot), &snapshot) {
            touchstone_knowledge::write_bundle(&active.snapshot.knowledge, &self.folder).map_err(io::Error::other)?;
        }
        let hash = active.policy.hash();
        let rules = self.rules(&hex(&hash));
        if read_policy(&rules, &hex(&hash)).is_ok() {
            return Ok(());
        }
        let part = self.folder.join(format!("policy-{}.part", Uuid::new_v4().simple()));
        copy_folder(policy, &part)?;
        if read_policy(&part, &hex(&hash)).is_err() {
            remove(&part)?;
            return Err(io::Error::other(format!("{} changed while it was read: reload again", policy.display())));
        }
        remove(&rules)?;
        fs::rename(&part, &rules)?;
        sync(&self.folder)
    }

    /// Puts what is in force into the database, if servers share it and it is not there yet.
    ///
    /// # Errors
    /// When it can't be read, or the database fails.
    pub(crate) async fn share(&self, active: &Active) -> Result<(), PastError> {
        let (snapshot, rules) = (self.snapshot(&hex(&active.snapshot.hash)), self.rules(&hex(&active.policy.hash())));
        let (shared, runtime) = (self.shared.clone(), Handle::current());
        let share = move || shared.share(&runtime, &snapshot).and_then(|()| shared.share(&runtime, &rules));
        tokio::task::spawn_blocking(share).await?
    }

    /// The same with all that is kept here: it may be older than the database, or than that servers share one.
    ///
    /// # Errors
    /// When the folder can't be read, or the database fails.
    pub(crate) async fn share_all(&self) -> Result<(), PastError> {
        let (shared, runtime, folder) = (self.shared.clone(), Handle::current(), self.folder.clone());
        tokio::task::spawn_blocking(move || shared.share_all(&runtime, &folder)).await?
    }

    /// The pack that was in force under these hashes.
    pub(crate) async fn pack(&self, knowledge: &str, policy: &str) -> Result<Arc<Active>, PastError> {
        let (knowledge, policy) = (sha256(knowledge)?, sha256(policy)?);
        let (snapshot, rules) = (self.snapshot(&knowledge), self.rules(&policy));
        let name = format!("{knowledge} {policy}");
        let (shared, runtime) = (self.shared.clone(), Handle::current());
        let load = move || {
            shared.bring(&runtime, &snapshot)?;
            shared.bring(&runtime, &rules)?;
            let active = Active::load(Sources { knowledge: &snapshot, policy: &rules })?;
            if hex(&active.policy.hash()) == policy { Ok(active) } else { Err(PastError::Changed(rules)) }
        };
        self.packs.get(name, load).await
    }

    /// The policy that was in force under this hash.
    pub(crate) async fn policy(&self, hash: &str) -> Result<Arc<Policy>, PastError> {
        let hash = sha256(hash)?;
        let (rules, named) = (self.rules(&hash), hash.clone());
        let (shared, runtime) = (self.shared.clone(), Handle::current());
        let load = move || {
            shared.bring(&runtime, &rules)?;
            read_policy(&rules, &hash)
        };
        self.policies.get(named, load).await
    }

    /// Name and text of each file of a policy that is kept here, as it was read then.
    ///
    /// # Errors
    /// When one can't be read.
    pub(crate) fn texts(&self, policy: &str) -> io::Result<Vec<(String, String)>> {
        let mut texts = Vec::new();
        for entry in fs::read_dir(self.rules(policy))? {
            let path = entry?.path();
            if let Some(name) = path.file_name().filter(|_| path.extension().is_some_and(|kind| kind == "toml")) {
                texts.push((name.to_string_lossy().into_owned(), fs::read_to_string(&path)?));
            }
        }
        texts.sort();
        Ok(texts)
    }

    fn snapshot(&self, hash: &str) -> PathBuf {
        self.folder.join(format!("knowledge-{hash}.json"))
    }

    fn rules(&self, hash: &str) -> PathBuf {
        self.folder.join(format!("policy-{hash}"))
    }
}

/// What was read last with its name, newest first.
type Recent<T> = VecDeque<(String, Arc<T>)>;

/// What stays at hand.
struct Shelf<T> {
    recent: Arc<Mutex<Recent<T>>>,
    max: usize,
}

impl<T: Send + Sync + 'static> Shelf<T> {
    fn new(max: usize) -> Self {
        Self { recent: Arc::default(), max }
    }

    /// What has this name; it is read if it is not at hand. Others wait meanwhile, and find it then.
    async fn get(
        &self,
        name: String,
        load: impl FnOnce() -> Result<T, PastError> + Send + 'static,
    ) -> Result<Arc<T>, PastError> {
        let mut recent = Arc::clone(&self.recent).lock_owned().await;
        if let Some(found) = recent.iter().position(|(known, _)| *known == name).and_then(|at| recent.remove(at)) {
            let value = Arc::clone(&found.1);
            recent.push_front(found);
            return Ok(value);
        }
        recent.truncate(self.max - 1);
        // The lock goes along: a caller that goes away makes no room for a second one that reads.
        let loaded = tokio::task::spawn_blocking(move || {
            let value = Arc::new(load()?);
            recent.push_front((name, Arc::clone(&value)));
            Ok(value)
        });
        loaded.await?
    }
}

fn sha256(hash: &str) -> Result<String, PastError> {
    let plain = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    if plain { Ok(hash.to_owned()) } else { Err(PastError::Absent(format!("{hash:?}"))) }
}

pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> PastError {
    let path = path.to_owned();
    move |source| PastError::Folder { path, source }
}

pub(crate) fn has_hash(file: &Path, hash: &str) -> bool {
    fs::read(file).is_ok_and(|bytes| hex(&Sha256::digest(bytes)) == hash)
}

pub(crate) fn read_policy(folder: &Path, hash: &str) -> Result<Policy, PastError> {
    let texts = |found: Vec<_>| ActiveError::Files(found.iter().map(ToString::to_string).collect());
    let policy = Policy::load(folder, &columns()).map_err(texts)?;
    if hex(&policy.hash()) == hash { Ok(policy) } else { Err(PastError::Changed(folder.to_owned())) }
}

/// Copies a folder; returns once all of it is on the disk.
fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
            sync(&target)?;
        }
    }
    sync(to)
}

pub(crate) fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Removes a file or a folder, if there is one.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match path.is_dir() {
        true => fs::remove_dir_all(path),
        false if path.exists() => fs::remove_file(path),
        false => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn one_is_read_at_a_time_and_stays_at_hand() {
        let shelf: Shelf<usize> = Shelf::new(2);
        let (reading, reads) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let get = |name: &str| {
            let (reading, reads) = (Arc::clone(&reading), Arc::clone(&reads));
            shelf.get(name.to_owned(), move || {
                assert_eq!(reading.fetch_add(1, Ordering::SeqCst), 0, "two are read at once");
                std::thread::yield_now();
                reading.fetch_sub(1, Ordering::SeqCst);
                Ok(reads.fetch_add(1, Ordering::SeqCst))
            })
        };
        let all = futures_util::future::join_all((0..20).map(|n| get(if n % 2 == 0 { "a" } else { "b" }))).await;
        assert!(all.iter().all(Result::is_ok));
        assert_eq!(reads.load(Ordering::SeqCst), 2);
        get("c").await.unwrap();
        get("b").await.unwrap();
        assert_eq!(reads.load(Ordering::SeqCst), 3, "the latest are at hand");
        get("a").await.unwrap();
        assert_eq!(reads.load(Ordering::SeqCst), 4, "the others are not");
    }

    #[tokio::test]
    async fn who_goes_away_makes_no_room_for_a_second_one_that_reads() {
        let shelf: Shelf<()> = Shelf::new(2);
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let first = shelf.get("a".to_owned(), move || {
            wait.recv().unwrap();
            Ok(())
        });
        assert!(futures_util::FutureExt::now_or_never(first).is_none());
        assert!(shelf.recent.try_lock().is_err());
        go.send(()).unwrap();
        shelf.get("b".to_owned(), || Ok(())).await.unwrap();
    }
}
