//! What sellers wrote: unreadable on the disk, erased on demand, deleted when it is old.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::world::{Backend, World, on_both};

on_both!(
    an_erased_seller_can_not_be_read,
    what_comes_after_an_erasure_is_kept,
    an_erased_listing_is_not_recognised,
    only_an_administrator_erases,
    what_is_old_is_deleted,
    what_a_listing_still_names_stays,
);

/// What is looked for in files: no part of it stands in a file that a test does not write.
const TITLE: &str = "Velatta Arco replica zibellino quastenknopf";
const DESCRIPTION: &str = "handgenaeht am Quittenbaum, call Anneliese Wolkenstein";
const NOTE: &str = "the buyer Hieronymus Pfefferkorn sent photographs";

fn offer(seller: &str, id: &str) -> Value {
    json!({"marketplace": "plaza", "seller_id": seller, "id": id, "title": TITLE, "description": DESCRIPTION,
        "price": "60.00 USD"})
}

/// Screens a listing; gives the path of its decision.
async fn decided(world: &World, listing: &Value) -> String {
    let decision = world.screen(listing).await.ok();
    format!("/v1/decisions/{}", decision["decision_id"].as_str().unwrap())
}

async fn erase(world: &World, path: &str) -> Value {
    world.send(world.request("DELETE", path).body(axum::body::Body::empty()).unwrap()).await.ok()["erased"].clone()
}

const SELLER: &str = "/v1/sellers/plaza/s1";

/// Everything that a seller can leave behind.
async fn leave_traces(world: &World) -> String {
    world.put(SELLER, &json!({"sales": 5, "country": "DE", "also_sells": ["quastenknopf hats"]})).await.ok();
    world.screen_once("once", &json!([offer("s1", "0"), offer("s2", "0")])).await.ok();
    let decision = decided(world, &offer("s1", "1")).await;
    let id = decision.rsplit('/').next().unwrap();
    let outcome = json!({"decision_id": id, "kind": "test_purchase", "finding": "counterfeit", "note": NOTE});
    world.post("/v1/outcomes", outcome.to_string()).await.ok();
    decision
}

/// Whether a file below a folder holds a text.
fn holds(folder: &Path, text: &str) -> bool {
    let found = Command::new("grep").args(["-rqaF", "-e", text]).arg(folder).stderr(Stdio::null()).status();
    found.unwrap().success()
}

fn nothing_is_readable(folder: &Path) {
    // What stands in clear is found, so that the search is one.
    assert!(holds(folder, "plaza"), "the files are elsewhere");
    for said in ["quastenknopf", "Quittenbaum", "Wolkenstein", "Pfefferkorn"] {
        assert!(!holds(folder, said), "{said} stands in clear");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_sqlite_hold_nothing_that_sellers_wrote() {
    let world = World::new(Backend::Sqlite).await;
    leave_traces(&world).await;
    let data = world.folder.path().join("data");
    // In the log, then in the database itself.
    nothing_is_readable(&data);
    world.app.close().await;
    nothing_is_readable(&data);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_postgres_hold_nothing_that_sellers_wrote() {
    let world = World::new(Backend::Postgres).await;
    leave_traces(&world).await;
    // Tables and log of all databases of this run.
    nothing_is_readable(crate::postgres::SERVER.folder.path());
}

async fn an_erased_seller_can_not_be_read(backend: Backend) {
    let world = World::new(backend).await;
    let decision = leave_traces(&world).await;
    let listing = "/v1/listings/plaza/s1/1";
    world.get(listing).await.ok();
    let before = world.get("/v1/listings?seller_id=s1").await.ok();
    assert_eq!(erase(&world, SELLER).await, true);
    for path in [&decision, &format!("{decision}/replay"), &format!("{decision}/seller"), listing, SELLER] {
        assert_eq!(world.get(path).await.problem(), (410, "erased".to_owned()), "{path}");
    }
    // Of others all is there, and of this one what is counted.
    assert_eq!(world.get("/v1/listings/plaza/s2/0").await.ok()["content"]["title"], TITLE);
    assert_eq!(world.get("/v1/listings?seller_id=s1").await.ok(), before);
    assert_eq!(world.decisions().await, 1);
    assert_eq!(erase(&world, SELLER).await, false, "twice");
    assert_eq!(erase(&world, "/v1/sellers/plaza/unknown").await, false);
}

async fn what_comes_after_an_erasure_is_kept(backend: Backend) {
    let world = World::new(backend).await;
    let erased = leave_traces(&world).await;
    assert_eq!(erase(&world, SELLER).await, true);
    // The very same content, and the seller's record.
    let decision = decided(&world, &offer("s1", "1")).await;
    world.put(SELLER, &json!({"sales": 6})).await.ok();
    let (config, check) = (world.app.config().clone(), async |world: &World| {
        assert_eq!(world.get(&format!("{decision}/replay")).await.ok()["same"], true);
        let listing = world.get("/v1/listings/plaza/s1/1").await.ok();
        assert_eq!((&listing["content"]["title"], &listing["outcomes"][0]["note"]), (&json!(TITLE), &json!("")));
        assert_eq!(world.get(SELLER).await.ok()["record"]["sales"], 6);
        assert_eq!(world.get(&erased).await.problem().0, 410);
    });
    check(&world).await;
    world.app.close().await;
    check(&world.reopened(config).await).await;
}

async fn an_erased_listing_is_not_recognised(backend: Backend) {
    let world = World::new(backend).await;
    let blocked = world.screen(&offer("s1", "1")).await.ok();
    assert_eq!(blocked["decision"]["verdict"], "block");
    // Of equal ones the earliest is found: that of the first seller, as long as it is known.
    let found = async |seller: &str| {
        let context = world.screen(&offer(seller, "1")).await.ok()["decision"]["context"].clone();
        context["resembles"]["decision_id"] == blocked["decision_id"]
    };
    assert!(found("s3").await);
    assert_eq!(erase(&world, SELLER).await, true);
    assert!(!found("s4").await);
    world.app.look_for_blocked().await.unwrap();
    assert!(!found("s5").await);
}

async fn only_an_administrator_erases(backend: Backend) {
    let mut world = World::new(backend).await;
    decided(&world, &offer("s1", "1")).await;
    let admin = std::mem::take(&mut world.key);
    world.key = world.app.make_key("staff", &["screen", "read", "outcomes", "seller"]).await.unwrap();
    let refused = world.send(world.request("DELETE", SELLER).body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(refused.problem(), (403, "forbidden".to_owned()));
    world.get("/v1/listings/plaza/s1/1").await.ok();
    world.key = admin;
    assert_eq!(erase(&world, SELLER).await, true);
}

const DAY: i64 = 24 * 3_600;

async fn what_is_old_is_deleted(backend: Backend) {
    let world = World::with(backend, |config| config.keep_days = 30).await;
    let old = leave_traces(&world).await;
    // More than one batch.
    let many: Vec<Value> = (0..400).map(|id| offer("s1", &format!("m{id}"))).collect();
    world.screen(&json!(many)).await.ok();
    world.clock.forward(20 * DAY);
    let young = decided(&world, &offer("s1", "young")).await;
    world.app.tidy().await;
    world.get(&old).await.ok();
    world.clock.forward(11 * DAY);
    world.app.tidy().await;
    assert_eq!(world.get(&old).await.problem(), (404, "not_found".to_owned()));
    assert_eq!(world.get("/v1/listings/plaza/s1/1").await.problem(), (404, "not_found".to_owned()));
    assert_eq!(world.get(&format!("{young}/replay")).await.ok()["same"], true);
    assert_eq!(world.get("/v1/listings").await.ok()["items"].as_array().unwrap().len(), 1);
    assert_eq!(world.decisions().await, 1);
}

async fn what_a_listing_still_names_stays(backend: Backend) {
    let world = World::with(backend, |config| config.keep_days = 30).await;
    let honest =
        |title: &str| json!({"marketplace": "plaza", "seller_id": "s", "id": "1", "title": title, "price": "30 USD"});
    assert_eq!(world.screen(&honest("Plain canvas bag")).await.ok()["decision"]["verdict"], "allow");
    world.clock.forward(20 * DAY);
    world.screen(&honest("Velatta Arco replica")).await.ok();
    world.clock.forward(15 * DAY);
    world.app.tidy().await;
    assert_eq!(world.decisions().await, 1);
    // The version that was allowed is still what an edit is compared with.
    let edited = world.screen(&honest("Velatta belt")).await.ok();
    assert_eq!(edited["decision"]["context"]["previous"]["price_usd_cents"], 3_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_on_one_database_learn_of_an_erasure() {
    let one = World::new(Backend::Postgres).await;
    let folder = tempfile::tempdir().unwrap();
    let config = touchstone_server::Config { data: folder.path().join("data"), ..one.app.config().clone() };
    let other = World::open(config, folder).await;
    let decision = decided(&one, &offer("s1", "1")).await;
    other.get(&decision).await.ok();
    other.app.look_for_blocked().await.unwrap();
    assert_eq!(erase(&one, SELLER).await, true);
    assert_eq!(other.get(&decision).await.problem(), (410, "erased".to_owned()), "at once");
    let fresh = decided(&other, &offer("s1", "1")).await;
    assert_eq!(one.get(&format!("{fresh}/replay")).await.ok()["same"], true);
    other.app.look_for_blocked().await.unwrap();
    other.get(&format!("{fresh}/replay")).await.ok();
}
