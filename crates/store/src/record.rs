//! Decisions, the listings they are about and the answer that goes out with them become rows of one transaction.

use std::collections::{BTreeMap, HashSet};

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, QueryTrait,
};

use crate::decisions::StoredDecision;
use crate::entity::{blocked, decision, decision_due, decision_picture, idempotency, listing, listing_version};
use crate::idempotency::{Answer, Idempotency};
use crate::open::Store;
use crate::uses::{self, ShownPicture};
use crate::vault::{Keys, Vault};
use crate::work::{self, PictureWork};
use crate::{Name, StoreError, decisions, listings};

/// Rows of one statement: with the widest table, well below the 32,766 values that SQLite takes.
const ROWS_MAX: usize = 500;

/// A decision to be kept, with what lists are searched by and what the listing said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecision {
    /// The decision as it will be read back.
    pub stored: StoredDecision,
    /// The listing as an object of a JSON-lines feed.
    pub content: Vec<u8>,
    /// `allow`, `review` or `block`.
    pub verdict: String,
    /// What it is held to be.
    pub class: String,
    /// Micro-logits.
    pub score: i64,
}

/// All decisions of one call, and the answer to it if the call had a key.
#[derive(Debug, Clone, Default)]
pub struct Screened {
    /// The decisions, in the order of the call.
    pub decisions: Vec<NewDecision>,
    /// What a retry is answered.
    pub idempotency: Option<Idempotency>,
    /// What was seen on the listings' pictures.
    pub shown: Vec<ShownPicture>,
    /// Listings whose pictures are to be fetched.
    pub work: Vec<PictureWork>,
}

/// What became of a call's decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// They are on the disk.
    Kept,
    /// The key was used before, by another process: this is what was answered then, and nothing was written now.
    Earlier(Answer),
}

impl Store {
    /// Keeps the decisions of one call with its answer, all or nothing; returns once they are on the disk.
    ///
    /// # Errors
    /// When the database fails, or too much waits to be written.
    pub async fn record(&self, screened: Screened) -> Result<Recorded, StoreError> {
        self.writer.record(screened).await
    }
}

/// Writes the decisions of several calls; gives for each what became of it.
pub(crate) async fn record(
    db: &DatabaseTransaction,
    vault: &Vault,
    all: &[&Screened],
) -> Result<Vec<Recorded>, StoreError> {
    let keys: Vec<&Idempotency> = all.iter().filter_map(|screened| screened.idempotency.as_ref()).collect();
    let mut new = claim(db, vault, &keys).await?;
    let mut recorded = Vec::with_capacity(all.len());
    let mut decisions: Vec<&NewDecision> = Vec::new();
    let (mut shown, mut work) = (Vec::new(), Vec::new());
    for screened in all {
        match &screened.idempotency {
            // A key is new once: its second call in the same commit is a retry whose first caller went away.
            Some(key) if !new.remove(&(key.client.clone(), key.key.clone())) => {
                recorded.push(Recorded::Earlier(earlier(db, vault, key).await?));
            }
            _ => {
                decisions.extend(&screened.decisions);
                shown.extend(&screened.shown);
                work.extend(&screened.work);
                recorded.push(Recorded::Kept);
            }
        }
    }
    let keys = vault.to_write(db, decisions.iter().map(|new| new.stored.name.seller())).await?;
    for part in decisions.chunks(ROWS_MAX) {
        versions(db, &keys, part).await?;
        let rows: Vec<decision::Model> = part.iter().map(|new| decision_row(new, &keys)).collect::<Result<_, _>>()?;
        insert(db, rows.into_iter(), None::<OnConflict>).await?;
        pictures(db, part).await?;
        states(db, part).await?;
        stopped(db, part).await?;
        let due = part.iter().map(|new| decision_due::Model { decision_id: new.stored.decision_id });
        insert(db, due, None::<OnConflict>).await?;
    }
    uses::show(db, vault, &shown).await?;
    work::hand_over(db, &decisions).await?;
    work::put_off(db, &work).await?;
    Ok(recorded)
}

/// Takes the keys that are free or expired; gives those that were taken.
async fn claim(
    db: &impl ConnectionTrait,
    vault: &Vault,
    keys: &[&Idempotency],
) -> Result<HashSet<(String, String)>, StoreError> {
    use idempotency::Column;
    let mut taken = HashSet::new();
    let mut named = HashSet::new();
    let first: Vec<&&Idempotency> = keys.iter().filter(|key| named.insert((&key.client, &key.key))).collect();
    for part in first.chunks(ROWS_MAX) {
        let rows: Vec<_> = part.iter().map(|key| key.row(vault)).collect::<Result<_, _>>()?;
        let mut conflict = OnConflict::columns([Column::Client, Column::Key]);
        conflict.update_columns([Column::RequestHash, Column::Response, Column::CreatedAt, Column::ExpiresAt]);
        let excluded = Expr::col((Alias::new("excluded"), Column::CreatedAt));
        conflict.action_and_where(Expr::col((idempotency::Entity, Column::ExpiresAt)).lte(excluded));
        let mut statement = idempotency::Entity::insert_many(rows).on_conflict(conflict).into_query();
        statement.returning(Query::returning().columns([Column::Client, Column::Key]));
        for row in db.query_all(&statement).await? {
            taken.insert((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
        }
    }
    Ok(taken)
}

/// Takes a key for a write of another kind; what was answered under it, if it was taken.
pub(crate) async fn once(
    db: &DatabaseTransaction,
    vault: &Vault,
    key: &Idempotency,
) -> Result<Option<Answer>, StoreError> {
    match claim(db, vault, &[key]).await?.is_empty() {
        true => earlier(db, vault, key).await.map(Some),
        false => Ok(None),
    }
}

async fn earlier(db: &impl ConnectionTrait, vault: &Vault, key: &Idempotency) -> Result<Answer, StoreError> {
    let row = idempotency::Entity::find_by_id((key.client.clone(), key.key.clone())).one(db).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("an idempotency key that was just there".to_owned()))?;
    Answer::of(row, vault)
}

/// What the listings say; the same content is kept once, and again if it was erased.
async fn versions(db: &impl ConnectionTrait, keys: &Keys, decisions: &[&NewDecision]) -> Result<(), StoreError> {
    use listing_version::Column;
    let by_hash: BTreeMap<&[u8], &NewDecision> =
        decisions.iter().map(|new| (new.stored.listing_hash.as_slice(), *new)).collect();
    let rows: Vec<listing_version::Model> =
        by_hash.into_values().map(|new| version_row(new, keys)).collect::<Result<_, _>>()?;
    let mut conflict = OnConflict::column(Column::ListingHash);
    conflict.update_columns([Column::KeyId, Column::Content]);
    let excluded = Expr::col((Alias::new("excluded"), Column::KeyId));
    conflict.action_and_where(Expr::col((listing_version::Entity, Column::KeyId)).ne(excluded));
    Ok(insert(db, rows.into_iter(), Some(conflict)).await?)
}

async fn pictures(db: &impl ConnectionTrait, decisions: &[&NewDecision]) -> Result<(), DbErr> {
    let row = |new: &&NewDecision| {
        let pictures = new.stored.pictures.clone()?;
        Some(decision_picture::Model { decision_id: new.stored.decision_id, pictures })
    };
    insert(db, decisions.iter().filter_map(row), None::<OnConflict>).await
}

/// The state of each listing is that of its last decision; its approved version that of the last one that allowed it to
/// be shown.
async fn states(db: &impl ConnectionTrait, decisions: &[&NewDecision]) -> Result<(), DbErr> {
    use listing::Column;
    // One statement can't write a row twice, and a common order of rows keeps two processes from waiting for each other.
    let mut states: BTreeMap<&Name, listing::Model> = BTreeMap::new();
    for new in decisions {
        let mut state = state(new);
        if let Some(before) = states.get(&new.stored.name) {
            state.approved_hash = state.approved_hash.or_else(|| before.approved_hash.clone());
            state.approved_decision_id = state.approved_decision_id.or(before.approved_decision_id);
        }
        states.insert(&new.stored.name, state);
    }
    let mut conflict = OnConflict::columns([Column::Marketplace, Column::SellerId, Column::ListingId]);
    conflict.update_columns([
        Column::ListingHash,
        Column::DecisionId,
        Column::Verdict,
        Column::Class,
        Column::UpdatedAt,
    ]);
    for column in [Column::ApprovedHash, Column::ApprovedDecisionId] {
        let newest = Expr::col((Alias::new("excluded"), column));
        conflict.value(column, Func::coalesce([newest, Expr::col((listing::Entity, column))]));
    }
    insert(db, states.into_values(), Some(conflict)).await
}

async fn stopped(db: &impl ConnectionTrait, decisions: &[&NewDecision]) -> Result<(), DbErr> {
    use blocked::Column;
    let blocks = decisions.iter().filter(|new| new.verdict == "block");
    let by_name: BTreeMap<&Name, &NewDecision> = blocks.map(|new| (&new.stored.name, *new)).collect();
    let rows = by_name.into_values().map(|new| blocked::Model {
        marketplace: new.stored.name.marketplace.clone(),
        seller_id: new.stored.name.seller_id.clone(),
        listing_id: new.stored.name.listing_id.clone(),
        listing_hash: new.stored.listing_hash.clone(),
        decision_id: new.stored.decision_id,
        blocked_at: new.stored.decided_at,
    });
    let mut conflict = OnConflict::columns([Column::Marketplace, Column::SellerId, Column::ListingId]);
    conflict.update_columns([Column::ListingHash, Column::DecisionId, Column::BlockedAt]);
    insert(db, rows, Some(conflict)).await
}

/// Inserts rows with one statement; none if there are no rows.
pub(crate) async fn insert<M>(
    db: &impl ConnectionTrait,
    rows: impl Iterator<Item = M>,
    conflict: Option<OnConflict>,
) -> Result<(), DbErr>
where
    M: IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel> + sea_orm::ModelTrait,
    <M::Entity as EntityTrait>::ActiveModel: ActiveModelTrait<Entity = M::Entity>,
{
    // A row made from a model counts as unchanged; here every column is written.
    let rows: Vec<_> = rows.map(|row| row.into_active_model().reset_all()).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let mut statement = <M::Entity as EntityTrait>::insert_many(rows).into_query();
    if let Some(conflict) = conflict {
        statement.on_conflict(conflict);
    }
    db.execute(&statement).await.map(drop)
}

fn state(new: &NewDecision) -> listing::Model {
    // Who orders has not read what the call says: that shows nothing to anybody.
    let allowed = new.verdict == "allow" && new.stored.event != "order";
    listing::Model {
        marketplace: new.stored.name.marketplace.clone(),
        seller_id: new.stored.name.seller_id.clone(),
        listing_id: new.stored.name.listing_id.clone(),
        listing_hash: new.stored.listing_hash.clone(),
        decision_id: new.stored.decision_id,
        verdict: new.verdict.clone(),
        class: new.class.clone(),
        first_seen_at: new.stored.decided_at,
        updated_at: new.stored.decided_at,
        approved_hash: allowed.then(|| new.stored.listing_hash.clone()),
        approved_decision_id: allowed.then_some(new.stored.decision_id),
    }
}

fn version_row(new: &NewDecision, keys: &Keys) -> Result<listing_version::Model, StoreError> {
    let StoredDecision { name, listing_hash, .. } = &new.stored;
    let (key_id, content) = keys.seal(&name.seller(), &listings::sealed_row(listing_hash), &new.content)?;
    let (listing_hash, name) = (listing_hash.clone(), name.clone());
    let Name { marketplace, seller_id, listing_id } = name;
    Ok(listing_version::Model { listing_hash, marketplace, seller_id, listing_id, key_id, content })
}

fn decision_row(new: &NewDecision, keys: &Keys) -> Result<decision::Model, StoreError> {
    let row = decisions::sealed_row(&new.stored.decision_id);
    let (key_id, sealed) = keys.seal(&new.stored.name.seller(), &row, &new.stored.body)?;
    let StoredDecision {
        decision_id,
        name: Name { marketplace, seller_id, listing_id },
        listing_hash,
        event,
        decided_at,
        request_id,
        supersedes,
        provisional,
        review_until,
        pictures: _,
        body: _,
    } = new.stored.clone();
    Ok(decision::Model {
        decision_id,
        marketplace,
        seller_id,
        listing_id,
        listing_hash,
        event,
        verdict: new.verdict.clone(),
        class: new.class.clone(),
        score: new.score,
        decided_at,
        request_id,
        supersedes,
        provisional,
        review_until,
        key_id,
        body: sealed,
    })
}
