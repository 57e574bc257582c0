//! What a commit takes together, and looking up many.

use sea_orm::{ConnectionTrait, Statement, TransactionTrait};
use touchstone_store::{Idempotency, Recorded, Screened, StoredSeller, Told};

use crate::Place;
use crate::retention::decision;

fn call(listing: &str, response: &str) -> Screened {
    let idempotency = Idempotency {
        client: "shop".to_owned(),
        key: "k".to_owned(),
        request_hash: [1; 32],
        response: response.as_bytes().to_vec(),
        created_at: 1,
        expires_at: 1_000,
    };
    Screened {
        decisions: vec![decision(listing, "{}", "allow", 1)],
        idempotency: Some(idempotency),
        ..Screened::default()
    }
}

/// Whose caller went away is still written; a retry in the same commit gets that answer, and doubles nothing.
#[tokio::test]
async fn a_key_is_new_once_in_a_commit() {
    for place in Place::both() {
        let store = place.open().await.unwrap();
        let calls: Vec<_> = (0..8).map(|n| store.record(call("1", &format!("answer {n}")))).collect();
        let recorded = futures_util::future::join_all(calls).await;
        let kept = recorded.iter().filter(|one| matches!(one, Ok(Recorded::Kept))).count();
        let answered = recorded.iter().filter_map(|one| match one {
            Ok(Recorded::Earlier(answer)) => Some(answer.response.clone()),
            _ => None,
        });
        let earlier: Vec<_> = answered.collect();
        assert_eq!((kept, earlier.len()), (1, 7));
        assert!(earlier.iter().all(|answer| *answer == earlier[0]));
        let all = store.decisions(&touchstone_store::DecisionFilter::default(), 100).await.unwrap();
        assert_eq!(all.len(), 1);
    }
}

#[tokio::test]
async fn a_thousand_sellers_are_looked_up_at_once() {
    for place in Place::both() {
        let store = place.open().await.unwrap();
        let names: Vec<(String, String)> = (0..1_000).map(|n| ("m".to_owned(), format!("seller {n}"))).collect();
        let told = |(marketplace, seller_id): &(String, String)| StoredSeller {
            marketplace: marketplace.clone(),
            seller_id: seller_id.clone(),
            record: "{}".to_owned(),
            updated_at: 1,
        };
        store.put_sellers(names.iter().map(told).collect()).await.unwrap();
        assert_eq!(store.sellers(&names).await.unwrap().len(), 1_000);
        let listings: Vec<touchstone_store::Name> = names
            .iter()
            .map(|(marketplace, seller_id)| touchstone_store::Name {
                marketplace: marketplace.clone(),
                seller_id: seller_id.clone(),
                listing_id: "1".to_owned(),
            })
            .collect();
        assert!(store.states(&listings).await.unwrap().is_empty());
    }
}

/// The database refuses the listing "bad" after all else of its call was written.
async fn refuse(place: &Place) {
    let sqlite = "CREATE TRIGGER refuse BEFORE INSERT ON listing WHEN NEW.listing_id = 'bad' \
                  BEGIN SELECT RAISE(ABORT, 'refused'); END";
    let postgres = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$; \
                    CREATE TRIGGER refuse BEFORE INSERT ON listing FOR EACH ROW \
                    WHEN (NEW.listing_id = 'bad') EXECUTE FUNCTION refuse()";
    place.execute(if place.address.starts_with("sqlite") { sqlite } else { postgres }).await;
}

/// A call of these listings, under a key of its own.
fn call_of(key: &str, listings: &[&str]) -> Screened {
    let decisions = listings.iter().map(|listing| decision(listing, &format!("{{{listing}}}"), "block", 1)).collect();
    let idempotency =
        call("", "answer").idempotency.map(|idempotency| Idempotency { key: key.to_owned(), ..idempotency });
    Screened { decisions, idempotency, ..Screened::default() }
}

/// The others of the same commit are kept all the same.
#[tokio::test]
async fn a_call_is_kept_whole_or_not_at_all() {
    for place in Place::both() {
        let store = place.open().await.unwrap();
        refuse(&place).await;
        let calls = [("a", &["1"][..]), ("b", &["2", "bad", "3"]), ("c", &["4"])];
        let recorded = calls.map(|(key, listings)| store.record(call_of(key, listings)));
        let recorded = futures_util::future::join_all(recorded).await;
        let kept: Vec<bool> = recorded.iter().map(|one| matches!(one, Ok(Recorded::Kept))).collect();
        assert_eq!(kept, [true, false, true], "{recorded:?}");
        let all = store.decisions(&touchstone_store::DecisionFilter::default(), 100).await.unwrap();
        let mut all: Vec<String> = all.into_iter().map(|one| one.unwrap().name.listing_id).collect();
        all.sort();
        assert_eq!(all, ["1", "4"]);
        assert_eq!(store.blocked(None, 10).await.unwrap().len(), 2);
        assert_eq!(store.answer("shop", "b", 2).await.unwrap(), None, "its key is free");
        assert!(store.content(&call_of("b", &["2"]).decisions[0].stored.listing_hash).await.unwrap().is_none());
        let drop =
            if place.address.starts_with("sqlite") { "DROP TRIGGER refuse" } else { "DROP TRIGGER refuse ON listing" };
        place.execute(drop).await;
        assert_eq!(store.record(call_of("b", &["2", "bad", "3"])).await.unwrap(), Recorded::Kept);
    }
}

/// Two processes, one key: outcomes are kept by the first, and the second learns what it answered.
#[tokio::test]
async fn a_key_stands_for_outcomes_once() {
    for place in Place::both() {
        let store = place.open().await.unwrap();
        let key = || call("1", "answer").idempotency;
        let tell = || store.put_outcomes(vec![crate::retention::outcome(5)], key());
        assert!(matches!(tell().await, Ok(Told::Kept(_))));
        assert!(matches!(tell().await, Ok(Told::Earlier(answer)) if answer.response == b"answer"));
        assert_eq!(store.outcomes(&crate::retention::outcome(5).name).await.unwrap().len(), 1);
    }
}

/// Every connection for lists waits for a table that somebody has locked: what decisions need is looked up all the same,
/// and what waits too long is ended.
#[tokio::test]
async fn a_list_that_takes_long_is_in_nobodys_way() {
    let place = Place::postgres();
    let store = std::sync::Arc::new(place.open().await.unwrap());
    let outcome = crate::retention::outcome(5);
    store.record(Screened { idempotency: None, ..call("1", "") }).await.unwrap();
    store.put_outcomes(vec![outcome.clone()], None).await.unwrap();
    let beside = place.beside().await;
    let locked = beside.begin().await.unwrap();
    locked.execute_unprepared("LOCK TABLE outcome").await.unwrap();
    let lists: Vec<_> = (0..8)
        .map(|_| {
            let (store, name) = (std::sync::Arc::clone(&store), outcome.name.clone());
            tokio::spawn(async move { store.outcomes(&name).await })
        })
        .collect();
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    let waiting = Statement::from_string(sea_orm::DbBackend::Postgres, waiting);
    while beside.query_one_raw(waiting.clone()).await.unwrap().unwrap().try_get_by_index::<i64>(0).unwrap() < 4 {
        tokio::task::yield_now().await;
    }
    assert_eq!(store.states(std::slice::from_ref(&outcome.name)).await.unwrap().len(), 1);
    assert!(lists.iter().all(|list| !list.is_finished()));
    let ended = lists.into_iter().next().unwrap().await.unwrap();
    assert!(ended.unwrap_err().to_string().contains("statement timeout"));
    locked.rollback().await.unwrap();
}
