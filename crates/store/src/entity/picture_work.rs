//! Listings whose pictures are to be fetched, and when.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "picture_work")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) marketplace: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) seller_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) listing_id: String,
    /// The decision that gets a successor.
    pub(crate) decision_id: Uuid,
    pub(crate) due_at: i64,
    pub(crate) tries: i32,
    /// The hashes that were fetched last, one behind the other; none before the first time.
    pub(crate) seen: Option<Vec<u8>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
