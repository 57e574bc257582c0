//! What is told outside: messages with numbers in the order of their commits, and one row for each receiver that wants
//! one. Both are written in the transaction of what they tell of, so that it is told if and only if it happened.
//!
//! ```text
//! put ─ message, deliveries ─ commit ─► take (for some time) ─ send ─► end: delivered, later again, or dead
//!                                   └─► feed, by number
//! ```
//!
//! A delivery is taken by a conditional update, by one process at a time; who dies with it loses it when its time is over,
//! so that a receiver may get a message twice, under one id, and never not at all.

mod deliveries;
mod webhooks;

use std::collections::BTreeSet;
use std::slice;
use std::sync::Arc;

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

pub use self::deliveries::{Again, Attempt, Delivery, DeliveryFilter, DeliveryState, Next, Taken};
pub use self::webhooks::{NewWebhook, OldSecret, Webhook, WebhookChange};
use crate::StoreError;
use crate::entity::outbox::{Column, Entity, Model};
use crate::entity::{delivery, outbox_end, webhook};
use crate::open::Store;
use crate::record::insert;
use crate::seal::Row;
use crate::vault::{Keys, Seller, Vault};

/// The one row of the last number.
const END: i32 = 1;
/// Rows of one statement.
const ROWS_MAX: usize = 400;
/// Messages that are forgotten in one transaction.
const FORGOTTEN_MAX: u64 = 300;

/// Something to be told outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// UUIDv7. Receivers tell duplicates by it.
    pub message_id: Uuid,
    /// Slugs with dots between: `action.taken`.
    pub kind: String,
    /// When it happened, in microseconds since 1970.
    pub at: i64,
    /// A JSON object.
    pub payload: Vec<u8>,
    /// Marketplace and seller whose key seals it; the master key without one.
    pub about: Option<(String, String)>,
}

/// A message as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMessage {
    /// Its number.
    pub seq: i64,
    /// Receivers tell duplicates by it.
    pub message_id: Uuid,
    /// Slugs with dots between.
    pub kind: String,
    /// When it happened.
    pub at: i64,
    /// The seller it is about.
    pub about: Option<(String, String)>,
    /// JSON; none once the seller was erased.
    pub payload: Option<Vec<u8>>,
}

/// Writes a message, and a delivery for each webhook that wants it.
///
/// # Errors
/// When the database fails.
pub(crate) async fn put(db: &DatabaseTransaction, vault: &Vault, message: &Message) -> Result<(), StoreError> {
    put_all(db, vault, slice::from_ref(message)).await
}

/// The same for several, in this order.
///
/// # Errors
/// When the database fails.
pub(crate) async fn put_all(db: &DatabaseTransaction, vault: &Vault, messages: &[Message]) -> Result<(), StoreError> {
    if messages.is_empty() {
        return Ok(());
    }
    let keys = vault.to_write(db, messages.iter().filter_map(|message| message.about.clone())).await?;
    let first = numbers(db, messages.len()).await?;
    let numbered = (first..).zip(messages);
    let rows = numbered.clone().map(|(seq, message)| row(vault, &keys, seq, message)).collect::<Result<Vec<_>, _>>()?;
    for part in rows.chunks(ROWS_MAX) {
        insert(db, part.iter().cloned(), None::<OnConflict>).await?;
    }
    let wanting = wanting(db).await?;
    let fan = |(seq, message): (i64, &Message)| {
        let wanting = wanting.iter().filter(|(_, kinds)| webhooks::wants(kinds, &message.kind));
        wanting.map(|(id, _)| deliveries::waiting(*id, seq, message.at)).collect::<Vec<_>>()
    };
    let fanned: Vec<delivery::Model> = numbered.flat_map(fan).collect();
    for part in fanned.chunks(ROWS_MAX) {
        insert(db, part.iter().cloned(), None::<OnConflict>).await?;
    }
    Ok(())
}

/// Takes so many numbers in a row; gives the first. Nobody else gets any until the transaction ends.
async fn numbers(db: &DatabaseTransaction, count: usize) -> Result<i64, StoreError> {
    use outbox_end::{Column, Entity};
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    Entity::update_many().col_expr(Column::Seq, Expr::col(Column::Seq).add(count)).exec(db).await?;
    let end = Entity::find_by_id(END).one(db).await?.ok_or(StoreError::Damaged("outbox_end"))?;
    Ok(end.seq - count + 1)
}

/// Webhooks that are in use, and what they want.
async fn wanting(db: &DatabaseTransaction) -> Result<Vec<(Uuid, String)>, StoreError> {
    use webhook::{Column, Entity};
    let open = Entity::find().select_only().columns([Column::WebhookId, Column::Kinds]);
    Ok(open.filter(Column::DisabledAt.is_null()).into_tuple().all(db).await?)
}

fn sealed_row(id: &Uuid) -> Row<'_> {
    Row::one("outbox", id.as_bytes())
}

fn row(vault: &Vault, keys: &Keys, seq: i64, message: &Message) -> Result<Model, StoreError> {
    let place = sealed_row(&message.message_id);
    let (key_id, payload) = match &message.about {
        Some(seller) => keys.seal(seller, &place, &message.payload).map(|(id, sealed)| (Some(id), sealed))?,
        None => (None, vault.master().seal(&place, &message.payload)?),
    };
    let (marketplace, seller_id) = message.about.clone().unwrap_or_default();
    let (message_id, kind, told_at) = (message.message_id, message.kind.clone(), message.at);
    Ok(Model { seq, message_id, kind, told_at, marketplace, seller_id, key_id, payload })
}

fn about(row: &Model) -> Option<Seller> {
    row.key_id.map(|_| (row.marketplace.clone(), row.seller_id.clone()))
}

impl Store {
    /// Tells something by itself; returns once it is on the disk.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tell(&self, messages: Vec<Message>) -> Result<(), StoreError> {
        let vault = Arc::clone(&self.vault);
        self.writer.apply(move |db| Box::pin(async move { put_all(db, &vault, &messages).await })).await
    }

    /// Messages behind a number, in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn told(&self, after: i64, limit: u64) -> Result<Vec<StoredMessage>, StoreError> {
        let rows = Entity::find().filter(Column::Seq.gt(after)).order_by_asc(Column::Seq).limit(limit);
        self.open_messages(rows.all(&self.readers).await?).await
    }

    /// One message.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn message(&self, seq: i64) -> Result<Option<StoredMessage>, StoreError> {
        let row = Entity::find_by_id(seq).one(&self.readers).await?;
        Ok(self.open_messages(row.into_iter().collect()).await?.pop())
    }

    /// The number of the last message that was told; that of the first is 1.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_told(&self) -> Result<i64, StoreError> {
        Ok(outbox_end::Entity::find_by_id(END).one(&self.readers).await?.map_or(0, |end| end.seq))
    }

    async fn open_messages(&self, rows: Vec<Model>) -> Result<Vec<StoredMessage>, StoreError> {
        let keys = self.vault.to_read(&self.readers, rows.iter().filter_map(about)).await?;
        rows.into_iter().map(|row| self.opened(&keys, row)).collect()
    }

    fn opened(&self, keys: &Keys, row: Model) -> Result<StoredMessage, StoreError> {
        let (place, about) = (sealed_row(&row.message_id), about(&row));
        let payload = match (&about, row.key_id) {
            (Some(seller), Some(id)) => keys.open(seller, id, &place, &row.payload)?,
            _ => Some(self.vault.master().open(&place, &row.payload).map_err(|_| StoreError::Damaged("outbox"))?),
        };
        let Model { seq, message_id, kind, told_at: at, .. } = row;
        Ok(StoredMessage { seq, message_id, kind, at, about, payload })
    }

    /// Forgets messages from before a moment in microseconds since 1970 that nobody waits for, a part of them; whether
    /// there may be more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_messages(&self, before: i64) -> Result<bool, StoreError> {
        let oldest = Entity::find().select_only().columns([Column::Seq, Column::ToldAt]);
        let oldest = oldest.order_by_asc(Column::Seq).limit(FORGOTTEN_MAX).into_tuple::<(i64, i64)>();
        let oldest = oldest.all(&self.readers).await?;
        let old: BTreeSet<i64> = oldest.into_iter().filter(|(_, at)| *at < before).map(|(seq, _)| seq).collect();
        let waited = deliveries::waited_for(&self.readers, &old).await?;
        let gone: Vec<i64> = old.difference(&waited).copied().collect();
        let more = gone.len() as u64 == FORGOTTEN_MAX;
        if gone.is_empty() {
            return Ok(false);
        }
        let forgotten = self.writer.apply(move |db| {
            Box::pin(async move {
                let of_these = delivery::Column::Seq.is_in(gone.iter().copied());
                delivery::Entity::delete_many().filter(of_these).exec(db).await?;
                Entity::delete_many().filter(Column::Seq.is_in(gone)).exec(db).await?;
                Ok(())
            })
        });
        forgotten.await.map(|()| more)
    }
}
