//! Knowledge and policy in force, and how they are replaced: the new ones are read and compiled beside the old, and
//! take their place as one pointer. A pack with a mistake changes nothing.
//!
//! What was once in force is kept as it was, because decisions name it: the snapshot under its hash, the policy's
//! files beside it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use arc_swap::ArcSwap;
use touchstone_screening::{Active, ActiveError, Sources};

/// When each file was last changed, and its length.
pub(crate) type State = BTreeMap<PathBuf, (SystemTime, u64)>;

/// Where knowledge and policy come from, and what of them is in force.
pub struct InForce {
    knowledge: PathBuf,
    policy: PathBuf,
    kept: PathBuf,
    current: ArcSwap<Active>,
    /// One reload at a time: two at once would only double the memory.
    reloading: tokio::sync::Mutex<()>,
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
    /// Reads what is to be in force; `data` is the folder in which it is kept.
    ///
    /// # Errors
    /// Every mistake in the files, or that they can't be kept.
    pub fn load(knowledge: &Path, policy: &Path, data: &Path) -> Result<Self, ActiveError> {
        let active = Active::load(Sources { knowledge, policy })?;
        let kept = data.join("snapshots");
        keep(&active, policy, &kept).map_err(|error| ActiveError::Compile(format!("{}: {error}", kept.display())))?;
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

    /// Reads the files again and puts them in force.
    ///
    /// # Errors
    /// Every mistake in the files; what was in force stays.
    pub async fn reload(self: &Arc<Self>) -> Result<Versions, ActiveError> {
        let _one = self.reloading.lock().await;
        let this = Arc::clone(self);
        let loaded = tokio::task::spawn_blocking(move || {
            let active = Active::load(Sources { knowledge: &this.knowledge, policy: &this.policy })?;
            keep(&active, &this.policy, &this.kept).map_err(|error| ActiveError::Compile(error.to_string()))?;
            Ok::<_, ActiveError>(active)
        });
        let active = loaded.await.map_err(|error| ActiveError::Compile(error.to_string()))??;
        let versions = Versions::of(&active);
        self.current.store(Arc::new(active));
        Ok(versions)
    }

    /// What was in force under these hashes; none if it is not kept.
    pub(crate) fn past(&self, knowledge: &str, policy: &str) -> Option<Result<Arc<Active>, ActiveError>> {
        let current = self.current();
        let now = Versions::of(&current);
        if (now.knowledge.as_str(), now.policy.as_str()) == (knowledge, policy) {
            return Some(Ok(current));
        }
        let sha256 = |hash: &str| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !sha256(knowledge) || !sha256(policy) {
            return None;
        }
        let (knowledge, policy) = (snapshot_file(&self.kept, knowledge), policy_folder(&self.kept, policy));
        let there = knowledge.is_file() && policy.is_dir();
        there.then(|| Active::load(Sources { knowledge: &knowledge, policy: &policy }).map(Arc::new))
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

fn snapshot_file(kept: &Path, hash: &str) -> PathBuf {
    kept.join(format!("knowledge-{hash}.json"))
}

fn policy_folder(kept: &Path, hash: &str) -> PathBuf {
    kept.join(format!("policy-{hash}"))
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

/// Keeps a snapshot and the files of a policy under their hashes, if they are not kept yet.
fn keep(active: &Active, policy: &Path, kept: &Path) -> io::Result<()> {
    let versions = Versions::of(active);
    if !snapshot_file(kept, &versions.knowledge).exists() {
        touchstone_knowledge::write_bundle(&active.snapshot.knowledge, kept).map_err(io::Error::other)?;
    }
    let rules = policy_folder(kept, &versions.policy);
    if !rules.exists() {
        whole(&rules, |part| copy_folder(policy, part))?;
    }
    Ok(())
}

/// Makes something under another name first, so that it is there whole or not at all.
fn whole(path: &Path, make: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let part = path.with_extension("part");
    if part.is_dir() {
        fs::remove_dir_all(&part)?;
    }
    make(&part)?;
    fs::rename(&part, path)
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?
        } else {
            fs::copy(entry.path(), target).map(drop)?
        }
    }
    Ok(())
}
