//! What a finding does to a listing's past. What turned out counterfeit is looked for when it comes back, and is no
//! longer the version that edits are compared with; what turned out genuine is that version, and no longer looked for.

use std::collections::{BTreeMap, HashMap};

use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::entity::{blocked, decision, listing};
use crate::listings::{self, BlockedListing, Name};
use crate::outcomes::Outcome;
use crate::record::insert;
use crate::sellers::NAMES_MAX;

/// What findings changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Learnt {
    /// Listings that are no longer looked for.
    pub cleared: Vec<Name>,
    /// Listings that are looked for from now on.
    pub stopped: Vec<BlockedListing>,
}

/// What an outcome is about.
#[derive(Clone)]
struct Version {
    decision_id: Uuid,
    listing_hash: Vec<u8>,
    verdict: String,
}

/// What a listing turned out to be.
enum Effect {
    /// Counterfeit, as we were told at this moment.
    Stops(i64),
    Clears,
}

/// The findings of one call. Of several about one listing the last counts.
pub(crate) async fn learn(db: &DatabaseTransaction, outcomes: &[Outcome]) -> Result<Learnt, DbErr> {
    let (by_decision, by_name) = (decided(db, outcomes).await?, latest(db, outcomes).await?);
    let mut effects: BTreeMap<&Name, (Effect, Version)> = BTreeMap::new();
    for outcome in outcomes {
        let version = match outcome.decision_id {
            Some(id) => by_decision.get(&id),
            None => by_name.get(&outcome.name),
        };
        if let Some((effect, version)) = version.and_then(|version| Some((effect(outcome, version)?, version))) {
            effects.insert(&outcome.name, (effect, version.clone()));
        }
    }
    let mut learnt = Learnt::default();
    let mut rows = Vec::new();
    // In the order of names, so that two processes do not wait for each other.
    for (name, (effect, version)) in effects {
        match effect {
            Effect::Stops(now) => {
                withdraw(db, name).await?;
                rows.push(blocked_row(name, version, now));
            }
            Effect::Clears => {
                approve(db, name, version).await?;
                let Name { marketplace, seller_id, listing_id } = name.clone();
                blocked::Entity::delete_by_id((marketplace, seller_id, listing_id)).exec(db).await?;
                learnt.cleared.push(name.clone());
            }
        }
    }
    learnt.stopped = stop(db, rows).await?;
    Ok(learnt)
}

/// A decision that was taken back is as if it had allowed, unless that is what was taken back.
fn effect(outcome: &Outcome, version: &Version) -> Option<Effect> {
    match (outcome.finding.as_str(), outcome.kind.as_str()) {
        ("counterfeit", _) => Some(Effect::Stops(outcome.recorded_at)),
        ("genuine", _) => Some(Effect::Clears),
        (_, "reversal") if version.verdict != "allow" => Some(Effect::Clears),
        _ => None,
    }
}

/// What the decisions were about that outcomes name.
async fn decided(db: &DatabaseTransaction, outcomes: &[Outcome]) -> Result<HashMap<Uuid, Version>, DbErr> {
    use decision::{Column, Entity};
    let ids: Vec<Uuid> = outcomes.iter().filter_map(|outcome| outcome.decision_id).collect();
    let mut found = HashMap::new();
    for part in ids.chunks(1_000) {
        let these = Entity::find().select_only().columns([Column::DecisionId, Column::ListingHash, Column::Verdict]);
        let these = these.filter(Column::DecisionId.is_in(part.iter().copied())).into_tuple();
        for (decision_id, listing_hash, verdict) in these.all(db).await? {
            found.insert(decision_id, Version { decision_id, listing_hash, verdict });
        }
    }
    Ok(found)
}

/// The latest versions of the listings that outcomes name without a decision.
async fn latest(db: &DatabaseTransaction, outcomes: &[Outcome]) -> Result<HashMap<Name, Version>, DbErr> {
    let names: Vec<&Name> = outcomes.iter().filter(|o| o.decision_id.is_none()).map(|o| &o.name).collect();
    let mut found = HashMap::new();
    for part in names.chunks(NAMES_MAX) {
        let any = part.iter().fold(Condition::any(), |any, name| any.add(listings::is(name)));
        for row in listing::Entity::find().filter(any).all(db).await? {
            let name = Name { marketplace: row.marketplace, seller_id: row.seller_id, listing_id: row.listing_id };
            let (decision_id, listing_hash, verdict) = (row.decision_id, row.listing_hash, row.verdict);
            found.insert(name, Version { decision_id, listing_hash, verdict });
        }
    }
    Ok(found)
}

async fn withdraw(db: &DatabaseTransaction, name: &Name) -> Result<(), DbErr> {
    use listing::Column;
    let none = listing::Entity::update_many().col_expr(Column::ApprovedHash, Expr::value(None::<Vec<u8>>));
    let none = none.col_expr(Column::ApprovedDecisionId, Expr::value(None::<Uuid>));
    none.filter(listings::is(name)).exec(db).await.map(drop)
}

/// Unless a later version is approved: ids of decisions grow with time.
async fn approve(db: &DatabaseTransaction, name: &Name, version: Version) -> Result<(), DbErr> {
    use listing::Column;
    let earlier = Column::ApprovedDecisionId.is_null().or(Column::ApprovedDecisionId.lt(version.decision_id));
    let approved = listing::Entity::update_many().col_expr(Column::ApprovedHash, Expr::value(version.listing_hash));
    let approved = approved.col_expr(Column::ApprovedDecisionId, Expr::value(version.decision_id));
    approved.filter(listings::is(name)).filter(earlier).exec(db).await.map(drop)
}

fn blocked_row(name: &Name, version: Version, now: i64) -> blocked::Model {
    let Name { marketplace, seller_id, listing_id } = name.clone();
    let Version { decision_id, listing_hash, .. } = version;
    blocked::Model { marketplace, seller_id, listing_id, listing_hash, decision_id, blocked_at: now }
}

/// Adds to what is looked for; where a later version is, that stays. Gives what is looked for under these names.
async fn stop(db: &DatabaseTransaction, rows: Vec<blocked::Model>) -> Result<Vec<BlockedListing>, DbErr> {
    use blocked::{Column, Entity};
    let mut stopped = Vec::new();
    for part in rows.chunks(NAMES_MAX) {
        let mut conflict = OnConflict::columns([Column::Marketplace, Column::SellerId, Column::ListingId]);
        conflict.update_columns([Column::ListingHash, Column::DecisionId, Column::BlockedAt]);
        let excluded = Expr::col((Alias::new("excluded"), Column::DecisionId));
        conflict.action_and_where(Expr::col((Entity, Column::DecisionId)).lte(excluded));
        insert(db, part.iter().cloned(), Some(conflict)).await?;
        let names = part.iter().fold(Condition::any(), |any, row| {
            let same = Condition::all().add(Column::Marketplace.eq(row.marketplace.as_str()));
            let same = same.add(Column::SellerId.eq(row.seller_id.as_str()));
            any.add(same.add(Column::ListingId.eq(row.listing_id.as_str())))
        });
        stopped.extend(Entity::find().filter(names).all(db).await?.into_iter().map(BlockedListing::from));
    }
    Ok(stopped)
}
