//! States under a kind and an id, sealed, with what they are found by.

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use uuid::Uuid;

use super::Change;
use crate::StoreError;
use crate::entity::{found_by, queue_item, record};
use crate::open::Store;
use crate::record::insert;
use crate::seal::Row;
use crate::sellers::NAMES_MAX;
use crate::vault::{Keys, Seller, Vault};

/// Rows of one statement.
const ROWS_MAX: usize = 400;

/// By what a record is found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// What about it.
    pub name: &'static str,
    /// Which.
    pub value: String,
    /// Its place among those of the same value.
    pub rank: i64,
}

/// A record to be kept.
#[derive(Debug, Clone)]
pub struct NewRecord {
    /// What it is.
    pub kind: &'static str,
    /// Which.
    pub id: String,
    /// Marketplace and seller that it is about, whose key seals it.
    pub owner: Option<(String, String)>,
    /// Its state.
    pub body: Vec<u8>,
    /// By what it is found from now on.
    pub found: Vec<Found>,
}

/// A record that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Which.
    pub id: String,
    /// How often it was written.
    pub version: i64,
    /// Its state; none if the seller it was about was erased.
    pub body: Option<Vec<u8>>,
}

/// Which records.
#[derive(Debug, Clone)]
pub struct Search {
    /// What they are.
    pub kind: &'static str,
    /// What about them.
    pub name: &'static str,
    /// Which.
    pub value: String,
    /// Which part of them.
    pub page: Page,
}

/// A part of a list.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Highest rank first, instead of lowest.
    pub descending: bool,
    /// Behind the record with this rank and id.
    pub after: Option<(i64, String)>,
    /// At most so many.
    pub limit: u64,
}

fn sealed_row<'a>(kind: &'a str, id: &'a str) -> Row<'a> {
    Row::two("record", kind, id)
}

impl Change<'_> {
    /// A record.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(&self, kind: &'static str, id: &str) -> Result<Option<Kept>, StoreError> {
        get(self.db, &self.vault, kind, id).await
    }

    /// Some records, in any order; those that are not there are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get_many(&self, kind: &'static str, ids: &[String]) -> Result<Vec<Kept>, StoreError> {
        get_many(self.db, &self.vault, kind, ids).await
    }

    /// Ids and ranks of records, in the order of the page.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, search: &Search) -> Result<Vec<(String, i64)>, StoreError> {
        find(self.db, search).await
    }

    /// Keeps a record in the place of what was there, and what it is found by.
    ///
    /// # Errors
    /// When the database fails, or the seller was erased meanwhile.
    pub async fn put(&self, new: NewRecord) -> Result<(), StoreError> {
        let keys = self.vault.to_write(self.db, new.owner.clone()).await?;
        let row = self.row(&new, &keys)?;
        let mut conflict = OnConflict::columns([record::Column::Kind, record::Column::Id]);
        conflict.update_columns([
            record::Column::Owned,
            record::Column::Marketplace,
            record::Column::SellerId,
            record::Column::KeyId,
            record::Column::Body,
            record::Column::UpdatedAt,
        ]);
        let version = (record::Entity, record::Column::Version);
        conflict.value(
            record::Column::Version,
            sea_orm::sea_query::ExprTrait::add(sea_orm::sea_query::Expr::col(version), 1i64),
        );
        insert(self.db, std::iter::once(row), Some(conflict)).await?;
        self.found(new).await
    }

    fn row(&self, new: &NewRecord, keys: &Keys) -> Result<record::Model, StoreError> {
        let row = sealed_row(new.kind, &new.id);
        let (key_id, body) = match &new.owner {
            Some(owner) => keys.seal(owner, &row, &new.body)?,
            None => (0, self.vault.master().seal(&row, &new.body)?),
        };
        let (marketplace, seller_id) = new.owner.clone().unwrap_or_default();
        let (kind, id, owned) = (new.kind.to_owned(), new.id.clone(), new.owner.is_some());
        Ok(record::Model { kind, id, version: 1, owned, marketplace, seller_id, key_id, body, updated_at: self.now })
    }

    /// What a record is found by from now on.
    async fn found(&self, new: NewRecord) -> Result<(), StoreError> {
        use found_by::Column;
        let of = Condition::all().add(Column::Kind.eq(new.kind)).add(Column::Id.eq(new.id.as_str()));
        let row = |found: Found| found_by::Model {
            kind: new.kind.to_owned(),
            id: new.id.clone(),
            name: found.name.to_owned(),
            value: found.value,
            rank: found.rank,
        };
        let mut wanted: Vec<found_by::Model> = new.found.into_iter().map(row).collect();
        wanted.sort_by(|a, b| (&a.name, &a.value).cmp(&(&b.name, &b.value)));
        wanted.dedup_by(|a, b| (&a.name, &a.value) == (&b.name, &b.value));
        // What is there is not read first: SQLite would read it out of the index by name, all of a kind each time.
        found_by::Entity::delete_many().filter(of).exec(self.db).await?;
        for part in wanted.chunks(ROWS_MAX) {
            insert(self.db, part.iter().cloned(), None::<OnConflict>).await?;
        }
        Ok(())
    }
}

impl Store {
    /// A record, as it is on the disk.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn kept(&self, kind: &'static str, id: &str) -> Result<Option<Kept>, StoreError> {
        get(&self.readers, &self.vault, kind, id).await
    }

    /// Records in the order of the page, with their ranks.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn search(&self, search: &Search) -> Result<Vec<(Kept, i64)>, StoreError> {
        let found = find(&self.readers, search).await?;
        let ids: Vec<String> = found.iter().map(|(id, _)| id.clone()).collect();
        let kept = get_many(&self.readers, &self.vault, search.kind, &ids).await?;
        let mut by_id: std::collections::HashMap<String, Kept> =
            kept.into_iter().map(|kept| (kept.id.clone(), kept)).collect();
        Ok(found.into_iter().filter_map(|(id, rank)| Some((by_id.remove(&id)?, rank))).collect())
    }

    /// The states of some records that belong to sellers, for who screens their listings: looked up apart from lists.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn look_up(&self, kind: &'static str, ids: &[String]) -> Result<Vec<Kept>, StoreError> {
        get_many(&self.lookups, &self.vault, kind, ids).await
    }
}

/// Nobody looks for what can't be read any more: what a seller's records are found by goes, and their places in the
/// queue.
pub(crate) async fn forget(db: &DatabaseTransaction, (marketplace, seller_id): &Seller) -> Result<(), StoreError> {
    use record::Column;
    let own = Condition::all().add(Column::Owned.eq(true)).add(Column::Marketplace.eq(marketplace.as_str()));
    let own = record::Entity::find().filter(own.add(Column::SellerId.eq(seller_id.as_str()))).select_only();
    let own: Vec<(String, String)> = own.columns([Column::Kind, Column::Id]).into_tuple().all(db).await?;
    for part in own.chunks(NAMES_MAX) {
        let is = |(kind, id): &(String, String)| {
            Condition::all().add(found_by::Column::Kind.eq(kind.as_str())).add(found_by::Column::Id.eq(id.as_str()))
        };
        let any = part.iter().fold(Condition::any(), |any, one| any.add(is(one)));
        found_by::Entity::delete_many().filter(any).exec(db).await?;
        let items = part.iter().filter_map(|(_, id)| Uuid::parse_str(id).ok());
        queue_item::Entity::delete_many().filter(queue_item::Column::ItemId.is_in(items)).exec(db).await?;
    }
    Ok(())
}

async fn get(
    db: &impl ConnectionTrait,
    vault: &Vault,
    kind: &'static str,
    id: &str,
) -> Result<Option<Kept>, StoreError> {
    let row = record::Entity::find_by_id((kind.to_owned(), id.to_owned())).one(db).await?;
    Ok(opened(db, vault, row.into_iter().collect()).await?.pop())
}

async fn get_many(
    db: &impl ConnectionTrait,
    vault: &Vault,
    kind: &'static str,
    ids: &[String],
) -> Result<Vec<Kept>, StoreError> {
    use record::Column;
    let mut rows = Vec::with_capacity(ids.len());
    for part in ids.chunks(ROWS_MAX) {
        let some = record::Entity::find().filter(Column::Kind.eq(kind)).filter(Column::Id.is_in(part.iter().cloned()));
        rows.extend(some.all(db).await?);
    }
    opened(db, vault, rows).await
}

async fn opened(db: &impl ConnectionTrait, vault: &Vault, rows: Vec<record::Model>) -> Result<Vec<Kept>, StoreError> {
    let owner = |row: &record::Model| (row.marketplace.clone(), row.seller_id.clone());
    let owners: Vec<Seller> = rows.iter().filter(|row| row.owned).map(owner).collect();
    let keys = if owners.is_empty() { Keys::default() } else { vault.to_read(db, owners).await? };
    let open = |row: record::Model| {
        let at = sealed_row(&row.kind, &row.id);
        let body = match row.owned {
            true => keys.open(&owner(&row), row.key_id, &at, &row.body)?,
            false => Some(vault.master().open(&at, &row.body).map_err(|_| StoreError::Damaged("record"))?),
        };
        Ok(Kept { id: row.id, version: row.version, body })
    };
    rows.into_iter().map(open).collect()
}

async fn find(db: &impl ConnectionTrait, search: &Search) -> Result<Vec<(String, i64)>, StoreError> {
    use found_by::Column;
    let mut found = found_by::Entity::find()
        .select_only()
        .columns([Column::Id, Column::Rank])
        .filter(Column::Kind.eq(search.kind))
        .filter(Column::Name.eq(search.name))
        .filter(Column::Value.eq(search.value.as_str()))
        .limit(search.page.limit);
    let down = search.page.descending;
    if let Some((rank, id)) = &search.page.after {
        let (beyond, next) = match down {
            true => (Column::Rank.lt(*rank), Column::Id.lt(id.as_str())),
            false => (Column::Rank.gt(*rank), Column::Id.gt(id.as_str())),
        };
        found = found.filter(Condition::any().add(beyond).add(Condition::all().add(Column::Rank.eq(*rank)).add(next)));
    }
    found = match down {
        true => found.order_by_desc(Column::Rank).order_by_desc(Column::Id),
        false => found.order_by_asc(Column::Rank).order_by_asc(Column::Id),
    };
    Ok(found.into_tuple().all(db).await?)
}
