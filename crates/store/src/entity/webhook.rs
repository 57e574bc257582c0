//! Where messages are sent.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) webhook_id: Uuid,
    /// Sealed by the master key, like the secrets: addresses hold tokens.
    pub(crate) address: Vec<u8>,
    pub(crate) secret: Vec<u8>,
    /// The one before; empty if there was none.
    pub(crate) old_secret: Vec<u8>,
    /// Until when that one signs too.
    pub(crate) old_until: i64,
    /// Kinds that are wanted, with commas between them; empty for all.
    pub(crate) kinds: String,
    pub(crate) created_at: i64,
    pub(crate) disabled_at: Option<i64>,
    /// Why, as a code.
    pub(crate) disabled_why: String,
    /// Since when nothing was delivered, if tries fail.
    pub(crate) failing_since: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
