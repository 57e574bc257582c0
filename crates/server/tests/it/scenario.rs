//! A day's work over HTTP, as one reads it: a feed is screened, three listings are blocked with one decision and it is
//! undone, goods are removed, a case is made, a shop is closed by two, the seller reads why and shows a bill, all is taken
//! back, and at the end of the day everybody can check what happened.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use touchstone_audit::Receipt;

use crate::person::Browser;
use crate::receiver::Receiver;
use crate::trail::{checked, checker};
use crate::world::{Backend, World, on_both};

on_both!(a_days_work);

struct Day {
    world: World,
    anna: Browser,
    lena: Browser,
    mara: Browser,
    nora: Browser,
    auditor: Browser,
    seller: Browser,
    other: Browser,
    receiver: Receiver,
    secret: String,
}

impl Day {
    async fn begin(backend: Backend) -> Self {
        let world = World::with(backend, |config| {
            config.plain_cookies = true;
            config.review = Some(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/review"));
            config.hooks.allow = vec!["127.0.0.0/8".to_owned()];
        })
        .await;
        checker(&world).await;
        let receiver = Receiver::start().await;
        let made = world.post("/v1/webhooks", json!({"url": receiver.url}).to_string()).await.ok();
        let staff = |role: &str| json!({"roles": [role]});
        let of = |seller: &str| json!({"roles": ["seller"], "marketplace": "plaza", "seller_id": seller});
        Self {
            anna: world.person("anna", staff("reviewer")).await,
            lena: world.person("lena", staff("lead")).await,
            mara: world.person("mara", staff("lead")).await,
            nora: world.person("nora", staff("lead")).await,
            auditor: world.person("auditor", staff("auditor")).await,
            seller: world.person("shop", of("s1")).await,
            other: world.person("other", of("s2")).await,
            secret: made["secret"].as_str().unwrap().to_owned(),
            receiver,
            world,
        }
    }

    async fn get(&self, who: &Browser, path: &str) -> Value {
        self.world.browse(who, "GET", path, "").await.ok()
    }

    async fn post(&self, who: &Browser, path: &str, body: Value) -> Value {
        self.world.browse(who, "POST", path, body.to_string()).await.ok()
    }

    async fn refused(&self, who: &Browser, path: &str, body: Value) -> (u16, String, Value) {
        let answer = self.world.browse(who, "POST", path, body.to_string()).await;
        let (status, code) = answer.problem();
        (status, code, answer.json()["more"].clone())
    }
}

/// What is ordered about a listing of the shop.
fn order(measure: Value, scope: Value) -> Value {
    json!({"measure": measure, "scope": scope, "reason": "counterfeit", "severity": "high",
        "policy": "Terms 4.2: no counterfeit goods", "evidence": ["ab".repeat(32)]})
}

fn orders(orders: Vec<Value>) -> Value {
    json!({"orders": orders, "telling": {"language": "en", "facts": ["The goods carry a name that their maker did not give them."],
        "basis": {"contractual": "Terms 4.2"}, "detection": "person", "decision": "person", "cure": "prove_purchase"}})
}

async fn a_days_work(backend: Backend) {
    let day = Day::begin(backend).await;
    // A feed comes in, and three of its listings look the same.
    let listing = |id: &str| {
        json!({"marketplace": "plaza", "seller_id": "s1", "id": id, "title": "Velatta bag red", "price": "9.00 USD",
            "condition": "new"})
    };
    for id in ["1", "2", "3"] {
        day.world.screen(&listing(id)).await.ok();
    }
    day.world.app.take_in().await.unwrap();
    // Anna takes the first, sees that others are like it, and decides for all.
    let taken = day.post(&day.anna, "/v1/queues/general/next", json!({})).await;
    let group = day.post(&day.anna, "/v1/groups", json!({"item_id": taken["item"]["item_id"]})).await;
    let path = format!("/v1/groups/{}", group["group_id"].as_str().unwrap());
    let verdict =
        json!({"judgement": {"verdict": "fake", "class": "counterfeit", "confidence": 95, "reason": "logo_wrong"}});
    let preview = day.post(&day.anna, &format!("{path}/preview"), verdict.clone()).await;
    assert_eq!(preview["served"].as_array().unwrap().len(), 3);
    let decision = json!({"command": "decide", "order": verdict, "preview": preview["preview"]});
    let decided = day.post(&day.anna, &format!("{path}/commands"), decision).await;
    assert_eq!(decided["items"].as_array().unwrap().len(), 3);
    // They come down, each told to the shop at once.
    let scope = |id: &str| json!({"listing": {"marketplace": "plaza", "seller_id": "s1", "listing_id": id}});
    let remove = ["1", "2", "3"].map(|id| order(json!("remove"), scope(id)));
    let dry = day.post(&day.anna, "/v1/actions/dry-run", orders(remove.to_vec())).await;
    assert_eq!(dry["sees"].as_str().unwrap().len(), 64);
    let done = day.post(&day.anna, "/v1/actions", orders(remove.to_vec())).await;
    let removed: Vec<Value> = done["imposed"].as_array().unwrap().clone();
    assert!(removed.len() >= 3, "{done}");
    // It was too quick: Anna undoes the decision, and what she did.
    day.post(&day.anna, &format!("{path}/commands"), json!({"command": "undo", "reason": "look again"})).await;
    let undo = json!({"actions": removed[..3], "ground": "mistake", "reason": "looked again"});
    assert_eq!(day.refused(&day.other, "/v1/actions/undo", undo.clone()).await.0, 403);
    let undone = day.post(&day.anna, "/v1/actions/undo", undo).await;
    assert!(undone["ended"].as_array().unwrap().len() >= 3);
    // What was seen goes into a case, byte for byte.
    let case =
        json!({"about": "seller", "marketplace": "plaza", "seller_id": "s1", "reason": "the third copy in a week"});
    let case = day.post(&day.lena, "/v1/cases", case).await;
    let case = format!("/v1/cases/{}", case["case_id"].as_str().unwrap());
    let seen = json!({"decision_id": taken["item"]["decision_id"], "what": "offered as the brand's"});
    let seen = day.post(&day.lena, &format!("{case}/evidence"), seen).await;
    assert_eq!(seen["timeline"][1]["what"]["evidence"]["media"], "application/json");
    day.post(&day.lena, &format!("{case}/commands"), json!({"command": "note", "text": "Their third shop."})).await;
    // The shop is closed. One person alone may not.
    let close = json!({"measure": "close", "scope": {"seller": {"marketplace": "plaza", "seller_id": "s1"}}, "reason": "repeat",
        "severity": "high", "policy": "Terms 9", "evidence": ["cd".repeat(32)], "exception": "legal_duty"});
    let mut close = orders(vec![close]);
    let (status, code, more) = day.refused(&day.lena, "/v1/actions", close.clone()).await;
    assert_eq!((status, code.as_str()), (409, "approval_needed"));
    let ask = json!({"sees": more["sees"], "needs": more["needs"], "words": "close s1"});
    let asked = day.post(&day.lena, "/v1/approvals", ask).await;
    let answer = format!("/v1/approvals/{}/commands", asked["approval_id"].as_str().unwrap());
    let yes = json!({"command": "approve", "sees": more["sees"]});
    assert_eq!(day.refused(&day.lena, &answer, yes.clone()).await.0, 403);
    day.post(&day.mara, &answer, yes).await;
    close["incident"] = more["incident"].clone();
    let closed = day.post(&day.lena, "/v1/actions", close).await;
    let standing = day.get(&day.seller, "/v1/sellers/plaza/s1/standing").await;
    assert_eq!(standing["account"]["access"], "closed");
    assert!(!standing.to_string().contains("actor"), "the shop is not told who decided");
    // The shop reads why; nobody else's shop does.
    let id = closed["statements"][0]["statement_id"].as_str().unwrap();
    let statement = day.get(&day.seller, &format!("/v1/statements/{id}")).await;
    assert!(statement["facts"].as_str().unwrap().contains("name that their maker"));
    assert!(!statement["redress"].as_array().unwrap().is_empty());
    let foreign = day.world.browse(&day.other, "GET", &format!("/v1/statements/{id}"), "").await;
    assert_eq!(foreign.problem(), (404, "not_found".to_owned()));
    let all = day.get(&day.seller, "/v1/sellers/plaza/s1/statements").await;
    assert!(all["items"].as_array().unwrap().len() >= 2);
    // The shop sends a letter of the brand, shows it and appeals. Whoever decided or agreed does not hear it.
    let letter = b"%PDF-1.7 To whom it may concern: s1 sells our bags.";
    let documents = "/v1/sellers/plaza/s1/documents";
    let sent = day.world.send_form(&day.seller, documents, &[("file", "letter.pdf", letter)]).await.ok();
    let sent = sent["sha256"].as_str().unwrap().to_owned();
    assert_eq!(sent, Sha256::digest(letter).iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    assert_eq!(day.world.send_form(&day.other, documents, &[("file", "a.pdf", letter)]).await.problem().0, 404);
    let say = |more: Value| {
        let mut body = json!({"statement_id": id});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    assert_eq!(day.refused(&day.other, "/v1/appeals", say(json!({"says": "read"}))).await.0, 404);
    day.post(&day.seller, "/v1/appeals", say(json!({"says": "show", "document": sent}))).await;
    let filed = day.post(&day.seller, "/v1/appeals", say(json!({"says": "appeal", "text": "They are genuine."}))).await;
    assert_eq!(filed["status"], "filed");
    let heard = day.get(&day.nora, "/v1/appeals").await;
    assert_eq!(heard["items"][0]["appeal_id"], id);
    for first in [&day.lena, &day.mara] {
        let refused = day.world.browse(first, "POST", &format!("/v1/appeals/{id}/take"), "").await;
        assert!(refused.status.is_client_error());
    }
    day.world.browse(&day.nora, "POST", &format!("/v1/appeals/{id}/take"), "").await.ok();
    let letter_read = day.world.browse(&day.nora, "GET", &format!("{documents}/{sent}"), "").await;
    assert_eq!(letter_read.bytes, letter);
    let proof = json!({"brand": "velatta", "days": 365, "proof": "authorisation", "documents": [sent]});
    let rule = json!({"outcome": "reversed", "reasons": "The letter is the brand's.", "accepted": [proof]});
    let ruled = day.post(&day.nora, &format!("/v1/appeals/{id}/rule"), rule).await;
    assert_eq!(ruled["appeal"]["outcome"], "reversed");
    let standing = day.get(&day.seller, "/v1/sellers/plaza/s1/standing").await;
    assert_eq!(standing["account"]["access"], "full");
    // The same goods go up, untouched; another shop's do not.
    let again = day.world.screen(&listing("1")).await.ok();
    assert_eq!(again["decision"]["signals"]["seller_authorised"], true, "{again}");
    // The case ends, and is handed over whole.
    let over = json!({"command": "close", "finding": "unfounded", "reason": "the brand allows it"});
    day.post(&day.lena, &format!("{case}/commands"), over).await;
    let handed = day.post(&day.lena, &format!("{case}/export"), json!({})).await;
    handed_over(&day, &handed).await;
    the_day_can_be_checked(&day).await;
}

/// An outsider checks a case: the signature of the manifest, and each content by its hash.
async fn handed_over(day: &Day, handed: &Value) {
    let manifest = handed["manifest"].as_str().unwrap();
    let receipt = Receipt::read(handed["receipt"].to_string().as_bytes()).unwrap();
    let keys = day.world.get("/v1/audit/keys").await.bytes;
    let keys = String::from_utf8(keys).unwrap().parse().unwrap();
    assert!(receipt.verify(manifest.as_bytes(), &keys).is_ok());
    assert!(receipt.verify(manifest.replace("unfounded", "confirmed").as_bytes(), &keys).is_err());
    let manifest: Value = serde_json::from_str(manifest).unwrap();
    assert_eq!(manifest["case"]["status"]["status"], "closed");
    let sha256 = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let contents = handed["contents"].as_array().unwrap().iter();
    let given: Vec<String> =
        contents.map(|content| sha256(&STANDARD.decode(content["base64"].as_str().unwrap()).unwrap())).collect();
    let named = manifest["contents"].as_array().unwrap().iter().map(|content| content["sha256"].as_str().unwrap());
    assert_eq!(given, named.collect::<Vec<_>>());
}

/// Receivers were told, signed; statements fit for the EU's database; the trail holds all of it and verifies.
async fn the_day_can_be_checked(day: &Day) {
    while day.world.app.send_due_messages().await.unwrap() > 0 {}
    let now = touchstone_server::clock::Clock::now(&*day.world.clock).unix_timestamp();
    let got = day.receiver.got();
    assert!(got.iter().all(|message| message.is_signed(&day.secret, now)));
    let told: Vec<String> = got.iter().map(|message| message.json()["type"].as_str().unwrap().to_owned()).collect();
    for kind in ["standing.imposed", "statement.issued", "appeal.", "case.", "vault."] {
        assert!(told.iter().any(|told| told.starts_with(kind)), "{kind} was not told: {told:?}");
    }
    let published = day.get(&day.auditor, "/v1/publication").await;
    assert_eq!(published["refused"], json!([]));
    assert!(!published["calls"][0]["statements"].as_array().unwrap().is_empty());
    let trail = day.get(&day.auditor, "/v1/audit/events?limit=200").await;
    let trail: Vec<String> = trail["items"].as_array().unwrap().iter().map(Value::to_string).collect();
    for kind in ["item.entered", "group.decided", "standing.imposed", "statement.issued", "case.noted", "document.kept"]
    {
        assert!(trail.iter().any(|line| line.contains(kind)), "{kind} is not in the trail");
    }
    assert!(trail.iter().all(|line| !line.contains("They are genuine") && !line.contains("Their third shop")));
    day.world.app.sign_trail().await.unwrap();
    let report = checked(&day.world).await;
    assert_eq!((report.findings.len(), report.anchored), (0, Some(report.events)), "{report:?}");
}
