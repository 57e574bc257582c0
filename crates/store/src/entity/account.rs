//! People who may do something here. The row of one who was erased stays, without a key, since others name its id.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account_id: Uuid,
    /// The login under a keyed hash: it is found, and not read.
    #[sea_orm(unique)]
    pub(crate) found_by: Vec<u8>,
    /// Roles with commas between them.
    pub(crate) roles: String,
    /// The seller for whom it acts, if for one.
    pub(crate) marketplace: String,
    pub(crate) seller_id: String,
    /// The rights holder for whom it acts, if for one.
    pub(crate) holder: String,
    pub(crate) created_at: i64,
    pub(crate) disabled_at: Option<i64>,
    /// The person's key, sealed by the master key; empty once it was dropped.
    pub(crate) sealed_key: Vec<u8>,
    /// Sealed with it, like the next three; empty where there is none.
    pub(crate) login: Vec<u8>,
    pub(crate) name: Vec<u8>,
    /// The password's hash.
    pub(crate) password: Vec<u8>,
    /// The secret of the second factor.
    pub(crate) factor: Vec<u8>,
    /// Whether the person has shown to have it.
    pub(crate) factor_confirmed: bool,
    /// The last step of time whose code was taken.
    pub(crate) factor_step: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
