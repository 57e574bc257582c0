//! The trail as an auditor reads it: beside a server that goes on writing, without a lock, without any key, and without
//! being able to change anything.

use std::path::Path;
use std::sync::Arc;

use sea_orm::{
    ColumnTrait, ConnectOptions, Database, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::StoreError;
use crate::entity::{audit_event, audit_head};
use crate::govern::TrailRow;
use crate::heads::StoredHead;
use crate::open::Location;

/// A database of which only the trail is read.
#[derive(Debug)]
pub struct TrailReader {
    db: Arc<DatabaseConnection>,
}

impl TrailReader {
    /// Opens what is there; makes nothing.
    ///
    /// # Errors
    /// When there is no database, or it refuses.
    pub async fn open(location: &Location) -> Result<Self, StoreError> {
        let mut options = ConnectOptions::new(match location {
            Location::Folder(folder) => sqlite(folder)?,
            Location::Postgres(address) => address.clone(),
        });
        options.max_connections(1).sqlx_logging(false);
        Ok(Self { db: Arc::new(Database::connect(options).await?) })
    }

    /// Events from a number on, in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn events(&self, from: u64, limit: u64) -> Result<Vec<TrailRow>, StoreError> {
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        let rows = audit_event::Entity::find().filter(audit_event::Column::Seq.gte(from)).limit(limit);
        let rows = rows.order_by_asc(audit_event::Column::Seq).all(&*self.db).await?;
        Ok(rows.into_iter().map(TrailRow::from).collect())
    }

    /// Signed heads that count more than so many events, in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn heads(&self, above: u64, limit: u64) -> Result<Vec<StoredHead>, StoreError> {
        let above = i64::try_from(above).unwrap_or(i64::MAX);
        let heads = audit_head::Entity::find().filter(audit_head::Column::Size.gt(above)).limit(limit);
        let heads = heads.order_by_asc(audit_head::Column::Size).all(&*self.db).await?;
        Ok(heads.into_iter().map(StoredHead::from).collect())
    }
}

fn sqlite(folder: &Path) -> Result<String, StoreError> {
    let file = folder.join("touchstone.db");
    std::fs::metadata(&file).map_err(|source| StoreError::Folder { path: file.display().to_string(), source })?;
    Ok(format!("sqlite://{}?mode=ro", file.display()))
}
