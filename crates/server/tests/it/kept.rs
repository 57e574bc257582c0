//! What was once in force is kept for the decisions that name it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use touchstone_server::Location;

use crate::reload::{copy, world};
use crate::world::{Backend, World, on_both, pack};

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
    let (world, own) = world(Backend::Sqlite).await;
    let decided = stopped(&world).await;
    let told = world.get(&of(&decided, "seller")).await.ok();
    another_policy(&world, own.path()).await;
    fs::write(kept(&world, &decided).0, "{").unwrap();
    assert_eq!(world.get(&of(&decided, "seller")).await.ok(), told);
    assert_eq!(world.get(&of(&decided, "replay")).await.problem(), (500, "internal".to_owned()));
}

on_both!(what_is_gone_from_the_folder_is_in_the_database);

async fn what_is_gone_from_the_folder_is_in_the_database(backend: Backend) {
    let (world, own) = world(backend).await;
    let decided = stopped(&world).await;
    let told = world.get(&of(&decided, "seller")).await.ok();
    another_policy(&world, own.path()).await;
    let (snapshot, rules) = kept(&world, &decided);
    fs::remove_file(&snapshot).unwrap();
    fs::remove_dir_all(&rules).unwrap();
    // The policy is wanted twice at once.
    let (seller, replay) = (of(&decided, "seller"), of(&decided, "replay"));
    let (seller, replay) = tokio::join!(world.get(&seller), world.get(&replay));
    assert_eq!((seller.ok(), &replay.ok()["same"]), (told, &true.into()));
    assert!(snapshot.exists() && rules.join("disguised.toml").exists(), "the next one reads the folder");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_nowhere_is_told() {
    let (world, own) = world(Backend::Postgres).await;
    let decided = stopped(&world).await;
    another_policy(&world, own.path()).await;
    let (snapshot, _) = kept(&world, &decided);
    fs::remove_file(&snapshot).unwrap();
    let Location::Postgres(address) = &world.app.config().store else { panic!("no PostgreSQL") };
    crate::postgres::execute(address, "DELETE FROM pack");
    let answer = world.get(&of(&decided, "replay")).await;
    assert_eq!(answer.problem(), (409, "engine_differs".to_owned()));
    assert!(answer.json()["detail"].as_str().unwrap().starts_with("knowledge-"), "{}", answer.json());
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_share_a_database_say_each_others_decisions_again() {
    let (first, own) = world(Backend::Postgres).await;
    let mut config = first.app.config().clone();
    another_policy(&first, own.path()).await;
    let decided = stopped(&first).await;
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    copy(&pack(), other.path());
    config.data = folder.path().join("data");
    (config.knowledge, config.policy) = (other.path().join("knowledge"), other.path().join("policy"));
    let second = World::open(config, folder).await;
    let replayed = second.get(&of(&decided, "replay")).await.ok();
    assert_eq!(replayed["same"], true, "{replayed}");
    let told = first.get(&of(&decided, "seller")).await.ok();
    assert_eq!(second.get(&of(&decided, "seller")).await.ok(), told);
}

#[tokio::test]
async fn what_was_changed_since_is_not_believed() {
    let (world, own) = world(Backend::Sqlite).await;
    let decided = stopped(&world).await;
    another_policy(&world, own.path()).await;
    fs::copy(own.path().join("policy/disguised.toml"), kept(&world, &decided).1.join("disguised.toml")).unwrap();
    assert_eq!(world.get(&of(&decided, "replay")).await.problem(), (500, "internal".to_owned()));
}

#[tokio::test]
async fn what_was_damaged_is_kept_again() {
    let (world, own) = world(Backend::Sqlite).await;
    let decided = stopped(&world).await;
    let (snapshot, rules) = kept(&world, &decided);
    fs::write(&snapshot, "{").unwrap();
    fs::remove_file(rules.join("disguised.toml")).unwrap();
    world.post("/v1/reload", "").await.ok();
    another_policy(&world, own.path()).await;
    assert_eq!(world.get(&of(&decided, "replay")).await.ok()["same"], true);
}
