//! What became of a message at one receiver.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) webhook_id: Uuid,
    /// The message.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) seq: i64,
    /// 0 waits, 1 was delivered, 2 is dead.
    pub(crate) state: i16,
    /// Tries that failed.
    pub(crate) tries: i32,
    /// When to try, while it waits; who tries puts it off, so that nobody else does.
    pub(crate) due_at: i64,
    /// What the receiver answered last, or why it did not.
    pub(crate) status: Option<i32>,
    pub(crate) error: String,
    /// When it was delivered or given up.
    pub(crate) ended_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
