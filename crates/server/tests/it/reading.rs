//! Listings, decisions and outcomes, read back.

use serde_json::{Value, json};

use crate::world::{Backend, World, on_both};

on_both!(lists_are_read_page_by_page, a_listing_has_its_latest_state, outcomes_are_about_listings, filters_restrict);

async fn pages(world: &World, path: &str, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = world.get(&format!("{path}{cursor}")).await.ok();
        found.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item.pointer(name).unwrap().as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

async fn lists_are_read_page_by_page(backend: Backend) {
    let world = World::new(backend).await;
    let ids = ["ä", "b", "a:b", "c", "日本", "d", "e"];
    for id in ids {
        world.screen(&json!({"id": id, "marketplace": "m"})).await.ok();
    }
    let newest_first: Vec<&str> = ids.iter().rev().copied().collect();
    assert_eq!(pages(&world, "/v1/decisions?limit=3", "/decision/listing_id").await, newest_first);
    let mut sorted = ids;
    sorted.sort_unstable();
    assert_eq!(pages(&world, "/v1/listings?limit=2", "/listing_id").await, sorted);
    assert_eq!(world.get("/v1/listings?limit=0").await.problem(), (400, "bad_parameter".to_owned()));
    assert_eq!(world.get("/v1/listings?cursor=xyz").await.problem(), (400, "bad_parameter".to_owned()));
}

async fn filters_restrict(backend: Backend) {
    let world = World::new(backend).await;
    let listings = json!([
        {"id": "1", "marketplace": "m", "seller_id": "s", "title": "Velatta replica bag"},
        {"id": "2", "marketplace": "m", "seller_id": "s", "title": "Plain bag"},
        {"id": "3", "marketplace": "m", "seller_id": "t", "title": "Plain bag"},
        {"id": "1", "marketplace": "n", "seller_id": "s", "title": "Plain bag"},
    ]);
    world.screen(&listings).await.ok();
    let count = async |path: &str| world.get(path).await.ok()["items"].as_array().unwrap().len();
    assert_eq!(count("/v1/decisions?marketplace=m").await, 3);
    assert_eq!(count("/v1/decisions?marketplace=m&seller_id=s&listing_id=1").await, 1);
    assert_eq!(count("/v1/decisions?verdict=block").await, 1);
    assert_eq!(count("/v1/listings?seller_id=s&verdict=allow").await, 2);
}

async fn a_listing_has_its_latest_state(backend: Backend) {
    let world = World::new(backend).await;
    let say = |title: &str| json!({"id": "a/b", "seller_id": "s", "title": title});
    let first = world.screen(&say("Plain bag")).await.ok();
    let approved = first["decision"]["hashes"]["listing"].clone();
    world.clock.forward(60);
    let last = world.screen(&say("Velatta replica bag")).await.ok();
    assert_eq!(last["decision"]["verdict"], "block");
    let state = world.get("/v1/listings/-/s/a%2Fb").await.ok();
    assert_eq!(state["decision_id"], last["decision_id"]);
    assert_eq!((&state["verdict"], &state["approved_hash"]), (&json!("block"), &approved));
    assert_eq!(
        (&state["first_seen_at"], &state["updated_at"]),
        (&json!("2026-11-01T00:00:00Z"), &json!("2026-11-01T00:01:00Z"))
    );
    assert_eq!(state["content"]["title"], "Velatta replica bag");
}

async fn outcomes_are_about_listings(backend: Backend) {
    let world = World::new(backend).await;
    let id = world.screen(&json!({"id": "1", "title": "Velatta replica"})).await.ok()["decision_id"].clone();
    let told = json!([
        {"decision_id": id, "kind": "test_purchase", "finding": "counterfeit", "happened_at": "2026-11-02T10:00:00Z"},
        {"listing_id": "1", "kind": "reversal", "finding": "genuine", "note": "receipt shown"},
    ]);
    assert_eq!(world.post("/v1/outcomes", told.to_string()).await.ok(), json!({"accepted": 2}));
    let state = world.get("/v1/listings/-/-/1").await.ok();
    let kinds: Vec<&Value> = state["outcomes"].as_array().unwrap().iter().map(|outcome| &outcome["kind"]).collect();
    assert_eq!(kinds, ["test_purchase", "reversal"]);
    for bad in [
        json!({"kind": "reversal", "finding": "genuine"}),
        json!({"listing_id": "1", "kind": "rumour", "finding": "genuine"}),
    ] {
        assert_eq!(world.post("/v1/outcomes", bad.to_string()).await.problem(), (422, "bad_outcome".to_owned()));
    }
}
