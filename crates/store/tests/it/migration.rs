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
        Store::open(&place.location).await.unwrap().close().await;
        let whole = state(&place).await;
        assert_eq!((&whole.0[..2], whole.1), (&["m0001_start".to_owned(), "m0002_by_time".to_owned()][..], 2));
        place.execute("DELETE FROM seaql_migrations WHERE version <> 'm0001_start'").await;
        place.execute("DROP INDEX blocked_by_time").await;
        place.execute("DROP INDEX outcome_by_time").await;
        Store::open(&place.location).await.unwrap().close().await;
        assert_eq!(state(&place).await, whole);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_fails_leaves_nothing() {
    for place in Place::both() {
        place.execute("CREATE TABLE seller (taken integer)").await;
        assert!(matches!(Store::open(&place.location).await, Err(StoreError::Database(_))));
        place.execute("DROP TABLE seller").await;
        Store::open(&place.location).await.unwrap().close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_start_at_once_take_turns() {
    let place = Place::postgres();
    let starts: Vec<_> = (0..8)
        .map(|_| {
            let location = place.location.clone();
            tokio::spawn(async move { Store::open(&location).await })
        })
        .collect();
    for start in starts {
        start.await.unwrap().unwrap().close().await;
    }
    assert_eq!(state(&place).await.1, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_database_is_left_alone() {
    for place in Place::both() {
        Store::open(&place.location).await.unwrap().close().await;
        place.execute("INSERT INTO seaql_migrations VALUES ('m9999_later', 0)").await;
        let refused = Store::open(&place.location).await.unwrap_err();
        assert!(matches!(&refused, StoreError::Newer(step) if step == "m9999_later"), "{refused}");
        assert!(refused.to_string().contains("newer version"), "{refused}");
    }
}
