//! Knowledge and policy are replaced as one, or not at all.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::world::{Backend, World, pack};

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target)
        } else {
            fs::copy(entry.path(), &target).map(drop).unwrap()
        }
    }
}

/// A world whose pack can be written.
pub(crate) async fn world(backend: Backend) -> (World, tempfile::TempDir) {
    let own = tempfile::tempdir().unwrap();
    copy(&pack(), own.path());
    let (knowledge, policy) = (own.path().join("knowledge"), own.path().join("policy"));
    let world = World::with(backend, |config| (config.knowledge, config.policy) = (knowledge, policy)).await;
    (world, own)
}

#[tokio::test]
async fn a_pack_with_a_mistake_changes_nothing() {
    let (world, own) = world(Backend::Sqlite).await;
    let before = world.get("/readyz").await.ok();
    let rule = own.path().join("policy/cheap.toml");
    let text = fs::read_to_string(&rule).unwrap();
    fs::write(&rule, text.replace("price_vs_brand", "price_vs_band")).unwrap();
    let refused = world.post("/v1/reload", "").await;
    assert_eq!(refused.problem(), (422, "pack_refused".to_owned()));
    let said = refused.json()["errors"][0]["detail"].as_str().unwrap().to_owned();
    assert!(said.contains("cheap.toml:") && said.contains("price_vs_band"), "{said}");
    assert_eq!(world.get("/readyz").await.ok(), before);
    fs::write(&rule, text.replace("schema = 1", "# a remark\nschema = 1")).unwrap();
    world.post("/v1/reload", "").await.ok();
}

#[tokio::test]
async fn old_decisions_are_said_again_with_the_old_pack() {
    let (world, own) = world(Backend::Sqlite).await;
    let listing = json!({"id": "1", "title": "V.e.l.a.t.t.a bag", "price": "20 USD"});
    let old = world.screen(&listing).await.ok();
    let rule = own.path().join("policy/disguised.toml");
    let text = fs::read_to_string(&rule).unwrap();
    fs::write(&rule, text.replace("mode = \"enforce\"", "mode = \"shadow\"")).unwrap();
    let now = world.post("/v1/reload", "").await.ok();
    assert_ne!(now["policy"], old["decision"]["hashes"]["policy"]);
    let new = world.screen(&listing).await.ok();
    assert_eq!(new["decision"]["hashes"]["policy"], now["policy"]);
    for decision in [&old, &new] {
        let id = decision["decision_id"].as_str().unwrap();
        assert_eq!(world.get(&format!("/v1/decisions/{id}/replay")).await.ok()["same"], true);
    }
}

/// What a decision may name: knowledge and policy.
fn pair(hashes: &serde_json::Value) -> (String, String) {
    (hashes["knowledge"].to_string(), hashes["policy"].to_string())
}

/// Reloads go on while listings are screened: every decision names the pair that was in force before or the one after,
/// never one half of each. `RELOADS` says how many; 60 if it does not.
#[tokio::test(flavor = "multi_thread")]
async fn no_decision_sees_half_of_a_pack() {
    let (world, own) = world(Backend::Sqlite).await;
    let rule = own.path().join("policy/cheap.toml");
    let brand = own.path().join("knowledge/brands/velatta.toml");
    let (rule_text, brand_text) = (fs::read_to_string(&rule).unwrap(), fs::read_to_string(&brand).unwrap());
    let mut before = pair(&world.get("/readyz").await.ok()["in_force"]);
    let rounds = std::env::var("RELOADS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(60);
    for round in 0..rounds {
        // Both change each time, in step, so that a pair is never one of the halves of two that follow each other.
        let step = 1 + round % 7;
        let threshold = format!("price_vs_brand < {}", 400 + step);
        fs::write(&rule, rule_text.replace("price_vs_brand < 500", &threshold)).unwrap();
        let typical = format!("typical = {}", 1_500 + step);
        fs::write(&brand, brand_text.replace("typical = 1500", &typical)).unwrap();
        let world = &world;
        let screen = async |n: usize| {
            world.screen(&json!({"id": n.to_string(), "title": "Velatta bag", "price": "9 USD"})).await
        };
        let named = async |n| pair(&screen(n).await.ok()["decision"]["hashes"]);
        let calls = futures_util::future::join_all((0..8).map(named));
        let (reloaded, seen) = tokio::join!(world.post("/v1/reload", ""), calls);
        let after = pair(&reloaded.ok());
        assert!(before.0 != after.0 && before.1 != after.1, "both changed: {before:?}, {after:?}");
        assert!(seen.iter().all(|pair| *pair == before || *pair == after), "{seen:?} of {before:?}, {after:?}");
        assert_eq!(named(8).await, after, "what was reloaded is in force");
        before = after;
    }
}
