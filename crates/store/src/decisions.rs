//! Decisions as they were kept.

use std::collections::{HashMap, HashSet};

use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::StoreError;
use crate::entity::decision::{Column, Entity, Model};
use crate::entity::decision_picture;
use crate::listings::Name;
use crate::open::Store;
use crate::seal::Row;
use crate::vault::Vault;

/// A decision as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDecision {
    /// UUIDv7.
    pub decision_id: Uuid,
    /// The listing.
    pub name: Name,
    /// Hash of the listing's content.
    pub listing_hash: Vec<u8>,
    /// Why it was screened.
    pub event: String,
    /// When it was decided.
    pub decided_at: i64,
    /// The call.
    pub request_id: String,
    /// The decision that this one takes the place of.
    pub supersedes: Option<Uuid>,
    /// Whether a successor is expected.
    pub provisional: bool,
    /// When a review is due.
    pub review_until: Option<i64>,
    /// JSON: the hash of each picture that it was made with, or why it was not had; none for a listing without any.
    pub pictures: Option<String>,
    /// The body: canonical JSON.
    pub body: Vec<u8>,
}

/// Which decisions; what is not said does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecisionFilter {
    /// Marketplace.
    pub marketplace: Option<String>,
    /// Seller.
    pub seller_id: Option<String>,
    /// Listing.
    pub listing_id: Option<String>,
    /// Verdict.
    pub verdict: Option<String>,
    /// Class.
    pub class: Option<String>,
    /// Only decisions older than this one.
    pub before: Option<Uuid>,
}

/// Where a body is sealed.
pub(crate) fn sealed_row(id: &Uuid) -> Row<'_> {
    Row::one("decision", id.as_bytes())
}

/// That something was decided on a listing, without what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// UUIDv7.
    pub decision_id: Uuid,
    /// The listing.
    pub name: Name,
    /// Hash of the listing's content.
    pub listing_hash: Vec<u8>,
    /// `allow`, `review` or `block`.
    pub verdict: String,
    /// When it was decided.
    pub decided_at: i64,
}

impl DecisionFilter {
    fn condition(&self) -> Condition {
        let text = |column: Column, value: &Option<String>| value.as_ref().map(|value| column.eq(value.as_str()));
        Condition::all()
            .add_option(text(Column::Marketplace, &self.marketplace))
            .add_option(text(Column::SellerId, &self.seller_id))
            .add_option(text(Column::ListingId, &self.listing_id))
            .add_option(text(Column::Verdict, &self.verdict))
            .add_option(text(Column::Class, &self.class))
            .add_option(self.before.map(|id| Column::DecisionId.lt(id)))
    }
}

impl StoredDecision {
    fn of(row: Model, pictures: Option<String>, body: Vec<u8>) -> Self {
        Self {
            decision_id: row.decision_id,
            name: Name { marketplace: row.marketplace, seller_id: row.seller_id, listing_id: row.listing_id },
            listing_hash: row.listing_hash,
            event: row.event,
            decided_at: row.decided_at,
            request_id: row.request_id,
            supersedes: row.supersedes,
            provisional: row.provisional,
            review_until: row.review_until,
            pictures,
            body,
        }
    }
}

/// Bodies by id; those that are not kept, or were erased, are left out.
pub(crate) async fn bodies(
    db: &impl ConnectionTrait,
    vault: &Vault,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<u8>>, StoreError> {
    let mut found = HashMap::new();
    for part in ids.chunks(1_000) {
        let rows = Entity::find().filter(Column::DecisionId.is_in(part.iter().copied())).all(db).await?;
        let seller = |row: &Model| (row.marketplace.clone(), row.seller_id.clone());
        let keys = vault.to_read(db, rows.iter().map(seller)).await?;
        for row in rows {
            let body = keys.open(&seller(&row), row.key_id, &sealed_row(&row.decision_id), &row.body)?;
            found.extend(body.map(|body| (row.decision_id, body)));
        }
    }
    Ok(found)
}

impl Store {
    /// One decision.
    ///
    /// # Errors
    /// When its seller was erased, or the database fails.
    pub async fn decision(&self, id: Uuid) -> Result<Option<StoredDecision>, StoreError> {
        let Some(row) = Entity::find_by_id(id).one(&self.readers).await? else { return Ok(None) };
        let opened = self.open_decisions(vec![row]).await?.pop().flatten();
        opened.ok_or(StoreError::Erased).map(Some)
    }

    /// At most `limit` decisions, newest first; in the place of one whose seller was erased stands its id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decisions(
        &self,
        filter: &DecisionFilter,
        limit: u64,
    ) -> Result<Vec<Result<StoredDecision, Uuid>>, StoreError> {
        let found = Entity::find().filter(filter.condition()).order_by_desc(Column::DecisionId).limit(limit);
        let rows = found.all(&self.readers).await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.decision_id).collect();
        Ok(self.open_decisions(rows).await?.into_iter().zip(ids).map(|(opened, id)| opened.ok_or(id)).collect())
    }

    /// On which listings was decided before a decision, at most `limit`, newest first; nothing of it has to be opened.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decided(&self, before: Option<Uuid>, limit: u64) -> Result<Vec<Decided>, StoreError> {
        type Row = (Uuid, String, String, String, Vec<u8>, String, i64);
        let mut found = Entity::find().select_only().columns([
            Column::DecisionId,
            Column::Marketplace,
            Column::SellerId,
            Column::ListingId,
            Column::ListingHash,
            Column::Verdict,
            Column::DecidedAt,
        ]);
        if let Some(id) = before {
            found = found.filter(Column::DecisionId.lt(id));
        }
        let found = found.order_by_desc(Column::DecisionId).limit(limit).into_tuple();
        let rows: Vec<Row> = found.all(&self.readers).await?;
        let decided = |(decision_id, marketplace, seller_id, listing_id, listing_hash, verdict, decided_at)| {
            let name = Name { marketplace, seller_id, listing_id };
            Decided { decision_id, name, listing_hash, verdict, decided_at }
        };
        Ok(rows.into_iter().map(decided).collect())
    }

    /// Those of these decisions that did not block.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn not_blocking(&self, ids: Vec<Uuid>) -> Result<HashSet<Uuid>, StoreError> {
        let mut found = HashSet::new();
        for part in ids.chunks(1_000) {
            let these = Entity::find().select_only().column(Column::DecisionId).filter(Column::Verdict.ne("block"));
            let these = these.filter(Column::DecisionId.is_in(part.iter().copied())).into_tuple::<Uuid>();
            found.extend(these.all(&self.readers).await?);
        }
        Ok(found)
    }

    /// Decisions that the queue has not taken up, oldest first, by id; none in the place of one whose seller was erased.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decisions_due(&self, limit: u64) -> Result<Vec<(Uuid, Option<StoredDecision>)>, StoreError> {
        use crate::entity::decision_due as due;
        let ids = due::Entity::find().select_only().column(due::Column::DecisionId);
        let ids = ids.order_by_asc(due::Column::DecisionId).limit(limit).into_tuple::<Uuid>();
        let ids: Vec<Uuid> = ids.all(&self.readers).await?;
        let mut found = HashMap::new();
        for part in ids.chunks(1_000) {
            let rows = Entity::find().filter(Column::DecisionId.is_in(part.iter().copied())).all(&self.readers).await?;
            let opened = self.open_decisions(rows).await?.into_iter().flatten();
            found.extend(opened.map(|decision| (decision.decision_id, decision)));
        }
        Ok(ids.into_iter().map(|id| (id, found.remove(&id))).collect())
    }

    /// Opens rows, in their order; none for those whose key is gone.
    async fn open_decisions(&self, rows: Vec<Model>) -> Result<Vec<Option<StoredDecision>>, StoreError> {
        let seller = |row: &Model| (row.marketplace.clone(), row.seller_id.clone());
        let keys = self.vault.to_read(&self.readers, rows.iter().map(seller)).await?;
        let mut pictures = self.pictures_of(rows.iter().map(|row| row.decision_id).collect()).await?;
        let mut open = |row: Model| {
            let body = keys.open(&seller(&row), row.key_id, &sealed_row(&row.decision_id), &row.body)?;
            let pictures = pictures.remove(&row.decision_id);
            Ok(body.map(|body| StoredDecision::of(row, pictures, body)))
        };
        rows.into_iter().map(&mut open).collect()
    }

    /// What is noted of the pictures that those of these decisions were made with that had some.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pictures_of(&self, ids: Vec<Uuid>) -> Result<HashMap<Uuid, String>, StoreError> {
        use decision_picture::{Column, Entity};
        let mut found = HashMap::new();
        for part in ids.chunks(1_000) {
            let these = Entity::find().filter(Column::DecisionId.is_in(part.iter().copied()));
            found.extend(these.all(&self.readers).await?.into_iter().map(|row| (row.decision_id, row.pictures)));
        }
        Ok(found)
    }
}
