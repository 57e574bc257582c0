//! Banks over HTTP: what is put there is found at once, by every process, and is somebody's.

use axum::body::Body;
use serde_json::{Value, json};

use crate::pictures::form;
use crate::world::{Answer, Backend, World};

impl World {
    /// Sends a form with this key.
    pub(crate) async fn form(&self, key: &str, path: &str, parts: &[(&str, &str, &[u8])]) -> Answer {
        let mut request = self.request("POST", path).body(Body::from(form("b", parts))).unwrap();
        let headers = request.headers_mut();
        headers.insert("content-type", "multipart/form-data; boundary=b".parse().unwrap());
        headers.insert("authorization", format!("Bearer {key}").parse().unwrap());
        self.send(request).await
    }

    async fn best(&self, picture: &[u8]) -> Value {
        let answer = self.form(&self.key, "/v1/banks/query?top=1", &[("picture", "asked.png", picture)]).await.ok();
        answer["items"][0]["matches"][0].clone()
    }

    async fn deed(&self, key: &str, id: &str, deed: &str) -> Answer {
        let request = self.request("POST", &format!("/v1/banks/entries/{id}/{deed}"));
        let mut request = request.body(Body::from(json!({"why": "a test"}).to_string())).unwrap();
        request.headers_mut().insert("authorization", format!("Bearer {key}").parse().unwrap());
        self.send(request).await
    }

    /// Sends a form, or JSON, under an idempotency key.
    pub(crate) async fn once(&self, name: &str, path: &str, body: impl Into<Body>, kind: &str) -> Answer {
        let request = self.request("POST", path).header("idempotency-key", name);
        let mut request = request.body(body.into()).unwrap();
        request.headers_mut().insert("content-type", kind.parse().unwrap());
        self.send(request).await
    }
}

/// A picture with enough on it to be told from others.
pub(crate) fn drawn(seed: u32) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_fn(256, 256, |x, y| {
        let cell =
            (x / 16).wrapping_mul(0x9e37_79b1) ^ (y / 16).wrapping_mul(0x85eb_ca77) ^ seed.wrapping_mul(0xc2b2_ae3d);
        let cell = cell.wrapping_mul(0x27d4_eb2f) >> 8;
        image::Rgb([(cell & 0xff) as u8, (cell >> 8 & 0xff) as u8, (cell >> 16) as u8])
    });
    picture.write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_added_is_found_and_can_be_taken_out() {
    let world = World::new(Backend::Sqlite).await;
    let (one, other) = (drawn(1), drawn(2));
    let parts: &[(&str, &str, &[u8])] =
        &[("brand", "", b"velatta"), ("picture", "shop/one.png", &one), ("why", "", b"their catalogue")];
    let added = world.form(&world.key, "/v1/banks/genuine", parts).await.ok();
    let id = added["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!((&added["items"][0]["file"], &added["items"][0]["state"]), (&json!("shop/one.png"), &json!("active")));
    let best = world.best(&one).await;
    assert_eq!(
        (&best["entry"], &best["bank"], &best["brand"]),
        (&json!("shop/one.png"), &json!("genuine"), &json!("velatta"))
    );
    assert_eq!(best["copy"], true);
    assert_ne!(world.best(&other).await["copy"], true);
    let again = world.form(&world.key, "/v1/banks/genuine", parts).await.ok();
    assert_eq!(again["items"][0]["id"], id.as_str());
    let list = world.get("/v1/banks?bank=genuine").await.ok();
    assert_eq!(
        (list["items"].as_array().unwrap().len(), &list["items"][0]["added"]["why"]),
        (1, &json!("their catalogue"))
    );
    assert_eq!(world.deed(&world.key, &id, "remove").await.ok()["state"], "removed");
    assert_eq!(world.deed(&world.key, &id, "remove").await.problem(), (409, "bank_refused".to_owned()));
    assert_ne!(world.best(&one).await["copy"], true);
    assert_eq!(world.deed(&world.key, &id, "restore").await.ok()["state"], "active");
    assert_eq!(world.best(&one).await["copy"], true);
    assert_eq!(world.deed(&world.key, "nothing", "remove").await.problem(), (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_looks_genuine_wants_a_second_person() {
    let world = World::new(Backend::Sqlite).await;
    let one = drawn(1);
    world.form(&world.key, "/v1/banks/genuine", &[("picture", "one.png", &one)]).await.ok();
    let added = world.form(&world.key, "/v1/banks/counterfeit", &[("picture", "fake.png", &one)]).await.ok();
    let entry = &added["items"][0];
    assert_eq!(entry["state"], "pending", "{entry}");
    assert!(entry["like"].is_string());
    let id = entry["id"].as_str().unwrap();
    assert_eq!(world.deed(&world.key, id, "confirm").await.problem(), (409, "bank_refused".to_owned()));
    let second = world.app.make_key("second", &["banks"]).await.unwrap();
    assert_eq!(world.deed(&second, id, "confirm").await.ok()["state"], "active");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_come_and_go() {
    let world = World::new(Backend::Sqlite).await;
    let one = drawn(1);
    world.form(&world.key, "/v1/banks/counterfeit", &[("picture", "one.png", &one)]).await.ok();
    let list = world.get("/v1/banks/export?bank=counterfeit").await;
    assert!(list.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
    let other = World::new(Backend::Sqlite).await;
    let taken =
        other.form(&other.key, "/v1/banks/counterfeit/import", &[("list", "theirs.csv", &list.bytes)]).await.ok();
    assert_eq!((&taken["added"], &taken["bad"]), (&json!(1), &json!([])));
    assert_eq!(other.best(&one).await["entry"], "theirs.csv");
}

#[tokio::test(flavor = "multi_thread")]
async fn banks_are_changed_by_those_who_may() {
    let world = World::new(Backend::Sqlite).await;
    let reads = world.app.make_key("reads", &["read", "screen"]).await.unwrap();
    let one = drawn(1);
    for path in ["/v1/banks/genuine", "/v1/banks/genuine/import"] {
        let refused = world.form(&reads, path, &[("picture", "one.png", &one)]).await;
        assert_eq!(refused.problem(), (403, "forbidden".to_owned()));
    }
    assert_eq!(world.deed(&reads, "x", "remove").await.problem(), (403, "forbidden".to_owned()));
    world.form(&reads, "/v1/banks/query", &[("picture", "one.png", &one)]).await.ok();
    let cut = world.form(&world.key, "/v1/banks/genuine", &[("picture", "cut.png", &one[..40])]).await;
    assert_eq!(cut.problem(), (422, "bad_picture".to_owned()));
    let unknown = world.form(&world.key, "/v1/banks/other", &[("picture", "one.png", &one)]).await;
    assert_eq!(unknown.problem(), (404, "not_found".to_owned()));
}

/// Under a key a change is answered as the first time, also if the process ended before it could keep the answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_retry_of_a_change_gets_the_same_answer() {
    const FORM: &str = "multipart/form-data; boundary=b";
    let world = World::new(Backend::Sqlite).await;
    let (one, other) = (drawn(1), drawn(2));
    let body = |file: &[u8]| form("b", &[("picture", "one.png", file), ("why", "", b"w")]);
    let first = world.once("k", "/v1/banks/genuine", body(&one), FORM).await;
    let id = first.ok()["items"][0]["id"].as_str().unwrap().to_owned();
    let again = world.once("k", "/v1/banks/genuine", body(&one), FORM).await;
    assert_eq!((again.ok(), &again.headers["idempotent-replayed"]), (first.json(), &"true".parse().unwrap()));
    let reused = (422, "idempotency_key_reused".to_owned());
    assert_eq!(world.once("k", "/v1/banks/genuine", body(&other), FORM).await.problem(), reused);
    assert_eq!(world.once("k", "/v1/banks/negative", body(&one), FORM).await.problem(), reused, "another call");
    let remove = format!("/v1/banks/entries/{id}/remove");
    let why = || json!({"why": "not theirs"}).to_string();
    let removed = world.once("r", &remove, why(), "application/json").await;
    assert_eq!(world.once("r", &remove, why(), "application/json").await.bytes, removed.bytes);
    // What was done and not answered looks like this: done by the same hand, under a key that is not known.
    assert_eq!(world.once("s", &remove, why(), "application/json").await.ok()["state"], "removed");
    let other_reason = json!({"why": "another reason"}).to_string();
    assert_eq!(world.once("t", &remove, other_reason, "application/json").await.problem().1, "bank_refused");
    assert_eq!(world.post(&remove, why()).await.problem().1, "bank_refused", "without a key it is a second time");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_pictures_of_a_form_are_added_or_none() {
    let world = World::new(Backend::Sqlite).await;
    let (one, cut) = (drawn(1), &drawn(2)[..40]);
    let refused =
        world.form(&world.key, "/v1/banks/genuine", &[("picture", "one.png", &one), ("picture", "cut.png", cut)]).await;
    assert_eq!(refused.problem(), (422, "bad_picture".to_owned()));
    assert_eq!(world.get("/v1/banks").await.ok()["items"], json!([]));
    // Twenty pictures with all that can be said of them.
    let all: Vec<Vec<u8>> = (0..20).map(drawn).collect();
    let names: Vec<String> = (0..20).map(|n| format!("{n}.png")).collect();
    let mut parts: Vec<(&str, &str, &[u8])> =
        names.iter().zip(&all).map(|(name, file)| ("picture", name.as_str(), file.as_slice())).collect();
    parts.extend([("brand", "", &b"velatta"[..]), ("product", "", b"bag"), ("source", "", b"shop"), ("why", "", b"w")]);
    let added = world.form(&world.key, "/v1/banks/genuine", &parts).await.ok();
    assert_eq!(added["items"].as_array().unwrap().len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_and_banks_are_set() {
    let world = World::new(Backend::Sqlite).await;
    let one = drawn(1);
    let added = world.form(&world.key, "/v1/banks/genuine", &[("picture", "one.png", &one)]).await.ok();
    let id = added["items"][0]["id"].as_str().unwrap().to_owned();
    let set = async |path: &str, body: Value| world.post(path, body.to_string()).await;
    let entry = format!("/v1/banks/entries/{id}/set");
    let changed = set(&entry, json!({"ratio": 0.0, "distance": 20})).await.ok();
    assert_eq!((&changed["ratio"], &changed["distance"]), (&json!(0.0), &json!(20)));
    assert_ne!(world.best(&one).await["copy"], true, "it answers nobody");
    let back = set(&entry, json!({"ratio": null})).await.ok();
    assert_eq!((back.get("ratio"), &back["distance"]), (None, &json!(20)));
    assert_eq!(world.best(&one).await["copy"], true);
    assert_eq!(set("/v1/banks/genuine/set", json!({"ratio": 0.0})).await.ok()["ratio"], 0.0);
    assert_ne!(world.best(&one).await["copy"], true);
    let bank = world.get("/v1/banks/genuine").await.ok();
    assert_eq!((&bank["active"], &bank["ratio"], &bank["stopped"]), (&json!(1), &json!(0.0), &json!(false)));
    assert_eq!(world.get("/v1/banks/logos").await.ok()["active"], 0);
    for wrong in [json!({}), json!({"distance": 256}), json!({"ratio": 1.5})] {
        assert_eq!(set(&entry, wrong).await.problem(), (400, "bad_parameter".to_owned()));
    }
    assert_eq!(set("/v1/banks/genuine/rearm", json!({})).await.problem(), (409, "bank_refused".to_owned()));
    assert_eq!(set("/v1/banks/other/rearm", json!({})).await.problem(), (404, "not_found".to_owned()));
}
