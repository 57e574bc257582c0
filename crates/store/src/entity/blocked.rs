//! Listings that were stopped, to recognise them when they come back.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "blocked")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) marketplace: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) seller_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) listing_id: String,
    pub(crate) listing_hash: Vec<u8>,
    pub(crate) decision_id: Uuid,
    pub(crate) blocked_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
