//! Nothing acknowledged is lost or doubled.

use axum::http::StatusCode;
use serde_json::json;

use crate::world::{Backend, World, on_both};

on_both!(
    a_retry_gets_the_same_answer,
    another_body_under_a_key_is_refused,
    a_key_is_free_again_after_a_day,
    twins_get_one_answer,
    what_was_learnt_is_kept_once_under_a_key,
    what_was_answered_is_there_after_a_restart,
    a_mistake_among_sellers_keeps_none_of_them,
    what_is_too_much_is_refused_at_once,
);

async fn a_retry_gets_the_same_answer(backend: Backend) {
    let world = World::new(backend).await;
    let body = json!([{"id": "1", "title": "Velatta bag"}, {"id": ""}, {"id": "2"}]);
    let first = world.screen_once("k", &body).await;
    world.clock.forward(3_600);
    let again = world.screen_once("k", &body).await;
    assert_eq!(first.bytes, again.bytes);
    assert_eq!(
        (first.headers.get("idempotent-replayed"), &again.headers["idempotent-replayed"]),
        (None, &"true".parse().unwrap())
    );
    assert_eq!(world.decisions().await, 2);
}

async fn another_body_under_a_key_is_refused(backend: Backend) {
    let world = World::new(backend).await;
    world.screen_once("k", &json!({"id": "1"})).await.ok();
    let other = world.screen_once("k", &json!({"id": "2"})).await;
    assert_eq!(other.problem(), (422, "idempotency_key_reused".to_owned()));
    world.screen_once("l", &json!({"id": "2"})).await.ok();
}

async fn a_key_is_free_again_after_a_day(backend: Backend) {
    let world = World::new(backend).await;
    world.screen_once("k", &json!({"id": "1"})).await.ok();
    world.clock.forward(24 * 3_600 - 1);
    assert_eq!(world.screen_once("k", &json!({"id": "2"})).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    world.clock.forward(2);
    world.screen_once("k", &json!({"id": "2"})).await.ok();
}

async fn twins_get_one_answer(backend: Backend) {
    let world = World::new(backend).await;
    let body = json!([{"id": "1"}, {"id": "2"}]);
    let twins: Vec<_> = (0..20).map(|_| world.screen_once("k", &body)).collect();
    let answers = futures_util::future::join_all(twins).await;
    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK && answer.bytes == answers[0].bytes));
    assert_eq!(world.decisions().await, 2);
}

async fn what_was_learnt_is_kept_once_under_a_key(backend: Backend) {
    let world = World::new(backend).await;
    let id = world.screen(&json!({"id": "1", "seller_id": "s"})).await.ok()["decision_id"].clone();
    let tell = async |finding: &str| {
        let outcome = json!({"decision_id": id, "kind": "brand_answer", "finding": finding}).to_string();
        let request = world.request("POST", "/v1/outcomes").header("idempotency-key", "k");
        world.send(request.body(outcome.into()).unwrap()).await
    };
    let told = futures_util::future::join_all((0..8).map(|_| tell("genuine"))).await;
    assert!(told.iter().all(|answer| answer.status == StatusCode::OK && answer.bytes == told[0].bytes));
    let first = told.iter().filter(|answer| !answer.headers.contains_key("idempotent-replayed")).count();
    assert_eq!((first, tell("counterfeit").await.problem()), (1, (422, "idempotency_key_reused".to_owned())));
    let learnt = async || world.get("/v1/listings/-/s/1").await.ok()["outcomes"].as_array().unwrap().len();
    assert_eq!(learnt().await, 1);
    // Of a seller who was erased meanwhile, too.
    world.app.erase("", "s").await.unwrap();
    assert_eq!(tell("genuine").await.ok()["accepted"], 1);
    // Told once more without a key, or a day later, it is another one.
    world.screen(&json!({"id": "1", "seller_id": "s"})).await.ok();
    world.clock.forward(24 * 3_600 + 1);
    let named = json!({"seller_id": "s", "listing_id": "1", "kind": "brand_answer", "finding": "genuine"});
    world.post("/v1/outcomes", named.to_string()).await.ok();
    assert_eq!(learnt().await, 2);
}

async fn what_was_answered_is_there_after_a_restart(backend: Backend) {
    let world = World::new(backend).await;
    let first = world.screen_once("k", &json!({"id": "1", "title": "Velatta bag"})).await;
    let id = first.ok()["decision_id"].as_str().unwrap().to_owned();
    let config = world.app.config().clone();
    world.app.close().await;
    let again = world.reopened(config).await;
    assert_eq!(again.screen_once("k", &json!({"id": "1", "title": "Velatta bag"})).await.bytes, first.bytes);
    assert_eq!(again.get(&format!("/v1/decisions/{id}")).await.ok()["decision"], first.json()["decision"]);
}

async fn a_mistake_among_sellers_keeps_none_of_them(backend: Backend) {
    let world = World::new(backend).await;
    let sellers = json!([{"seller_id": "a", "sales": 1}, {"seller_id": "b", "sales": -1}]);
    let refused = world.post("/v1/sellers", sellers.to_string()).await;
    assert_eq!(refused.problem(), (422, "bad_seller".to_owned()));
    assert_eq!(world.get("/v1/sellers/-/a").await.problem(), (404, "not_found".to_owned()));
}

async fn what_is_too_much_is_refused_at_once(backend: Backend) {
    let world = World::with(backend, |config| config.listings_in_work_max = 2).await;
    world.screen(&json!([{"id": "1"}, {"id": "2"}])).await.ok();
    let refused = world.screen(&json!([{"id": "1"}, {"id": "2"}, {"id": "3"}])).await;
    assert_eq!(refused.problem(), (503, "overloaded".to_owned()));
    assert_eq!(refused.headers["retry-after"], "1");
}
