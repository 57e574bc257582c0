//! What was learnt about listings after they were decided on.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::StoreError;
use crate::entity::blocked;
use crate::entity::outcome::{Column, Entity, Model};
use crate::listings::Name;
use crate::open::Store;
use crate::record::insert;

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

impl Outcome {
    fn row(self) -> Model {
        Model {
            outcome_id: self.outcome_id,
            decision_id: self.decision_id,
            marketplace: self.name.marketplace,
            seller_id: self.name.seller_id,
            listing_id: self.name.listing_id,
            kind: self.kind,
            finding: self.finding,
            note: self.note,
            happened_at: self.happened_at,
            recorded_at: self.recorded_at,
            client: self.client,
        }
    }

    fn of(row: Model) -> Self {
        Self {
            outcome_id: row.outcome_id,
            decision_id: row.decision_id,
            name: Name { marketplace: row.marketplace, seller_id: row.seller_id, listing_id: row.listing_id },
            kind: row.kind,
            finding: row.finding,
            note: row.note,
            happened_at: row.happened_at,
            recorded_at: row.recorded_at,
            client: row.client,
        }
    }
}

impl Store {
    /// Keeps what was learnt. A listing that turned out genuine is no longer looked for when something like it comes.
    ///
    /// # Errors
    /// When the database fails; nothing is kept then.
    pub async fn put_outcomes(&self, outcomes: Vec<Outcome>) -> Result<(), StoreError> {
        let genuine: Vec<Name> = outcomes.iter().filter(|o| o.finding == "genuine").map(|o| o.name.clone()).collect();
        let rows: Vec<Model> = outcomes.into_iter().map(Outcome::row).collect();
        let kept = self.writer.apply(move |db| {
            Box::pin(async move {
                for part in rows.chunks(1_000) {
                    insert(db, part.iter().cloned(), None).await?;
                }
                for name in genuine {
                    let key = (name.marketplace, name.seller_id, name.listing_id);
                    blocked::Entity::delete_by_id(key).exec(db).await?;
                }
                Ok(())
            })
        });
        kept.await
    }

    /// What was learnt about a listing, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outcomes(&self, name: &Name) -> Result<Vec<Outcome>, StoreError> {
        let found = Entity::find()
            .filter(Column::Marketplace.eq(name.marketplace.as_str()))
            .filter(Column::SellerId.eq(name.seller_id.as_str()))
            .filter(Column::ListingId.eq(name.listing_id.as_str()))
            .order_by_asc(Column::OutcomeId);
        Ok(found.all(&self.readers).await?.into_iter().map(Outcome::of).collect())
    }

    /// Listings that were found genuine, as we were told at this moment, in microseconds since 1970, or later.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn genuine_since(&self, moment: i64) -> Result<Vec<Name>, StoreError> {
        let found = Entity::find().filter(Column::RecordedAt.gte(moment)).filter(Column::Finding.eq("genuine"));
        let found = found.all(&self.readers).await?;
        Ok(found.into_iter().map(|row| Outcome::of(row).name).collect())
    }
}
