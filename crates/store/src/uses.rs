//! Which listings show which pictures, and what was seen on those: a picture is looked at once, whoever shows it.

use std::collections::{BTreeMap, HashMap};

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::entity::{picture, picture_feature, picture_print, picture_use};
use crate::listings::Name;
use crate::open::Store;
use crate::pictures::PictureHash;
use crate::prints;
use crate::record::insert;
use crate::seal::Row;
use crate::vault::Vault;
use crate::{Pictures, StoreError};

/// Rows of one statement.
const ROWS_MAX: usize = 400;
/// Rows of what was seen: each is some ten thousand bytes.
const FEATURE_ROWS_MAX: usize = 20;
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
    /// Its fingerprint, unless it has too little in it.
    pub print: Option<PicturePrint>,
}

/// A fingerprint of 256 bits, in the words of whoever compares it.
pub type PicturePrint = [u8; 32];

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
    let (mut kept, mut used, mut seen, mut prints) =
        (BTreeMap::new(), BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for one in shown {
        let (hash, Name { marketplace, seller_id, listing_id }) = (one.hash.to_vec(), one.name.clone());
        let size = i64::try_from(one.size).unwrap_or(i64::MAX);
        kept.insert(one.hash, picture::Model { hash: hash.clone(), size, kept_at: one.seen_at });
        if let Some(Features { version, bytes }) = &one.features {
            let features = vault.master().seal(&sealed_row(&hash, version), bytes)?;
            let row = picture_feature::Model { hash: hash.clone(), version: version.clone(), features };
            seen.insert((one.hash, version.as_str()), row);
        }
        if let Some(print) = &one.print {
            prints.insert(one.hash, prints::row(vault, &hash, print, one.seen_at)?);
        }
        let row = picture_use::Model { hash, marketplace, seller_id, listing_id, first_seen_at: one.seen_at };
        used.insert((one.hash, &one.name), row);
    }
    put(db, kept.into_values(), [picture::Column::Hash]).await?;
    put(db, prints.into_values(), [picture_print::Column::Hash]).await?;
    features(db, seen.into_values().collect()).await?;
    use picture_use::Column::{Hash, ListingId, Marketplace, SellerId};
    Ok(put(db, used.into_values(), [Hash, Marketplace, SellerId, ListingId]).await?)
}

/// What was seen last takes the place of what was seen before.
async fn features(db: &impl ConnectionTrait, rows: Vec<picture_feature::Model>) -> Result<(), DbErr> {
    use picture_feature::Column;
    for part in rows.chunks(FEATURE_ROWS_MAX) {
        let mut conflict = OnConflict::columns([Column::Hash, Column::Version]);
        conflict.update_column(Column::Features);
        insert(db, part.iter().cloned(), Some(conflict)).await?;
    }
    Ok(())
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

    /// Sellers other than this one, on any marketplace, who have shown one of these pictures; none if there are none.
    /// Listings that name no seller are nobody's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn others(&self, hashes: &[PictureHash], seller: (&str, &str)) -> Result<Option<Others>, StoreError> {
        use picture_use::{Column, Entity};
        let mut first: HashMap<(String, String), i64> = HashMap::new();
        for part in hashes.chunks(ROWS_MAX) {
            let own = Column::Marketplace.eq(seller.0).and(Column::SellerId.eq(seller.1));
            let others = Entity::find().select_only().columns([Column::Marketplace, Column::SellerId]);
            let others = others.column_as(Column::FirstSeenAt.min(), "since");
            let others = others.filter(Column::Hash.is_in(part.iter().map(|hash| hash.to_vec())));
            let others = others.filter(Column::SellerId.ne("")).filter(own.not());
            let others = others.group_by(Column::Marketplace).group_by(Column::SellerId).limit(SELLERS_MAX);
            let others: Vec<(String, String, i64)> = others.into_tuple().all(&self.lookups).await?;
            for (marketplace, seller, since) in others {
                let first = first.entry((marketplace, seller)).or_insert(since);
                *first = std::cmp::min(*first, since);
            }
        }
        let sellers = std::cmp::min(first.len() as u64, SELLERS_MAX) as u32;
        Ok(first.into_values().min().map(|since| Others { sellers, since }))
    }

    /// Listings that show one of these pictures, the latest to do so first, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn showing(&self, hashes: &[PictureHash], limit: u64) -> Result<Vec<Name>, StoreError> {
        use picture_use::{Column, Entity};
        let mut found: Vec<(i64, Name)> = Vec::new();
        for part in hashes.chunks(ROWS_MAX) {
            let rows = Entity::find().filter(Column::Hash.is_in(part.iter().map(|hash| hash.to_vec())));
            let rows = rows.order_by_desc(Column::FirstSeenAt).limit(limit).all(&self.lookups).await?;
            found.extend(rows.into_iter().map(|row| {
                let name = Name { marketplace: row.marketplace, seller_id: row.seller_id, listing_id: row.listing_id };
                (row.first_seen_at, name)
            }));
        }
        found.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        let mut known = std::collections::HashSet::new();
        let names = found.into_iter().map(|(_, name)| name).filter(|name| known.insert(name.clone()));
        Ok(names.take(usize::try_from(limit).unwrap_or(usize::MAX)).collect())
    }

    /// Deletes pictures that nobody shows and that were kept before a moment, with what was seen on them: at most 100;
    /// which those are.
    ///
    /// # Errors
    /// When the database or the place of the files fails.
    pub async fn forget_pictures(&self, pictures: &Pictures, moment: i64) -> Result<Vec<PictureHash>, StoreError> {
        use picture::{Column, Entity};
        let mut shown = Query::select();
        shown.expr(Expr::val(1)).from(picture_use::Entity);
        shown.and_where(Expr::col((picture_use::Entity, picture_use::Column::Hash)).equals((Entity, Column::Hash)));
        let lonely = Expr::exists(shown).not();
        let old = Entity::find().select_only().column(Column::Hash).filter(Column::KeptAt.lt(moment));
        let old = old.filter(lonely.clone()).order_by_asc(Column::KeptAt).limit(FORGOTTEN_MAX);
        let old: Vec<Vec<u8>> = old.into_tuple().all(&self.readers).await?;
        let hash = |hash: &Vec<u8>| hash.as_slice().try_into().map_err(|_| StoreError::Damaged("picture"));
        let hashes: Vec<PictureHash> = old.iter().map(hash).collect::<Result<_, _>>()?;
        // The file first: as long as there is a row, somebody looks for the file.
        for hash in &hashes {
            pictures.delete(hash).await?;
        }
        if !old.is_empty() {
            let gone = self.writer.apply(move |db| {
                Box::pin(async move {
                    let seen = picture_feature::Entity::delete_many();
                    seen.filter(picture_feature::Column::Hash.is_in(old.clone())).exec(db).await?;
                    Entity::delete_many().filter(Column::Hash.is_in(old.clone())).filter(lonely).exec(db).await?;
                    Ok(prints::forget(db, old).await?)
                })
            });
            gone.await?;
        }
        Ok(hashes)
    }
}
