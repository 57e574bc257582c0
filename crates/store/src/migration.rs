//! Brings a database to the shape of the entities, one step after the other.
//!
//! Which steps were done stands in a table of the database. Each step is a transaction of its own, together with its row
//! in that table, so that it is done whole or not at all. Processes that start at once on PostgreSQL take turns: each
//! transaction begins with a lock and looks at the table behind it. SQLite's folder has one owner.

use sea_orm::sea_query::{Alias, Expr, Index, Query, Table};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, EntityTrait, QuerySelect, Schema,
    Statement, TransactionTrait,
};

use crate::StoreError;
use crate::entity::step::{Column, Entity};
use crate::entity::{
    access, account, api_key, audit_event, audit_head, audit_tree, blocked, data_key, decision, decision_due,
    decision_picture, delivery, found_by, idempotency, listing, listing_version, login_attempt, master_key, outbox,
    outbox_end, outcome, pack, picture, picture_feature, picture_print, picture_use, picture_work, queue_item, record,
    recovery_code, seller, session, webhook,
};

/// What processes that start at once wait for: a number that nobody else locks in this database.
const LOCK: i64 = 0x746f_7563_6873;

/// One change of the shape. Its name never changes once it was released.
struct Step {
    name: &'static str,
    /// Tables that the step makes anew: it is refused while one of them holds a row.
    emptied: &'static [&'static str],
    statements: fn(DbBackend) -> Vec<Statement>,
}

/// All steps, oldest first.
const STEPS: &[Step] = &[
    Step { name: "m0001_start", emptied: &[], statements: start },
    Step { name: "m0002_by_time", emptied: &[], statements: by_time },
    Step { name: "m0003_sealed", emptied: SEALED, statements: sealed },
    Step { name: "m0004_by_filter", emptied: &[], statements: by_filter },
    Step { name: "m0005_packs", emptied: &[], statements: packs },
    Step { name: "m0006_pictures", emptied: &[], statements: pictures },
    Step { name: "m0007_prints", emptied: &[], statements: prints },
    Step { name: "m0008_people", emptied: &[], statements: people },
    Step { name: "m0009_govern", emptied: &[], statements: govern },
    Step { name: "m0010_outbox", emptied: &[], statements: outbox },
];

/// Tables with what sellers wrote.
const SEALED: &[&str] = &["decision", "idempotency", "listing_version", "outcome", "seller"];

/// Does what is still to be done.
///
/// # Errors
/// When the database fails, or a newer program has changed it.
pub(crate) async fn migrate(db: &DatabaseConnection) -> Result<(), StoreError> {
    loop {
        let transaction = db.begin().await?;
        let Some(step) = next(&transaction).await? else { return Ok(transaction.commit().await?) };
        for table in step.emptied {
            let some = Query::select().expr(Expr::val(1)).from(Alias::new(*table)).limit(1).to_owned();
            if transaction.query_one(&some).await?.is_some() {
                return Err(StoreError::InClear);
            }
        }
        for statement in (step.statements)(db.get_database_backend()) {
            transaction.execute_raw(statement).await?;
        }
        note(&transaction, step).await?;
        transaction.commit().await?;
    }
}

/// The first step that was not done. Nobody else does one until the transaction ends.
async fn next(db: &DatabaseTransaction) -> Result<Option<&'static Step>, StoreError> {
    let backend = db.get_database_backend();
    if backend == DbBackend::Postgres {
        db.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
    }
    db.execute(Schema::new(backend).create_table_from_entity(Entity).if_not_exists()).await?;
    let done: Vec<String> = Entity::find().select_only().column(Column::Version).into_tuple().all(db).await?;
    match done.iter().find(|name| STEPS.iter().all(|step| step.name != name.as_str())) {
        Some(unknown) => Err(StoreError::Newer(unknown.clone())),
        None => Ok(STEPS.iter().find(|step| done.iter().all(|name| name != step.name))),
    }
}

async fn note(db: &DatabaseTransaction, step: &Step) -> Result<(), DbErr> {
    let now = match db.get_database_backend() {
        DbBackend::Sqlite => "unixepoch()",
        _ => "extract(epoch from now())::bigint",
    };
    let mut row = Query::insert();
    row.into_table(Entity)
        .columns([Column::Version, Column::AppliedAt])
        .values_panic([step.name.into(), Expr::cust(now)]);
    db.execute(&row).await.map(drop)
}

fn start(backend: DbBackend) -> Vec<Statement> {
    vec![
        table(backend, api_key::Entity),
        table(backend, blocked::Entity),
        table(backend, decision::Entity),
        table(backend, idempotency::Entity),
        table(backend, listing::Entity),
        table(backend, listing_version::Entity),
        table(backend, outcome::Entity),
        table(backend, seller::Entity),
        decision_of_listing(backend),
        decision_by_verdict(backend),
        index(backend, "listing_by_verdict", listing::Entity, &["verdict", "marketplace", "seller_id", "listing_id"]),
        idempotency_by_expiry(backend),
        outcome_of_listing(backend),
    ]
}

/// What was stopped, or found genuine, since a moment: processes that share a database learn it from each other.
fn by_time(backend: DbBackend) -> Vec<Statement> {
    vec![index(backend, "blocked_by_time", blocked::Entity, &["blocked_at"]), outcome_by_time(backend)]
}

/// What sellers wrote is kept sealed; until now it was kept in clear.
fn sealed(backend: DbBackend) -> Vec<Statement> {
    let dropped = SEALED.iter().map(|table| backend.build(&Table::drop().table(Alias::new(*table)).to_owned()));
    let made = [
        table(backend, data_key::Entity),
        table(backend, master_key::Entity),
        table(backend, decision::Entity),
        table(backend, idempotency::Entity),
        table(backend, listing_version::Entity),
        table(backend, outcome::Entity),
        table(backend, seller::Entity),
        decision_of_listing(backend),
        decision_by_verdict(backend),
        idempotency_by_expiry(backend),
        outcome_of_listing(backend),
        outcome_by_time(backend),
        index(backend, "data_key_by_erasure", data_key::Entity, &["erased_at"]),
    ];
    dropped.chain(made).collect()
}

/// Lists by each filter alone, in their order, without reading every row.
fn by_filter(backend: DbBackend) -> Vec<Statement> {
    let of_listing = Index::drop().name("decision_of_listing").table(decision::Entity).to_owned();
    let columns = &["listing_id", "marketplace", "seller_id", "decision_id"];
    vec![
        // In its place comes one that also finds a listing whose marketplace is not said.
        backend.build(&of_listing),
        index(backend, "decision_by_listing", decision::Entity, columns),
        index(backend, "decision_by_seller", decision::Entity, &["seller_id", "decision_id"]),
        index(backend, "decision_by_class", decision::Entity, &["class", "decision_id"]),
        index(backend, "decision_by_marketplace", decision::Entity, &["marketplace", "decision_id"]),
        index(backend, "listing_by_seller", listing::Entity, &["seller_id", "marketplace", "listing_id"]),
    ]
}

/// Knowledge and policies that were in force are there for all processes.
fn packs(backend: DbBackend) -> Vec<Statement> {
    vec![table(backend, pack::Entity)]
}

/// What listings show, what was seen there, and what is still to be fetched.
fn pictures(backend: DbBackend) -> Vec<Statement> {
    vec![
        table(backend, decision_picture::Entity),
        table(backend, picture::Entity),
        table(backend, picture_feature::Entity),
        table(backend, picture_use::Entity),
        table(backend, picture_work::Entity),
        index(backend, "picture_use_of_listing", picture_use::Entity, &["seller_id", "marketplace", "listing_id"]),
        index(backend, "picture_work_by_due", picture_work::Entity, &["due_at"]),
    ]
}

/// Near copies; and what was seen is kept apart from what banks said of it: it is looked for again.
fn prints(backend: DbBackend) -> Vec<Statement> {
    vec![
        table(backend, picture_print::Entity),
        index(backend, "picture_print_by_time", picture_print::Entity, &["kept_at", "hash"]),
        backend.build(&Query::delete().from_table(picture_feature::Entity).to_owned()),
    ]
}

/// Who may do something here, and who read whose personal data.
fn people(backend: DbBackend) -> Vec<Statement> {
    vec![
        table(backend, access::Entity),
        table(backend, account::Entity),
        table(backend, login_attempt::Entity),
        table(backend, recovery_code::Entity),
        table(backend, session::Entity),
        index(backend, "access_by_seller", access::Entity, &["seller_id", "access_id"]),
        index(backend, "access_by_reader", access::Entity, &["reader", "access_id"]),
        index(backend, "session_of_account", session::Entity, &["account_id"]),
    ]
}

/// What people decide, and the trail of it.
fn govern(backend: DbBackend) -> Vec<Statement> {
    let mut tree = Query::insert();
    tree.into_table(audit_tree::Entity).columns([
        audit_tree::Column::Id,
        audit_tree::Column::Size,
        audit_tree::Column::Peaks,
    ]);
    tree.values_panic([1.into(), 0i64.into(), Vec::<u8>::new().into()]);
    vec![
        table(backend, audit_event::Entity),
        table(backend, audit_head::Entity),
        table(backend, audit_tree::Entity),
        table(backend, decision_due::Entity),
        table(backend, found_by::Entity),
        table(backend, queue_item::Entity),
        table(backend, record::Entity),
        backend.build(&tree),
        index(backend, "found_in_order", found_by::Entity, &["kind", "name", "value", "rank", "id"]),
        index(backend, "queue_in_order", queue_item::Entity, &["queue", "place", "item_id"]),
        index(backend, "queue_by_time", queue_item::Entity, &["queue", "created_at"]),
        index(backend, "record_of_seller", record::Entity, &["seller_id", "marketplace"]),
        index(backend, "audit_by_subject", audit_event::Entity, &["subject_id", "seq"]),
        index(backend, "audit_by_kind", audit_event::Entity, &["kind", "seq"]),
        index(backend, "audit_by_actor", audit_event::Entity, &["actor_id", "seq"]),
    ]
}

/// What is told outside, and to whom.
fn outbox(backend: DbBackend) -> Vec<Statement> {
    let mut end = Query::insert();
    end.into_table(outbox_end::Entity).columns([outbox_end::Column::Id, outbox_end::Column::Seq]);
    end.values_panic([1.into(), 0_i64.into()]);
    vec![
        table(backend, delivery::Entity),
        table(backend, outbox::Entity),
        table(backend, outbox_end::Entity),
        table(backend, webhook::Entity),
        backend.build(&end),
        index(backend, "delivery_by_due", delivery::Entity, &["webhook_id", "state", "due_at"]),
        index(backend, "delivery_of_message", delivery::Entity, &["seq", "state"]),
        index(backend, "outbox_since", outbox::Entity, &["told_at", "seq"]),
    ]
}

// Decision ids grow with time, so that each index also gives the order of lists.

fn decision_of_listing(backend: DbBackend) -> Statement {
    let columns = &["marketplace", "listing_id", "seller_id", "decision_id"];
    index(backend, "decision_of_listing", decision::Entity, columns)
}

fn decision_by_verdict(backend: DbBackend) -> Statement {
    index(backend, "decision_by_verdict", decision::Entity, &["verdict", "decision_id"])
}

fn idempotency_by_expiry(backend: DbBackend) -> Statement {
    index(backend, "idempotency_by_expiry", idempotency::Entity, &["expires_at"])
}

fn outcome_of_listing(backend: DbBackend) -> Statement {
    index(backend, "outcome_of_listing", outcome::Entity, &["marketplace", "listing_id", "seller_id"])
}

fn outcome_by_time(backend: DbBackend) -> Statement {
    index(backend, "outcome_by_time", outcome::Entity, &["finding", "recorded_at"])
}

fn table(backend: DbBackend, entity: impl EntityTrait) -> Statement {
    backend.build(&Schema::new(backend).create_table_from_entity(entity))
}

fn index(backend: DbBackend, name: &str, entity: impl EntityTrait, columns: &[&str]) -> Statement {
    let mut index = Index::create();
    index.name(name).table(entity.table_ref());
    for column in columns {
        index.col(Alias::new(*column));
    }
    backend.build(&index)
}
