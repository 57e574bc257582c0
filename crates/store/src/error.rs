//! What can go wrong with the store.

use ring::error::Unspecified;
use sea_orm::DbErr;

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address of the database says nothing that is known.
    #[error("{0:?} is neither a folder nor postgres://…")]
    Location(String),
    /// The data folder can't be used.
    #[error("{path}: {source}")]
    Folder {
        /// The folder or file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Another process owns the data folder.
    #[error("{0} is in use by another process")]
    InUse(String),
    /// The database.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
    /// A newer program has changed the database.
    #[error("the database was changed by a newer version of the program (step {0}): start that version")]
    Newer(String),
    /// The database is of a time when what sellers wrote was kept in clear.
    #[error(
        "the database holds what sellers wrote in clear, as versions before encryption kept it; this version does not \
         convert it: start with an empty database"
    )]
    InClear,
    /// What is kept can't be opened without the master key.
    #[error("{0} is missing, without which nothing that is kept can be read: put the master key back")]
    MasterKeyMissing(String),
    /// The file holds no key.
    #[error("{0} is no master key: it has 64 hexadecimal digits, as `openssl rand -hex 32` writes them")]
    BadMasterKey(String),
    /// The file holds another key.
    #[error("{0} is not the master key of this database: give the file that the database was begun with")]
    WrongMasterKey(String),
    /// The seller's key was dropped.
    #[error("what the seller wrote was erased")]
    Erased,
    /// The key is right, and what it sealed was changed.
    #[error("a row of {0} can't be opened: it was damaged or changed")]
    Damaged(&'static str),
    /// No random bytes, or a text beyond all limits.
    #[error("sealing failed")]
    Sealing,
    /// The writer has ended, so nothing more is accepted.
    #[error("the store is closed")]
    Closed,
    /// More waits to be written than is accepted.
    #[error("the store is overloaded")]
    Overloaded,
}

impl From<Unspecified> for StoreError {
    fn from(_: Unspecified) -> Self {
        Self::Sealing
    }
}
