//! What marketplaces know about their sellers.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

use crate::StoreError;
use crate::entity::seller::{Column, Entity, Model};
use crate::open::Store;
use crate::record::insert;

/// Rows of one statement.
const ROWS_MAX: usize = 1_000;

/// One seller's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSeller {
    /// Marketplace.
    pub marketplace: String,
    /// Seller.
    pub seller_id: String,
    /// Canonical JSON, without the two names.
    pub record: String,
    /// When it was told.
    pub updated_at: i64,
}

impl StoredSeller {
    fn row(self) -> Model {
        let Self { marketplace, seller_id, record, updated_at } = self;
        Model { marketplace, seller_id, record, updated_at }
    }

    fn of(row: Model) -> Self {
        let Model { marketplace, seller_id, record, updated_at } = row;
        Self { marketplace, seller_id, record, updated_at }
    }
}

impl Store {
    /// Keeps records; of a seller given twice the last counts, and each takes the place of what was known before.
    ///
    /// # Errors
    /// When the database fails; nothing is kept then.
    pub async fn put_sellers(&self, sellers: Vec<StoredSeller>) -> Result<(), StoreError> {
        let names = sellers.into_iter().map(|seller| ((seller.marketplace.clone(), seller.seller_id.clone()), seller));
        let last: std::collections::BTreeMap<_, _> = names.collect();
        let rows: Vec<Model> = last.into_values().map(StoredSeller::row).collect();
        let kept = self.writer.apply(move |db| {
            Box::pin(async move {
                for part in rows.chunks(ROWS_MAX) {
                    let mut conflict = OnConflict::columns([Column::Marketplace, Column::SellerId]);
                    conflict.update_columns([Column::Record, Column::UpdatedAt]);
                    insert(db, part.iter().cloned(), Some(conflict)).await?;
                }
                Ok(())
            })
        });
        kept.await
    }

    /// One seller's record.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn seller(&self, marketplace: &str, seller_id: &str) -> Result<Option<StoredSeller>, StoreError> {
        let row = Entity::find_by_id((marketplace.to_owned(), seller_id.to_owned())).one(&self.readers).await?;
        Ok(row.map(StoredSeller::of))
    }

    /// The records of those sellers, given by marketplace and id, that are known; in any order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sellers(&self, names: &[(String, String)]) -> Result<Vec<StoredSeller>, StoreError> {
        let mut found = Vec::new();
        for part in names.chunks(ROWS_MAX) {
            let any = part.iter().fold(Condition::any(), |any, (marketplace, seller)| {
                any.add(
                    Condition::all()
                        .add(Column::Marketplace.eq(marketplace.as_str()))
                        .add(Column::SellerId.eq(seller.as_str())),
                )
            });
            found.extend(Entity::find().filter(any).all(&self.readers).await?.into_iter().map(StoredSeller::of));
        }
        Ok(found)
    }
}
