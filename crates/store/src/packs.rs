//! Knowledge and policies that were in force, for every process that shares the database: a decision names them by hash,
//! and any of them may be asked to say it again. Whoever reads one checks it against that hash.

use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, QuerySelect};

use crate::StoreError;
use crate::entity::pack::{Column, Entity, Model};
use crate::open::Store;
use crate::record::insert;

impl Store {
    /// Whether a pack of this name is kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_pack(&self, name: &str) -> Result<bool, StoreError> {
        let found = Entity::find_by_id(name.to_owned()).select_only().column(Column::Name);
        Ok(found.into_tuple::<String>().one(&self.readers).await?.is_some())
    }

    /// Keeps a pack under its name, in place of one that is there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_pack(&self, name: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        let row = Model { name: name.to_owned(), bytes };
        let kept = self.writer.apply(move |db| {
            // Another process may keep the same.
            let mut conflict = OnConflict::column(Column::Name);
            conflict.update_column(Column::Bytes);
            Box::pin(async move { Ok(insert(db, std::iter::once(row), Some(conflict)).await?) })
        });
        kept.await
    }

    /// The pack of this name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pack(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(Entity::find_by_id(name.to_owned()).one(&self.readers).await?.map(|row| row.bytes))
    }
}
