//! Knowledge and policy are replaced as one, or not at all.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::world::{Backend, World, pack};

fn copy(from: &Path, to: &Path) {
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
pub(crate) async fn world() -> (World, tempfile::TempDir) {
    let own = tempfile::tempdir().unwrap();
    copy(&pack(), own.path());
    let (knowledge, policy) = (own.path().join("knowledge"), own.path().join("policy"));
    let world = World::with(Backend::Sqlite, |config| (config.knowledge, config.policy) = (knowledge, policy)).await;
    (world, own)
}

#[tokio::test]
async fn a_pack_with_a_mistake_changes_nothing() {
    let (world, own) = world().await;
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
    let (world, own) = world().await;
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

/// Reloads go on while listings are screened: every decision names a pair of hashes that was in force together.
/// `RELOADS` says how many; 60 if it does not.
#[tokio::test(flavor = "multi_thread")]
async fn no_decision_sees_half_of_a_pack() {
    let (world, own) = world().await;
    let rule = own.path().join("policy/cheap.toml");
    let brand = own.path().join("knowledge/brands/velatta.toml");
    let (rule_text, brand_text) = (fs::read_to_string(&rule).unwrap(), fs::read_to_string(&brand).unwrap());
    let mut pairs = std::collections::BTreeSet::new();
    let versions = world.get("/readyz").await.ok()["in_force"].clone();
    pairs.insert((versions["knowledge"].to_string(), versions["policy"].to_string()));
    let mut seen = std::collections::BTreeSet::new();
    let rounds = std::env::var("RELOADS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(60);
    for round in 0..rounds {
        // Both change; what a decision may name is one pair after the other.
        let threshold = format!("price_vs_brand < {}", 400 + round % 2 * 100);
        fs::write(&rule, rule_text.replace("price_vs_brand < 500", &threshold)).unwrap();
        let typical = format!("typical = {}", 1_500 + round % 3);
        fs::write(&brand, brand_text.replace("typical = 1500", &typical)).unwrap();
        let world = &world;
        let calls = (0..8).map(|n| async move {
            world.screen(&json!({"id": format!("{n}"), "title": "Velatta bag", "price": "9 USD"})).await
        });
        let (reloaded, answers) = tokio::join!(world.post("/v1/reload", ""), futures_util::future::join_all(calls));
        let now = reloaded.ok();
        pairs.insert((now["knowledge"].to_string(), now["policy"].to_string()));
        for answer in answers {
            let hashes = answer.ok()["decision"]["hashes"].clone();
            seen.insert((hashes["knowledge"].to_string(), hashes["policy"].to_string()));
        }
    }
    assert!(pairs.len() > 1 && seen.is_subset(&pairs), "{seen:?} of {pairs:?}");
}
