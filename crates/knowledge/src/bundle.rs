//! The snapshot on disk: canonical JSON, named by its hash.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::model::Knowledge;

const MAX_BUNDLE_BYTES: u64 = 1 << 30;

/// Why a snapshot cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// It is not a snapshot.
    #[error("{path}: not a knowledge snapshot: {why}")]
    Format {
        /// The file.
        path: String,
        /// Why.
        why: String,
    },
    /// The content does not have the hash in its name.
    #[error("{path}: the content has hash {hash}, its name says otherwise")]
    Hash {
        /// The file.
        path: String,
        /// What the content hashes to.
        hash: String,
    },
}

impl Knowledge {
    /// The canonical JSON and its SHA-256.
    pub(crate) fn canonical(&self) -> (Vec<u8>, [u8; 32]) {
        // Struct fields are written in declaration order and maps are ordered: one content, one text.
        let json = serde_json::to_vec(self).unwrap_or_default();
        let hash = Sha256::digest(&json).into();
        (json, hash)
    }
}

/// Writes `knowledge-<hash>.json` into `dir` and returns its path.
///
/// # Errors
/// When the folder or file cannot be written.
pub fn write_bundle(knowledge: &Knowledge, dir: &Path) -> Result<PathBuf, BundleError> {
    let (json, hash) = knowledge.canonical();
    let path = dir.join(format!("knowledge-{}.json", hex(&hash)));
    let io = |source| BundleError::Io { path: path.display().to_string(), source };
    std::fs::create_dir_all(dir).map_err(io)?;
    // Under another name first, and on the disk before it gets its own: it is there whole or not at all.
    let part = dir.join(format!("knowledge-{}-{}.part", hex(&hash), std::process::id()));
    let mut file = File::create(&part).map_err(io)?;
    file.write_all(&json).and_then(|()| file.sync_all()).map_err(io)?;
    std::fs::rename(&part, &path).map_err(io)?;
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(io)?;
    Ok(path)
}

/// Reads a snapshot and checks it against the hash in its name.
///
/// # Errors
/// When it cannot be read, is no snapshot, was changed, or holds what no folder of knowledge could.
pub fn read_bundle(path: &Path) -> Result<Knowledge, BundleError> {
    let name = path.display().to_string();
    let io = |source| BundleError::Io { path: name.clone(), source };
    let size = std::fs::metadata(path).map_err(io)?.len();
    if size > MAX_BUNDLE_BYTES {
        return Err(BundleError::Format { path: name, why: format!("{size} bytes are more than {MAX_BUNDLE_BYTES}") });
    }
    let json = std::fs::read(path).map_err(io)?;
    let knowledge: Knowledge =
        serde_json::from_slice(&json).map_err(|e| BundleError::Format { path: name.clone(), why: e.to_string() })?;
    let hash = hex(&Sha256::digest(&json));
    let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    match stem.strip_prefix("knowledge-") {
        Some(said) if said != hash => Err(BundleError::Hash { path: name, hash }),
        _ => match knowledge.validate() {
            Ok(()) => Ok(knowledge),
            Err(why) => Err(BundleError::Format { path: name, why }),
        },
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
