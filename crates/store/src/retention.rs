//! What is old is deleted, in small transactions between which others write.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, DeleteMany, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::entity::{blocked, decision, decision_picture, idempotency, listing, listing_version, outcome};
use crate::open::Store;
use crate::work::forget_listings;
use crate::{Name, StoreError};

/// Rows of one transaction.
const ROWS_MAX: u64 = 300;
/// What names a listing's state with its decision.
const STATE: [listing::Column; 4] = {
    use listing::Column;
    [Column::Marketplace, Column::SellerId, Column::ListingId, Column::DecisionId]
};
/// What names a stopped listing with its decision.
const STOPPED: [blocked::Column; 4] = {
    use blocked::Column;
    [Column::Marketplace, Column::SellerId, Column::ListingId, Column::DecisionId]
};
/// So many times that many versions are looked at before others are: the next call goes on from there.
const LOOKS_MAX: usize = 200;

impl Store {
    /// Forgets answers that have expired at `now`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_answers(&self, now: i64) -> Result<(), StoreError> {
        use idempotency::{Column, Entity};
        let oldest = Entity::find().select_only().column(Column::ExpiresAt).filter(Column::ExpiresAt.lte(now));
        let oldest = oldest.order_by_asc(Column::ExpiresAt).limit(ROWS_MAX);
        while let Some(last) = oldest.clone().into_tuple::<i64>().all(&self.readers).await?.pop() {
            let delete = Entity::delete_many().filter(Column::ExpiresAt.lte(last));
            self.delete(delete).await?;
        }
        Ok(())
    }

    /// Deletes decisions, and what was learnt, from before a moment in microseconds since 1970; with the last decision on
    /// a listing its state, and its place among those that were stopped. What a listing said goes once no decision and no
    /// listing names it.
    ///
    /// # Errors
    /// When the database fails; what was deleted until then is deleted.
    pub async fn forget_before(&self, moment: i64) -> Result<(), StoreError> {
        while self.forget_decisions(moment).await? {}
        while self.forget_outcomes(moment).await? {}
        for _ in 0..LOOKS_MAX {
            if !self.forget_versions().await? {
                break;
            }
        }
        Ok(())
    }

    async fn delete<E: EntityTrait>(&self, rows: DeleteMany<E>) -> Result<(), StoreError> {
        self.writer.apply(move |db| Box::pin(async move { Ok(rows.exec(db).await.map(drop)?) })).await
    }

    /// Looks at the oldest decisions; whether all of them were old, so that there may be more.
    async fn forget_decisions(&self, moment: i64) -> Result<bool, StoreError> {
        use decision::{Column, Entity};
        let columns = [Column::DecisionId, Column::Marketplace, Column::SellerId, Column::ListingId];
        let oldest = Entity::find().select_only().columns(columns).column(Column::DecidedAt);
        // Ids grow with time.
        let oldest = oldest.order_by_asc(Column::DecisionId).limit(ROWS_MAX);
        let oldest: Vec<(Uuid, String, String, String, i64)> = oldest.into_tuple().all(&self.readers).await?;
        let old = oldest.into_iter().filter(|(.., decided_at)| *decided_at < moment);
        let old: Vec<(Uuid, Name)> = old
            .map(|(id, marketplace, seller_id, listing_id, _)| (id, Name { marketplace, seller_id, listing_id }))
            .collect();
        let more = old.len() as u64 == ROWS_MAX;
        if old.is_empty() {
            return Ok(false);
        }
        let forgotten = self.writer.apply(move |db| {
            Box::pin(async move {
                let states = named(STATE, &old);
                listing::Entity::delete_many().filter(states).exec(db).await?;
                forget_listings(db, old.iter().map(|(_, name)| name)).await?;
                blocked::Entity::delete_many().filter(named(STOPPED, &old)).exec(db).await?;
                let ids = old.iter().map(|(id, _)| *id);
                let pictures = decision_picture::Entity::delete_many();
                pictures.filter(decision_picture::Column::DecisionId.is_in(ids.clone())).exec(db).await?;
                Entity::delete_many().filter(Column::DecisionId.is_in(ids)).exec(db).await?;
                Ok(())
            })
        });
        forgotten.await.map(|()| more)
    }

    async fn forget_outcomes(&self, moment: i64) -> Result<bool, StoreError> {
        use outcome::{Column, Entity};
        let oldest = Entity::find().select_only().columns([Column::OutcomeId, Column::RecordedAt]);
        let oldest = oldest.order_by_asc(Column::OutcomeId).limit(ROWS_MAX);
        let oldest: Vec<(Uuid, i64)> = oldest.into_tuple().all(&self.readers).await?;
        let old = oldest.into_iter().filter(|(_, recorded_at)| *recorded_at < moment);
        let old: Vec<Uuid> = old.map(|(id, _)| id).collect();
        let more = old.len() as u64 == ROWS_MAX;
        if old.is_empty() {
            return Ok(false);
        }
        let delete = Entity::delete_many().filter(Column::OutcomeId.is_in(old));
        self.delete(delete).await?;
        Ok(more)
    }

    /// Looks at the next versions, by hash, and round again; whether there are more behind them.
    async fn forget_versions(&self) -> Result<bool, StoreError> {
        use listing_version::{Column, Entity};
        let mut seen = self.versions_seen.lock().await;
        let next =
            Entity::find().select_only().column(Column::ListingHash).filter(Column::ListingHash.gt(seen.clone()));
        let next = next.order_by_asc(Column::ListingHash).limit(ROWS_MAX);
        let next: Vec<Vec<u8>> = next.into_tuple().all(&self.readers).await?;
        let more = next.len() as u64 == ROWS_MAX;
        *seen = next.last().filter(|_| more).cloned().unwrap_or_default();
        // Looked for beside the writer, who has something to do only where there is something to delete.
        let these = Entity::find().select_only().column(Column::ListingHash).filter(Column::ListingHash.is_in(next));
        let these: Vec<Vec<u8>> = these.filter(unnamed()).into_tuple().all(&self.readers).await?;
        if !these.is_empty() {
            let delete = Entity::delete_many().filter(Column::ListingHash.is_in(these)).filter(unnamed());
            self.delete(delete).await?;
        }
        Ok(more)
    }
}

/// Rows of these listings that name these decisions.
fn named<C: ColumnTrait>([marketplace, seller, listing, decision]: [C; 4], old: &[(Uuid, Name)]) -> Condition {
    old.iter().fold(Condition::any(), |any, (id, name)| {
        any.add(
            Condition::all()
                .add(marketplace.eq(name.marketplace.as_str()))
                .add(seller.eq(name.seller_id.as_str()))
                .add(listing.eq(name.listing_id.as_str()))
                .add(decision.eq(*id)),
        )
    })
}

/// Versions that no decision and no listing names. A hash covers the listing's name, so that only decisions on that
/// listing, and its own state, can name it.
fn unnamed() -> Condition {
    let decisions = {
        use decision::Column;
        let mut same = of_same_listing(decision::Entity, [Column::Marketplace, Column::SellerId, Column::ListingId]);
        same.and_where(says(Column::ListingHash)).take()
    };
    let listings = {
        use listing::Column;
        let mut same = of_same_listing(listing::Entity, [Column::Marketplace, Column::SellerId, Column::ListingId]);
        same.and_where(says(Column::ListingHash).or(says(Column::ApprovedHash))).take()
    };
    Condition::all().add(Expr::exists(decisions).not()).add(Expr::exists(listings).not())
}

/// Rows of the listing that a version is of.
fn of_same_listing<C: ColumnTrait>(
    entity: impl EntityTrait,
    [marketplace, seller, listing]: [C; 3],
) -> SelectStatement {
    use listing_version::{Column, Entity};
    let same = |column: C, of: Column| Expr::col(column.as_column_ref()).equals((Entity, of));
    let mut rows = Query::select();
    rows.expr(Expr::val(1)).from(entity.table_ref());
    rows.and_where(same(marketplace, Column::Marketplace)).and_where(same(seller, Column::SellerId));
    rows.and_where(same(listing, Column::ListingId)).take()
}

/// Whether a column names the version.
fn says(column: impl ColumnTrait) -> Expr {
    Expr::col(column.as_column_ref()).equals((listing_version::Entity, listing_version::Column::ListingHash))
}
