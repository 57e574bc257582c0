//! Edits are compared with what was allowed, and blocked listings are recognised when they come back.

use serde_json::{Value, json};

use crate::world::{Backend, World, on_both};

on_both!(
    a_blocked_listing_is_recognised_when_it_comes_back,
    what_was_found_genuine_is_no_longer_looked_for,
    what_was_blocked_is_known_after_a_restart,
    an_edit_is_compared_with_what_was_allowed,
    a_price_or_an_order_is_about_the_whole_listing,
    an_order_approves_nothing,
    a_price_or_an_order_without_a_version_is_refused,
    what_turned_out_counterfeit_is_looked_for,
    what_turned_out_genuine_is_what_edits_are_compared_with,
    a_decision_that_was_taken_back_is_no_block,
    of_two_findings_the_last_counts,
    what_is_blocked_again_stays_known,
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

/// The decision on an event of this listing.
async fn told(world: &World, event: &str, more: &Value) -> Value {
    let mut told = json!({"event": event, "marketplace": "plaza", "seller_id": "s", "id": "9"});
    told.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.screen(&told).await.ok()["decision"].clone()
}

/// What is kept of the listing of [`told`].
async fn kept(world: &World) -> Value {
    world.get("/v1/listings/plaza/s/9").await.ok()["content"].clone()
}

async fn a_price_or_an_order_is_about_the_whole_listing(backend: Backend) {
    let world = World::new(backend).await;
    let fake = fake("s", "9");
    told(&world, "create", &fake).await;
    for (event, more) in [("order", json!({})), ("price", json!({"price": "50.00 USD"}))] {
        let decision = told(&world, event, &more).await;
        assert_eq!((&decision["verdict"], &kept(&world).await["title"]), (&json!("block"), &fake["title"]), "{event}");
    }
    assert_eq!(kept(&world).await["price_minor"], 5_000);
    // What is allowed stays whole too, and what comes next is compared with it.
    told(&world, "create", &json!({"title": "Plain canvas bag", "price": "30.00 USD"})).await;
    assert_eq!(told(&world, "price", &json!({"price": "29.00 USD"})).await["verdict"], "allow");
    assert_eq!(kept(&world).await["title"], "Plain canvas bag");
    let switched = told(&world, "update", &json!({"title": "Velatta belt", "price": "90.00 USD"})).await;
    assert_eq!(switched["signals"]["brand_switched"], "added");
    // What came before it in the same call counts, too.
    let name = json!({"marketplace": "plaza", "seller_id": "s", "id": "new"});
    let with = |more: Value| {
        let mut item = name.clone();
        item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        item
    };
    let both = json!([with(json!({"title": "Tin mug"})), with(json!({"event": "price", "price": "3 USD"}))]);
    let both = world.screen(&both).await.ok();
    assert_eq!(both["items"][1]["decision"]["verdict"], "allow", "{both}");
    let content = world.get("/v1/listings/plaza/s/new").await.ok()["content"].clone();
    assert_eq!((&content["title"], &content["price_minor"]), (&json!("Tin mug"), &json!(300)));
}

async fn an_order_approves_nothing(backend: Backend) {
    let world = World::new(backend).await;
    told(&world, "create", &json!({"title": "Plain canvas bag", "price": "30.00 USD"})).await;
    assert_eq!(told(&world, "order", &json!({"title": "Brown belt", "price": "30.00 USD"})).await["verdict"], "allow");
    let next = told(&world, "update", &json!({"title": "Brown belt", "price": "90.00 USD"})).await;
    assert_eq!(next["context"]["previous"]["price_usd_cents"], 3_000, "compared with what was shown: {next}");
}

async fn a_price_or_an_order_without_a_version_is_refused(backend: Backend) {
    let world = World::new(backend).await;
    for event in ["price", "order"] {
        let refused = world.screen(&json!({"event": event, "id": "9", "price": "20 USD"})).await;
        assert_eq!(refused.problem(), (422, "bad_listing".to_owned()));
        assert_eq!(refused.json()["errors"][0]["reason"], "no_version");
    }
    let items = json!([{"event": "order", "id": "9"}, {"event": "order", "id": "9", "title": "Tin mug"}]);
    let items = world.screen(&items).await.ok()["items"].clone();
    assert_eq!((&items[0]["error"]["code"], &items[1]["event"]), (&json!("bad_listing"), &json!("order")));
}

/// A listing that the pack allows, and the same in other words.
fn harmless(id: &str) -> Value {
    let title = "Canvas tote bag with leather handles and inner pocket, model 88213";
    json!({"marketplace": "plaza", "seller_id": "s", "id": id, "title": title, "price": "30.00 USD"})
}

fn harmless_reworded(id: &str) -> Value {
    let title = "88213 inner pocket, leather handles | canvas tote bag";
    json!({"marketplace": "plaza", "seller_id": "s", "id": id, "title": title, "price": "33.00 USD"})
}

/// The decision's id; it has this verdict.
async fn decide(world: &World, listing: &Value, verdict: &str) -> Value {
    let decided = world.screen(listing).await.ok();
    assert_eq!(decided["decision"]["verdict"], verdict, "{decided}");
    decided["decision_id"].clone()
}

async fn learn(world: &World, id: &Value, kind: &str, finding: &str) {
    let outcome = json!({"decision_id": id, "kind": kind, "finding": finding});
    world.post("/v1/outcomes", outcome.to_string()).await.ok();
}

/// The hash of the version that edits of this seller's listing are compared with.
async fn approved(world: &World, id: &str) -> Value {
    world.get(&format!("/v1/listings/plaza/s/{id}")).await.ok()["approved_hash"].clone()
}

async fn what_turned_out_counterfeit_is_looked_for(backend: Backend) {
    let world = World::new(backend).await;
    let id = decide(&world, &harmless("1"), "allow").await;
    assert_ne!(approved(&world, "1").await, Value::Null);
    learn(&world, &id, "test_purchase", "counterfeit").await;
    assert_eq!(approved(&world, "1").await, Value::Null);
    // By its listing's name, too; and nothing comes of what is not known.
    decide(
        &world,
        &json!({"marketplace": "plaza", "seller_id": "s", "id": "mug", "title": "Tin mug with a bear"}),
        "allow",
    )
    .await;
    let named = |id: &str| json!({"marketplace": "plaza", "seller_id": "s", "listing_id": id, "kind": "brand_answer", "finding": "counterfeit"});
    world.post("/v1/outcomes", json!([named("mug"), named("nowhere")]).to_string()).await.ok();
    assert_eq!(approved(&world, "mug").await, Value::Null);
    // It is known at once, behind the next look at the store, and after a restart.
    let known = async |world: &World| {
        // Also where it says word for word what was allowed, since nothing in it says what it is.
        for listing in [harmless("1"), harmless_reworded("1"), harmless("2"), harmless_reworded("3")] {
            assert_eq!(context(world, &listing).await["resembles"]["decision_id"], id, "{listing}");
        }
    };
    known(&world).await;
    world.app.look_for_blocked().await.unwrap();
    known(&world).await;
    let config = world.app.config().clone();
    world.app.close().await;
    known(&world.reopened(config).await).await;
}

async fn what_turned_out_genuine_is_what_edits_are_compared_with(backend: Backend) {
    let world = World::new(backend).await;
    let offer = |title: &str, price: &str| json!({"marketplace": "plaza", "seller_id": "s", "id": "1", "title": title, "price": price});
    let id = decide(&world, &offer("V.e.l.a.t.t.a bag", "20.00 USD"), "review").await;
    assert_eq!(approved(&world, "1").await, Value::Null);
    learn(&world, &id, "random_audit", "genuine").await;
    let hash = world.get("/v1/listings/plaza/s/1").await.ok()["listing_hash"].clone();
    assert_eq!(approved(&world, "1").await, hash);
    let next = offer("Plain canvas bag", "30.00 USD");
    assert_eq!(context(&world, &next).await["previous"]["price_usd_cents"], 2_000);
    // Told late of an earlier version, the later one stays.
    let offer = |title: &str| json!({"marketplace": "plaza", "seller_id": "s", "id": "2", "title": title});
    let earlier = decide(&world, &offer("V.e.l.a.t.t.a bag"), "review").await;
    decide(&world, &offer("Tin mug with a bear"), "allow").await;
    let later = approved(&world, "2").await;
    learn(&world, &earlier, "random_audit", "genuine").await;
    assert_eq!(approved(&world, "2").await, later);
}

async fn a_decision_that_was_taken_back_is_no_block(backend: Backend) {
    let world = World::new(backend).await;
    let id = block(&world, &fake("s", "1")).await;
    learn(&world, &id, "upheld_complaint", "undetermined").await;
    assert_eq!(context(&world, &reworded("s", "2")).await["resembles"]["decision_id"], id);
    learn(&world, &id, "reversal", "undetermined").await;
    world.app.look_for_blocked().await.unwrap();
    assert_eq!(context(&world, &reworded("s", "2")).await, Value::Null);
    assert_ne!(approved(&world, "1").await, Value::Null);
}

async fn of_two_findings_the_last_counts(backend: Backend) {
    let world = World::new(backend).await;
    let id = decide(&world, &harmless("1"), "allow").await;
    let finding = |finding: &str| json!({"decision_id": id, "kind": "brand_answer", "finding": finding});
    let told = async |findings: [&str; 2]| {
        let outcomes = Value::from_iter(findings.map(finding));
        world.post("/v1/outcomes", outcomes.to_string()).await.ok();
        (approved(&world, "1").await.is_null(), context(&world, &harmless("2")).await["resembles"].is_null())
    };
    assert_eq!(told(["genuine", "counterfeit"]).await, (true, false));
    assert_eq!(told(["counterfeit", "genuine"]).await, (false, true));
}

async fn what_is_blocked_again_stays_known(backend: Backend) {
    let world = World::new(backend).await;
    let id = block(&world, &fake("s1", "1")).await;
    learn(&world, &id, "reversal", "genuine").await;
    let id = block(&world, &fake("s1", "1")).await;
    for _ in 0..3 {
        assert_eq!(context(&world, &reworded("s1", "2")).await["resembles"]["decision_id"], id);
        world.app.look_for_blocked().await.unwrap();
    }
}

/// Also where it was another process that blocked it, and whose clock is slow.
#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_blocked_again_stays_known() {
    let one = World::new(Backend::Postgres).await;
    let other = async || {
        let mut config = one.app.config().clone();
        let folder = tempfile::tempdir().unwrap();
        config.data = folder.path().join("data");
        World::open(config, folder).await
    };
    one.clock.forward(120);
    let id = block(&one, &fake("s1", "1")).await;
    learn(&one, &id, "reversal", "genuine").await;
    let id = block(&other().await, &fake("s1", "1")).await;
    let third = other().await;
    third.clock.forward(120);
    for _ in 0..3 {
        third.app.look_for_blocked().await.unwrap();
        assert_eq!(context(&third, &reworded("s1", "2")).await["resembles"]["decision_id"], id);
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
