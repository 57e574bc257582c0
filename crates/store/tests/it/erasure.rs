//! What was written before an erasure is gone, what is written after it stays, however many write meanwhile.

use sea_orm::{ConnectionTrait, Statement};
use touchstone_store::{Store, StoreError};
use uuid::Uuid;

use crate::retention::{decision, record};
use crate::{Place, logged};

/// Keeps a decision on a listing of the seller; gives its id.
async fn keep(store: &Store, listing: &str) -> Uuid {
    let new = decision(listing, "a text", "block", 1);
    let id = new.stored.decision_id;
    record(store, vec![new], None).await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn among_writers_and_readers() {
    for (place, several) in [(Place::sqlite(), false), (Place::postgres(), true)] {
        let one = place.open().await.unwrap();
        // Another process on the same database, where there can be one.
        let second = if several { Some(place.open().await.unwrap()) } else { None };
        let other = second.as_ref().unwrap_or(&one);
        for round in 0..15 {
            let before = keep(&one, "1").await;
            let meanwhile = async |store: &Store, listing: &str| {
                for _ in 0..6 {
                    let id = keep(store, listing).await;
                    let read = store.decision(id).await;
                    assert!(matches!(read, Ok(Some(_)) | Err(StoreError::Erased)), "{read:?}");
                }
            };
            let erase = async { assert!(one.erase("m", "s", logged(round)).await.unwrap()) };
            tokio::join!(meanwhile(&one, "2"), meanwhile(other, "3"), erase);
            for store in [&one, other] {
                assert!(matches!(store.decision(before).await, Err(StoreError::Erased)));
                let after = keep(store, "4").await;
                assert_eq!(one.decision(after).await.unwrap().unwrap().body, b"{}");
                assert_eq!(other.decision(after).await.unwrap().unwrap().body, b"{}");
            }
        }
        one.close().await;
        other.close().await;
    }
}

/// The key, even sealed, is in no file any more: who has the master key and the disk can't bring it back.
#[tokio::test(flavor = "multi_thread")]
async fn the_key_leaves_the_files() {
    let place = Place::sqlite();
    let store = place.open().await.unwrap();
    keep(&store, "1").await;
    let db = place.beside().await;
    let ask = Statement::from_string(db.get_database_backend(), "SELECT sealed FROM data_key");
    let key: Vec<u8> = db.query_one_raw(ask).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    db.close().await.unwrap();
    let is_there = || {
        let files = ["touchstone.db", "touchstone.db-wal"].map(|name| place.folder.path().join(name));
        files.iter().any(|file| std::fs::read(file).unwrap().windows(key.len()).any(|window| window == key))
    };
    assert!(is_there());
    assert!(store.erase("m", "s", logged(1)).await.unwrap());
    assert!(!is_there());
    store.close().await;
}
