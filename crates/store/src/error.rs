//! What can go wrong with the store.

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
    /// The writer has ended, so nothing more is accepted.
    #[error("the store is closed")]
    Closed,
    /// More waits to be written than is accepted.
    #[error("the store is overloaded")]
    Overloaded,
}
