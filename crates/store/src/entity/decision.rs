//! Decisions, never changed once written.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "decision")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) decision_id: Uuid,
    pub(crate) marketplace: String,
    pub(crate) seller_id: String,
    pub(crate) listing_id: String,
    pub(crate) listing_hash: Vec<u8>,
    pub(crate) event: String,
    pub(crate) verdict: String,
    pub(crate) class: String,
    pub(crate) score: i64,
    pub(crate) decided_at: i64,
    pub(crate) request_id: String,
    pub(crate) supersedes: Option<Uuid>,
    pub(crate) provisional: bool,
    /// When a review is due.
    pub(crate) review_until: Option<i64>,
    /// The key with which the body was sealed.
    pub(crate) key_id: i64,
    /// The body: canonical JSON, sealed.
    pub(crate) body: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
