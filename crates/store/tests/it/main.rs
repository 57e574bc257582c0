//! The store on SQLite and on PostgreSQL. Each test has a database of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod erasure;
mod master;
mod migration;
mod outbox;
mod packs;
mod people;
mod pictures;
#[path = "../../../server/tests/it/postgres.rs"]
mod postgres;
mod retention;
mod s3;
mod writing;

use std::path::PathBuf;

use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use serde_json::Value;
use tempfile::TempDir;
use touchstone_audit::event::Party;
use touchstone_store::{Location, Logged, Noted, Store, StoreError};

/// Something for the trail.
fn logged(at: i64) -> Logged {
    let party = |kind: &str| Party { kind: kind.to_owned(), id: "1".to_owned() };
    let noted = Noted {
        actor: party("house"),
        kind: "thing.changed".to_owned(),
        subject: party("thing"),
        reason: "thing.changed".to_owned(),
        before: Value::Null,
        after: Value::Null,
        private: Vec::new(),
        about: None,
    };
    Logged { at, noted }
}

/// A place without a database, and what SQL speaks with once there is one.
struct Place {
    location: Location,
    address: String,
    folder: TempDir,
}

impl Place {
    fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite://{}?mode=rwc", folder.path().join("touchstone.db").display());
        Self { location: Location::Folder(folder.path().to_owned()), address, folder }
    }

    fn postgres() -> Self {
        let address = postgres::database();
        Self { location: Location::parse(&address).unwrap(), address, folder: tempfile::tempdir().unwrap() }
    }

    fn both() -> [Self; 2] {
        [Self::sqlite(), Self::postgres()]
    }

    fn master_key(&self) -> PathBuf {
        self.folder.path().join("master.key")
    }

    async fn open(&self) -> Result<Store, StoreError> {
        Store::open(&self.location, &self.master_key()).await
    }

    /// Somebody beside the store.
    async fn beside(&self) -> DatabaseConnection {
        Database::connect(&self.address).await.unwrap()
    }

    async fn execute(&self, sql: &str) {
        self.beside().await.execute_unprepared(sql).await.unwrap();
    }
}
