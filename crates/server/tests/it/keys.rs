//! Who may do what.

use axum::body::Body;
use serde_json::json;

use crate::world::{Backend, World};

async fn with_scopes(world: &World, scopes: &[&str]) -> String {
    world.app.make_key("part", scopes).await.unwrap()
}

#[tokio::test]
async fn each_scope_opens_its_own_doors() {
    let mut world = World::new(Backend::Sqlite).await;
    let id = world.screen(&json!({"id": "1", "title": "Velatta replica"})).await.ok()["decision_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let calls = [
        ("POST", "/v1/screen".to_owned(), "screen"),
        ("GET", "/v1/decisions".to_owned(), "read"),
        ("GET", format!("/v1/decisions/{id}"), "read"),
        ("GET", format!("/v1/decisions/{id}/replay"), "read"),
        ("GET", format!("/v1/decisions/{id}/seller"), "seller"),
        ("GET", "/v1/listings".to_owned(), "read"),
        ("GET", "/v1/listings/-/-/1".to_owned(), "read"),
        ("PUT", "/v1/sellers/m/s".to_owned(), "screen"),
        ("POST", "/v1/sellers".to_owned(), "screen"),
        ("GET", "/v1/sellers/m/s".to_owned(), "read"),
        ("POST", "/v1/outcomes".to_owned(), "outcomes"),
        ("POST", "/v1/reload".to_owned(), "admin"),
        ("GET", "/metrics".to_owned(), "metrics"),
    ];
    for scope in ["screen", "read", "outcomes", "seller", "metrics", "admin"] {
        world.key = with_scopes(&world, &[scope]).await;
        for (method, path, needed) in &calls {
            let status = world.send(world.request(method, path).body(Body::from("{}")).unwrap()).await.status.as_u16();
            // Staff may see what the seller is told; an administrator may all.
            let may = scope == *needed || scope == "admin" || (scope == "read" && *needed == "seller");
            assert_eq!(status != 403, may, "{scope} {method} {path}: {status}");
        }
    }
}

#[tokio::test]
async fn without_an_accepted_key_nothing_is_told() {
    let mut world = World::new(Backend::Sqlite).await;
    let key = std::mem::take(&mut world.key);
    assert_eq!(world.get("/v1/decisions").await.problem(), (401, "unauthenticated".to_owned()));
    world.key = key.chars().rev().collect();
    assert_eq!(world.get("/v1/decisions").await.problem(), (401, "unauthenticated".to_owned()));
    world.key = with_scopes(&world, &["read"]).await;
    world.get("/v1/decisions").await.ok();
    world.app.revoke_key(world.key.split('_').nth(1).unwrap()).await.unwrap();
    assert_eq!(world.get("/v1/decisions").await.problem(), (401, "unauthenticated".to_owned()));
}

#[tokio::test]
async fn who_calls_too_often_is_told_to_wait() {
    let world = World::with(Backend::Sqlite, |config| (config.rate_per_second, config.burst) = (1, 3)).await;
    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(world.get("/v1/listings").await);
    }
    assert!(codes[..3].iter().all(|answer| answer.status.is_success()));
    assert_eq!(codes[3].problem(), (429, "rate_limited".to_owned()));
    assert!(codes[3].headers.contains_key("retry-after"));
}

#[tokio::test]
async fn the_sellers_face_tells_neither_weights_nor_the_spelling() {
    let mut world = World::new(Backend::Sqlite).await;
    let listing = json!({"id": "1", "seller_id": "s1", "title": "V.e.l.a.t.t.a bag", "price": "20 USD"});
    let decided = world.screen(&listing).await.ok();
    world.key = with_scopes(&world, &["seller"]).await;
    let id = decided["decision_id"].as_str().unwrap();
    let face = world.get(&format!("/v1/decisions/{id}/seller?seller_id=s1&lang=zh")).await.ok();
    assert!(face["statement"][0].as_str().unwrap().contains("您的商品"), "{face}");
    let text = face.to_string();
    for secret in ["score", "shares", "signals", "separated", "counterfactual", "disguised", "hashes", "%"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[tokio::test]
async fn a_seller_reads_only_what_is_said_about_its_own_listings() {
    let mut world = World::new(Backend::Sqlite).await;
    let listing = json!({"id": "1", "marketplace": "plaza", "seller_id": "s1", "title": "Velatta replica"});
    let id = world.screen(&listing).await.ok()["decision_id"].as_str().unwrap().to_owned();
    let path = format!("/v1/decisions/{id}/seller");
    world.get(&path).await.ok();
    world.key = with_scopes(&world, &["seller"]).await;
    assert_eq!(world.get(&path).await.problem(), (400, "bad_parameter".to_owned()));
    for others in ["seller_id=s2&marketplace=plaza", "seller_id=s1", "seller_id=s1&marketplace=bazaar", "seller_id="] {
        assert_eq!(world.get(&format!("{path}?{others}")).await.problem(), (404, "not_found".to_owned()), "{others}");
    }
    world.get(&format!("{path}?seller_id=s1&marketplace=plaza")).await.ok();
}
