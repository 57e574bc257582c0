//! The latest state of each listing, and the last version of it that was allowed.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "listing")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) marketplace: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) seller_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) listing_id: String,
    pub(crate) listing_hash: Vec<u8>,
    pub(crate) decision_id: Uuid,
    pub(crate) verdict: String,
    pub(crate) class: String,
    pub(crate) first_seen_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) approved_hash: Option<Vec<u8>>,
    pub(crate) approved_decision_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
