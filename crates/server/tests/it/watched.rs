//! The breaker, fed by the pictures of listings.

use axum::body::Body;
use serde_json::{Value, json};
use touchstone_banks::breaker::Limits;

use crate::banks::drawn;
use crate::pictures::form;
use crate::world::{Backend, World, on_both};

on_both!(what_matches_too_many_listings_is_stopped, a_changed_bank_is_asked_again_and_nothing_looked_at_again);

fn limits() -> Limits {
    Limits { queries_min: 6, entry: 500, counterfeit: 500, ..Limits::default() }
}

impl World {
    /// Screens a listing with a picture; the entries that it is a copy of.
    async fn copies(&self, id: &str, picture: &[u8]) -> Vec<Value> {
        let listing = json!({"id": id, "seller_id": id, "title": "Velatta bag"}).to_string();
        let body = form("b", &[("listing", "", listing.as_bytes()), ("picture", "a.png", picture)]);
        let mut request = self.request("POST", "/v1/screen/form").body(Body::from(body)).unwrap();
        request.headers_mut().insert("content-type", "multipart/form-data; boundary=b".parse().unwrap());
        let decision = self.send(request).await.ok();
        let picture = &decision["decision"]["context"]["pictures"][0];
        picture["copies"].as_array().cloned().unwrap_or_default()
    }
}

async fn what_matches_too_many_listings_is_stopped(backend: Backend) {
    let world = World::with_banks(backend, |config| config.pictures.breaker = limits()).await;
    let chart = drawn(1);
    let added = world.form(&world.key, "/v1/banks/counterfeit", &[("picture", "chart.png", &chart)]).await.ok();
    let id = added["items"][0]["id"].as_str().unwrap().to_owned();
    for n in 0..5 {
        assert_eq!(world.copies(&format!("l{n}"), &chart).await[0]["entry"], id.as_str());
    }
    // By hand is no traffic.
    world.form(&world.key, "/v1/banks/query", &[("picture", "a.png", &chart)]).await.ok();
    assert_eq!(world.get("/v1/banks/counterfeit").await.ok()["stopped"], false);
    world.copies("l5", &chart).await;
    let bank = world.get("/v1/banks/counterfeit").await.ok();
    assert_eq!((&bank["stopped"], &bank["entries_stopped"], &bank["queries"]), (&json!(true), &json!(1), &json!(6)));
    assert_eq!(bank["history"][0]["by"], "breaker", "{bank}");
    assert_eq!(world.get("/v1/banks?stopped=true").await.ok()["items"][0]["id"], id.as_str());
    assert!(world.copies("l6", &chart).await.is_empty(), "its matches are withheld");
    let asked = world.form(&world.key, "/v1/banks/query", &[("picture", "a.png", &chart)]).await.ok();
    assert_eq!((&asked["items"][0]["matches"], &asked["items"][0]["withheld"]), (&json!([]), &json!(1)));
    for path in [format!("/v1/banks/entries/{id}/rearm"), "/v1/banks/counterfeit/rearm".to_owned()] {
        assert_eq!(world.post(&path, json!({"why": "it is a fake"}).to_string()).await.ok()["stopped"], false);
    }
    assert_eq!(world.copies("l7", &chart).await.len(), 1);
}

async fn a_changed_bank_is_asked_again_and_nothing_looked_at_again(backend: Backend) {
    let world = World::with_banks(backend, |_| {}).await;
    let picture = drawn(1);
    assert!(world.copies("a", &picture).await.is_empty());
    world.form(&world.key, "/v1/banks/genuine", &[("picture", "one.png", &picture)]).await.ok();
    assert_eq!(world.copies("b", &picture).await[0]["bank"], "genuine");
    // A new price is decided on with the same pictures, and with what the banks say of them now.
    let price = json!({"id": "a", "seller_id": "a", "event": "price", "price": "20.00 EUR"});
    let priced = world.screen(&price).await.ok();
    assert_eq!(priced["provisional"], false, "{priced}");
    assert_eq!(priced["decision"]["context"]["pictures"][0]["copies"][0]["bank"], "genuine");
}
