//! Failed logins, counted before it is known whether they fail: a hundred guesses at once are counted one by one.

use std::sync::Arc;

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};

use crate::StoreError;
use crate::entity::login_attempt::{Column, Entity, Model};
use crate::open::Store;
use crate::record::insert;
use crate::vault::Vault;

/// How often something was tried, and when last, in seconds since 1970.
pub type Tried = (i32, i64);

impl Store {
    /// Counts an attempt under each of these names: what `next` makes of what was counted before is kept; nothing is if
    /// it refuses one of them. The number tells `next` which name it is about.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn try_login<F>(&self, names: Vec<String>, next: F) -> Result<Result<(), i64>, StoreError>
    where
        F: Fn(usize, Tried) -> Result<Tried, i64> + Send + Sync + 'static,
    {
        let vault = Arc::clone(&self.vault);
        let counted = self.writer.apply(move |db| {
            Box::pin(async move {
                let (mut rows, mut wait) = (Vec::new(), None);
                for (number, name) in names.iter().enumerate() {
                    let row = held(db, &vault, name).await?;
                    match next(number, (row.failures, row.last_at)) {
                        Ok((failures, last_at)) => rows.push(Model { failures, last_at, ..row }),
                        Err(seconds) => wait = Ord::max(wait, Some(seconds)),
                    }
                }
                if let Some(seconds) = wait {
                    return Ok(Err(seconds));
                }
                let mut conflict = OnConflict::column(Column::Tried);
                conflict.update_columns([Column::Failures, Column::LastAt]);
                insert(db, rows.into_iter(), Some(conflict)).await?;
                Ok(Ok(()))
            })
        });
        counted.await
    }

    /// Takes one attempt back that has ended well, and under the first name all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forgive_login(&self, names: Vec<String>) -> Result<(), StoreError> {
        let vault = Arc::clone(&self.vault);
        let forgiven = self.writer.apply(move |db| {
            Box::pin(async move {
                for (number, name) in names.iter().enumerate() {
                    let less = if number == 0 { Expr::value(0) } else { Expr::col(Column::Failures).sub(1) };
                    let less = Entity::update_many().col_expr(Column::Failures, less);
                    less.filter(Column::Tried.eq(tried(&vault, name)?)).exec(db).await?;
                }
                Ok(())
            })
        });
        forgiven.await
    }

    /// Forgets what was last tried before this moment, in seconds since 1970.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_attempts(&self, moment: i64) -> Result<(), StoreError> {
        let forget = Entity::delete_many().filter(Column::LastAt.lt(moment));
        self.writer.apply(move |db| Box::pin(async move { Ok(forget.exec(db).await.map(drop)?) })).await
    }
}

fn tried(vault: &Vault, name: &str) -> Result<Vec<u8>, StoreError> {
    Ok(vault.master().index("login_attempt", name)?.to_vec())
}

/// The row of a name, held until the transaction ends: another process that counts waits.
async fn held(db: &DatabaseTransaction, vault: &Vault, name: &str) -> Result<Model, StoreError> {
    let new = Model { tried: tried(vault, name)?, failures: 0, last_at: 0 };
    let mut conflict = OnConflict::column(Column::Tried);
    conflict.do_nothing();
    insert(db, std::iter::once(new.clone()), Some(conflict)).await?;
    let row = Entity::find_by_id(new.tried.clone()).lock_exclusive().one(db).await?;
    Ok(row.unwrap_or(new))
}
