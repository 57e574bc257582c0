//! Who read whose personal data. It is on the disk before the data is answered; readers that come together share a
//! commit.

use std::sync::{Mutex, MutexGuard, PoisonError};

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::StoreError;
use crate::entity::access::{Column, Entity, Model};
use crate::open::Store;
use crate::record::insert;

/// Reads that wait to be written, at most.
const WAITING_MAX: usize = 20_000;
/// Rows of one statement.
const ROWS_MAX: usize = 400;
/// Rows that are forgotten in one transaction.
const FORGOTTEN_MAX: u64 = 1_000;

/// One reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// UUIDv7.
    pub access_id: Uuid,
    /// When.
    pub read_at: i64,
    /// The account or key that read.
    pub reader: String,
    /// What kind of thing was read.
    pub resource: String,
    /// About whom: marketplace and seller; for an account the marketplace is empty and the id stands for the seller.
    pub about: (String, String),
    /// Which thing.
    pub object: String,
    /// The request.
    pub request_id: String,
}

/// Which readings.
#[derive(Debug, Clone, Default)]
pub struct AccessFilter {
    /// Only by this reader.
    pub reader: Option<String>,
    /// Only about this marketplace's sellers.
    pub marketplace: Option<String>,
    /// Only about this seller.
    pub seller_id: Option<String>,
    /// Only those before this one.
    pub before: Option<Uuid>,
}

/// What waits to be written, and whose turn it is.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    rows: Mutex<Vec<Model>>,
    turn: tokio::sync::Mutex<()>,
}

impl Waiting {
    fn rows(&self) -> MutexGuard<'_, Vec<Model>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Notes readings; returns once they are on the disk.
    ///
    /// # Errors
    /// When the database fails, or too much waits; nothing must be shown then.
    pub async fn note_access(&self, readings: Vec<Access>) -> Result<(), StoreError> {
        let ours: Vec<Uuid> = readings.iter().map(|reading| reading.access_id).collect();
        {
            let mut rows = self.accesses.rows();
            if rows.len() + readings.len() > WAITING_MAX {
                return Err(StoreError::Overloaded);
            }
            rows.extend(readings.into_iter().map(Model::from));
        }
        let _turn = self.accesses.turn.lock().await;
        // Whoever had the turn before may have written ours too. What is still there was not written, also if somebody
        // went away in the midst of it.
        let rows = self.accesses.rows().clone();
        if !rows.iter().any(|row| ours.contains(&row.access_id)) {
            return Ok(());
        }
        let count = rows.len();
        let written = self.write(rows).await;
        match &written {
            Ok(()) => drop(self.accesses.rows().drain(..count)),
            // The others try theirs themselves.
            Err(_) => self.accesses.rows().retain(|row| !ours.contains(&row.access_id)),
        }
        written
    }

    async fn write(&self, rows: Vec<Model>) -> Result<(), StoreError> {
        let written = self.writer.apply(move |db| {
            Box::pin(async move {
                for part in rows.chunks(ROWS_MAX) {
                    let mut conflict = OnConflict::column(Column::AccessId);
                    conflict.do_nothing();
                    insert(db, part.iter().cloned(), Some(conflict)).await?;
                }
                Ok(())
            })
        });
        written.await
    }

    /// Readings, latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accesses(&self, filter: &AccessFilter, limit: u64) -> Result<Vec<Access>, StoreError> {
        let mut found = Entity::find().order_by_desc(Column::AccessId).limit(limit);
        if let Some(before) = filter.before {
            found = found.filter(Column::AccessId.lt(before));
        }
        let texts = [
            (Column::Reader, &filter.reader),
            (Column::Marketplace, &filter.marketplace),
            (Column::SellerId, &filter.seller_id),
        ];
        for (column, text) in texts {
            if let Some(text) = text {
                found = found.filter(column.eq(text.as_str()));
            }
        }
        Ok(found.all(&self.readers).await?.into_iter().map(Into::into).collect())
    }

    /// Forgets readings from before a moment in microseconds since 1970, a part of them; whether there may be more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_accesses(&self, moment: i64) -> Result<bool, StoreError> {
        let oldest = Entity::find().select_only().columns([Column::AccessId, Column::ReadAt]);
        let oldest = oldest.order_by_asc(Column::AccessId).limit(FORGOTTEN_MAX);
        let oldest: Vec<(Uuid, i64)> = oldest.into_tuple().all(&self.readers).await?;
        let old: Vec<Uuid> = oldest.into_iter().filter(|(_, read_at)| *read_at < moment).map(|(id, _)| id).collect();
        let Some(last) = old.last().copied() else { return Ok(false) };
        let forget = Entity::delete_many().filter(Column::AccessId.lte(last)).filter(Column::ReadAt.lt(moment));
        self.writer.apply(move |db| Box::pin(async move { Ok(forget.exec(db).await.map(drop)?) })).await?;
        Ok(old.len() as u64 == FORGOTTEN_MAX)
    }
}

impl From<Access> for Model {
    fn from(access: Access) -> Self {
        let Access { access_id, read_at, reader, resource, about: (marketplace, seller_id), object, request_id } =
            access;
        Self { access_id, read_at, reader, resource, marketplace, seller_id, object, request_id }
    }
}

impl From<Model> for Access {
    fn from(row: Model) -> Self {
        let Model { access_id, read_at, reader, resource, marketplace, seller_id, object, request_id } = row;
        Self { access_id, read_at, reader, resource, about: (marketplace, seller_id), object, request_id }
    }
}
