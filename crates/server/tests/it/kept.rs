//! What was once in force is kept for the decisions that name it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use touchstone_server::Location;

use crate::reload::{copy, world};
use crate::world::{Backend, World, pack};

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

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_from_the_folder_is_in_the_database() {
    let (world, own) = world(Backend::Postgres).await;
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
    in_database(&world, "DELETE FROM pack");
    let answer = world.get(&of(&decided, "replay")).await;
    assert_eq!(answer.problem(), (409, "engine_differs".to_owned()));
    assert!(answer.json()["detail"].as_str().unwrap().starts_with("knowledge-"), "{}", answer.json());
}

/// Another server on the database of this one, with a folder of its own.
async fn beside(first: &World) -> (World, tempfile::TempDir) {
    let (folder, own) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    copy(&pack(), own.path());
    let mut config = first.app.config().clone();
    config.data = folder.path().join("data");
    (config.knowledge, config.policy) = (own.path().join("knowledge"), own.path().join("policy"));
    (World::open(config, folder).await, own)
}

fn in_database(world: &World, sql: &str) {
    let Location::Postgres(address) = &world.app.config().store else { panic!("no PostgreSQL") };
    crate::postgres::execute(address, sql);
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_share_a_database_say_each_others_decisions_again() {
    let (first, own) = world(Backend::Postgres).await;
    another_policy(&first, own.path()).await;
    let decided = stopped(&first).await;
    let (second, _own) = beside(&first).await;
    let replayed = second.get(&of(&decided, "replay")).await.ok();
    assert_eq!(replayed["same"], true, "{replayed}");
    let told = first.get(&of(&decided, "seller")).await.ok();
    assert_eq!(second.get(&of(&decided, "seller")).await.ok(), told);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_damaged_in_the_folder_comes_from_the_database() {
    let (world, own) = world(Backend::Postgres).await;
    let decided = stopped(&world).await;
    another_policy(&world, own.path()).await;
    let (snapshot, rules) = kept(&world, &decided);
    fs::write(&snapshot, "{").unwrap();
    fs::copy(own.path().join("policy/disguised.toml"), rules.join("disguised.toml")).unwrap();
    assert_eq!(world.get(&of(&decided, "replay")).await.ok()["same"], true);
    assert!(fs::metadata(&snapshot).unwrap().len() > 1, "the next one reads the folder");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_damaged_in_the_database_is_put_there_again() {
    let (first, own) = world(Backend::Postgres).await;
    let decided = stopped(&first).await;
    in_database(&first, "UPDATE pack SET bytes = ''");
    first.post("/v1/reload", "").await.ok();
    another_policy(&first, own.path()).await;
    let (second, _own) = beside(&first).await;
    assert_eq!(second.get(&of(&decided, "replay")).await.ok()["same"], true);
}

/// As after a version that kept them in the folder alone.
#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_in_the_folder_is_in_the_database_from_the_next_start_on() {
    let (first, own) = world(Backend::Postgres).await;
    let decided = stopped(&first).await;
    another_policy(&first, own.path()).await;
    in_database(&first, "DELETE FROM pack");
    let config = first.app.config().clone();
    let first = first.reopened(config).await;
    let (second, _own) = beside(&first).await;
    assert_eq!(second.get(&of(&decided, "replay")).await.ok()["same"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_gone_is_no_mistake_in_a_pack() {
    let (world, own) = world(Backend::Postgres).await;
    let rule = own.path().join("policy/disguised.toml");
    let text = fs::read_to_string(&rule).unwrap();
    fs::write(&rule, text.replace("mode = \"enforce\"", "mode = \"off\"")).unwrap();
    let Location::Postgres(address) = &world.app.config().store else { panic!("no PostgreSQL") };
    crate::postgres::drop_database(address);
    assert_eq!(world.post("/v1/reload", "").await.problem(), (503, "unavailable".to_owned()));
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
