//! Knowledge and policy in force, and how they are replaced: the new ones are read and compiled beside the old, and
//! take their place as one pointer. A pack with a mistake changes nothing. What was in force is [`kept`](crate::kept).

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use arc_swap::ArcSwap;
use touchstone_policy::Policy;
use touchstone_screening::{Active, ActiveError, Sources};
use touchstone_store::{Store, StoreError};

use crate::kept::{Kept, PastError};

/// When each file was last changed, and its length.
pub(crate) type State = BTreeMap<PathBuf, (SystemTime, u64)>;

/// Where knowledge and policy come from, and what of them is in force.
pub struct InForce {
    knowledge: PathBuf,
    policy: PathBuf,
    kept: Kept,
    current: ArcSwap<Active>,
    /// One reload at a time: two at once would only double the memory.
    reloading: tokio::sync::Mutex<()>,
}

/// Why a pack is not in force.
#[derive(Debug, thiserror::Error)]
pub enum InForceError {
    /// It has mistakes, or can't be kept.
    #[error("the pack is refused: {0}")]
    Pack(#[from] ActiveError),
    /// It may be right, but the database in which it is kept as well failed.
    #[error("the pack can't be kept in the database: {0}")]
    Store(#[from] StoreError),
}

/// What is in force, by hash.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Versions {
    /// The engine.
    pub engine: String,
    /// The knowledge snapshot.
    pub knowledge: String,
    /// The policy.
    pub policy: String,
}

impl Versions {
    pub(crate) fn of(active: &Active) -> Self {
        Self {
            engine: touchstone_screening::engine().to_owned(),
            knowledge: hex(&active.snapshot.hash),
            policy: hex(&active.policy.hash()),
        }
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl InForce {
    /// Reads what is to be in force; it is kept in the folder `data` and in the store.
    ///
    /// # Errors
    /// Every mistake in the files, or that they can't be kept.
    pub async fn load(knowledge: &Path, policy: &Path, data: &Path, store: Arc<Store>) -> Result<Self, InForceError> {
        let active = Active::load(Sources { knowledge, policy })?;
        let folder = data.join("snapshots");
        let unkept = |error| ActiveError::Files(vec![format!("{}: {error}", folder.display())]);
        let kept = Kept::open(folder.clone(), store).map_err(unkept)?;
        kept.keep(&active, policy).map_err(unkept)?;
        kept.share(&active).await.map_err(unshared)?;
        kept.share_all().await.map_err(unshared)?;
        Ok(Self {
            knowledge: knowledge.to_owned(),
            policy: policy.to_owned(),
            kept,
            current: ArcSwap::from_pointee(active),
            reloading: tokio::sync::Mutex::new(()),
        })
    }

    /// What is in force now. Whoever decides takes it once.
    pub fn current(&self) -> Arc<Active> {
        self.current.load_full()
    }

    /// The rules that an [`Active`] was made of, as their authors wrote them: name and text of each file.
    ///
    /// # Errors
    /// When they can't be read.
    pub(crate) async fn texts(self: &Arc<Self>, active: &Active) -> io::Result<Vec<(String, String)>> {
        let (this, hash) = (Arc::clone(self), hex(&active.policy.hash()));
        tokio::task::spawn_blocking(move || this.kept.texts(&hash)).await.map_err(io::Error::other)?
    }

    /// Reads the files again and puts them in force.
    ///
    /// # Errors
    /// Every mistake in the files, or that the database fails; what was in force stays.
    pub async fn reload(self: &Arc<Self>) -> Result<Versions, InForceError> {
        let _one = self.reloading.lock().await;
        let this = Arc::clone(self);
        let loaded = tokio::task::spawn_blocking(move || {
            let active = Active::load(Sources { knowledge: &this.knowledge, policy: &this.policy })?;
            this.kept.keep(&active, &this.policy).map_err(|error| ActiveError::Files(vec![error.to_string()]))?;
            Ok::<_, ActiveError>(active)
        });
        let active = loaded.await.map_err(|error| ActiveError::Compile(error.to_string()))??;
        self.kept.share(&active).await.map_err(unshared)?;
        let versions = Versions::of(&active);
        self.current.store(Arc::new(active));
        Ok(versions)
    }

    /// The pack that was in force under these hashes.
    pub(crate) async fn past(&self, knowledge: &str, policy: &str) -> Result<Arc<Active>, PastError> {
        let current = self.current();
        let now = Versions::of(&current);
        if (now.knowledge.as_str(), now.policy.as_str()) == (knowledge, policy) {
            return Ok(current);
        }
        self.kept.pack(knowledge, policy).await
    }

    /// The policy that was in force under this hash.
    pub(crate) async fn past_policy(&self, hash: &str) -> Result<Arc<Policy>, PastError> {
        self.kept.policy(hash).await
    }

    /// When each file of knowledge and policy was last changed: equal as long as nothing was.
    pub(crate) fn state_of_files(&self) -> State {
        let mut state = BTreeMap::new();
        for root in [&self.knowledge, &self.policy] {
            let _ = note_files(root, &mut state);
        }
        state
    }
}

fn unshared(error: PastError) -> InForceError {
    match error {
        PastError::Store(error) => error.into(),
        other => ActiveError::Files(vec![format!("it can't be kept in the database: {other}")]).into(),
    }
}

fn note_files(path: &Path, state: &mut State) -> io::Result<()> {
    let about = fs::metadata(path)?;
    if !about.is_dir() {
        state.insert(path.to_owned(), (about.modified()?, about.len()));
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        note_files(&entry?.path(), state)?;
    }
    Ok(())
}
