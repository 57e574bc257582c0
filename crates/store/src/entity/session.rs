//! Sessions that are open. One that was ended has no row.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub(crate) struct Model {
    /// SHA-256 of the token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) token_hash: Vec<u8>,
    /// Names the session where the token must not stand.
    #[sea_orm(unique)]
    pub(crate) session_id: Uuid,
    pub(crate) account_id: Uuid,
    pub(crate) opened_at: i64,
    /// To within a minute.
    pub(crate) seen_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
