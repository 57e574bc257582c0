//! The keys of sellers: one for each, sealed by the master key. Whoever drops a seller's key makes unreadable all that
//! the seller wrote, in every row and in every copy of the database.
//!
//! | kept sealed | under |
//! |---|---|
//! | content of listing versions, bodies of decisions, records of sellers, notes of outcomes | the seller's key |
//! | answers under idempotency keys, which may be about several sellers and live for a day | the master key |
//! | keys of sellers | the master key |
//!
//! Names of marketplaces, sellers and listings, hashes, verdicts, classes, scores and times stay in clear: rows are found
//! and counted by them.
//!
//! Where one process owns the database, keys are kept in memory. Where several share it, another may drop a key at any
//! time, so that each transaction looks, and whoever writes holds the key's row until it has committed.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};

use crate::StoreError;
use crate::entity::data_key::{Column, Entity, Model};
use crate::record::insert;
use crate::seal::{KEY_LEN, Key, Row, random};
use crate::sellers::NAMES_MAX;

/// Keys in memory, at most: some 500 bytes each.
const CACHED_MAX: usize = 20_000;
/// Keys of one statement.
const ROWS_MAX: usize = 400;

/// Marketplace and seller; absent parts are empty, and all listings without a seller share one key.
pub(crate) type Seller = (String, String);

/// A seller's key.
pub(crate) struct DataKey {
    id: i64,
    key: Key,
}

/// The keys of some sellers.
#[derive(Default)]
pub(crate) struct Keys(HashMap<Seller, Arc<DataKey>>);

/// All keys.
pub(crate) struct Vault {
    master: Key,
    /// None where several processes share the database.
    cache: Option<Mutex<Cache>>,
}

#[derive(Default)]
struct Cache {
    keys: HashMap<Seller, Arc<DataKey>>,
    /// Erasures that are on their way: meanwhile nothing is taken from here and nothing is put here.
    erasures: usize,
    /// Erasures that were begun: who looked into the database before one puts nothing here after it.
    epoch: u64,
}

impl Keys {
    /// Seals a text of a seller; gives the key's id with it.
    pub(crate) fn seal(&self, seller: &Seller, row: &Row<'_>, plain: &[u8]) -> Result<(i64, Vec<u8>), StoreError> {
        // Erased between the look and now can't be: whoever writes has asked for the key in the same transaction.
        let key = self.0.get(seller).ok_or(StoreError::Erased)?;
        Ok((key.id, key.key.seal(row, plain)?))
    }

    /// Opens a text of a seller; none if the key is gone.
    pub(crate) fn open(
        &self,
        seller: &Seller,
        id: i64,
        row: &Row<'_>,
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(key) = self.0.get(seller).filter(|key| key.id == id) else { return Ok(None) };
        key.key.open(row, sealed).map(Some).map_err(|_| StoreError::Damaged(row.table))
    }
}

impl Vault {
    /// `sole`: no other process has the database.
    pub(crate) fn new(master: Key, sole: bool) -> Self {
        Self { master, cache: sole.then(Mutex::default) }
    }

    /// The key for what belongs to no seller.
    pub(crate) fn master(&self) -> &Key {
        &self.master
    }

    /// The keys of those sellers that have one.
    pub(crate) async fn to_read(
        &self,
        db: &impl ConnectionTrait,
        sellers: impl IntoIterator<Item = Seller>,
    ) -> Result<Keys, StoreError> {
        self.known(db, &sellers.into_iter().collect(), false).await
    }

    /// The keys of these sellers; who has none gets one, which is written with this transaction.
    pub(crate) async fn to_write(
        &self,
        db: &DatabaseTransaction,
        sellers: impl IntoIterator<Item = Seller>,
    ) -> Result<Keys, StoreError> {
        let sellers: BTreeSet<Seller> = sellers.into_iter().collect();
        let mut keys = self.known(db, &sellers, true).await?;
        let new: BTreeSet<Seller> = sellers.into_iter().filter(|seller| !keys.0.contains_key(seller)).collect();
        if new.is_empty() {
            return Ok(keys);
        }
        let made = new.iter().map(|seller| self.make(seller)).collect::<Result<Vec<_>, _>>()?;
        let mut conflict = OnConflict::columns([Column::Marketplace, Column::SellerId]);
        conflict.update_columns([Column::KeyId, Column::Sealed]);
        conflict.action_and_where(Expr::col((Entity, Column::Sealed)).eq(Vec::<u8>::new()));
        for part in made.chunks(ROWS_MAX) {
            insert(db, part.iter().cloned(), Some(conflict.clone())).await?;
        }
        // What stands there counts, in case another process was quicker. It is not kept in memory yet: the transaction
        // may fail.
        keys.0.extend(self.read(db, &new, true).await?);
        Ok(keys)
    }

    fn make(&self, seller: &Seller) -> Result<Model, StoreError> {
        let sealed = self.master.seal(&row(seller), &random::<KEY_LEN>()?)?;
        let key_id = i64::from_le_bytes(random()?);
        let (marketplace, seller_id) = seller.clone();
        Ok(Model { marketplace, seller_id, key_id, sealed, erased_at: None })
    }

    async fn known(
        &self,
        db: &impl ConnectionTrait,
        sellers: &BTreeSet<Seller>,
        hold: bool,
    ) -> Result<Keys, StoreError> {
        let (mut keys, epoch) = self.cached(sellers);
        let rest = sellers.iter().filter(|seller| !keys.contains_key(*seller)).cloned().collect();
        let read = self.read(db, &rest, hold).await?;
        self.keep(&read, epoch);
        keys.extend(read);
        Ok(Keys(keys))
    }

    async fn read(
        &self,
        db: &impl ConnectionTrait,
        sellers: &BTreeSet<Seller>,
        hold: bool,
    ) -> Result<HashMap<Seller, Arc<DataKey>>, StoreError> {
        let sellers: Vec<&Seller> = sellers.iter().collect();
        let mut keys = HashMap::new();
        for part in sellers.chunks(NAMES_MAX) {
            let any = part.iter().fold(Condition::any(), |any, seller| any.add(is(seller)));
            // The row of one who was erased is not held: two who give it a new key would wait for each other.
            let found = Entity::find().filter(any).filter(Column::Sealed.ne(Vec::<u8>::new()));
            let found = if hold && self.cache.is_none() { found.lock_shared() } else { found };
            for found in found.all(db).await? {
                let seller = (found.marketplace, found.seller_id);
                let bytes = self.master.open(&row(&seller), &found.sealed).ok();
                let bytes = bytes.and_then(|bytes| <[u8; KEY_LEN]>::try_from(bytes).ok());
                let key = Key::new(&bytes.ok_or(StoreError::Damaged("data_key"))?);
                keys.insert(seller, Arc::new(DataKey { id: found.key_id, key }));
            }
        }
        Ok(keys)
    }

    /// What of these is in memory, and the epoch of this look.
    fn cached(&self, sellers: &BTreeSet<Seller>) -> (HashMap<Seller, Arc<DataKey>>, u64) {
        let Some(cache) = self.cache().filter(|cache| cache.erasures == 0) else { return (HashMap::new(), u64::MAX) };
        let found = sellers.iter().filter_map(|seller| Some((seller.clone(), Arc::clone(cache.keys.get(seller)?))));
        (found.collect(), cache.epoch)
    }

    fn keep(&self, read: &HashMap<Seller, Arc<DataKey>>, epoch: u64) {
        let Some(mut cache) = self.cache().filter(|cache| cache.epoch == epoch && !read.is_empty()) else { return };
        if cache.keys.len() + read.len() > CACHED_MAX {
            cache.keys.clear();
        }
        let fitting = read.iter().take(CACHED_MAX);
        cache.keys.extend(fitting.map(|(seller, key)| (seller.clone(), Arc::clone(key))));
    }

    fn cache(&self) -> Option<MutexGuard<'_, Cache>> {
        self.cache.as_ref().map(|cache| cache.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Forgets all keys, and keeps none in memory as long as the guard lives.
    pub(crate) fn erasing(self: &Arc<Self>) -> Erasing {
        if let Some(mut cache) = self.cache() {
            cache.keys.clear();
            cache.erasures += 1;
            cache.epoch += 1;
        }
        Erasing(Arc::clone(self))
    }
}

/// An erasure that is on its way.
pub(crate) struct Erasing(Arc<Vault>);

impl Drop for Erasing {
    fn drop(&mut self) {
        if let Some(mut cache) = self.0.cache() {
            cache.erasures -= 1;
        }
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").finish_non_exhaustive()
    }
}

fn row((marketplace, seller_id): &Seller) -> Row<'_> {
    Row::two("data_key", marketplace, seller_id)
}

/// Whether it is the key of this seller.
pub(crate) fn is((marketplace, seller_id): &Seller) -> Condition {
    Condition::all().add(Column::Marketplace.eq(marketplace.as_str())).add(Column::SellerId.eq(seller_id.as_str()))
}
