//! What one call answers.

use futures_util::future::join_all;
use serde_json::json;

use crate::world::{Backend, World, on_both};

on_both!(
    one_and_many_say_the_same,
    calls_at_once_are_decided_on_as_alone,
    the_order_of_a_call_is_kept,
    a_long_call_says_the_same_as_each_alone,
    a_review_has_terms,
    known_sellers_count,
    said_again
);

async fn one_and_many_say_the_same(backend: Backend) {
    let world = World::new(backend).await;
    let listing = json!({"id": "1", "title": "V.e.l.a.t.t.a bag", "price": "20 USD"});
    let one = world.screen(&listing).await.ok();
    let many = world.screen(&json!([{"id": "0"}, listing])).await.ok();
    assert_eq!(one["decision"], many["items"][1]["decision"]);
    assert_ne!(one["decision_id"], many["items"][1]["decision_id"]);
}

async fn calls_at_once_are_decided_on_as_alone(backend: Backend) {
    let (alone, at_once) = (World::new(backend).await, World::new(backend).await);
    for world in [&alone, &at_once] {
        world.put("/v1/sellers/-/s1", &json!({"sales": 3})).await.ok();
    }
    let listing = |n: usize| {
        let title = if n.is_multiple_of(3) { "V.e.l.a.t.t.a bag" } else { "Canvas bag" };
        json!({"id": n.to_string(), "seller_id": format!("s{}", n % 2), "title": title, "price": format!("{n} USD")})
    };
    let bodies: Vec<_> = (1..40)
        .map(|n| if n % 4 == 1 { json!([listing(n), {"title": "no id"}, listing(n + 100)]) } else { listing(n) })
        .collect();
    let together = join_all(bodies.iter().map(|body| at_once.screen(body))).await;
    for (body, answer) in bodies.iter().zip(together) {
        let (one, answer) = (alone.screen(body).await.ok(), answer.ok());
        assert_eq!(one["decision"], answer["decision"]);
        for (one, item) in
            one["items"].as_array().into_iter().flatten().zip(answer["items"].as_array().unwrap_or(&vec![]))
        {
            assert_eq!((&one["decision"], &one["error"]["code"]), (&item["decision"], &item["error"]["code"]));
        }
    }
}

/// Longer than what is worked on at a time, with mistakes in it, and short calls beside it.
async fn a_long_call_says_the_same_as_each_alone(backend: Backend) {
    let world = World::with(backend, |config| (config.rate_per_second, config.burst) = (100_000, 100_000)).await;
    let listing = |n: usize| match n % 7 {
        0 => json!({"title": "no id"}),
        1 | 4 => json!({"id": n.to_string(), "title": format!("Velatta bag {n}"), "price": "1900 USD"}),
        _ => json!({"id": n.to_string(), "title": format!("Canvas bag {n}"), "price": format!("{n} USD")}),
    };
    let listings: Vec<_> = (0..333).map(listing).collect();
    let (long, body) = (json!(listings), |n: usize| json!(listings[n]));
    let bodies: Vec<_> = (0..listings.len()).step_by(20).map(body).collect();
    let (long, short) = tokio::join!(world.screen(&long), join_all(bodies.iter().map(|body| world.screen(body))));
    let items = long.ok()["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), listings.len());
    for (n, item) in items.iter().enumerate() {
        let id = item["decision"]["listing_id"].as_str();
        assert!(if n % 7 == 0 { item["error"]["code"] == "bad_listing" } else { id == Some(&n.to_string()) }, "{item}");
    }
    for (n, alone) in (0..listings.len()).step_by(20).zip(short) {
        assert_eq!(alone.json()["decision"], items[n]["decision"]);
    }
    let kept = items.iter().filter_map(|item| item["decision_id"].as_str());
    for id in kept.step_by(40) {
        let replayed = world.get(&format!("/v1/decisions/{id}/replay")).await.ok();
        assert_eq!(replayed["same"], true);
    }
}

async fn the_order_of_a_call_is_kept(backend: Backend) {
    let world = World::new(backend).await;
    let body = json!([{"id": "c"}, {"title": "no id"}, {"id": "a"}, {"id": "b", "event": "sold"}, 7, {"id": "d", "event": "order", "title": "Bag"}]);
    let answer = world.screen(&body).await.ok();
    let said: Vec<String> = answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| match item["error"]["code"].as_str() {
            Some(code) => format!("{code} {}", item["error"]["errors"][0]["reason"].as_str().unwrap()),
            None => format!("{} {}", item["decision"]["listing_id"].as_str().unwrap(), item["event"].as_str().unwrap()),
        })
        .collect();
    let expected =
        ["c create", "bad_listing no_id", "a create", "bad_listing wrong_type", "bad_listing not_json", "d order"];
    assert_eq!(said, expected);
    assert_eq!(world.decisions().await, 3);
}

async fn a_review_has_terms(backend: Backend) {
    let world = World::new(backend).await;
    let answer = world.screen(&json!({"id": "1", "title": "V.e.l.a.t.t.a bag", "price": "20 USD"})).await.ok();
    assert_eq!(answer["decision"]["verdict"], "review", "{answer}");
    let hours = answer["decision"]["review"]["hours"].as_i64().unwrap();
    assert_eq!(answer["review"]["listing"], answer["decision"]["review"]["listing"]);
    let until = format!("2026-11-{:02}T{:02}:00:00Z", 1 + hours / 24, hours % 24);
    assert_eq!(answer["review"]["until"], until);
    assert!(["publish", "stay_live", "stay_held"].contains(&answer["review"]["then"].as_str().unwrap()));
}

async fn known_sellers_count(backend: Backend) {
    let world = World::new(backend).await;
    let listing = json!({"id": "1", "marketplace": "m", "seller_id": "s", "title": "Velatta bag", "price": "20 USD",
        "seller": {"sales": 3, "age_days": 9}});
    let told = json!({"sales": 700, "country": "DE"});
    world.put("/v1/sellers/m/s", &told).await.ok();
    let decision = world.screen(&listing).await.ok()["decision"].clone();
    // The marketplace's own word counts, and the listing adds what it leaves open.
    assert_eq!(decision["context"]["seller"], json!({"age_days": 9, "country": "DE", "sales": 700}));
    assert_eq!(world.get("/v1/sellers/m/s").await.ok()["record"], told);
}

async fn said_again(backend: Backend) {
    let world = World::new(backend).await;
    let listing = json!({"id": "1", "marketplace": "m", "seller_id": "s", "title": "V3latta bag \"<b>new</b>\"", "price": "20 USD",
        "reviews": ["it is a fake"], "listed_at": "2026-10-31T10:00:00Z", "seller": {"sales": 3}});
    let first = world.screen(&listing).await.ok();
    let id = first["decision_id"].as_str().unwrap();
    assert_eq!(world.get(&format!("/v1/decisions/{id}/replay")).await.ok(), json!({"decision_id": id, "same": true}));
    assert_eq!(world.get(&format!("/v1/decisions/{id}")).await.ok(), first);
}
