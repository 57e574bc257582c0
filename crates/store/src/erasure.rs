//! A seller is erased: the key is dropped, and with it all that the seller wrote.

use std::sync::Arc;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::StoreError;
use crate::entity::blocked;
use crate::entity::data_key::{Column, Entity};
use crate::govern::{self, Logged};
use crate::open::Store;
use crate::vault::{Seller, is};
use crate::work::forget_seller;

impl Store {
    /// Drops the key of a seller, the seller's listings from those that were stopped, what they show, and what waits
    /// in the queue about them; whether there was a key.
    /// What is written of this seller later gets a new one.
    ///
    /// # Errors
    /// When the database fails; all stays as it was then.
    pub async fn erase(&self, marketplace: &str, seller_id: &str, logged: Logged) -> Result<bool, StoreError> {
        let seller = (marketplace.to_owned(), seller_id.to_owned());
        let known = Entity::find().filter(is(&seller)).filter(Column::Sealed.ne(Vec::<u8>::new()));
        let known = known.one(&self.readers).await?.is_some();
        if known {
            self.drop_key(seller, logged).await?;
        }
        // The key leaves SQLite's log too, also if an earlier call was cut off before it did. With PostgreSQL that is the
        // matter of whoever keeps its log and copies.
        self.writer.empty_log().await.map(|()| known)
    }

    /// In a task of its own: a caller who goes away meanwhile must not bring keys back into memory before the commit.
    async fn drop_key(&self, seller: Seller, logged: Logged) -> Result<(), StoreError> {
        let now = logged.at;
        let (vault, writer) = (Arc::clone(&self.vault), Arc::clone(&self.writer));
        let dropped = tokio::spawn(async move {
            let _erasing = vault.erasing();
            let keys = Arc::clone(&vault);
            let dropped = writer.apply(move |db| {
                Box::pin(async move {
                    let drop = Entity::update_many().col_expr(Column::Sealed, Expr::value(Vec::<u8>::new()));
                    drop.col_expr(Column::ErasedAt, Expr::value(now)).filter(is(&seller)).exec(db).await?;
                    forget_seller(db, &seller.0, &seller.1).await?;
                    govern::forget(db, &seller).await?;
                    let stopped = blocked::Entity::delete_many().filter(blocked::Column::Marketplace.eq(seller.0));
                    stopped.filter(blocked::Column::SellerId.eq(seller.1)).exec(db).await?;
                    govern::log(db, &keys, logged).await
                })
            });
            dropped.await
        });
        dropped.await.map_err(|_| StoreError::Closed)?
    }

    /// Sellers, by marketplace and id, that were erased at this moment, in microseconds since 1970, or later.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn erased_since(&self, moment: i64) -> Result<Vec<(String, String)>, StoreError> {
        let found = Entity::find().filter(Column::ErasedAt.gte(moment)).all(&self.readers).await?;
        Ok(found.into_iter().map(|row| (row.marketplace, row.seller_id)).collect())
    }
}
