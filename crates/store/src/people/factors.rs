//! Second factors are used once: codes of a telephone by their step of time, recovery codes by going.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::StoreError;
use crate::entity::account;
use crate::entity::recovery_code::{Column, Entity, Model};
use crate::open::Store;
use crate::record::insert;

impl Store {
    /// Notes that the code of a step was taken, and that the person has the factor; false if one of this step or a later
    /// one was taken before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_factor_step(&self, account: Uuid, step: i64) -> Result<bool, StoreError> {
        use account::Column;
        let used = account::Entity::update_many()
            .col_expr(Column::FactorStep, Expr::value(step))
            .col_expr(Column::FactorConfirmed, Expr::value(true))
            .filter(Column::AccountId.eq(account))
            .filter(Column::FactorStep.lt(step));
        self.writer.apply(move |db| Box::pin(async move { Ok(used.exec(db).await?.rows_affected == 1) })).await
    }

    /// Keeps new recovery codes in the place of all that there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_recovery_codes(&self, account: Uuid, hashes: Vec<[u8; 32]>) -> Result<(), StoreError> {
        let kept = self.writer.apply(move |db| {
            Box::pin(async move {
                forget_codes(db, account).await?;
                let rows = hashes.into_iter().map(|hash| Model { account_id: account, code_hash: hash.to_vec() });
                Ok(insert(db, rows, None).await?)
            })
        });
        kept.await
    }

    /// Uses a recovery code up; false if there is none such.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_recovery_code(&self, account: Uuid, hash: [u8; 32]) -> Result<bool, StoreError> {
        let used = Entity::delete_by_id((account, hash.to_vec()));
        self.writer.apply(move |db| Box::pin(async move { Ok(used.exec(db).await?.rows_affected == 1) })).await
    }
}

pub(super) async fn forget_codes(db: &DatabaseTransaction, account: Uuid) -> Result<(), StoreError> {
    Entity::delete_many().filter(Column::AccountId.eq(account)).exec(db).await?;
    Ok(())
}
