//! What becomes of messages at their receivers.

use std::collections::{BTreeSet, HashMap};

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::webhooks::{note_try, wants};
use super::{ROWS_MAX, Webhook};
use crate::StoreError;
use crate::entity::delivery::{Column, Entity, Model};
use crate::entity::outbox;
use crate::open::Store;
use crate::record::insert;

const WAITING: i16 = 0;
const DELIVERED: i16 = 1;
const DEAD: i16 = 2;

/// Messages that are looked at together.
const LOOKED_MAX: u64 = 4_000;

/// What became of a message at one receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is tried again.
    Waiting,
    /// The receiver has it.
    Delivered,
    /// Nobody tries any more.
    Dead,
}

impl DeliveryState {
    fn number(self) -> i16 {
        match self {
            Self::Waiting => WAITING,
            Self::Delivered => DELIVERED,
            Self::Dead => DEAD,
        }
    }

    fn of(number: i16) -> Self {
        match number {
            DELIVERED => Self::Delivered,
            DEAD => Self::Dead,
            _ => Self::Waiting,
        }
    }
}

/// A message on its way to one receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Number of the message.
    pub seq: i64,
    /// Id of the message.
    pub message_id: Uuid,
    /// Kind of the message.
    pub kind: String,
    /// What became of it.
    pub state: DeliveryState,
    /// Tries that failed.
    pub tries: u32,
    /// When it is tried, while it waits.
    pub due_at: i64,
    /// What the receiver answered last.
    pub status: Option<u16>,
    /// Why the last try failed, as a code.
    pub error: String,
    /// When it was delivered or given up.
    pub ended_at: Option<i64>,
}

/// Which deliveries, newest message first.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter {
    /// Only these.
    pub state: Option<DeliveryState>,
    /// Only of messages before this number.
    pub before: Option<i64>,
}

/// A delivery that this process has for some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The receiver.
    pub webhook_id: Uuid,
    /// Number of the message.
    pub seq: i64,
    /// Tries that failed before.
    pub tries: u32,
    /// Until when nobody else takes it.
    pub until: i64,
}

/// What comes after a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing: the receiver has it.
    Delivered,
    /// Another try then.
    Again(i64),
    /// Nothing: it was the last try.
    Dead,
}

/// One try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When it ended.
    pub at: i64,
    /// What the receiver answered.
    pub status: Option<u16>,
    /// Why it failed, as a code; empty if it did not.
    pub error: String,
    /// What comes after it.
    pub next: Next,
}

/// What is to be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// What is dead.
    Dead,
    /// What happened at this moment or later.
    Since(i64),
    /// One message.
    One(Uuid),
}

/// A delivery that nobody has tried.
pub(super) fn waiting(webhook_id: Uuid, seq: i64, due_at: i64) -> Model {
    let error = String::new();
    Model { webhook_id, seq, state: WAITING, tries: 0, due_at, status: None, error, ended_at: None }
}

/// Those of these messages that some receiver waits for.
pub(super) async fn waited_for(db: &impl ConnectionTrait, seqs: &BTreeSet<i64>) -> Result<BTreeSet<i64>, StoreError> {
    let waiting = Entity::find().select_only().column(Column::Seq).filter(Column::State.eq(WAITING));
    let waiting = waiting.filter(Column::Seq.is_in(seqs.iter().copied())).into_tuple::<i64>();
    Ok(waiting.all(db).await?.into_iter().collect())
}

/// Ends all that waits for a receiver.
pub(super) async fn give_up(db: &DatabaseTransaction, webhook: Uuid, at: i64) -> Result<(), StoreError> {
    let dead = Entity::update_many().col_expr(Column::State, Expr::value(DEAD));
    let dead = dead.col_expr(Column::EndedAt, Expr::value(at)).col_expr(Column::Error, Expr::value("webhook_disabled"));
    Ok(dead.filter(Column::WebhookId.eq(webhook)).filter(Column::State.eq(WAITING)).exec(db).await.map(drop)?)
}

fn one(webhook: Uuid, seq: i64) -> Condition {
    Condition::all().add(Column::WebhookId.eq(webhook)).add(Column::Seq.eq(seq)).add(Column::State.eq(WAITING))
}

impl Store {
    /// Takes what is due at a receiver, so that no other process has it until a moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_deliveries(
        &self,
        webhook: Uuid,
        now: i64,
        until: i64,
        limit: u64,
    ) -> Result<Vec<Taken>, StoreError> {
        let due = Entity::find().filter(Column::WebhookId.eq(webhook)).filter(Column::State.eq(WAITING));
        let due = due.filter(Column::DueAt.lte(now)).order_by_asc(Column::DueAt).order_by_asc(Column::Seq).limit(limit);
        let due = due.all(&self.readers).await?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let taken = self.writer.apply(move |db| {
            Box::pin(async move {
                let mut taken = Vec::new();
                for row in due {
                    // As it was read, or somebody else has it.
                    let mine = one(row.webhook_id, row.seq).add(Column::DueAt.eq(row.due_at));
                    let take = Entity::update_many().col_expr(Column::DueAt, Expr::value(until)).filter(mine);
                    if take.exec(db).await?.rows_affected == 1 {
                        let tries = u32::try_from(row.tries).unwrap_or_default();
                        taken.push(Taken { webhook_id: row.webhook_id, seq: row.seq, tries, until });
                    }
                }
                Ok(taken)
            })
        });
        taken.await
    }

    /// Notes what came of a try. Whatever became of the lease, what was delivered is; a failure counts only as long as
    /// nobody else has taken it.
    ///
    /// # Errors
    /// When the database fails; it is tried again then.
    pub async fn end_delivery(&self, taken: Taken, attempt: Attempt) -> Result<(), StoreError> {
        let ended = self.writer.apply(move |db| {
            Box::pin(async move {
                let delivered = attempt.next == Next::Delivered;
                note_try(db, taken.webhook_id, Some(attempt.at).filter(|_| !delivered)).await?;
                let mine = one(taken.webhook_id, taken.seq);
                let mine = if delivered { mine } else { mine.add(Column::DueAt.eq(taken.until)) };
                let (state, due_at, ended_at) = match attempt.next {
                    Next::Delivered => (DELIVERED, taken.until, Some(attempt.at)),
                    Next::Again(due_at) => (WAITING, due_at, None),
                    Next::Dead => (DEAD, taken.until, Some(attempt.at)),
                };
                let tries = i32::try_from(taken.tries + u32::from(!delivered)).unwrap_or(i32::MAX);
                let end = Entity::update_many().col_expr(Column::State, Expr::value(state));
                let end = end.col_expr(Column::Tries, Expr::value(tries)).col_expr(Column::DueAt, Expr::value(due_at));
                let end = end.col_expr(Column::Status, Expr::value(attempt.status.map(i32::from)));
                let end = end.col_expr(Column::Error, Expr::value(attempt.error));
                Ok(end.col_expr(Column::EndedAt, Expr::value(ended_at)).filter(mine).exec(db).await.map(drop)?)
            })
        });
        ended.await
    }

    /// What became of a receiver's messages, newest message first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deliveries(
        &self,
        webhook: Uuid,
        filter: &DeliveryFilter,
        limit: u64,
    ) -> Result<Vec<Delivery>, StoreError> {
        let mut found = Entity::find().filter(Column::WebhookId.eq(webhook)).order_by_desc(Column::Seq).limit(limit);
        if let Some(state) = filter.state {
            found = found.filter(Column::State.eq(state.number()));
        }
        if let Some(before) = filter.before {
            found = found.filter(Column::Seq.lt(before));
        }
        let found = found.all(&self.readers).await?;
        let mut named = self.named_messages(found.iter().map(|row| row.seq).collect()).await?;
        let read = |row: Model| named.remove(&row.seq).map(|(id, kind)| delivery(row, id, kind));
        Ok(found.into_iter().filter_map(read).collect())
    }

    async fn named_messages(&self, seqs: Vec<i64>) -> Result<HashMap<i64, (Uuid, String)>, StoreError> {
        use outbox::{Column, Entity};
        let named = Entity::find().select_only().columns([Column::Seq, Column::MessageId, Column::Kind]);
        let named = named.filter(Column::Seq.is_in(seqs)).into_tuple::<(i64, Uuid, String)>();
        Ok(named.all(&self.readers).await?.into_iter().map(|(seq, id, kind)| (seq, (id, kind))).collect())
    }

    /// Lets a receiver have messages again, from the first try on, or those that it never was to have; how many. What
    /// waits stays as it is.
    ///
    /// # Errors
    /// When the database fails; what was put back until then comes again.
    pub async fn deliver_again(&self, webhook: &Webhook, which: Again, now: i64) -> Result<u64, StoreError> {
        let id = webhook.webhook_id;
        match which {
            Again::Dead => self.revive(id, now).await,
            Again::One(message) => {
                let found = outbox::Entity::find().select_only().column(outbox::Column::Seq);
                let found = found.filter(outbox::Column::MessageId.eq(message)).into_tuple::<i64>();
                self.put_back(id, found.all(&self.readers).await?, now).await
            }
            Again::Since(moment) => {
                let (kinds, mut after, mut count) = (webhook.kinds.join(","), 0, 0);
                loop {
                    let page = self.kinds_since(moment, after).await?;
                    let Some((last, _)) = page.last() else { return Ok(count) };
                    after = *last;
                    let wanted = page.into_iter().filter(|(_, kind)| wants(&kinds, kind)).map(|(seq, _)| seq);
                    count += self.put_back(id, wanted.collect(), now).await?;
                }
            }
        }
    }

    async fn kinds_since(&self, moment: i64, after: i64) -> Result<Vec<(i64, String)>, StoreError> {
        use outbox::{Column, Entity};
        let page = Entity::find().select_only().columns([Column::Seq, Column::Kind]);
        let page = page.filter(Column::ToldAt.gte(moment)).filter(Column::Seq.gt(after));
        Ok(page.order_by_asc(Column::Seq).limit(LOOKED_MAX).into_tuple().all(&self.readers).await?)
    }

    async fn revive(&self, webhook: Uuid, now: i64) -> Result<u64, StoreError> {
        let dead = Column::WebhookId.eq(webhook).and(Column::State.eq(DEAD));
        let revive = Entity::update_many().col_expr(Column::State, Expr::value(WAITING));
        let revive = revive.col_expr(Column::Tries, Expr::value(0)).col_expr(Column::DueAt, Expr::value(now));
        let revive = revive.col_expr(Column::EndedAt, Expr::value(None::<i64>)).filter(dead);
        self.writer.apply(move |db| Box::pin(async move { Ok(revive.exec(db).await?.rows_affected) })).await
    }

    async fn put_back(&self, webhook: Uuid, seqs: Vec<i64>, now: i64) -> Result<u64, StoreError> {
        let count = seqs.len() as u64;
        let rows: Vec<Model> = seqs.into_iter().map(|seq| waiting(webhook, seq, now)).collect();
        let put = self.writer.apply(move |db| {
            Box::pin(async move {
                for part in rows.chunks(ROWS_MAX) {
                    let mut conflict = OnConflict::columns([Column::WebhookId, Column::Seq]);
                    conflict.update_columns([
                        Column::State,
                        Column::Tries,
                        Column::DueAt,
                        Column::Status,
                        Column::Error,
                        Column::EndedAt,
                    ]);
                    conflict.action_and_where(Expr::col((Entity, Column::State)).ne(WAITING));
                    insert(db, part.iter().cloned(), Some(conflict)).await?;
                }
                Ok(())
            })
        });
        put.await.map(|()| count)
    }
}

fn delivery(row: Model, message_id: Uuid, kind: String) -> Delivery {
    Delivery {
        seq: row.seq,
        message_id,
        kind,
        state: DeliveryState::of(row.state),
        tries: u32::try_from(row.tries).unwrap_or_default(),
        due_at: row.due_at,
        status: row.status.and_then(|status| u16::try_from(status).ok()),
        error: row.error,
        ended_at: row.ended_at,
    }
}
