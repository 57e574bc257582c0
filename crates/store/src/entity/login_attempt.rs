//! Logins that failed, by what was tried and from where.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "login_attempt")]
pub(crate) struct Model {
    /// The login or the address under a keyed hash.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) tried: Vec<u8>,
    pub(crate) failures: i32,
    /// Seconds since 1970.
    pub(crate) last_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
