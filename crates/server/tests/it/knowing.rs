//! Knowledge in force is looked at, and a listing is tried on it; nothing of the try is kept.

use serde_json::{Value, json};

use crate::person::Browser;
use crate::world::{Backend, World, on_both};

on_both!(a_brand_is_shown_whole, a_title_is_tried_and_nothing_is_kept);

async fn house(backend: Backend) -> (World, Browser) {
    let world = World::with(backend, |config| config.plain_cookies = true).await;
    let reviewer = world.person("rea", json!({"roles": ["reviewer"]})).await;
    (world, reviewer)
}

async fn a_brand_is_shown_whole(backend: Backend) {
    let (world, who) = house(backend).await;
    let found = world.browse(&who, "GET", "/v1/knowledge/brands?q=VELA", "").await.ok();
    assert_eq!(found["items"][0]["brand"], "velatta", "{found}");
    let brand = world.browse(&who, "GET", "/v1/knowledge/brands/velatta", "").await.ok();
    assert_eq!(brand["name"], found["items"][0]["name"]);
    assert_eq!(brand["lines"].as_array().unwrap().len(), found["items"][0]["lines"].as_u64().unwrap() as usize);
    assert!(brand["bands"].as_array().unwrap().iter().all(|band| band["low_cents"].as_i64().unwrap() > 0), "{brand}");
    let (status, _) = world.browse(&who, "GET", "/v1/knowledge/brands/absent", "").await.problem();
    assert_eq!(status, 404);
    let all = world.browse(&who, "GET", "/v1/knowledge/words?limit=200", "").await.ok();
    let of = |group: &Value| (group["language"].to_string(), group["class"].to_string());
    let groups: Vec<_> = all["items"].as_array().unwrap().iter().map(of).collect();
    assert!(!groups.is_empty() && !all["classes"].as_array().unwrap().is_empty(), "{all}");
    let kinds = world.browse(&who, "GET", "/v1/knowledge/kinds", "").await.ok();
    assert!(kinds["items"].as_array().unwrap().iter().all(|kind| kind["harm"].is_string()), "{kinds}");
}

async fn a_title_is_tried_and_nothing_is_kept(backend: Backend) {
    let (world, who) = house(backend).await;
    let title = "新款 V e l a t t a bag";
    let body = json!({"title": title, "price": "9.00 USD", "condition": "new"}).to_string();
    let tried = world.browse(&who, "POST", "/v1/knowledge/try", body).await.ok();
    let brand = tried["recognised"].as_array().unwrap().iter().find(|one| one["what"] == "brand").unwrap();
    let at = |end: &str| usize::try_from(brand[end].as_u64().unwrap()).unwrap();
    assert_eq!(&title[at("start")..at("end")], "V e l a t t a", "{tried}");
    assert_eq!(
        (&brand["name"], &brand["says"], &brand["how"]),
        (&json!("velatta"), &json!("claimed"), &json!("separated"))
    );
    assert_eq!(tried["usd_cents"], 900);
    let reasons = tried["reasons"].as_array().unwrap();
    assert_eq!(reasons.len(), tried["decision"]["reasons"].as_array().unwrap().len());
    assert!(reasons.iter().all(|reason| reason["message"].as_str().is_some_and(|said| !said.contains('{'))), "{tried}");
    assert_eq!(tried["decision"]["signals"]["brand_claimed"], "velatta");
    assert_eq!(world.decisions().await, 0);
    let (status, code) =
        world.browse(&who, "POST", "/v1/knowledge/try", r#"{"title": "", "wrong": 1}"#).await.problem();
    assert!(status == 400 || status == 422, "{status} {code}");
}
