//! What can go wrong with the store.

use ring::error::Unspecified;
use sea_orm::{DbErr, RuntimeErr, sqlx};

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address of the database says nothing that is known.
    #[error("{0:?} is neither a folder nor postgres://…")]
    Location(String),
    /// The address of the pictures says nothing that is known.
    #[error("{0:?} is neither a folder nor s3://BUCKET/PREFIX, with ?endpoint=, &region= or &keys=FILE")]
    PicturePlace(String),
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
    /// Where pictures are kept.
    #[error("pictures can't be kept or read: {0}")]
    Pictures(#[from] object_store::Error),
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
    /// A change was refused by its maker, who says why.
    #[error("the change was refused")]
    Refused,
    /// What was noted is no event of the audit trail.
    #[error("what was noted is no event: {0}")]
    NoEvent(String),
    /// The writer has ended, so nothing more is accepted.
    #[error("the store is closed")]
    Closed,
    /// More waits to be written than is accepted.
    #[error("the store is overloaded")]
    Overloaded,
}

/// Classes of SQLSTATE that say that a server can't serve now: no such connection, no resources, an operator's work, and
/// a database that is not there.
const OUTAGES: [&str; 4] = ["08", "53", "57", "3D"];

impl StoreError {
    /// Whether the database can't be reached or can't serve at the moment: the same may succeed later.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Database(DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) | Self::Pictures(_) => true,
            Self::Database(DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) => {
                unreachable_by(error)
            }
            _ => false,
        }
    }
}

fn unreachable_by(error: &sqlx::Error) -> bool {
    use sqlx::Error::{Database, Io, PoolClosed, PoolTimedOut, Tls, WorkerCrashed};
    match error {
        Io(_) | Tls(_) | PoolTimedOut | PoolClosed | WorkerCrashed => true,
        Database(error) => {
            error.code().is_some_and(|code| code.len() == 5 && OUTAGES.iter().any(|c| code.starts_with(c)))
        }
        _ => false,
    }
}

impl StoreError {
    /// The same failure, for another who shared what failed.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::Database(error) if self.is_outage() => {
                Self::Database(DbErr::Conn(RuntimeErr::Internal(error.to_string())))
            }
            Self::Database(error) => Self::Database(DbErr::Custom(error.to_string())),
            _ => Self::Closed,
        }
    }
}

impl From<Unspecified> for StoreError {
    fn from(_: Unspecified) -> Self {
        Self::Sealing
    }
}
