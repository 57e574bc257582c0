//! Listings are found by what they say, as soon as they were decided on, and by a picture that they show; what was erased
//! is not.

use axum::body::Body;
use serde_json::{Value, json};

use crate::banks::drawn;
use crate::pictures::form;
use crate::world::{Backend, World, on_both};

on_both!(
    words_find_what_was_just_decided,
    an_erased_seller_is_not_found,
    a_restart_and_another_process_find_the_same,
    a_picture_finds_who_shows_it,
    similar_listings_stand_beside_a_decision
);

fn bag(id: &str, seller: &str, title: &str) -> Value {
    json!({"marketplace": "plaza", "seller_id": seller, "id": id, "title": title, "price": "450.00 EUR", "condition": "new"})
}

impl World {
    async fn named(&self, query: &str) -> Vec<String> {
        let found = self.get(&format!("/v1/listings/search?{query}")).await.ok();
        found["items"].as_array().unwrap().iter().map(|one| one["listing_id"].as_str().unwrap().to_owned()).collect()
    }
}

async fn words_find_what_was_just_decided(backend: Backend) {
    let world = World::new(backend).await;
    world.screen(&json!([bag("1", "s1", "Leather bag, brown"), bag("2", "s2", "Lederjacke, braun")])).await.ok();
    assert_eq!(world.named("q=lea").await, ["1"]);
    assert_eq!(world.named("q=LE").await.len(), 2);
    assert!(world.named("q=leather%20jacket").await.is_empty());
    assert!(world.named("q=").await.is_empty());
    world.clock.forward(5);
    world.screen(&bag("1", "s1", "Wallet, brown")).await.ok();
    assert!(world.named("q=leather").await.is_empty(), "the earlier version is found no more");
    assert_eq!(world.named("q=wallet&seller_id=s1").await, ["1"]);
    assert!(world.named("q=wallet&seller_id=s2").await.is_empty());
    assert_eq!(world.named("q=wallet&verdict=allow").await, ["1"]);
    assert!(world.named("q=wallet&verdict=block").await.is_empty());
    let whole = world.get("/v1/listings/search?q=wallet").await.ok();
    assert_eq!((&whole["searched"], &whole["complete"]), (&json!(2), &json!(true)), "{whole}");
    assert_eq!(whole["items"][0]["title"], "Wallet, brown");
    let (status, code) = world.get(&format!("/v1/listings/search?q={}", "a".repeat(501))).await.problem();
    assert_eq!((status, code.as_str()), (400, "bad_parameter"));
}

async fn an_erased_seller_is_not_found(backend: Backend) {
    let world = World::new(backend).await;
    world.screen(&json!([bag("1", "s1", "Leather bag"), bag("2", "s2", "Leather belt")])).await.ok();
    assert_eq!(world.named("q=leather").await.len(), 2);
    world.app.erase("plaza", "s1").await.unwrap();
    assert_eq!(world.named("q=leather").await, ["2"]);
    assert!(world.named("q=s1").await.is_empty());
}

async fn a_restart_and_another_process_find_the_same(backend: Backend) {
    let world = World::new(backend).await;
    let many: Value = (0..60).map(|n| bag(&n.to_string(), "s1", &format!("Leather bag number n{n}"))).collect();
    world.screen(&many).await.ok();
    assert_eq!(world.named("q=n42").await, ["42"]);
    let config = world.app.config().clone();
    if matches!(backend, Backend::Postgres) {
        let second = World::beside(config.clone()).await;
        assert_eq!(second.named("q=n42").await, ["42"]);
        world.screen(&bag("late", "s1", "Leather bag, late")).await.ok();
        assert_eq!(second.named("q=late").await, ["late"]);
    }
    world.app.close().await;
    let world = world.reopened(config).await;
    assert_eq!(world.named("q=n42").await, ["42"]);
    assert_eq!(
        world.named("q=leather&limit=200").await.len(),
        if matches!(backend, Backend::Postgres) { 61 } else { 60 }
    );
}

async fn a_picture_finds_who_shows_it(backend: Backend) {
    let world = World::with_banks(backend, |_| {}).await;
    for (seller, picture) in [("s1", drawn(1)), ("s2", drawn(1)), ("s3", drawn(2))] {
        let listing = bag("1", seller, "Velatta bag").to_string();
        let body = form("b", &[("listing", "", listing.as_bytes()), ("picture", "a.png", &picture)]);
        world.sent("/v1/screen/form", body).await;
    }
    let answer = world.sent("/v1/listings/alike", form("b", &[("picture", "a.png", &drawn(1))])).await;
    let mut sellers: Vec<&str> =
        answer["items"].as_array().unwrap().iter().map(|one| one["seller_id"].as_str().unwrap()).collect();
    sellers.sort_unstable();
    assert_eq!(sellers, ["s1", "s2"]);
    let answer = world.sent("/v1/listings/alike", form("b", &[("picture", "a.png", &drawn(3))])).await;
    assert_eq!(answer["items"], json!([]));
}

async fn similar_listings_stand_beside_a_decision(backend: Backend) {
    let world = World::new(backend).await;
    let listings = [
        bag("1", "s1", "Leather bag for travel, brown"),
        bag("2", "s2", "Leather bag for travel, black"),
        bag("3", "s3", "Garden chair of steel"),
    ];
    let answer = world.screen(&listings.iter().cloned().collect()).await.ok();
    let told = json!({"marketplace": "plaza", "seller_id": "s2", "listing_id": "2", "kind": "test_purchase", "finding": "counterfeit"});
    world.post("/v1/outcomes", told.to_string()).await.ok();
    let id = answer["items"][0]["decision_id"].as_str().unwrap();
    let similar = world.get(&format!("/v1/decisions/{id}/similar")).await.ok();
    let items = similar["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{similar}");
    assert_eq!((&items[0]["listing_id"], &items[0]["learnt"]), (&json!("2"), &json!("counterfeit")));
    let then = world.get(&format!("/v1/decisions/{id}/listing")).await.ok();
    assert_eq!(then["listing"]["title"], "Leather bag for travel, brown");
}

impl World {
    async fn sent(&self, path: &str, body: Vec<u8>) -> Value {
        let mut request = self.request("POST", path).body(Body::from(body)).unwrap();
        request.headers_mut().insert("content-type", "multipart/form-data; boundary=b".parse().unwrap());
        self.send(request).await.ok()
    }
}
