//! Opens the store: where it lies, who owns it, and what a commit promises.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use crate::error::StoreError;
use crate::migration::migrate;
use crate::writer::Writer;

/// Connections that read. Few: reads are short, and each holds a page cache.
const READERS: u32 = 4;

/// Where the store lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A folder with an embedded database, owned by one process.
    Folder(PathBuf),
    /// A PostgreSQL database that processes share: `postgres://user@host/name`.
    Postgres(String),
}

impl Location {
    /// Reads a path or an address.
    ///
    /// # Errors
    /// When it is an address of anything but PostgreSQL.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        match text.split_once("://") {
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(text.to_owned())),
            Some(_) => Err(StoreError::Location(text.to_owned())),
            None => Ok(Self::Folder(PathBuf::from(text))),
        }
    }
}

/// The store.
#[derive(Debug)]
pub struct Store {
    pub(crate) readers: DatabaseConnection,
    pub(crate) writer: Writer,
    /// Held as long as the folder is ours.
    _lock: Option<File>,
}

impl Store {
    /// Opens the store and brings it to the present shape.
    ///
    /// # Errors
    /// When the folder is in use or can't be written, or the database refuses.
    pub async fn open(location: &Location) -> Result<Self, StoreError> {
        match location {
            Location::Folder(folder) => Self::embedded(folder).await,
            Location::Postgres(address) => Self::shared(address).await,
        }
    }

    async fn embedded(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder).map_err(|source| at(folder, source))?;
        let lock = lock(&folder.join("lock"))?;
        let address = format!("sqlite://{}?mode=rwc", folder.join("touchstone.db").display());
        let write = Database::connect(sqlite(&address, 1)).await?;
        migrate(&write).await?;
        let readers = Database::connect(sqlite(&address, READERS)).await?;
        Ok(Self { readers, writer: Writer::start(write), _lock: Some(lock) })
    }

    async fn shared(address: &str) -> Result<Self, StoreError> {
        let write = Database::connect(postgres(address, 1)).await?;
        migrate(&write).await?;
        let readers = Database::connect(postgres(address, READERS)).await?;
        Ok(Self { readers, writer: Writer::start(write), _lock: None })
    }

    /// Asks the database for an answer, so that one knows that it would give one.
    ///
    /// # Errors
    /// When it gives none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        if self.writer.is_closed() {
            return Err(StoreError::Closed);
        }
        Ok(self.readers.ping().await?)
    }

    /// Writes what was accepted, then ends.
    pub async fn close(&self) {
        self.writer.close().await;
        let _ = self.readers.close_by_ref().await;
    }
}

/// One process owns the folder: two would each believe that they know what was written.
fn lock(path: &Path) -> Result<File, StoreError> {
    let file =
        OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(|source| at(path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(path.parent().unwrap_or(path).display().to_string())),
        Err(TryLockError::Error(source)) => Err(at(path, source)),
    }
}

fn at(path: &Path, source: std::io::Error) -> StoreError {
    StoreError::Folder { path: path.display().to_string(), source }
}

fn sqlite(address: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(address);
    options.max_connections(connections).sqlx_logging(false).map_sqlx_sqlite_opts(|options| {
        options
            .journal_mode(SqliteJournalMode::Wal)
            // A commit returns once the log is on the disk.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10))
            .pragma("cache_size", "-65536")
            .pragma("wal_autocheckpoint", "4000")
    });
    options
}

fn postgres(address: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(address);
    options.max_connections(connections).sqlx_logging(false).map_sqlx_postgres_opts(|options| {
        // Whatever the server's default is, a commit returns once the log is on the disk.
        options.options([("synchronous_commit", "on")])
    });
    options
}
