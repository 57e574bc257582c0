//! Which listings show which pictures, and what was seen on those: a picture is looked at once, whoever shows it.

use std::collections::{BTreeMap, HashMap};

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::entity::{picture, picture_feature, picture_use};
use crate::listings::Name;
use crate::open::Store;
use crate::pictures::PictureHash;
use crate::record::insert;
use crate::seal::Row;
use crate::vault::Vault;
use crate::{Pictures, StoreError};

/// Rows of one statement.
const ROWS_MAX: usize = 400;
/// Other sellers that are counted for one picture; who is beyond is not looked for.
const SELLERS_MAX: u64 = 1_000;
/// Pictures that nobody shows, deleted at a time.
const FORGOTTEN_MAX: u64 = 100;

/// A picture of a listing that was decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownPicture {
    /// The listing.
    pub name: Name,
    /// SHA-256 of the file.
    pub hash: PictureHash,
    /// Bytes of the file.
    pub size: u64,
    /// When.
    pub seen_at: i64,
    /// What was seen on it, where that is new.
    pub features: Option<Features>,
}

/// What was seen on a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Features {
    /// Names what looked.
    pub version: String,
    /// In the words of what looked.
    pub bytes: Vec<u8>,
}

/// Others who show a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Others {
    /// Sellers, at most 1,000 of them.
    pub sellers: u32,
    /// When the first of them showed it.
    pub since: i64,
}

fn sealed_row<'a>(hash: &'a [u8], version: &'a str) -> Row<'a> {
    Row::pair("picture_feature", hash, version.as_bytes())
}

/// Notes what listings show.
pub(crate) async fn show(db: &impl ConnectionTrait, vault: &Vault, shown: &[&ShownPicture]) -> Result<(), StoreError> {
    // In the order of their keys, so that two processes do not wait for each other.
    let (mut kept, mut used, mut seen) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for one in shown {
        let (hash, Name { marketplace, seller_id, listing_id }) = (one.hash.to_vec(), one.name.clone());
        let size = i64::try_from(one.size).unwrap_or(i64::MAX);
        kept.insert(one.hash, picture::Model { hash: hash.clone(), size, kept_at: one.seen_at });
        if let Some(Features { version, bytes }) = &one.features {
            let features = vault.master().seal(&sealed_row(&hash, version), bytes)?;
            let row = picture_feature::Model { hash: hash.clone(), version: version.clone(), features };
            seen.insert((one.hash, version.as_str()), row);
        }
        let row = picture_use::Model { hash, marketplace, seller_id, listing_id, first_seen_at: one.seen_at };
        used.insert((one.hash, &one.name), row);
    }
    put(db, kept.into_values(), [picture::Column::Hash]).await?;
    put(db, seen.into_values(), [picture_feature::Column::Hash, picture_feature::Column::Version]).await?;
    use picture_use::Column::{Hash, ListingId, Marketplace, SellerId};
    Ok(put(db, used.into_values(), [Hash, Marketplace, SellerId, ListingId]).await?)
}

/// Inserts rows; those that are there stay.
async fn put<M, const KEYS: usize>(
    db: &impl ConnectionTrait,
    rows: impl Iterator<Item = M>,
    keys: [<M::Entity as EntityTrait>::Column; KEYS],
) -> Result<(), DbErr>
where
    M: sea_orm::IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel> + sea_orm::ModelTrait,
    <M::Entity as EntityTrait>::ActiveModel: sea_orm::ActiveModelTrait<Entity = M::Entity>,
{
    let rows: Vec<M> = rows.collect();
    for part in rows.chunks(ROWS_MAX) {
        let mut conflict = OnConflict::columns(keys);
        conflict.do_nothing();
        insert(db, part.iter().cloned(), Some(conflict)).await?;
    }
    Ok(())
}

impl Store {
    /// What this version has seen on those of these pictures that it has looked at.
    ///
    /// # Errors
    /// When the database fails, or a row was damaged.
    pub async fn features(
        &self,
        hashes: &[PictureHash],
        version: &str,
    ) -> Result<HashMap<PictureHash, Vec<u8>>, StoreError> {
        use picture_feature::{Column, Entity};
        let mut found = HashMap::new();
        for part in hashes.chunks(ROWS_MAX) {
            let these = Entity::find().filter(Column::Hash.is_in(part.iter().map(|hash| hash.to_vec())));
            for row in these.filter(Column::Version.eq(version)).all(&self.lookups).await? {
                let opened = self.vault.master().open(&sealed_row(&row.hash, version), &row.features);
                let opened = opened.map_err(|_| StoreError::Damaged("picture_feature"))?;
                let hash = row.hash.as_slice().try_into().map_err(|_| StoreError::Damaged("picture_feature"))?;
                found.insert(hash, opened);
            }
        }
        Ok(found)
    }

    /// Sellers other than this one, on any marketplace, who have shown a picture; none if there are none. Listings that
    /// name no seller are nobody's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn others(&self, hash: &PictureHash, seller: (&str, &str)) -> Result<Option<Others>, StoreError> {
        use picture_use::{Column, Entity};
        let own = Column::Marketplace.eq(seller.0).and(Column::SellerId.eq(seller.1));
        let others = Entity::find().select_only().columns([Column::Marketplace, Column::SellerId]);
        let others = others.column_as(Column::FirstSeenAt.min(), "since");
        let others = others.filter(Column::Hash.eq(hash.to_vec())).filter(Column::SellerId.ne("")).filter(own.not());
        let others = others.group_by(Column::Marketplace).group_by(Column::SellerId).limit(SELLERS_MAX);
        let others: Vec<(String, String, i64)> = others.into_tuple().all(&self.lookups).await?;
        let sellers = u32::try_from(others.len()).unwrap_or(u32::MAX);
        Ok(others.into_iter().map(|(.., since)| since).min().map(|since| Others { sellers, since }))
    }

    /// Deletes pictures that nobody shows and that were kept before a moment, with what was seen on them; whether there
    /// may be more.
    ///
    /// # Errors
    /// When the database or the place of the files fails.
    pub async fn forget_pictures(&self, pictures: &Pictures, moment: i64) -> Result<bool, StoreError> {
        use picture::{Column, Entity};
        let mut shown = Query::select();
        shown.expr(Expr::val(1)).from(picture_use::Entity);
        shown.and_where(Expr::col((picture_use::Entity, picture_use::Column::Hash)).equals((Entity, Column::Hash)));
        let lonely = Expr::exists(shown).not();
        let old = Entity::find().select_only().column(Column::Hash).filter(Column::KeptAt.lt(moment));
        let old = old.filter(lonely.clone()).order_by_asc(Column::KeptAt).limit(FORGOTTEN_MAX);
        let old: Vec<Vec<u8>> = old.into_tuple().all(&self.readers).await?;
        // The file first: as long as there is a row, somebody looks for the file.
        for hash in &old {
            let hash = hash.as_slice().try_into().map_err(|_| StoreError::Damaged("picture"))?;
            pictures.delete(&hash).await?;
        }
        let more = old.len() as u64 == FORGOTTEN_MAX;
        if !old.is_empty() {
            let gone = self.writer.apply(move |db| {
                Box::pin(async move {
                    let seen = picture_feature::Entity::delete_many();
                    seen.filter(picture_feature::Column::Hash.is_in(old.clone())).exec(db).await?;
                    Entity::delete_many().filter(Column::Hash.is_in(old)).filter(lonely).exec(db).await?;
                    Ok(())
                })
            });
            gone.await?;
        }
        Ok(more)
    }
}
