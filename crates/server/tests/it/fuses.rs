//! A rule that blocks wrongly too often asks for reviews, until a person puts its fuse in again; and what was decided about
//! an offer stands beside what screening says of it.

use serde_json::{Value, json};

use crate::person::Browser;
use crate::world::{Backend, World, on_both};

on_both!(
    narrow_proof_speaks_for_its_goods_alone,
    a_blown_fuse_lowers_blocks_and_decisions_can_be_said_again,
    what_holds_stands_beside_the_decision
);

/// Every block is looked at by somebody.
async fn house(backend: Backend) -> World {
    let folder = tempfile::tempdir().unwrap().keep();
    let stratum = |of: &str, share: u32| format!("[[stratum]]\nid = \"all\"\nof = \"{of}\"\nper_million = {share}\n");
    let strata = [("allowed", 1), ("reviewed", 1), ("blocked", 1_000_000)].map(|(of, share)| stratum(of, share));
    std::fs::write(folder.join("sampling.toml"), format!("schema = 1\n{}", strata.concat())).unwrap();
    let review = "schema = 1\nageing_hours = 6\nsecond_per_million = 0\ngolden_per_million = 0\n";
    std::fs::write(folder.join("review.toml"), review).unwrap();
    World::with(backend, |config| {
        config.plain_cookies = true;
        config.review = Some(folder);
    })
    .await
}

/// A reviewer looks at what is next and finds it genuine.
async fn acquit(world: &World) {
    let anna = world.person("anna", json!({"roles": ["reviewer"]})).await;
    world.app.take_in().await.unwrap();
    let next = world.browse(&anna, "POST", "/v1/queues/general/next", "{}").await.ok();
    let item = &next["item"];
    let judgement = json!({"verdict": "genuine", "class": "none", "confidence": 95, "reason": "invoice_seen"});
    let judge = json!({"command": "judge", "token": item["lock"]["token"], "judgement": judgement}).to_string();
    let path = format!("/v1/items/{}/commands", item["item_id"].as_str().unwrap());
    world.browse(&anna, "POST", &path, judge).await.ok();
}

fn listing(id: &str) -> Value {
    json!({"marketplace": "plaza", "seller_id": "s1", "id": id, "title": "Velatta bag replica 1:1", "price": "9.00 USD",
        "condition": "new"})
}

async fn a_blown_fuse_lowers_blocks_and_decisions_can_be_said_again(backend: Backend) {
    let world = house(backend).await;
    let analyst = world.person("ana", json!({"roles": ["analyst"]})).await;
    let lead = world.person("lena", json!({"roles": ["lead"]})).await;
    let before = world.screen(&listing("1")).await.ok();
    assert_eq!(before["decision"]["verdict"], "block", "{before}");
    let rule = before["decision"]["reasons"][0]["code"].as_str().unwrap().to_owned();
    let path = format!("/v1/fuses/{rule}");
    let hopeless = json!({"floor_per_million": 900_000, "audits_min": 1}).to_string();
    assert_eq!(world.browse(&analyst, "PUT", &path, hopeless).await.problem().0, 409, "no rule could hold it");
    let limits = json!({"floor_per_million": 40_000, "audits_min": 1}).to_string();
    let fuse = world.browse(&analyst, "PUT", &path, limits).await.ok();
    assert_eq!((&fuse["effect"], fuse["audits"].as_u64()), (&json!("block"), Some(0)));
    acquit(&world).await;
    world.app.look_for_fuses().await.unwrap();
    let listed = world.browse(&analyst, "GET", "/v1/fuses", "").await.ok();
    assert_eq!(listed["items"][0]["effect"], "review", "{listed}");
    let after = world.screen(&listing("2")).await.ok();
    assert_eq!(after["decision"]["verdict"], "review");
    let codes: Vec<&str> = after["decision"]["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reason| reason["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes[0], rule);
    assert!(codes.contains(&"rule_fuse"), "{codes:?}");
    let again = world.get(&format!("/v1/decisions/{}/replay", after["decision_id"].as_str().unwrap())).await.ok();
    assert_eq!(again["same"], true, "{again}");
    let reset = json!({"reason": "narrowed to new goods"}).to_string();
    assert_eq!(world.browse(&analyst, "POST", &format!("{path}/reset"), reset.clone()).await.problem().0, 403);
    world.browse(&lead, "POST", &format!("{path}/reset"), reset).await.ok();
    assert_eq!(world.screen(&listing("3")).await.ok()["decision"]["verdict"], "block");
    let again = world.get(&format!("/v1/decisions/{}/replay", after["decision_id"].as_str().unwrap())).await.ok();
    assert_eq!(again["same"], true, "the fuse is part of what decided then");
}

async fn narrow_proof_speaks_for_its_goods_alone(backend: Backend) {
    let world = house(backend).await;
    let lead = world.person("lena", json!({"roles": ["lead"]})).await;
    let path = "/v1/sellers/plaza/s1/authorisations";
    let shop = json!({"roles": ["seller"], "marketplace": "plaza", "seller_id": "s1"});
    let (shop, other) = (world.person("shop", shop.clone()).await, world.person("clerk", shop).await);
    let documents = "/v1/sellers/plaza/s1/documents";
    let send = async |name: &str, bytes: &[u8]| {
        world.send_form(&shop, documents, &[("file", name, bytes)]).await.ok()["sha256"].as_str().unwrap().to_owned()
    };
    let proof = |document: &str| {
        json!({"brand": "velatta", "goods": ["1"], "days": 30, "proof": "invoice", "documents": [document]}).to_string()
    };
    let (typed, bill) = (send("bill.txt", b"Velatta bag, 90 EUR").await, send("bill.pdf", b"%PDF-1.7 a bill").await);
    for none in [typed.as_str(), &"ab".repeat(32)] {
        assert_eq!(world.browse(&lead, "POST", path, proof(none)).await.problem().0, 422, "{none} proves nothing");
    }
    let standing = async |who: &Browser, status: &str| {
        let listed = world.browse(who, "GET", &format!("/v1/documents?status={status}"), "").await.ok();
        listed["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["sha256"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(standing(&lead, "waiting").await.len(), 2);
    let refused = json!({"reason": "anybody can type this"}).to_string();
    let refuse = format!("{documents}/{typed}/refuse");
    world.browse(&lead, "POST", &refuse, refused.clone()).await.ok();
    assert_eq!(world.browse(&lead, "POST", &refuse, refused).await.problem().0, 409);
    let accepted = world.browse(&lead, "POST", path, proof(&bill)).await.ok();
    assert_eq!((standing(&lead, "waiting").await, standing(&lead, "accepted").await), (vec![], vec![bill]));
    // Another account of the shop reads the same.
    assert_eq!(standing(&other, "refused").await, vec![typed]);
    let listed = world.browse(&other, "GET", documents, "").await.ok();
    assert!(listed["items"].as_array().unwrap().iter().any(|one| one["reason"] == "anybody can type this"), "{listed}");
    let authorised =
        async |id: &str| world.screen(&listing(id)).await.ok()["decision"]["signals"]["seller_authorised"] == true;
    assert!(authorised("1").await && !authorised("2").await);
    let id = accepted["items"][0]["authorisation_id"].as_str().unwrap();
    let reason = json!({"reason": "the invoice was altered"}).to_string();
    world.browse(&lead, "POST", &format!("{path}/{id}/revoke"), reason).await.ok();
    assert!(!authorised("1").await);
}

async fn what_holds_stands_beside_the_decision(backend: Backend) {
    let world = house(backend).await;
    let lead = world.person("lena", json!({"roles": ["lead"]})).await;
    let honest =
        json!({"marketplace": "plaza", "seller_id": "s1", "id": "9", "title": "Wooden chair", "price": "90.00 USD"});
    assert_eq!(world.screen(&honest).await.ok().get("held"), None);
    let order = json!({"measure": "hide", "scope": {"listing": {"marketplace": "plaza", "seller_id": "s1", "listing_id": "9"}},
        "reason": "counterfeit", "severity": "high", "policy": "Terms 4.2", "evidence": ["ab".repeat(32)]});
    let telling = json!({"language": "en", "facts": ["f"], "basis": {"contractual": "Terms 4.2"}, "detection": "person",
        "decision": "person"});
    let body = json!({"orders": [order], "telling": telling}).to_string();
    world.browse(&lead, "POST", "/v1/actions", body).await.ok();
    let again = world.screen(&honest).await.ok();
    // The ladder follows: so many points, and nothing new may be offered.
    let held = json!({"listing": "hidden", "seller": "no_new_listings"});
    assert_eq!((&again["decision"]["verdict"], &again["held"]), (&json!("allow"), &held));
    let offer =
        |seller: &str| json!({"marketplace": "plaza", "seller_id": seller, "id": "10", "title": "Wooden chair"});
    assert_eq!(world.screen(&offer("s1")).await.ok()["held"], json!({"listing": "shown", "seller": "no_new_listings"}));
    assert_eq!(world.screen(&offer("s2")).await.ok().get("held"), None);
}
