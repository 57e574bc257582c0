//! Listings whose pictures are to be fetched: one row each, written with the decision that waits for them and gone, or
//! put off, with the decision that takes its place. So nothing that was acknowledged is forgotten, whatever ends when.

use std::collections::BTreeMap;
use std::sync::Arc;

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::StoreError;
use crate::decisions::StoredDecision;
use crate::entity::picture_work::{Column, Entity, Model};
use crate::entity::{listing, picture_use};
use crate::listings::{self, Name};
use crate::open::Store;
use crate::pictures::PictureHash;
use crate::record::{NewDecision, Screened, insert, record};

/// Rows of one statement.
const ROWS_MAX: usize = 400;

/// A listing whose pictures are to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureWork {
    /// The listing.
    pub name: Name,
    /// The decision that gets a successor.
    pub decision_id: Uuid,
    /// When.
    pub due_at: i64,
    /// How often it was tried in vain.
    pub tries: u32,
    /// What was fetched last, in order; none before the first time.
    pub seen: Option<Vec<PictureHash>>,
}

/// What became of what was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It is on the disk.
    Kept,
    /// Another decision on the listing came before; nothing was written.
    Overtaken,
}

impl PictureWork {
    fn row(&self) -> Model {
        let Name { marketplace, seller_id, listing_id } = self.name.clone();
        Model {
            marketplace,
            seller_id,
            listing_id,
            decision_id: self.decision_id,
            due_at: self.due_at,
            tries: i32::try_from(self.tries).unwrap_or(i32::MAX),
            seen: self.seen.as_ref().map(|seen| seen.concat()),
        }
    }

    fn of(row: Model) -> Self {
        let hashes = |seen: Vec<u8>| seen.as_chunks::<32>().0.to_vec();
        Self {
            name: Name { marketplace: row.marketplace, seller_id: row.seller_id, listing_id: row.listing_id },
            decision_id: row.decision_id,
            due_at: row.due_at,
            tries: u32::try_from(row.tries).unwrap_or_default(),
            seen: row.seen.map(hashes),
        }
    }

    /// The row as it was read.
    fn same(&self) -> Condition {
        is(&self.name).add(Column::DecisionId.eq(self.decision_id))
    }
}

fn is(name: &Name) -> Condition {
    Condition::all()
        .add(Column::Marketplace.eq(name.marketplace.as_str()))
        .add(Column::SellerId.eq(name.seller_id.as_str()))
        .add(Column::ListingId.eq(name.listing_id.as_str()))
}

/// Puts work where it is found; each takes the place of what was to be done for the same listing.
pub(crate) async fn put_off(db: &impl ConnectionTrait, work: &[&PictureWork]) -> Result<(), DbErr> {
    let last: BTreeMap<&Name, Model> = work.iter().map(|work| (&work.name, work.row())).collect();
    let rows: Vec<Model> = last.into_values().collect();
    for part in rows.chunks(ROWS_MAX) {
        let mut conflict = OnConflict::columns([Column::Marketplace, Column::SellerId, Column::ListingId]);
        conflict.update_columns([Column::DecisionId, Column::DueAt, Column::Tries, Column::Seen]);
        insert(db, part.iter().cloned(), Some(conflict)).await?;
    }
    Ok(())
}

/// Pictures that were had are fetched again for the decision that took over what was seen on them.
pub(crate) async fn hand_over(db: &impl ConnectionTrait, decisions: &[&NewDecision]) -> Result<(), DbErr> {
    let final_ones = decisions.iter().map(|new| &new.stored).filter(|new| !new.provisional && new.pictures.is_some());
    for StoredDecision { name, decision_id, .. } in final_ones {
        let to = Entity::update_many().col_expr(Column::DecisionId, Expr::value(*decision_id));
        to.filter(is(name)).filter(Column::Seen.is_not_null()).exec(db).await?;
    }
    Ok(())
}

/// Forgets the work on a seller's listings, and what they show.
pub(crate) async fn forget_seller(db: &impl ConnectionTrait, marketplace: &str, seller_id: &str) -> Result<(), DbErr> {
    let work = Entity::delete_many().filter(Column::Marketplace.eq(marketplace));
    work.filter(Column::SellerId.eq(seller_id)).exec(db).await?;
    let uses = picture_use::Entity::delete_many().filter(picture_use::Column::Marketplace.eq(marketplace));
    uses.filter(picture_use::Column::SellerId.eq(seller_id)).exec(db).await.map(drop)
}

/// Forgets what those of these listings show that are no longer there.
pub(crate) async fn forget_listings<'n>(
    db: &impl ConnectionTrait,
    names: impl Iterator<Item = &'n Name>,
) -> Result<(), DbErr> {
    use picture_use::Column as Used;
    let (mut uses, mut work) = (Condition::any(), Condition::any());
    for name in names {
        let same = Condition::all().add(Used::Marketplace.eq(name.marketplace.as_str()));
        let same = same.add(Used::SellerId.eq(name.seller_id.as_str()));
        uses = uses.add(same.add(Used::ListingId.eq(name.listing_id.as_str())));
        work = work.add(is(name));
    }
    let here = |marketplace: Expr, seller: Expr, id: Expr| {
        let mut here = Query::select();
        let of = |column: listing::Column| Expr::col((listing::Entity, column));
        here.expr(Expr::val(1)).from(listing::Entity);
        here.and_where(of(listing::Column::Marketplace).eq(marketplace));
        here.and_where(of(listing::Column::SellerId).eq(seller)).and_where(of(listing::Column::ListingId).eq(id));
        Expr::exists(here)
    };
    let of = |column: Used| Expr::col((picture_use::Entity, column));
    let used = here(of(Used::Marketplace), of(Used::SellerId), of(Used::ListingId));
    picture_use::Entity::delete_many().filter(uses).filter(used.not()).exec(db).await?;
    let of = |column: Column| Expr::col((Entity, column));
    let waiting = here(of(Column::Marketplace), of(Column::SellerId), of(Column::ListingId));
    Entity::delete_many().filter(work).filter(waiting.not()).exec(db).await.map(drop)
}

impl Store {
    /// Work that is due, what has waited longest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_pictures(&self, now: i64, limit: u64) -> Result<Vec<PictureWork>, StoreError> {
        let due = Entity::find().filter(Column::DueAt.lte(now)).order_by_asc(Column::DueAt).limit(limit);
        Ok(due.all(&self.readers).await?.into_iter().map(PictureWork::of).collect())
    }

    /// Makes due what was taken for at most so long, where no other process can have it: whoever took it is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release_pictures(&self, now: i64, lease: i64) -> Result<(), StoreError> {
        if self.is_shared() {
            return Ok(());
        }
        let soon = Column::DueAt.gt(now).and(Column::DueAt.lte(now + lease));
        self.writer
            .apply(move |db| {
                Box::pin(async move {
                    let due = Entity::update_many().col_expr(Column::DueAt, Expr::value(now)).filter(soon);
                    Ok(due.exec(db).await.map(drop)?)
                })
            })
            .await
    }

    /// Takes work for some time, after which others may take it; false if somebody else has it already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_pictures(&self, work: &PictureWork, until: i64) -> Result<bool, StoreError> {
        let as_read = work.same().add(Column::DueAt.eq(work.due_at));
        let taken = self.writer.apply(move |db| {
            Box::pin(async move {
                let taken = Entity::update_many().col_expr(Column::DueAt, Expr::value(until)).filter(as_read);
                Ok(taken.exec(db).await?.rows_affected == 1)
            })
        });
        taken.await
    }

    /// Ends what was taken: keeps the decision that takes the place of the one that waited, if there is one, and says
    /// when the listing's pictures are to be fetched again, if they are. All or nothing, on the disk.
    ///
    /// # Errors
    /// When the database fails; the work stays as it was taken.
    pub async fn settle_pictures(
        &self,
        work: &PictureWork,
        successor: Option<Screened>,
        next: Option<PictureWork>,
    ) -> Result<Settled, StoreError> {
        let (work, vault) = (work.clone(), Arc::clone(&self.vault));
        let settled = self.writer.apply(move |db| {
            Box::pin(async move {
                // Gone first, whatever comes: who holds the row is alone with the listing.
                let mine = Entity::delete_many().filter(work.same()).exec(db).await?.rows_affected == 1;
                if !mine || !is_latest(db, &work).await? {
                    return Ok(Settled::Overtaken);
                }
                if let Some(successor) = &successor {
                    record(db, &vault, &[successor]).await?;
                }
                put_off(db, next.iter().collect::<Vec<_>>().as_slice()).await?;
                Ok(Settled::Kept)
            })
        });
        settled.await
    }

    /// How many listings' pictures are due.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pictures_waiting(&self, now: i64) -> Result<u64, StoreError> {
        use sea_orm::PaginatorTrait;
        Ok(Entity::find().filter(Column::DueAt.lte(now)).count(&self.readers).await?)
    }
}

/// Whether the listing's latest decision is the one that waits.
async fn is_latest(db: &DatabaseTransaction, work: &PictureWork) -> Result<bool, DbErr> {
    let latest = listing::Entity::find().select_only().column(listing::Column::DecisionId);
    let latest = latest.filter(listings::is(&work.name)).into_tuple::<Uuid>().one(db).await?;
    Ok(latest == Some(work.decision_id))
}
