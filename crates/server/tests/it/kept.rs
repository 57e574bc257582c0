//! What was once in force is kept for the decisions that name it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::reload::world;
use crate::world::World;

/// What is kept of the pack under which something was decided.
fn kept(world: &World, decided: &Value) -> (PathBuf, PathBuf) {
    let hash = |name: &str| decided["decision"]["hashes"][name].as_str().unwrap();
    let folder = world.folder.path().join("data/snapshots");
    (folder.join(format!("knowledge-{}.json", hash("knowledge"))), folder.join(format!("policy-{}", hash("policy"))))
}

/// Puts another policy in force.
async fn another_policy(world: &World, own: &Path) {
    let rule = own.join("policy/disguised.toml");
    let text = fs::read_to_string(&rule).unwrap();
    fs::write(&rule, text.replace("mode = \"enforce\"", "mode = \"off\"")).unwrap();
    world.post("/v1/reload", "").await.ok();
}

fn of(decided: &Value, what: &str) -> String {
    format!("/v1/decisions/{}/{what}", decided["decision_id"].as_str().unwrap())
}

async fn stopped(world: &World) -> Value {
    world.screen(&json!({"id": "1", "title": "V.e.l.a.t.t.a bag", "price": "20 USD"})).await.ok()
}

#[tokio::test]
async fn the_sellers_words_need_no_old_knowledge() {
    let (world, own) = world().await;
    let decided = stopped(&world).await;
    let told = world.get(&of(&decided, "seller")).await.ok();
    another_policy(&world, own.path()).await;
    fs::remove_file(kept(&world, &decided).0).unwrap();
    assert_eq!(world.get(&of(&decided, "seller")).await.ok(), told);
    assert_eq!(world.get(&of(&decided, "replay")).await.problem(), (409, "engine_differs".to_owned()));
}

#[tokio::test]
async fn what_was_changed_since_is_not_believed() {
    let (world, own) = world().await;
    let decided = stopped(&world).await;
    another_policy(&world, own.path()).await;
    fs::copy(own.path().join("policy/disguised.toml"), kept(&world, &decided).1.join("disguised.toml")).unwrap();
    assert_eq!(world.get(&of(&decided, "replay")).await.problem(), (500, "internal".to_owned()));
}

#[tokio::test]
async fn what_was_damaged_is_kept_again() {
    let (world, own) = world().await;
    let decided = stopped(&world).await;
    let (snapshot, rules) = kept(&world, &decided);
    fs::write(&snapshot, "{").unwrap();
    fs::remove_file(rules.join("disguised.toml")).unwrap();
    world.post("/v1/reload", "").await.ok();
    another_policy(&world, own.path()).await;
    assert_eq!(world.get(&of(&decided, "replay")).await.ok()["same"], true);
}
