//! States of what people decide: items, cases, actions, appeals. See `govern`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "record")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: String,
    /// How often it was written.
    pub(crate) version: i64,
    /// Whether it is about one seller, whose key seals it; else the master key does.
    pub(crate) owned: bool,
    pub(crate) marketplace: String,
    pub(crate) seller_id: String,
    pub(crate) key_id: i64,
    /// Canonical JSON, sealed.
    pub(crate) body: Vec<u8>,
    pub(crate) updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
