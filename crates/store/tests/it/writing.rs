//! What a commit takes together, and looking up many.

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
    Screened { decisions: vec![decision(listing, "{}", "allow", 1)], idempotency: Some(idempotency) }
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
