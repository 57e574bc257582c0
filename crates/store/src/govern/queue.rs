//! What waits to be looked at, and whose turn it is: the first by place that this person may take.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Change;
use crate::StoreError;
use crate::entity::queue_item::{Column, Entity, Model};
use crate::open::Store;
use crate::record::insert;

/// By what an item's turn is told. The record under the same id holds all else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuePlace {
    /// Which.
    pub item_id: Uuid,
    /// Where it waits.
    pub queue: String,
    /// What a person must have to take it.
    pub skill: Option<String>,
    /// Smaller comes first.
    pub place: i64,
    /// Locked or skipped until then; 0 if it is free.
    pub free_at: i64,
    /// Only a lead may take it.
    pub for_lead: bool,
    /// Who judged it and must not again, at most two.
    pub judged_by: Vec<Uuid>,
    /// Since when it waits.
    pub created_at: i64,
}

/// Who looks for something to do.
#[derive(Debug, Clone)]
pub struct QueueSeeker {
    /// Who.
    pub person: Uuid,
    /// Whether they may what only a lead may.
    pub lead: bool,
    /// What they have.
    pub skills: BTreeSet<String>,
}

/// How many wait in a queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueCount {
    /// Nobody has them in hand.
    pub open: u64,
    /// Somebody has, or they were skipped.
    pub held: u64,
    /// Since when the oldest waits.
    pub oldest: Option<i64>,
}

impl Change<'_> {
    /// Puts an item in its place.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn enqueue(&self, place: QueuePlace) -> Result<(), StoreError> {
        let mut conflict = OnConflict::column(Column::ItemId);
        conflict.update_columns([
            Column::Queue,
            Column::Skill,
            Column::Place,
            Column::FreeAt,
            Column::ForLead,
            Column::FirstBy,
            Column::SecondBy,
            Column::CreatedAt,
        ]);
        Ok(insert(self.db, std::iter::once(Model::from(place)), Some(conflict)).await?)
    }

    /// An item does not wait any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dequeue(&self, item: Uuid) -> Result<(), StoreError> {
        Ok(Entity::delete_by_id(item).exec(self.db).await.map(drop)?)
    }

    /// The first item of a queue that this person may take. Nobody else can get it before this change ends.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next(&self, queue: &str, seeker: &QueueSeeker) -> Result<Option<Uuid>, StoreError> {
        let others = Condition::all()
            .add(Condition::any().add(Column::FirstBy.is_null()).add(Column::FirstBy.ne(seeker.person)))
            .add(Condition::any().add(Column::SecondBy.is_null()).add(Column::SecondBy.ne(seeker.person)));
        let skills = seeker.skills.iter().cloned().chain([String::new()]);
        let mut first = Entity::find()
            .select_only()
            .column(Column::ItemId)
            .filter(Column::Queue.eq(queue))
            .filter(Column::FreeAt.lte(self.now))
            .filter(Column::Skill.is_in(skills))
            .filter(others);
        if !seeker.lead {
            first = first.filter(Column::ForLead.eq(false));
        }
        let first = first.order_by_asc(Column::Place).order_by_asc(Column::ItemId);
        Ok(first.into_tuple().one(self.db).await?)
    }

    /// Items that came last into a queue: a picture of what waits there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn came_last(&self, queue: &str, limit: u64) -> Result<Vec<Uuid>, StoreError> {
        let last = Entity::find().select_only().column(Column::ItemId).filter(Column::Queue.eq(queue));
        Ok(last.order_by_desc(Column::CreatedAt).limit(limit).into_tuple().all(self.db).await?)
    }
}

impl Store {
    /// How many wait, by queue.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queue_counts(&self, now: i64) -> Result<BTreeMap<String, QueueCount>, StoreError> {
        let counted = |free: bool| {
            let some = if free { Column::FreeAt.lte(now) } else { Column::FreeAt.gt(now) };
            Entity::find()
                .select_only()
                .column(Column::Queue)
                .column_as(Column::ItemId.count(), "items")
                .column_as(Column::CreatedAt.min(), "oldest")
                .filter(some)
                .group_by(Column::Queue)
                .into_tuple::<(String, i64, Option<i64>)>()
        };
        let mut counts: BTreeMap<String, QueueCount> = BTreeMap::new();
        for free in [true, false] {
            for (queue, items, oldest) in counted(free).all(&self.readers).await? {
                let count = counts.entry(queue).or_default();
                let items = u64::try_from(items).unwrap_or(0);
                *if free { &mut count.open } else { &mut count.held } = items;
                count.oldest = [count.oldest, oldest].into_iter().flatten().min();
            }
        }
        Ok(counts)
    }

    /// How many wait in all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waiting(&self) -> Result<u64, StoreError> {
        Ok(Entity::find().count(&self.readers).await?)
    }

    /// Items of a queue by place, behind one of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queue_page(
        &self,
        queue: &str,
        after: Option<(i64, Uuid)>,
        limit: u64,
    ) -> Result<Vec<QueuePlace>, StoreError> {
        let mut page = Entity::find().filter(Column::Queue.eq(queue)).limit(limit);
        if let Some((place, id)) = after {
            let same = Condition::all().add(Column::Place.eq(place)).add(Column::ItemId.gt(id));
            page = page.filter(Condition::any().add(Column::Place.gt(place)).add(same));
        }
        let page = page.order_by_asc(Column::Place).order_by_asc(Column::ItemId);
        Ok(page.all(&self.readers).await?.into_iter().map(QueuePlace::from).collect())
    }
}

impl From<QueuePlace> for Model {
    fn from(place: QueuePlace) -> Self {
        let mut judged = place.judged_by.into_iter();
        Self {
            item_id: place.item_id,
            queue: place.queue,
            skill: place.skill.unwrap_or_default(),
            place: place.place,
            free_at: place.free_at,
            for_lead: place.for_lead,
            first_by: judged.next(),
            second_by: judged.next(),
            created_at: place.created_at,
        }
    }
}

impl From<Model> for QueuePlace {
    fn from(row: Model) -> Self {
        Self {
            item_id: row.item_id,
            queue: row.queue,
            skill: Some(row.skill).filter(|skill| !skill.is_empty()),
            place: row.place,
            free_at: row.free_at,
            for_lead: row.for_lead,
            judged_by: row.first_by.into_iter().chain(row.second_by).collect(),
            created_at: row.created_at,
        }
    }
}
