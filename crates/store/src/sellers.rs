//! What marketplaces know about their sellers.

use std::collections::BTreeMap;
use std::sync::Arc;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

use crate::StoreError;
use crate::entity::seller::{Column, Entity, Model};
use crate::open::Store;
use crate::record::insert;
use crate::seal::Row;
use crate::vault::{Keys, Seller};

/// Rows of one statement.
const ROWS_MAX: usize = 400;

/// Names of one look-up: each is a level of the condition's depth, and databases limit that.
pub(crate) const NAMES_MAX: usize = 100;

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
    fn row(&self, seller: &Seller, keys: &Keys) -> Result<Model, StoreError> {
        let (key_id, record) = keys.seal(seller, &sealed_row(seller), self.record.as_bytes())?;
        let (marketplace, seller_id) = seller.clone();
        Ok(Model { marketplace, seller_id, key_id, record, updated_at: self.updated_at })
    }
}

/// Where a record is sealed.
fn sealed_row((marketplace, seller_id): &Seller) -> Row<'_> {
    Row::two("seller", marketplace, seller_id)
}

impl Store {
    /// Keeps records; of a seller given twice the last counts, and each takes the place of what was known before.
    ///
    /// # Errors
    /// When the database fails; nothing is kept then.
    pub async fn put_sellers(&self, sellers: Vec<StoredSeller>) -> Result<(), StoreError> {
        let names = sellers.into_iter().map(|seller| ((seller.marketplace.clone(), seller.seller_id.clone()), seller));
        let last: BTreeMap<Seller, StoredSeller> = names.collect();
        let vault = Arc::clone(&self.vault);
        let kept = self.writer.apply(move |db| {
            Box::pin(async move {
                let keys = vault.to_write(db, last.keys().cloned()).await?;
                let rows: Vec<Model> =
                    last.iter().map(|(name, seller)| seller.row(name, &keys)).collect::<Result<_, _>>()?;
                for part in rows.chunks(ROWS_MAX) {
                    let mut conflict = OnConflict::columns([Column::Marketplace, Column::SellerId]);
                    conflict.update_columns([Column::KeyId, Column::Record, Column::UpdatedAt]);
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
    /// When the seller was erased, or the database fails.
    pub async fn seller(&self, marketplace: &str, seller_id: &str) -> Result<Option<StoredSeller>, StoreError> {
        let row = Entity::find_by_id((marketplace.to_owned(), seller_id.to_owned())).one(&self.readers).await?;
        let Some(row) = row else { return Ok(None) };
        self.open_sellers(vec![row]).await?.pop().ok_or(StoreError::Erased).map(Some)
    }

    /// The records of those sellers, given by marketplace and id, that are known and were not erased; in any
    /// order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sellers(&self, names: &[(String, String)]) -> Result<Vec<StoredSeller>, StoreError> {
        let mut found = Vec::new();
        for part in names.chunks(NAMES_MAX) {
            let any = part.iter().fold(Condition::any(), |any, (marketplace, seller)| {
                any.add(
                    Condition::all()
                        .add(Column::Marketplace.eq(marketplace.as_str()))
                        .add(Column::SellerId.eq(seller.as_str())),
                )
            });
            found.extend(self.open_sellers(Entity::find().filter(any).all(&self.lookups).await?).await?);
        }
        Ok(found)
    }

    /// Opens what is not erased.
    async fn open_sellers(&self, rows: Vec<Model>) -> Result<Vec<StoredSeller>, StoreError> {
        let seller = |row: &Model| (row.marketplace.clone(), row.seller_id.clone());
        let keys = self.vault.to_read(&self.lookups, rows.iter().map(seller)).await?;
        let open = |row: Model| {
            let name = seller(&row);
            let opened = keys.open(&name, row.key_id, &sealed_row(&name), &row.record).transpose()?;
            let record = opened.and_then(|record| String::from_utf8(record).map_err(|_| StoreError::Damaged("seller")));
            let (marketplace, seller_id) = name;
            Some(record.map(|record| StoredSeller { marketplace, seller_id, record, updated_at: row.updated_at }))
        };
        rows.into_iter().filter_map(open).collect()
    }
}
