//! What was seen on pictures, by the version of what looked.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "picture_feature")]
pub(crate) struct Model {
    /// SHA-256 of the file.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) hash: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) version: String,
    /// Sealed: a picture may hold a telephone number.
    pub(crate) features: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
