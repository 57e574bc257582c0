//! Fingerprints of the pictures that listings show. Who searches them keeps them in memory and learns from here what came
//! since, from whichever process.

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::StoreError;
use crate::entity::picture;
use crate::entity::picture_print::{Column, Entity, Model};
use crate::open::Store;
use crate::pictures::PictureHash;
use crate::seal::Row;
use crate::uses::PicturePrint;
use crate::vault::Vault;

/// A fingerprint that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredPrint {
    /// SHA-256 of the picture's file.
    pub hash: PictureHash,
    /// The fingerprint.
    pub print: PicturePrint,
    /// Since when it is kept.
    pub kept_at: i64,
}

fn sealed_row(hash: &[u8]) -> Row<'_> {
    Row::one("picture_print", hash)
}

pub(crate) fn row(vault: &Vault, hash: &[u8], print: &PicturePrint, kept_at: i64) -> Result<Model, StoreError> {
    Ok(Model { hash: hash.to_vec(), print: vault.master().seal(&sealed_row(hash), print)?, kept_at })
}

fn stored(vault: &Vault, row: &Model) -> Result<StoredPrint, StoreError> {
    let damaged = || StoreError::Damaged("picture_print");
    let print = vault.master().open(&sealed_row(&row.hash), &row.print).map_err(|_| damaged())?;
    let hash = row.hash.as_slice().try_into().map_err(|_| damaged())?;
    Ok(StoredPrint { hash, print: print.as_slice().try_into().map_err(|_| damaged())?, kept_at: row.kept_at })
}

/// Deletes those of these whose pictures are gone.
pub(crate) async fn forget(db: &impl ConnectionTrait, hashes: Vec<Vec<u8>>) -> Result<(), DbErr> {
    let mut kept = Query::select();
    kept.expr(Expr::val(1)).from(picture::Entity);
    kept.and_where(Expr::col((picture::Entity, picture::Column::Hash)).equals((Entity, Column::Hash)));
    let gone = Entity::delete_many().filter(Column::Hash.is_in(hashes)).filter(Expr::exists(kept).not());
    gone.exec(db).await.map(drop)
}

impl Store {
    /// Fingerprints that are kept since a moment, behind one of them, in the order of time and hash.
    ///
    /// # Errors
    /// When the database fails, or a row was damaged.
    pub async fn prints_since(
        &self,
        since: i64,
        after: Option<&StoredPrint>,
        limit: u64,
    ) -> Result<Vec<StoredPrint>, StoreError> {
        let mut rows = Entity::find().filter(Column::KeptAt.gte(since));
        if let Some(StoredPrint { hash, kept_at, .. }) = after {
            let same = Column::KeptAt.eq(*kept_at).and(Column::Hash.gt(hash.to_vec()));
            rows = rows.filter(Condition::any().add(Column::KeptAt.gt(*kept_at)).add(same));
        }
        let rows = rows.order_by_asc(Column::KeptAt).order_by_asc(Column::Hash).limit(limit).all(&self.readers).await?;
        rows.iter().map(|row| stored(&self.vault, row)).collect()
    }
}
