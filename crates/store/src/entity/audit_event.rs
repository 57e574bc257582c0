//! The trail of changes, as its tree hashes them.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_event")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) seq: i64,
    pub(crate) kind: String,
    pub(crate) subject_kind: String,
    pub(crate) subject_id: String,
    pub(crate) actor_id: String,
    /// Canonical bytes, kept as they are.
    pub(crate) body: Vec<u8>,
    /// Their leaf hash.
    pub(crate) leaf: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
