//! Answers that were given under an idempotency key, so that a retry gets the same one.

use std::sync::Arc;

use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::StoreError;
use crate::entity::idempotency::{ActiveModel, Column, Entity, Model};
use crate::open::Store;
use crate::record::once;
use crate::seal::Row;
use crate::vault::Vault;

/// A key, the request it stands for and the answer to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// Whose key it is: keys of different clients never meet.
    pub client: String,
    /// The key.
    pub key: String,
    /// SHA-256 of the request.
    pub request_hash: [u8; 32],
    /// The body of the answer.
    pub response: Vec<u8>,
    /// When it was answered.
    pub created_at: i64,
    /// From when on the key is free again.
    pub expires_at: i64,
}

/// What was answered under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// SHA-256 of the request.
    pub request_hash: Vec<u8>,
    /// The body of the answer.
    pub response: Vec<u8>,
}

impl Answer {
    pub(crate) fn of(row: Model, vault: &Vault) -> Result<Self, StoreError> {
        let response = vault.master().open(&sealed_row(&row.client, &row.key), &row.response);
        let response = response.map_err(|_| StoreError::Damaged("idempotency"))?;
        Ok(Self { request_hash: row.request_hash, response })
    }
}

/// Where an answer is sealed.
fn sealed_row<'a>(client: &'a str, key: &'a str) -> Row<'a> {
    Row::two("idempotency", client, key)
}

impl Idempotency {
    pub(crate) fn row(&self, vault: &Vault) -> Result<ActiveModel, StoreError> {
        let model = Model {
            client: self.client.clone(),
            key: self.key.clone(),
            request_hash: self.request_hash.to_vec(),
            response: vault.master().seal(&sealed_row(&self.client, &self.key), &self.response)?,
            created_at: self.created_at,
            expires_at: self.expires_at,
        };
        Ok(model.into_active_model().reset_all())
    }
}

impl Store {
    /// Keeps the answer to something that was done elsewhere; what was answered under the key before, if it was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_answer(&self, answered: Idempotency) -> Result<Option<Answer>, StoreError> {
        let vault = Arc::clone(&self.vault);
        self.writer.apply(move |db| Box::pin(async move { once(db, &vault, &answered).await })).await
    }

    /// What was answered under a key that has not expired at `now`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answer(&self, client: &str, key: &str, now: i64) -> Result<Option<Answer>, StoreError> {
        let row = Entity::find_by_id((client.to_owned(), key.to_owned())).filter(Column::ExpiresAt.gt(now));
        row.one(&self.lookups).await?.map(|row| Answer::of(row, &self.vault)).transpose()
    }
}
