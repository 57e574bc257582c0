//! What happened and is told outside, in the order in which it was committed.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub(crate) struct Model {
    /// Without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) seq: i64,
    #[sea_orm(unique)]
    pub(crate) message_id: Uuid,
    /// Slugs with dots between.
    pub(crate) kind: String,
    pub(crate) told_at: i64,
    /// Whose key sealed it; both empty where the master key did.
    pub(crate) marketplace: String,
    pub(crate) seller_id: String,
    pub(crate) key_id: Option<i64>,
    /// JSON.
    pub(crate) payload: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
