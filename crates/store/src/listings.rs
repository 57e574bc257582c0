//! The latest state of each listing, what it said, and which were stopped.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::StoreError;
use crate::entity::listing::{Column, Entity, Model};
use crate::entity::{blocked, listing_version};
use crate::open::Store;
use crate::seal::Row;
use crate::sellers::NAMES_MAX;
use crate::vault::Seller;

/// What names a listing; absent parts are empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// Marketplace.
    pub marketplace: String,
    /// Seller.
    pub seller_id: String,
    /// The listing's id on the marketplace.
    pub listing_id: String,
}

/// The latest state of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingState {
    /// The listing.
    pub name: Name,
    /// Hash of its latest content.
    pub listing_hash: Vec<u8>,
    /// Its latest decision.
    pub decision_id: Uuid,
    /// That decision's verdict.
    pub verdict: String,
    /// That decision's class.
    pub class: String,
    /// When it was first screened.
    pub first_seen_at: i64,
    /// When it was last screened.
    pub updated_at: i64,
    /// Hash of the last content that was allowed.
    pub approved_hash: Option<Vec<u8>>,
}

/// Which listings; what is not said does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListingFilter {
    /// Marketplace.
    pub marketplace: Option<String>,
    /// Seller.
    pub seller_id: Option<String>,
    /// Verdict of the latest decision.
    pub verdict: Option<String>,
    /// Only listings behind this one, by marketplace, seller and id.
    pub after: Option<Name>,
}

/// A listing that was stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedListing {
    /// The listing.
    pub name: Name,
    /// The decision that stopped it.
    pub decision_id: Uuid,
    /// Hash of what it said.
    pub listing_hash: Vec<u8>,
}

impl From<blocked::Model> for BlockedListing {
    fn from(row: blocked::Model) -> Self {
        let name = Name { marketplace: row.marketplace, seller_id: row.seller_id, listing_id: row.listing_id };
        Self { name, decision_id: row.decision_id, listing_hash: row.listing_hash }
    }
}

impl From<Model> for ListingState {
    fn from(row: Model) -> Self {
        Self {
            name: Name { marketplace: row.marketplace, seller_id: row.seller_id, listing_id: row.listing_id },
            listing_hash: row.listing_hash,
            decision_id: row.decision_id,
            verdict: row.verdict,
            class: row.class,
            first_seen_at: row.first_seen_at,
            updated_at: row.updated_at,
            approved_hash: row.approved_hash,
        }
    }
}

/// The states of those listings that are known, in any order.
pub(crate) async fn states(db: &impl ConnectionTrait, names: &[Name]) -> Result<Vec<ListingState>, StoreError> {
    let mut found = Vec::new();
    for part in names.chunks(NAMES_MAX) {
        let any = part.iter().fold(Condition::any(), |any, name| any.add(is(name)));
        found.extend(Entity::find().filter(any).all(db).await?.into_iter().map(Into::into));
    }
    Ok(found)
}

/// Listings by marketplace, seller and id.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    filter: &ListingFilter,
    limit: u64,
) -> Result<Vec<ListingState>, StoreError> {
    let text = |column: Column, value: &Option<String>| value.as_ref().map(|value| column.eq(value.as_str()));
    let condition = Condition::all()
        .add_option(text(Column::Marketplace, &filter.marketplace))
        .add_option(text(Column::SellerId, &filter.seller_id))
        .add_option(text(Column::Verdict, &filter.verdict))
        .add_option(filter.after.as_ref().map(behind));
    let found = Entity::find().filter(condition);
    let found = found.order_by_asc(Column::Marketplace).order_by_asc(Column::SellerId).order_by_asc(Column::ListingId);
    Ok(found.limit(limit).all(db).await?.into_iter().map(Into::into).collect())
}

impl Store {
    /// The state of one listing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn listing(&self, name: &Name) -> Result<Option<ListingState>, StoreError> {
        let key = (name.marketplace.clone(), name.seller_id.clone(), name.listing_id.clone());
        Ok(Entity::find_by_id(key).one(&self.readers).await?.map(Into::into))
    }

    /// The states of those listings that are known, in any order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn states(&self, names: &[Name]) -> Result<Vec<ListingState>, StoreError> {
        states(&self.lookups, names).await
    }

    /// At most `limit` listings, by marketplace, seller and id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn listings(&self, filter: &ListingFilter, limit: u64) -> Result<Vec<ListingState>, StoreError> {
        list(&self.readers, filter, limit).await
    }

    /// What a listing said, by the hash of its content: an object of a JSON-lines feed.
    ///
    /// # Errors
    /// When its seller was erased, or the database fails.
    pub async fn content(&self, listing_hash: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let row = listing_version::Entity::find_by_id(listing_hash.to_vec()).one(&self.readers).await?;
        let Some(row) = row else { return Ok(None) };
        self.open_versions(vec![row]).await?.remove(listing_hash).ok_or(StoreError::Erased).map(Some)
    }

    /// What listings said, by the hashes of their contents; those that are not kept, or were erased, are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn contents(&self, hashes: Vec<Vec<u8>>) -> Result<HashMap<Vec<u8>, Vec<u8>>, StoreError> {
        let mut contents = HashMap::new();
        for part in hashes.chunks(1_000) {
            let these = listing_version::Column::ListingHash.is_in(part.iter().cloned());
            let found = listing_version::Entity::find().filter(these).all(&self.lookups).await?;
            contents.extend(self.open_versions(found).await?);
        }
        Ok(contents)
    }

    /// Opens what is not erased.
    async fn open_versions(&self, rows: Vec<listing_version::Model>) -> Result<HashMap<Vec<u8>, Vec<u8>>, StoreError> {
        let seller = |row: &listing_version::Model| (row.marketplace.clone(), row.seller_id.clone());
        let keys = self.vault.to_read(&self.lookups, rows.iter().map(seller)).await?;
        let open = |row: listing_version::Model| {
            let content = keys.open(&seller(&row), row.key_id, &sealed_row(&row.listing_hash), &row.content);
            content.map(|content| Some((row.listing_hash, content?))).transpose()
        };
        rows.into_iter().filter_map(open).collect()
    }

    /// At most `limit` listings that were stopped, by marketplace, seller and id, behind `after`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn blocked(&self, after: Option<&Name>, limit: u64) -> Result<Vec<BlockedListing>, StoreError> {
        use blocked::Column;
        let mut found = blocked::Entity::find();
        if let Some(name) = after {
            found = found.filter(tuple_gt([Column::Marketplace, Column::SellerId, Column::ListingId], name));
        }
        let found =
            found.order_by_asc(Column::Marketplace).order_by_asc(Column::SellerId).order_by_asc(Column::ListingId);
        Ok(found.limit(limit).all(&self.readers).await?.into_iter().map(Into::into).collect())
    }

    /// All listings that were stopped at this moment, in microseconds since 1970, or later; in any order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn blocked_since(&self, moment: i64) -> Result<Vec<BlockedListing>, StoreError> {
        let found = blocked::Entity::find().filter(blocked::Column::BlockedAt.gte(moment)).all(&self.readers);
        Ok(found.await?.into_iter().map(Into::into).collect())
    }
}

/// Where a content is sealed.
pub(crate) fn sealed_row(listing_hash: &[u8]) -> Row<'_> {
    Row::one("listing_version", listing_hash)
}

impl Name {
    pub(crate) fn seller(&self) -> Seller {
        (self.marketplace.clone(), self.seller_id.clone())
    }
}

/// Whether it is the state of this listing.
pub(crate) fn is(name: &Name) -> Condition {
    Condition::all()
        .add(Column::Marketplace.eq(name.marketplace.as_str()))
        .add(Column::SellerId.eq(name.seller_id.as_str()))
        .add(Column::ListingId.eq(name.listing_id.as_str()))
}

fn behind(name: &Name) -> Condition {
    tuple_gt([Column::Marketplace, Column::SellerId, Column::ListingId], name)
}

/// Whether a row stands behind `name` in the order of the three columns.
fn tuple_gt<C: ColumnTrait>([marketplace, seller, listing]: [C; 3], name: &Name) -> Condition {
    let same_marketplace = marketplace.eq(name.marketplace.as_str());
    let same_seller = Condition::all().add(same_marketplace.clone()).add(seller.eq(name.seller_id.as_str()));
    Condition::any()
        .add(marketplace.gt(name.marketplace.as_str()))
        .add(Condition::all().add(same_marketplace).add(seller.gt(name.seller_id.as_str())))
        .add(same_seller.add(listing.gt(name.listing_id.as_str())))
}
