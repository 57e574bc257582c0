//! The queue over HTTP: from a screened listing to a verdict that one person gave, and to one for many.

use serde_json::{Value, json};

use crate::person::Browser;
use crate::world::{Backend, World, on_both};

on_both!(a_listing_under_review_is_taken_and_judged, one_decision_serves_many_and_is_undone, retries_take_one_item);

async fn house(backend: Backend) -> (World, Browser, Browser) {
    let world = World::with(backend, |config| {
        config.plain_cookies = true;
        config.review = Some(settings());
    })
    .await;
    let anna = world.person("anna", json!({"roles": ["reviewer"]})).await;
    let lena = world.person("lena", json!({"roles": ["lead"]})).await;
    (world, anna, lena)
}

/// Nobody is drawn for a second review, and nothing by chance but what must be.
fn settings() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/review")
}

/// A listing that the small pack's rules send to people.
fn suspicious(seller: &str, id: &str, words: &str) -> Value {
    json!({"marketplace": "plaza", "seller_id": seller, "id": id, "title": format!("Velatta bag {words}"),
        "price": "9.00 USD", "condition": "new"})
}

async fn screened(world: &World, listing: &Value) -> Value {
    let decision = world.screen(listing).await.ok();
    assert_eq!(decision["decision"]["verdict"], "review", "{decision}");
    world.app.take_in().await.unwrap();
    decision
}

async fn a_listing_under_review_is_taken_and_judged(backend: Backend) {
    let (world, anna, lena) = house(backend).await;
    let decision = screened(&world, &suspicious("s1", "1", "red")).await;
    let queues = world.browse(&anna, "GET", "/v1/queues", "").await.ok();
    let waiting: u64 = queues.as_array().unwrap().iter().map(|queue| queue["open"].as_u64().unwrap()).sum();
    assert_eq!(waiting, 1);
    let taken = world.browse(&anna, "POST", "/v1/queues/general/next", r#"{"lease_seconds": 60}"#).await.ok();
    let (id, token) = (taken["item"]["item_id"].as_str().unwrap(), taken["item"]["lock"]["token"].clone());
    assert_eq!(taken["item"]["decision_id"], decision["decision_id"]);
    assert_eq!(taken["item"]["subject"]["listing_id"], "1");
    // Nobody else gets it meanwhile, and nobody else sees the token.
    let nothing = world.browse(&lena, "POST", "/v1/queues/general/next", "{}").await.ok();
    assert_eq!(nothing["item"], Value::Null);
    let seen = world.browse(&lena, "GET", &format!("/v1/items/{id}"), "").await.ok();
    assert_eq!((&seen["state"], &seen["lock"]["token"]), (&json!("locked"), &Value::Null));
    let listing = world.browse(&anna, "GET", &format!("/v1/items/{id}/listing"), "").await.ok();
    assert_eq!(listing["listing"]["title"], "Velatta bag red");
    let judge = |token: &Value| {
        json!({"command": "judge", "token": token, "judgement": {"verdict": "fake", "class": "counterfeit", "confidence": 90,
            "reason": "logo_wrong", "note": "stitches"}})
        .to_string()
    };
    let commands = format!("/v1/items/{id}/commands");
    // The lease runs out, a lead takes it: the first is late.
    world.clock.forward(61);
    let again = world.browse(&lena, "POST", "/v1/queues/general/next", "{}").await.ok();
    let late = world.browse(&anna, "POST", &commands, judge(&token)).await;
    assert_eq!(late.problem(), (409, "conflict".to_owned()));
    let judged = world.browse(&lena, "POST", &commands, judge(&again["item"]["lock"]["token"])).await.ok();
    assert_eq!((&judged["state"], &judged["settled"]["verdict"]), (&json!("decided"), &json!("fake")));
    let over = world.browse(&anna, "POST", &commands, r#"{"command": "reopen", "reason": "a mistake"}"#).await;
    assert_eq!(over.problem(), (403, "forbidden".to_owned()));
    let reopened = world.browse(&lena, "POST", &commands, r#"{"command": "reopen", "reason": "a mistake"}"#).await.ok();
    assert_eq!(reopened["state"], "open");
}

async fn one_decision_serves_many_and_is_undone(backend: Backend) {
    let (world, anna, _) = house(backend).await;
    for id in ["1", "2", "3"] {
        screened(&world, &suspicious("s1", id, "red")).await;
    }
    screened(
        &world,
        &json!({"marketplace": "plaza", "seller_id": "s1", "id": "4", "price": "9.00 USD", "condition": "new",
        "title": "Velatta wallet with zip, blue canvas, eighteen card slots, for men"}),
    )
    .await;
    let items = world.browse(&anna, "GET", "/v1/items?stage=waiting", "").await.ok();
    let items = items["items"].as_array().unwrap();
    assert_eq!(items.len(), 4);
    let first = items.iter().find(|item| item["subject"]["listing_id"] == "1").unwrap();
    let gather = json!({"item_id": first["item_id"]}).to_string();
    let group = world.browse(&anna, "POST", "/v1/groups", gather).await.ok();
    assert_eq!(group["members"].as_array().unwrap().len(), 3, "{group}");
    let path = format!("/v1/groups/{}", group["group_id"].as_str().unwrap());
    let order =
        json!({"judgement": {"verdict": "fake", "class": "counterfeit", "confidence": 90, "reason": "logo_wrong"}});
    let preview = world.browse(&anna, "POST", &format!("{path}/preview"), order.to_string()).await.ok();
    assert_eq!(preview["served"].as_array().unwrap().len(), 3);
    // What changed since is not decided unseen.
    world.screen(&suspicious("s1", "2", "green")).await.ok();
    let mut decide = json!({"command": "decide", "order": order, "preview": preview["preview"]});
    let stale = world.browse(&anna, "POST", &format!("{path}/commands"), decide.to_string()).await;
    assert_eq!(stale.problem(), (409, "conflict".to_owned()));
    let preview = world.browse(&anna, "POST", &format!("{path}/preview"), order.to_string()).await.ok();
    decide["preview"] = preview["preview"].clone();
    let done = world.browse(&anna, "POST", &format!("{path}/commands"), decide.to_string()).await.ok();
    assert_eq!(done["items"].as_array().unwrap().len(), 2);
    let undo = r#"{"command": "undo", "reason": "looked again"}"#;
    let undone = world.browse(&anna, "POST", &format!("{path}/commands"), undo).await.ok();
    assert_eq!(undone["items"].as_array().unwrap().len(), 2);
    let show = world.browse(&anna, "GET", &path, "").await.ok();
    assert_eq!(show["decided"], false);
}

async fn retries_take_one_item(backend: Backend) {
    let (world, anna, _) = house(backend).await;
    for id in ["1", "2"] {
        screened(&world, &suspicious("s1", id, id)).await;
    }
    let take = || async {
        let request = axum::http::Request::builder().method("POST").uri("/v1/queues/general/next");
        let request = request.header("cookie", &anna.cookie).header("x-csrf-token", &anna.proof);
        let request = request.header("content-type", "application/json").header("idempotency-key", "k1");
        world.send(request.body(axum::body::Body::from("{}")).unwrap()).await
    };
    let (first, second) = (take().await, take().await);
    assert_eq!(first.ok(), second.ok());
    assert_eq!(second.headers["idempotent-replayed"], "true");
}
