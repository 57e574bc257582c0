//! What was learnt about listings after they were decided on.

use std::sync::Arc;

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::StoreError;
use crate::entity::blocked;
use crate::entity::outcome::{Column, Entity, Model};
use crate::findings::{self, Learnt};
use crate::idempotency::{Answer, Idempotency};
use crate::listings::Name;
use crate::open::Store;
use crate::record::{insert, once};
use crate::seal::Row;
use crate::vault::Keys;

/// One thing that was learnt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// UUIDv7.
    pub outcome_id: Uuid,
    /// The decision it is about, if it is about one.
    pub decision_id: Option<Uuid>,
    /// The listing.
    pub name: Name,
    /// How it was learnt: a test purchase, the brand's answer, …
    pub kind: String,
    /// `counterfeit` or `genuine`.
    pub finding: String,
    /// In words.
    pub note: String,
    /// When it was learnt.
    pub happened_at: i64,
    /// When we were told.
    pub recorded_at: i64,
    /// Who told.
    pub client: String,
}

/// What became of a call's outcomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// They are on the disk, and changed this.
    Kept(Learnt),
    /// The key was used before: this is what was answered then, and nothing was written now.
    Earlier(Answer),
}

impl Outcome {
    fn row(self, keys: &Keys) -> Result<Model, StoreError> {
        let (key_id, note) = keys.seal(&self.name.seller(), &sealed_row(&self.outcome_id), self.note.as_bytes())?;
        Ok(Model {
            outcome_id: self.outcome_id,
            decision_id: self.decision_id,
            marketplace: self.name.marketplace,
            seller_id: self.name.seller_id,
            listing_id: self.name.listing_id,
            kind: self.kind,
            finding: self.finding,
            key_id,
            note,
            happened_at: self.happened_at,
            recorded_at: self.recorded_at,
            client: self.client,
        })
    }

    /// What was learnt; of a seller who was erased without the note.
    fn of(row: Model, keys: &Keys) -> Result<Self, StoreError> {
        let seller = (row.marketplace.clone(), row.seller_id.clone());
        let note = keys.open(&seller, row.key_id, &sealed_row(&row.outcome_id), &row.note)?.unwrap_or_default();
        Ok(Self {
            outcome_id: row.outcome_id,
            decision_id: row.decision_id,
            name: Name { marketplace: row.marketplace, seller_id: row.seller_id, listing_id: row.listing_id },
            kind: row.kind,
            finding: row.finding,
            note: String::from_utf8(note).map_err(|_| StoreError::Damaged("outcome"))?,
            happened_at: row.happened_at,
            recorded_at: row.recorded_at,
            client: row.client,
        })
    }
}

/// Where a note is sealed.
fn sealed_row(id: &Uuid) -> Row<'_> {
    Row::one("outcome", id.as_bytes())
}

impl Store {
    /// Keeps what was learnt, with the answer if the call had a key, and changes what is known of the listings' past.
    ///
    /// # Errors
    /// When the database fails; nothing is kept then.
    pub async fn put_outcomes(&self, outcomes: Vec<Outcome>, key: Option<Idempotency>) -> Result<Told, StoreError> {
        let vault = Arc::clone(&self.vault);
        let kept = self.writer.apply(move |db| {
            Box::pin(async move {
                if let Some(key) = key
                    && let Some(answer) = once(db, &vault, &key).await?
                {
                    return Ok(Told::Earlier(answer));
                }
                let keys = vault.to_write(db, outcomes.iter().map(|outcome| outcome.name.seller())).await?;
                let learnt = findings::learn(db, &outcomes).await?;
                let rows: Vec<Model> =
                    outcomes.into_iter().map(|outcome| outcome.row(&keys)).collect::<Result<_, _>>()?;
                for part in rows.chunks(1_000) {
                    insert(db, part.iter().cloned(), None).await?;
                }
                Ok(Told::Kept(learnt))
            })
        });
        kept.await
    }

    /// What was learnt about a listing, oldest first; without notes that were erased.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outcomes(&self, name: &Name) -> Result<Vec<Outcome>, StoreError> {
        let found = Entity::find()
            .filter(Column::Marketplace.eq(name.marketplace.as_str()))
            .filter(Column::SellerId.eq(name.seller_id.as_str()))
            .filter(Column::ListingId.eq(name.listing_id.as_str()))
            .order_by_asc(Column::OutcomeId);
        let keys = self.vault.to_read(&self.readers, [name.seller()]).await?;
        found.all(&self.readers).await?.into_iter().map(|row| Outcome::of(row, &keys)).collect()
    }

    /// Listings that may have been cleared, as we were told at this moment, in microseconds since 1970, or later, and are
    /// not looked for: one that was stopped again is left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cleared_since(&self, moment: i64) -> Result<Vec<Name>, StoreError> {
        let same = |of: blocked::Column, column: Column| Expr::col((blocked::Entity, of)).equals((Entity, column));
        let mut stopped = Query::select();
        stopped.expr(Expr::val(1)).from(blocked::Entity);
        stopped.and_where(same(blocked::Column::Marketplace, Column::Marketplace));
        stopped.and_where(same(blocked::Column::SellerId, Column::SellerId));
        stopped.and_where(same(blocked::Column::ListingId, Column::ListingId));
        let found = Entity::find().filter(Column::Finding.is_in(["genuine", "undetermined"]));
        let found = found.filter(Column::RecordedAt.gte(moment)).filter(Expr::exists(stopped).not());
        let name =
            |row: Model| Name { marketplace: row.marketplace, seller_id: row.seller_id, listing_id: row.listing_id };
        Ok(found.all(&self.readers).await?.into_iter().map(name).collect())
    }
}
