//! What listings said, by the hash of their content, in which marketplace, seller and id have their part.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "listing_version")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) listing_hash: Vec<u8>,
    pub(crate) marketplace: String,
    pub(crate) seller_id: String,
    pub(crate) listing_id: String,
    /// The key with which the content was sealed.
    pub(crate) key_id: i64,
    /// An object of a JSON-lines feed, sealed.
    pub(crate) content: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
