//! What is old is deleted, and what something still names is not.

use sea_orm::{ConnectionTrait, Statement};
use touchstone_store::{Idempotency, Name, NewDecision, Outcome, Recorded, Screened, Store, StoredDecision};
use uuid::Uuid;

use crate::Place;

/// A decision on a listing at a moment.
pub(crate) fn decision(listing: &str, content: &str, verdict: &str, decided_at: i64) -> NewDecision {
    let name = Name { marketplace: "m".to_owned(), seller_id: "s".to_owned(), listing_id: listing.to_owned() };
    let stored = StoredDecision {
        decision_id: Uuid::now_v7(),
        name,
        listing_hash: format!("{listing} {content}").into_bytes(),
        event: "create".to_owned(),
        decided_at,
        request_id: "r".to_owned(),
        supersedes: None,
        provisional: false,
        review_until: None,
        pictures: None,
        body: b"{}".to_vec(),
    };
    let content = content.as_bytes().to_vec();
    NewDecision { stored, content, verdict: verdict.to_owned(), class: "none".to_owned(), score: 0 }
}

pub(crate) async fn record(store: &Store, decisions: Vec<NewDecision>, idempotency: Option<Idempotency>) {
    assert_eq!(store.record(Screened { decisions, idempotency, ..Screened::default() }).await.unwrap(), Recorded::Kept);
}

fn answer(key: &str, expires_at: i64) -> Option<Idempotency> {
    let (client, key, response) = ("c".to_owned(), key.to_owned(), b"[]".to_vec());
    Some(Idempotency { client, key, request_hash: [0; 32], response, created_at: 0, expires_at })
}

pub(crate) fn outcome(recorded_at: i64) -> Outcome {
    Outcome {
        outcome_id: Uuid::now_v7(),
        decision_id: None,
        name: decision("1", "", "allow", 0).stored.name,
        kind: "reversal".to_owned(),
        finding: "undetermined".to_owned(),
        note: "a note".to_owned(),
        happened_at: recorded_at,
        recorded_at,
        client: "c".to_owned(),
    }
}

/// Rows of each table.
async fn rows(place: &Place) -> [i64; 6] {
    let db = place.beside().await;
    let mut rows = [0; 6];
    let tables = ["decision", "listing_version", "listing", "blocked", "outcome", "idempotency"];
    for (rows, table) in rows.iter_mut().zip(tables) {
        let count = Statement::from_string(db.get_database_backend(), format!("SELECT count(*) FROM {table}"));
        *rows = db.query_one_raw(count).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_old_goes_with_all_that_it_left() {
    for place in Place::both() {
        let store = place.open().await.unwrap();
        // Several batches of listings that nobody screened again.
        let many = (0..700).map(|n| decision(&format!("many {n}"), "fake", "block", 5)).collect();
        record(&store, many, answer("old", 10)).await;
        store.put_outcomes(vec![outcome(5), outcome(15)], None).await.unwrap();
        record(&store, vec![decision("young", "fake", "block", 15)], answer("young", 11)).await;
        store.forget_before(5).await.unwrap();
        store.forget_answers(9).await.unwrap();
        assert_eq!(rows(&place).await, [701, 701, 701, 701, 2, 2], "nothing is as old as that");
        store.forget_before(15).await.unwrap();
        store.forget_answers(10).await.unwrap();
        assert_eq!(rows(&place).await, [1, 1, 1, 1, 1, 1]);
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_stays_as_long_as_something_names_it() {
    for place in Place::both() {
        let store = place.open().await.unwrap();
        let content = async |content: &str| store.content(format!("1 {content}").as_bytes()).await.unwrap();
        for (said, verdict, at) in [("first", "allow", 1), ("second", "review", 2), ("third", "review", 20)] {
            record(&store, vec![decision("1", said, verdict, at)], None).await;
        }
        store.forget_before(10).await.unwrap();
        // The listing names the last that was allowed and the latest.
        assert_eq!(content("first").await.as_deref(), Some(&b"first"[..]));
        assert_eq!(content("second").await, None);
        assert_eq!(content("third").await.as_deref(), Some(&b"third"[..]));
        record(&store, vec![decision("1", "fourth", "allow", 21)], None).await;
        store.forget_before(10).await.unwrap();
        assert_eq!(content("first").await, None);
        assert_eq!(content("third").await.as_deref(), Some(&b"third"[..]), "a decision names it");
        store.close().await;
    }
}
