//! What waits to be looked at, by what the next one is chosen.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "queue_item")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) item_id: Uuid,
    pub(crate) queue: String,
    /// What a person must have to take it; empty if nothing.
    pub(crate) skill: String,
    /// Its place; smaller comes first.
    pub(crate) place: i64,
    /// Nobody may take it before: it is locked or skipped until then.
    pub(crate) free_at: i64,
    /// Only a lead may.
    pub(crate) for_lead: bool,
    /// Who judged it and must not again.
    pub(crate) first_by: Option<Uuid>,
    pub(crate) second_by: Option<Uuid>,
    pub(crate) created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
