//! Signed heads of the trail.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_head")]
pub(crate) struct Model {
    /// Events below it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) size: i64,
    pub(crate) signed_at: i64,
    /// The line of a list of heads, without leaves.
    pub(crate) line: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
