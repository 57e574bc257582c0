//! Edits are compared with what was allowed, and blocked listings are recognised when they come back.

use serde_json::{Value, json};

use crate::world::{Backend, World, on_both};

on_both!(
    a_blocked_listing_is_recognised_when_it_comes_back,
    what_was_found_genuine_is_no_longer_looked_for,
    what_was_blocked_is_known_after_a_restart,
    an_edit_is_compared_with_what_was_allowed,
);

/// A listing that the pack blocks, and the same in other words.
fn fake(seller: &str, id: &str) -> Value {
    let title = "Velatta Arco bag replica, quilted calfskin with chain, ref 77412";
    json!({"marketplace": "plaza", "seller_id": seller, "id": id, "title": title, "price": "60.00 USD"})
}

fn reworded(seller: &str, id: &str) -> Value {
    let title = "🔥 77412 chain quilted | Velatta Arco bag ✨ calfskin";
    json!({"marketplace": "plaza", "seller_id": seller, "id": id, "title": title, "price": "66.00 USD"})
}

async fn context(world: &World, listing: &Value) -> Value {
    let decided = world.screen(listing).await.ok();
    let id = decided["decision_id"].as_str().unwrap();
    assert_eq!(world.get(&format!("/v1/decisions/{id}/replay")).await.ok()["same"], true);
    decided["decision"]["context"].clone()
}

/// Blocks a listing; gives the decision's id.
async fn block(world: &World, listing: &Value) -> Value {
    let decided = world.screen(listing).await.ok();
    assert_eq!(decided["decision"]["verdict"], "block");
    decided["decision_id"].clone()
}

async fn a_blocked_listing_is_recognised_when_it_comes_back(backend: Backend) {
    let world = World::new(backend).await;
    let blocked = block(&world, &fake("s1", "1")).await;
    assert_eq!(context(&world, &fake("s1", "1")).await, Value::Null, "it is no return of itself");
    let cases = [
        (reworded("s1", "2"), Some(true)),
        (reworded("s1", "1"), Some(true)),
        (fake("s2", "1"), Some(false)),
        (json!({"marketplace": "plaza", "seller_id": "s1", "id": "3", "title": "Velatta belt, brown"}), None),
    ];
    for (listing, same_seller) in cases {
        let resembles = &context(&world, &listing).await["resembles"];
        assert_eq!(resembles["same_seller"].as_bool(), same_seller, "{listing}");
        assert_eq!(same_seller.is_none(), resembles.is_null());
    }
    assert_ne!(blocked, Value::Null);
}

async fn what_was_found_genuine_is_no_longer_looked_for(backend: Backend) {
    let world = World::new(backend).await;
    let id = block(&world, &fake("s1", "1")).await;
    assert_eq!(context(&world, &reworded("s1", "2")).await["resembles"]["decision_id"], id);
    let outcome = json!({"decision_id": id, "kind": "brand_answer", "finding": "genuine"});
    world.post("/v1/outcomes", outcome.to_string()).await.ok();
    assert_eq!(context(&world, &reworded("s1", "2")).await, Value::Null);
    // The next look at the store does not bring it back.
    world.app.look_for_blocked().await.unwrap();
    assert_eq!(context(&world, &reworded("s1", "2")).await, Value::Null);
}

async fn what_was_blocked_is_known_after_a_restart(backend: Backend) {
    let world = World::new(backend).await;
    let id = block(&world, &fake("s1", "1")).await;
    let config = world.app.config().clone();
    world.app.close().await;
    let again = world.reopened(config).await;
    assert_eq!(context(&again, &reworded("s1", "2")).await["resembles"]["decision_id"], id);
}

async fn an_edit_is_compared_with_what_was_allowed(backend: Backend) {
    let world = World::new(backend).await;
    // Whether it is called an update or not.
    for event in ["update", "create"] {
        let offer = |event: &str, title: &str, price: &str| json!({"event": event, "marketplace": "plaza", "seller_id": "s", "id": event, "title": title, "price": price});
        let first = offer(event, "Plain canvas bag", "30.00 USD");
        assert_eq!(context(&world, &first).await, Value::Null);
        assert_eq!(context(&world, &first).await, Value::Null, "nothing changed");
        let switched = world.screen(&offer(event, "Velatta belt", "90.00 USD")).await.ok();
        let (context, signals) = (&switched["decision"]["context"], &switched["decision"]["signals"]);
        let previous = &context["previous"];
        assert_eq!((&previous["brand"], &previous["price_usd_cents"]), (&Value::Null, &json!(3_000)));
        assert_eq!((&signals["brand_switched"], &signals["price_switched"]), (&json!("added"), &json!(3_000)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_on_one_database_learn_from_each_other() {
    let one = World::new(Backend::Postgres).await;
    let mut config = one.app.config().clone();
    let folder = tempfile::tempdir().unwrap();
    config.data = folder.path().join("data");
    let other = World::open(config, folder).await;
    let id = block(&one, &fake("s1", "1")).await;
    assert_eq!(context(&other, &reworded("s1", "2")).await, Value::Null, "not yet");
    other.app.look_for_blocked().await.unwrap();
    assert_eq!(context(&other, &reworded("s1", "2")).await["resembles"]["decision_id"], id);
    let outcome = json!({"decision_id": id, "kind": "reversal", "finding": "genuine"});
    one.post("/v1/outcomes", outcome.to_string()).await.ok();
    other.app.look_for_blocked().await.unwrap();
    assert_eq!(context(&other, &reworded("s1", "2")).await, Value::Null);
}
