//! What was learnt about a listing after it was decided on.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outcome")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) outcome_id: Uuid,
    pub(crate) decision_id: Option<Uuid>,
    pub(crate) marketplace: String,
    pub(crate) seller_id: String,
    pub(crate) listing_id: String,
    pub(crate) kind: String,
    pub(crate) finding: String,
    /// The key with which the note was sealed.
    pub(crate) key_id: i64,
    /// In words, sealed.
    pub(crate) note: Vec<u8>,
    pub(crate) happened_at: i64,
    pub(crate) recorded_at: i64,
    pub(crate) client: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
