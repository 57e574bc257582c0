//! Fingerprints of pictures, by which near copies are found.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "picture_print")]
pub(crate) struct Model {
    /// SHA-256 of the file.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) hash: Vec<u8>,
    /// Sealed: a small picture can be guessed from it.
    pub(crate) print: Vec<u8>,
    pub(crate) kept_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
