//! A rule is tried before it bites: its text is checked where it is wrong, its tests are run, and decisions that were made
//! are made again with it, whoever's they are; nothing of that is in force.

use serde_json::{Value, json};

use crate::person::Browser;
use crate::world::{Backend, World, on_both};

on_both!(a_rule_is_tried_on_what_was_decided, a_text_that_is_wrong_is_told_where);

const TRIED: &str = r#"
schema = 1
outcome = "review"
class = "counterfeit"
severity = "medium"
mode = "enforce"
when = "brand_claimed = 'velatta'"
evidence = ["brand_claimed"]
review = { listing = "live", hours = 24 }

[message]
en = "offers {brand_claimed}"
zh = "涉及{brand_claimed}"

[seller]
en = "We look at your listing before it goes up."
zh = "您的商品将在审核后上架。"
cure = "prove_purchase"

[[test]]
name = "fires"
given = { brand_claimed = "velatta" }
fires = true

[[test]]
name = "is written wrongly"
given = { brand_claimed = "velatta" }
fires = false
"#;

async fn house(backend: Backend) -> (World, Browser) {
    let world = World::with(backend, |config| config.plain_cookies = true).await;
    let analyst = world.person("ana", json!({"roles": ["analyst"]})).await;
    (world, analyst)
}

async fn tried(world: &World, who: &Browser, body: Value) -> Value {
    world.browse(who, "POST", "/v1/rules/dry-run", body.to_string()).await.ok()
}

fn listing(id: &str, seller: &str, title: &str) -> Value {
    json!({"marketplace": "plaza", "seller_id": seller, "id": id, "title": title, "price": "950.00 USD", "condition": "new"})
}

async fn a_rule_is_tried_on_what_was_decided(backend: Backend) {
    let (world, analyst) = house(backend).await;
    for (id, seller, title) in [("1", "s1", "Velatta bag"), ("2", "s1", "Velatta bag, red"), ("3", "s2", "A plain bag")]
    {
        assert_eq!(world.screen(&listing(id, seller, title)).await.ok()["decision"]["verdict"], "allow");
    }
    assert_eq!(world.screen(&listing("4", "s3", "Velatta bag replica 1:1")).await.ok()["decision"]["verdict"], "block");
    let told = tried(&world, &analyst, json!({"rule": "all_looked_at", "text": TRIED})).await;
    let back = &told["backtest"];
    assert_eq!(
        (back["decisions"].as_u64(), back["fires"].as_u64(), back["fired"].as_u64()),
        (Some(4), Some(3), Some(0))
    );
    assert_eq!(back["changes"], json!([{"from": "allow", "to": "review", "count": 2}]), "{back}");
    assert_eq!(back["brands"], json!([{"name": "velatta", "count": 2}]));
    assert_eq!(back["sellers"], json!([{"name": "s1", "count": 2}]));
    assert_eq!(back["examples"].as_array().unwrap().len(), 2);
    let passed: Vec<bool> =
        told["tests"].as_array().unwrap().iter().map(|test| test["passed"].as_bool().unwrap()).collect();
    assert_eq!(passed, [true, false]);
    // Stretch after stretch it comes to the same.
    let (mut before, mut fires) = (Value::Null, 0);
    for expected in [3, 1] {
        let asked = json!({"rule": "all_looked_at", "text": TRIED, "decisions": 3, "before": before});
        let back = tried(&world, &analyst, asked).await["backtest"].clone();
        assert_eq!(back["decisions"], expected, "{back}");
        (before, fires) = (back["next"].clone(), fires + back["fires"].as_u64().unwrap());
    }
    assert_eq!((before, fires), (Value::Null, 3));
    // In shadow it would change nothing, and still be seen to fire.
    let shadow = TRIED.replace("\"enforce\"", "\"shadow\"");
    let told = tried(&world, &analyst, json!({"rule": "all_looked_at", "text": shadow})).await;
    assert_eq!((told["backtest"]["fires"].as_u64(), &told["backtest"]["changes"]), (Some(3), &json!([])));
    // It is in force nowhere.
    assert_eq!(world.screen(&listing("5", "s1", "Velatta bag, blue")).await.ok()["decision"]["verdict"], "allow");
    let rules = world.browse(&analyst, "GET", "/v1/rules", "").await.ok();
    let rules = rules["items"].as_array().unwrap();
    assert!(rules.iter().all(|rule| rule["rule"] != "all_looked_at"));
    // One in force is shown as it was written, and the same text changes nothing.
    let one = rules.iter().find(|rule| rule["outcome"] == "block").unwrap();
    assert!(one["text"].as_str().unwrap().contains("[[test]]"));
    let same = tried(&world, &analyst, json!({"rule": one["rule"], "text": one["text"]})).await;
    assert_eq!(same["backtest"]["changes"], json!([]));
    assert_eq!(same["backtest"]["fires"], same["backtest"]["fired"]);
}

async fn a_text_that_is_wrong_is_told_where(backend: Backend) {
    let (world, analyst) = house(backend).await;
    let wrong = TRIED.replace("brand_claimed = 'velatta'\"", "brand_claimd = 'velatta'\"");
    let told = tried(&world, &analyst, json!({"rule": "all_looked_at", "text": wrong})).await;
    let finding = &told["findings"][0];
    assert_eq!((&finding["level"], finding["line"].as_u64()), (&json!("error"), Some(7)), "{told}");
    assert!(finding["message"].as_str().unwrap().contains("brand_claimd"), "{finding}");
    assert_eq!(told.get("backtest"), None);
    for body in [
        json!({"rule": "../score", "text": TRIED}),
        json!({"rule": "score", "text": TRIED}),
        json!({"rule": "long", "text": "#".repeat(70_000)}),
        json!({"rule": "many", "text": TRIED, "decisions": 9_000}),
    ] {
        assert_eq!(world.browse(&analyst, "POST", "/v1/rules/dry-run", body.to_string()).await.problem().0, 422);
    }
    let lead = world.person("lena", json!({"roles": ["lead"]})).await;
    let body = json!({"rule": "all_looked_at", "text": TRIED}).to_string();
    assert_eq!(world.browse(&lead, "POST", "/v1/rules/dry-run", body).await.problem().0, 403);
}
