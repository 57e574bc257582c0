//! What can go wrong with banks, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

/// Why a bank can't be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum BankError {
    /// A file or folder can't be read or written.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file that was whole is not any more.
    #[error("{} is damaged at byte {at}: bring it back from a copy; nothing was changed", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
        /// Where the damage begins.
        at: u64,
    },
    /// A file of another program, or of a version that is not known here.
    #[error("{} is no file of banks that this version reads", path.display())]
    Foreign {
        /// Which.
        path: PathBuf,
    },
    /// What was asked for does not fit what is there.
    #[error("{0}")]
    Refused(String),
}

impl BankError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |error| Self::Io { path, error }
    }
}
