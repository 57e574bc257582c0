//! Which listings have shown which pictures.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "picture_use")]
pub(crate) struct Model {
    /// SHA-256 of the file. First, so that who else uses a picture is found.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) hash: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) marketplace: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) seller_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) listing_id: String,
    pub(crate) first_seen_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
