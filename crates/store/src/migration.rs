//! Brings a database to the shape of the entities, one step after the other.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{EntityTrait, Schema};

use crate::entity::{api_key, blocked, decision, idempotency, listing, listing_version, outcome, seller};

/// All steps, oldest first.
pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Start), Box::new(ByTime)]
    }
}

struct Start;

impl MigrationName for Start {
    fn name(&self) -> &str {
        "m0001_start"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Start {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(manager, api_key::Entity).await?;
        table(manager, blocked::Entity).await?;
        table(manager, decision::Entity).await?;
        table(manager, idempotency::Entity).await?;
        table(manager, listing::Entity).await?;
        table(manager, listing_version::Entity).await?;
        table(manager, outcome::Entity).await?;
        table(manager, seller::Entity).await?;
        // Decision ids grow with time, so that each index also gives the order of lists.
        index(
            manager,
            "decision_of_listing",
            decision::Entity,
            &["marketplace", "listing_id", "seller_id", "decision_id"],
        )
        .await?;
        index(manager, "decision_by_verdict", decision::Entity, &["verdict", "decision_id"]).await?;
        index(manager, "listing_by_verdict", listing::Entity, &["verdict", "marketplace", "seller_id", "listing_id"])
            .await?;
        index(manager, "idempotency_by_expiry", idempotency::Entity, &["expires_at"]).await?;
        index(manager, "outcome_of_listing", outcome::Entity, &["marketplace", "listing_id", "seller_id"]).await
    }
}

/// What was stopped, or found genuine, since a moment: processes that share a database learn it from each other.
struct ByTime;

impl MigrationName for ByTime {
    fn name(&self) -> &str {
        "m0002_by_time"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for ByTime {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        index(manager, "blocked_by_time", blocked::Entity, &["blocked_at"]).await?;
        index(manager, "outcome_by_time", outcome::Entity, &["finding", "recorded_at"]).await
    }
}

async fn table(manager: &SchemaManager<'_>, entity: impl EntityTrait) -> Result<(), DbErr> {
    let schema = Schema::new(manager.get_database_backend());
    manager.create_table(schema.create_table_from_entity(entity)).await
}

async fn index(
    manager: &SchemaManager<'_>,
    name: &str,
    entity: impl EntityTrait,
    columns: &[&str],
) -> Result<(), DbErr> {
    let mut index = Index::create();
    index.name(name).table(entity.table_ref());
    for column in columns {
        index.col(Alias::new(*column));
    }
    manager.create_index(index).await
}
