//! Opens the store: where it lies, who owns it, and what a commit promises.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use crate::checkpoint;
use crate::error::StoreError;
use crate::master;
use crate::migration::migrate;
use crate::people::Waiting;
use crate::vault::Vault;
use crate::writer::Writer;

/// Connections for lists and whatever else nobody's listing waits for. Few: reads are short, and each holds a page cache.
const READERS: u32 = 4;
/// Connections for what is looked up to decide on listings: a list that takes long is not in their way.
const LOOKUPS: u32 = 4;
/// Page caches of SQLite, in KiB: of a connection that decisions wait for, and of one that reads lists.
const CACHE_KIB: &str = "-65536";
const READER_CACHE_KIB: &str = "-16384";
/// Half of what a request may take: PostgreSQL ends what reads longer. SQLite has no such limit; there the pools have
/// to do.
const READ_MAX: &str = "5s";

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
    /// What is looked up to decide on listings.
    pub(crate) lookups: DatabaseConnection,
    pub(crate) vault: Arc<Vault>,
    pub(crate) writer: Arc<Writer>,
    /// Readings of personal data that wait to be written.
    pub(crate) accesses: Waiting,
    /// The hash up to which retention has looked at versions.
    pub(crate) versions_seen: tokio::sync::Mutex<Vec<u8>>,
    /// Held as long as the folder is ours.
    lock: Option<File>,
}

impl Store {
    /// Opens the store and brings it to the present shape. `master_key` is the file of the key under which all is sealed;
    /// it is made for a database that is new. Processes that share a database share that key.
    ///
    /// # Errors
    /// When the folder is in use or can't be written, the master key is missing or another one, or the database refuses.
    pub async fn open(location: &Location, master_key: &Path) -> Result<Self, StoreError> {
        match location {
            Location::Folder(folder) => Self::embedded(folder, master_key).await,
            Location::Postgres(address) => Self::shared(address, master_key).await,
        }
    }

    async fn embedded(folder: &Path, master_key: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder).map_err(|source| at(folder, source))?;
        let lock = lock(&folder.join("lock"))?;
        let address = format!("sqlite://{}?mode=rwc", folder.join("touchstone.db").display());
        let write = Database::connect(sqlite(&address, 1, CACHE_KIB)).await?;
        let reading = [sqlite(&address, READERS, READER_CACHE_KIB), sqlite(&address, LOOKUPS, CACHE_KIB)];
        let store = Self::unlocked(write, reading, master_key, Some(lock)).await?;
        let checkpoints = Database::connect(sqlite(&address, 1, READER_CACHE_KIB)).await?;
        tokio::spawn(checkpoint::keep(checkpoints, store.writer.jobs()));
        Ok(store)
    }

    async fn shared(address: &str, master_key: &Path) -> Result<Self, StoreError> {
        let write = Database::connect(postgres(address, 1, "0")).await?;
        let reading = [postgres(address, READERS, READ_MAX), postgres(address, LOOKUPS, READ_MAX)];
        Self::unlocked(write, reading, master_key, None).await
    }

    async fn unlocked(
        write: DatabaseConnection,
        [readers, lookups]: [ConnectOptions; 2],
        master_key: &Path,
        lock: Option<File>,
    ) -> Result<Self, StoreError> {
        migrate(&write).await?;
        let vault = Arc::new(Vault::new(master::master_key(&write, master_key).await?, lock.is_some()));
        let (readers, lookups) = (Database::connect(readers).await?, Database::connect(lookups).await?);
        let writer = Arc::new(Writer::start(write, Arc::clone(&vault)));
        let (accesses, versions_seen) = (Waiting::default(), tokio::sync::Mutex::default());
        Ok(Self { readers, lookups, vault, writer, accesses, versions_seen, lock })
    }

    /// Whether other processes may use the database at the same time.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.lock.is_none()
    }

    /// Asks the database for an answer, so that one knows that it would give one.
    ///
    /// # Errors
    /// When it gives none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        if self.writer.is_closed() {
            return Err(StoreError::Closed);
        }
        Ok(self.lookups.ping().await?)
    }

    /// Writes what was accepted, then ends.
    pub async fn close(&self) {
        self.writer.close().await;
        let _ = self.readers.close_by_ref().await;
        let _ = self.lookups.close_by_ref().await;
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

fn sqlite(address: &str, connections: u32, cache_kib: &'static str) -> ConnectOptions {
    let mut options = ConnectOptions::new(address);
    // A file does not hang up: asking first whether it is still there would double the way to it.
    options.max_connections(connections).test_before_acquire(false).sqlx_logging(false).map_sqlx_sqlite_opts(
        move |options| {
            options
                .journal_mode(SqliteJournalMode::Wal)
                // A commit returns once the log is on the disk.
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(10))
                .pragma("cache_size", cache_kib)
                // A key that is dropped is overwritten.
                .pragma("secure_delete", "ON")
                .pragma("wal_autocheckpoint", checkpoint::LOG_PAGES_MAX)
        },
    );
    options
}

fn postgres(address: &str, connections: u32, statement_max: &'static str) -> ConnectOptions {
    let mut options = ConnectOptions::new(address);
    options.max_connections(connections).sqlx_logging(false).map_sqlx_postgres_opts(move |options| {
        // Whatever the server's default is, a commit returns once the log is on the disk.
        let durable = [("synchronous_commit", "on"), ("statement_timeout", statement_max)];
        // Lists are read in the order of an index. Without statistics of a table that just grew, the planner would
        // rather sort all of it to find the first; and its price of a sort must not make it compile the statement.
        let planned = [("enable_sort", "off"), ("jit", "off")];
        options.options(durable.into_iter().chain(planned))
    });
    options
}
