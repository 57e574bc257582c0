//! Signed heads of the trail. A head is kept together with the message that tells of it, once.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::sync::Arc;

use crate::StoreError;
use crate::entity::audit_head::{Column, Entity, Model};
use crate::open::Store;
use crate::outbox::{self, Message};
use crate::record::insert;

/// A head as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredHead {
    /// Events that it counts.
    pub size: u64,
    /// When it was signed.
    pub signed_at: i64,
    /// The line of a list of heads.
    pub line: String,
}

impl Store {
    /// The head that counts most.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_head(&self) -> Result<Option<StoredHead>, StoreError> {
        let last = Entity::find().order_by_desc(Column::Size).one(&self.readers).await?;
        Ok(last.map(StoredHead::from))
    }

    /// Heads that count more than so many events, in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn heads(&self, above: u64, limit: u64) -> Result<Vec<StoredHead>, StoreError> {
        let above = i64::try_from(above).unwrap_or(i64::MAX);
        let heads = Entity::find().filter(Column::Size.gt(above)).order_by_asc(Column::Size).limit(limit);
        Ok(heads.all(&self.readers).await?.into_iter().map(StoredHead::from).collect())
    }

    /// Keeps a head and tells of it; false if there is one of that size.
    ///
    /// # Errors
    /// When the database fails, or another process keeps the same head at this moment.
    pub async fn put_head(&self, head: StoredHead, message: Message) -> Result<bool, StoreError> {
        let (row, vault) = (Model::from(head), Arc::clone(&self.vault));
        let kept = self.writer.apply(move |db| {
            Box::pin(async move {
                if Entity::find_by_id(row.size).one(db).await?.is_some() {
                    return Ok(false);
                }
                insert(db, std::iter::once(row), None::<OnConflict>).await?;
                outbox::put(db, &vault, &message).await?;
                Ok(true)
            })
        });
        kept.await
    }
}

impl From<Model> for StoredHead {
    fn from(row: Model) -> Self {
        Self { size: u64::try_from(row.size).unwrap_or(0), signed_at: row.signed_at, line: row.line }
    }
}

impl From<StoredHead> for Model {
    fn from(head: StoredHead) -> Self {
        Self { size: i64::try_from(head.size).unwrap_or(i64::MAX), signed_at: head.signed_at, line: head.line }
    }
}
