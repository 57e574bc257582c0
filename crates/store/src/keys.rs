//! Keys of clients.

use std::sync::Arc;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::StoreError;
use crate::entity::api_key::{Column, Entity, Model};
use crate::govern::{Logged, log};
use crate::open::Store;
use crate::record::insert;

/// A key to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// The public part.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// SHA-256 of the secret part.
    pub secret_hash: [u8; 32],
    /// When it was made.
    pub created_at: i64,
}

/// A key as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The public part.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// SHA-256 of the secret part.
    pub secret_hash: Vec<u8>,
    /// When it was made.
    pub created_at: i64,
    /// Since when it is no longer accepted.
    pub revoked_at: Option<i64>,
    /// When it was last used, to within a minute.
    pub last_used_at: Option<i64>,
}

impl From<Model> for ApiKey {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            scopes: row.scopes.split(',').filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
            secret_hash: row.secret_hash,
            created_at: row.created_at,
            revoked_at: row.revoked_at,
            last_used_at: row.last_used_at,
        }
    }
}

impl Store {
    /// Keeps a new key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_key(&self, key: NewKey, logged: Logged) -> Result<(), StoreError> {
        let vault = Arc::clone(&self.vault);
        let row = Model {
            id: key.id,
            name: key.name,
            scopes: key.scopes.join(","),
            secret_hash: key.secret_hash.to_vec(),
            created_at: key.created_at,
            revoked_at: None,
            last_used_at: None,
        };
        let kept = self.writer.apply(move |db| {
            Box::pin(async move {
                insert(db, std::iter::once(row), None).await?;
                log(db, &vault, logged).await
            })
        });
        kept.await
    }

    /// All keys, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        let found = Entity::find().order_by_asc(Column::CreatedAt).order_by_asc(Column::Id);
        Ok(found.all(&self.lookups).await?.into_iter().map(Into::into).collect())
    }

    /// Revokes a key; whether there is one of that id that was not revoked before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_key(&self, id: &str, logged: Logged) -> Result<bool, StoreError> {
        let (vault, now) = (Arc::clone(&self.vault), logged.at);
        let open = Entity::find_by_id(id.to_owned()).filter(Column::RevokedAt.is_null()).one(&self.readers).await?;
        let Some(key) = open else { return Ok(false) };
        let kept = self.writer.apply(move |db| {
            let revoke =
                Entity::update_many().col_expr(Column::RevokedAt, Expr::value(now)).filter(Column::Id.eq(key.id));
            Box::pin(async move {
                revoke.exec(db).await?;
                log(db, &vault, logged).await
            })
        });
        kept.await.map(|()| true)
    }

    /// Notes when keys were last used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch_keys(&self, used: Vec<(String, i64)>) -> Result<(), StoreError> {
        let kept = self.writer.apply(move |db| {
            Box::pin(async move {
                for (id, at) in used {
                    let touch = Entity::update_many().col_expr(Column::LastUsedAt, Expr::value(at));
                    touch.filter(Column::Id.eq(id)).exec(db).await?;
                }
                Ok(())
            })
        });
        kept.await
    }
}
