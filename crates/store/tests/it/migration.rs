//! Old databases are brought up to date, new ones by one process alone, and those of newer programs are left alone.

use sea_orm::{ConnectionTrait, Statement};
use touchstone_store::{Store, StoreError};

use crate::Place;

/// The steps that were done, and how many indexes by time there are.
async fn state(place: &Place) -> (Vec<String>, usize) {
    let db = place.beside().await;
    let backend = db.get_database_backend();
    let ask = async |sql: &str| -> Vec<String> {
        let rows = db.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    };
    let indexes = match backend {
        sea_orm::DbBackend::Sqlite => "SELECT name FROM sqlite_master WHERE name LIKE '%by_time'",
        _ => "SELECT indexname::text FROM pg_indexes WHERE indexname LIKE '%by_time'",
    };
    (ask("SELECT version FROM seaql_migrations ORDER BY version").await, ask(indexes).await.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_left_half_way_is_brought_up_to_date() {
    for place in Place::both() {
        place.open().await.unwrap().close().await;
        let whole = state(&place).await;
        assert_eq!((&whole.0[..2], whole.1), (&["m0001_start".to_owned(), "m0002_by_time".to_owned()][..], 4));
        half_way(&place).await;
        place.open().await.unwrap().close().await;
        assert_eq!(state(&place).await, whole);
    }
}

/// As the database was after its first step.
async fn half_way(place: &Place) {
    for sql in [
        "DELETE FROM seaql_migrations WHERE version <> 'm0001_start'",
        "DROP INDEX blocked_by_time",
        "DROP INDEX outcome_by_time",
        "DROP TABLE data_key",
        "DROP TABLE master_key",
        "DROP INDEX listing_by_seller",
        "DROP TABLE pack",
        "DROP TABLE decision_picture",
        "DROP TABLE picture",
        "DROP TABLE picture_feature",
        "DROP TABLE picture_use",
        "DROP TABLE picture_work",
        "DROP TABLE picture_print",
        "DROP TABLE access",
        "DROP TABLE account",
        "DROP TABLE login_attempt",
        "DROP TABLE recovery_code",
        "DROP TABLE session",
        "DROP TABLE audit_event",
        "DROP TABLE audit_head",
        "DROP TABLE audit_tree",
        "DROP TABLE decision_due",
        "DROP TABLE found_by",
        "DROP TABLE queue_item",
        "DROP TABLE record",
        "DROP TABLE outbox",
        "DROP TABLE outbox_end",
        "DROP TABLE webhook",
        "DROP TABLE delivery",
    ] {
        place.execute(sql).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_in_clear_is_not_taken_over() {
    for place in Place::both() {
        place.open().await.unwrap().close().await;
        half_way(&place).await;
        place.execute("DROP TABLE seller").await;
        place.execute("CREATE TABLE seller (marketplace text, seller_id text, record text, updated_at bigint)").await;
        place.execute("INSERT INTO seller VALUES ('m', 's', '{}', 0)").await;
        let refused = place.open().await.unwrap_err();
        assert!(refused.to_string().contains("start with an empty database"), "{refused}");
        place.execute("DELETE FROM seller").await;
        place.open().await.unwrap().close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_fails_leaves_nothing() {
    for place in Place::both() {
        place.execute("CREATE TABLE seller (taken integer)").await;
        assert!(matches!(place.open().await, Err(StoreError::Database(_))));
        place.execute("DROP TABLE seller").await;
        place.open().await.unwrap().close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_start_at_once_take_turns() {
    let place = Place::postgres();
    let starts: Vec<_> = (0..8)
        .map(|_| {
            let (location, master_key) = (place.location.clone(), place.master_key());
            tokio::spawn(async move { Store::open(&location, &master_key).await })
        })
        .collect();
    for start in starts {
        start.await.unwrap().unwrap().close().await;
    }
    assert_eq!(state(&place).await.1, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_database_is_left_alone() {
    for place in Place::both() {
        place.open().await.unwrap().close().await;
        place.execute("INSERT INTO seaql_migrations VALUES ('m9999_later', 0)").await;
        let refused = place.open().await.unwrap_err();
        assert!(matches!(&refused, StoreError::Newer(step) if step == "m9999_later"), "{refused}");
        assert!(refused.to_string().contains("newer version"), "{refused}");
    }
}

/// What lists are filtered by, alone, and the index that finds it in the list's order.
const LISTS: [(&str, &str, &str); 6] = [
    ("decision", "class = 'a' ORDER BY decision_id DESC", "decision_by_class"),
    ("decision", "verdict = 'a' ORDER BY decision_id DESC", "decision_by_verdict"),
    ("decision", "seller_id = 'a' ORDER BY decision_id DESC", "decision_by_seller"),
    ("decision", "marketplace = 'a' ORDER BY decision_id DESC", "decision_by_marketplace"),
    ("decision", "listing_id = 'a' ORDER BY decision_id DESC", "decision_by_listing"),
    ("listing", "seller_id = 'a' ORDER BY marketplace, seller_id, listing_id", "listing_by_seller"),
];

#[tokio::test(flavor = "multi_thread")]
async fn no_list_reads_every_row() {
    for place in Place::both() {
        place.open().await.unwrap().close().await;
        let db = place.beside().await;
        let backend = db.get_database_backend();
        for (table, filter, name) in LISTS {
            let (ask, column) = match backend {
                // Whether PostgreSQL takes an index depends on how many rows there are; that it is there is enough.
                sea_orm::DbBackend::Postgres => {
                    (format!("SELECT indexname::text FROM pg_indexes WHERE tablename = '{table}'"), 0)
                }
                _ => (format!("EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE {filter} LIMIT 50"), 3),
            };
            let rows = db.query_all_raw(Statement::from_string(backend, ask)).await.unwrap();
            let plan: Vec<String> = rows.iter().map(|row| row.try_get_by_index(column).unwrap()).collect();
            let plan = plan.join("; ");
            assert!(plan.contains(name) && !plan.contains("SCAN"), "{filter}: {plan}");
            // Decisions on one listing are few.
            assert!(name == "decision_by_listing" || !plan.contains("TEMP B-TREE"), "{filter}: {plan}");
        }
    }
}
