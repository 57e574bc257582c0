//! Sessions. They are looked up with each call, so that one that was ended is ended for all processes at once.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::StoreError;
use crate::entity::session::{Column, Entity, Model};
use crate::open::Store;
use crate::record::insert;

/// A session to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// SHA-256 of its token.
    pub token_hash: [u8; 32],
    /// Names it.
    pub session_id: Uuid,
    /// Whose it is.
    pub account_id: Uuid,
    /// When it is opened.
    pub opened_at: i64,
}

/// A session as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Names it.
    pub session_id: Uuid,
    /// Whose it is.
    pub account_id: Uuid,
    /// When it was opened.
    pub opened_at: i64,
    /// When it was last seen, to within a minute.
    pub seen_at: i64,
}

impl From<Model> for Session {
    fn from(row: Model) -> Self {
        Self { session_id: row.session_id, account_id: row.account_id, opened_at: row.opened_at, seen_at: row.seen_at }
    }
}

impl Store {
    /// Keeps a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_session(&self, new: NewSession) -> Result<(), StoreError> {
        let row = Model {
            token_hash: new.token_hash.to_vec(),
            session_id: new.session_id,
            account_id: new.account_id,
            opened_at: new.opened_at,
            seen_at: new.opened_at,
        };
        let kept =
            self.writer.apply(move |db| Box::pin(async move { Ok(insert(db, std::iter::once(row), None).await?) }));
        kept.await
    }

    /// The session whose token has this hash, whether it still lives or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(&self, token_hash: [u8; 32]) -> Result<Option<Session>, StoreError> {
        Ok(Entity::find_by_id(token_hash.to_vec()).one(&self.lookups).await?.map(Into::into))
    }

    /// The session of this id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session_named(&self, id: Uuid) -> Result<Option<Session>, StoreError> {
        Ok(Entity::find().filter(Column::SessionId.eq(id)).one(&self.lookups).await?.map(Into::into))
    }

    /// The sessions of an account, latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sessions_of(&self, account: Uuid) -> Result<Vec<Session>, StoreError> {
        let found = Entity::find().filter(Column::AccountId.eq(account)).order_by_desc(Column::OpenedAt);
        Ok(found.all(&self.readers).await?.into_iter().map(Into::into).collect())
    }

    /// Notes when a session was last seen.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch_session(&self, id: Uuid, now: i64) -> Result<(), StoreError> {
        let seen = Entity::update_many().col_expr(Column::SeenAt, Expr::value(now)).filter(Column::SessionId.eq(id));
        self.writer.apply(move |db| Box::pin(async move { Ok(seen.exec(db).await.map(drop)?) })).await
    }

    /// Ends a session; whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_session(&self, id: Uuid) -> Result<bool, StoreError> {
        let end = Entity::delete_many().filter(Column::SessionId.eq(id));
        self.writer.apply(move |db| Box::pin(async move { Ok(end.exec(db).await?.rows_affected == 1) })).await
    }

    /// Forgets sessions that were opened, or last seen, at these moments or before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_sessions(&self, opened_until: i64, seen_until: i64) -> Result<(), StoreError> {
        let over = Condition::any().add(Column::OpenedAt.lte(opened_until)).add(Column::SeenAt.lte(seen_until));
        let forget = Entity::delete_many().filter(over);
        self.writer.apply(move |db| Box::pin(async move { Ok(forget.exec(db).await.map(drop)?) })).await
    }
}

pub(super) async fn end_all(db: &DatabaseTransaction, account: Uuid, except: Option<Uuid>) -> Result<(), StoreError> {
    let mut end = Entity::delete_many().filter(Column::AccountId.eq(account));
    if let Some(except) = except {
        end = end.filter(Column::SessionId.ne(except));
    }
    end.exec(db).await?;
    Ok(())
}
