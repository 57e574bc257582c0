//! Keys of sellers, under which all is sealed that they wrote. The row of a seller who was erased stays, without a key.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "data_key")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) marketplace: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) seller_id: String,
    /// Names the key in the rows that were sealed with it.
    pub(crate) key_id: i64,
    /// The key, sealed by the master key; empty once it was dropped.
    pub(crate) sealed: Vec<u8>,
    /// When the seller was last erased.
    pub(crate) erased_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
