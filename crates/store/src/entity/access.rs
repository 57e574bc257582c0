//! Who read whose personal data. Nothing of what was read stands here.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access")]
pub(crate) struct Model {
    /// UUIDv7: rows lie in the order of time.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) access_id: Uuid,
    pub(crate) read_at: i64,
    /// The account or key that read.
    pub(crate) reader: String,
    /// What kind of thing was read.
    pub(crate) resource: String,
    /// About whom: a seller, or an account whose id stands in `seller_id` then.
    pub(crate) marketplace: String,
    pub(crate) seller_id: String,
    /// Which thing.
    pub(crate) object: String,
    pub(crate) request_id: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
