//! Webhooks, as receivers on loopback get them, and the feed.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use serde_json::{Value, json};
use touchstone_server::clock::Clock;
use touchstone_server::{Config, Message};
use uuid::Uuid;

use crate::receiver::Receiver;
use crate::world::{Backend, World, on_both};

on_both!(
    what_happens_comes_signed,
    what_fails_comes_again_and_is_dead_at_last,
    what_is_wanted_is_sent_again,
    both_secrets_sign_while_one_takes_over,
    a_receiver_that_is_gone_or_fails_for_days_is_disabled,
    who_dies_before_the_note_sends_it_again,
    who_polls_misses_nothing,
    webhooks_are_made_and_changed,
);

const HOUR: i64 = 3_600;

fn on_loopback(config: &mut Config) {
    config.hooks.allow = vec!["127.0.0.0/8".to_owned()];
    config.hooks.seed = 7;
}

/// A world with one receiver that wants these types; its webhook and secret.
struct Told {
    world: World,
    receiver: Receiver,
    webhook: String,
    secret: String,
}

impl Told {
    async fn new(backend: Backend, types: &[&str]) -> Self {
        let world = World::with(backend, on_loopback).await;
        let receiver = Receiver::start().await;
        let made = world.post("/v1/webhooks", json!({"url": receiver.url, "types": types}).to_string()).await.ok();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self { webhook: text(&made["webhook"]["webhook_id"]), secret: text(&made["secret"]), world, receiver }
    }

    fn now(&self) -> i64 {
        self.world.clock.now().unix_timestamp()
    }

    async fn tell(&self, types: &[&str]) -> Vec<Uuid> {
        tell(&self.world, types).await
    }

    async fn send(&self) -> usize {
        self.world.app.send_due_messages().await.unwrap()
    }

    async fn get(&self, rest: &str) -> Value {
        self.world.get(&format!("/v1/webhooks/{}{rest}", self.webhook)).await.ok()
    }

    async fn post(&self, rest: &str, body: Value) -> Value {
        self.world.post(&format!("/v1/webhooks/{}{rest}", self.webhook), body.to_string()).await.ok()
    }

    /// What became of the messages, oldest first.
    async fn states(&self) -> Vec<String> {
        let items = self.get("/deliveries").await["items"].as_array().unwrap().clone();
        items.iter().rev().map(|item| item["state"].as_str().unwrap().to_owned()).collect()
    }
}

async fn tell(world: &World, types: &[&str]) -> Vec<Uuid> {
    let message = |kind: &&str| Message {
        message_id: Uuid::now_v7(),
        kind: (*kind).to_owned(),
        at: world.clock.micros(),
        payload: json!({"listing_id": "1"}).to_string().into_bytes(),
        about: Some(("plaza".to_owned(), "s1".to_owned())),
    };
    let messages: Vec<Message> = types.iter().map(message).collect();
    let ids = messages.iter().map(|message| message.message_id).collect();
    world.app.tell(messages).await.unwrap();
    ids
}

async fn what_happens_comes_signed(backend: Backend) {
    let told = Told::new(backend, &["action.*"]).await;
    let ids = told.tell(&["action.taken", "appeal.filed"]).await;
    assert_eq!(told.send().await, 1);
    let got = told.receiver.got().remove(0);
    assert_eq!(got.id(), format!("msg_{}", ids[0]));
    assert_eq!(
        got.json(),
        json!({"type": "action.taken", "timestamp": "2026-11-01T00:00:00Z", "data": {"listing_id": "1"}})
    );
    assert_eq!((&got.headers["content-type"], got.signatures()), (&"application/json".parse().unwrap(), 1));
    let now = told.now();
    assert!(got.is_signed(&told.secret, now + 300) && got.is_signed(&told.secret, now - 300));
    assert!(!got.is_signed(&told.secret, now + 301), "a replay of somebody else's");
    assert!(!got.is_signed(&format!("whsec_{}", "A".repeat(43) + "="), now));
    let mut changed = got.clone();
    changed.body[10] ^= 1;
    assert!(!changed.is_signed(&told.secret, now));
    assert_eq!(told.states().await, ["delivered"]);
    assert_eq!(told.send().await, 0);
    let tried = told.post("/test", json!({})).await;
    assert_eq!(tried, json!({"delivered": true, "status": 204}));
    let test = told.receiver.got().remove(1);
    assert!(test.is_signed(&told.secret, now) && test.json()["type"] == "webhook.test");
}

async fn what_fails_comes_again_and_is_dead_at_last(backend: Backend) {
    let told = Told::new(backend, &[]).await;
    told.receiver.answer([500, 301]);
    told.tell(&["action.taken"]).await;
    assert_eq!(told.send().await, 1);
    told.world.clock.forward(4);
    assert_eq!(told.send().await, 0, "five seconds at least");
    told.world.clock.forward(2);
    assert_eq!(told.send().await, 1, "no redirect is followed");
    assert_eq!(told.states().await, ["waiting"]);
    assert_eq!(told.get("/deliveries").await["items"][0]["status"], 301);
    told.world.clock.forward(400);
    assert_eq!((told.send().await, told.states().await), (1, vec!["delivered".to_owned()]));
    let (ids, bodies): (BTreeSet<_>, BTreeSet<_>) =
        told.receiver.got().into_iter().map(|got| (got.id().to_owned(), got.body)).unzip();
    assert_eq!((ids.len(), bodies.len()), (1, 1), "one message, word for word");
    // Each try carries its own time.
    assert!(told.receiver.got().iter().all(|got| !got.is_signed("whsec_AAAA", told.now())));
    assert!(told.receiver.got()[2].is_signed(&told.secret, told.now()));

    told.receiver.answer([503; 20]);
    told.tell(&["action.taken"]).await;
    let mut tries = 0;
    for _ in 0..200 {
        tries += told.send().await;
        told.world.clock.forward(HOUR / 2);
    }
    assert_eq!((tries, told.states().await), (10, vec!["delivered".to_owned(), "dead".to_owned()]));
    let dead = told.get("/deliveries?state=dead").await["items"][0].clone();
    assert_eq!(
        (&dead["failed_tries"], &dead["error"], &dead["due_at"]),
        (&json!(10), &json!("refused_by_host"), &Value::Null)
    );
    assert!(told.get("").await["failing_since"].is_string());
}

async fn what_is_wanted_is_sent_again(backend: Backend) {
    let told = Told::new(backend, &["action.*"]).await;
    let first = told.tell(&["action.taken", "appeal.filed"]).await;
    told.send().await;
    told.world.clock.forward(HOUR);
    let later = told.tell(&["action.taken"]).await;
    told.send().await;
    assert_eq!(told.receiver.count(), 2);
    let again = told.post("/replay", json!({"since": "2026-11-01T00:30:00Z"})).await;
    assert_eq!((again, told.send().await), (json!({"messages": 1}), 1));
    assert_eq!(told.receiver.got()[2].id(), format!("msg_{}", later[0]), "under the id that it had");
    let again = told.post("/replay", json!({"message_id": format!("msg_{}", first[1])})).await;
    assert_eq!((again, told.send().await), (json!({"messages": 1}), 1), "also what it does not want by itself");
    let disabled = json!({"disabled": true}).to_string();
    let path = format!("/v1/webhooks/{}", told.webhook);
    let patch = async |body: &str| {
        told.world.send(told.world.request("PATCH", &path).body(Body::from(body.to_owned())).unwrap()).await.ok()
    };
    told.receiver.answer([500]);
    told.tell(&["action.taken"]).await;
    told.send().await;
    assert_eq!(patch(&disabled).await["disabled_why"], "by_hand");
    told.tell(&["action.taken"]).await;
    told.world.clock.forward(HOUR);
    assert_eq!(told.send().await, 0);
    patch(&json!({"disabled": false}).to_string()).await;
    assert_eq!(told.post("/replay", json!({"dead": true})).await, json!({"messages": 1}));
    assert_eq!(told.send().await, 1, "what happened meanwhile was not for it");
    for wrong in [
        json!({}),
        json!({"since": "yesterday"}),
        json!({"message_id": "1"}),
        json!({"dead": true, "since": "2026-11-01T00:00:00Z"}),
    ] {
        let answer = told.world.post(&format!("{path}/replay"), wrong.to_string()).await;
        assert_eq!(answer.problem(), (422, "bad_webhook".to_owned()), "{wrong}");
    }
}

async fn both_secrets_sign_while_one_takes_over(backend: Backend) {
    let told = Told::new(backend, &[]).await;
    let next = told.post("/rotate", json!({})).await["secret"].as_str().unwrap().to_owned();
    assert_ne!(next, told.secret);
    told.tell(&["action.taken"]).await;
    told.send().await;
    told.world.clock.forward(25 * HOUR);
    told.tell(&["action.taken"]).await;
    told.send().await;
    let [during, after] = <[_; 2]>::try_from(told.receiver.got()).unwrap();
    let then = told.now() - 25 * HOUR;
    assert!(during.signatures() == 2 && during.is_signed(&told.secret, then) && during.is_signed(&next, then));
    assert!(after.signatures() == 1 && after.is_signed(&next, told.now()));
    let shown = told.get("").await.to_string() + &told.world.get("/v1/webhooks").await.ok().to_string();
    assert!(!shown.contains("whsec_") && !shown.contains("old_secret"), "{shown}");
}

async fn a_receiver_that_is_gone_or_fails_for_days_is_disabled(backend: Backend) {
    let told = Told::new(backend, &["action.*"]).await;
    let other = Receiver::start().await;
    let order = json!({"url": other.url, "types": ["webhook.*"]});
    told.world.post("/v1/webhooks", order.to_string()).await.ok();
    told.receiver.answer([410]);
    told.tell(&["action.taken"]).await;
    assert_eq!(told.send().await, 2);
    let seen = told.get("").await;
    assert_eq!((&seen["disabled_why"], &seen["disabled_at"]), (&json!("gone"), &json!("2026-11-01T00:00:00Z")));
    let said = other.got().remove(0).json();
    assert_eq!((&said["type"], &said["data"]["why"]), (&json!("webhook.disabled"), &json!("gone")));
    told.tell(&["action.taken"]).await;
    assert_eq!((told.send().await, told.states().await), (0, vec!["dead".to_owned()]));

    let path = format!("/v1/webhooks/{}", told.webhook);
    let open = told.world.request("PATCH", &path).body(Body::from(r#"{"disabled": false}"#)).unwrap();
    assert!(told.world.send(open).await.ok()["disabled_at"].is_null());
    told.receiver.answer([500; 40]);
    for day in 0..6 {
        told.tell(&["action.taken"]).await;
        told.send().await;
        assert_eq!(told.get("").await["disabled_why"].is_string(), day == 5, "day {day}");
        told.world.clock.forward(24 * HOUR + 60);
    }
    assert_eq!(told.get("").await["disabled_why"], "failing");
    assert_eq!(other.got()[1].json()["data"]["why"], "failing");
}

async fn who_dies_before_the_note_sends_it_again(backend: Backend) {
    let told = Told::new(backend, &[]).await;
    let ids = told.tell(&["action.taken"]).await;
    told.receiver.hold(true);
    let app = Arc::clone(&told.world.app);
    let sending = tokio::spawn(async move { app.send_due_messages().await });
    told.receiver.came().await;
    // It has the message, and whoever sent it dies before the answer is noted.
    sending.abort();
    assert!(sending.await.unwrap_err().is_cancelled());
    told.receiver.hold(false);
    assert_eq!(told.send().await, 0, "another one may still be at it");
    told.world.clock.forward(121);
    assert_eq!(told.send().await, 1);
    let got: Vec<String> = told.receiver.got().iter().map(|got| got.id().to_owned()).collect();
    assert_eq!(got, [format!("msg_{}", ids[0]), format!("msg_{}", ids[0])], "duplicates are told by their id");
    assert_eq!(told.states().await, ["delivered"]);
}

async fn who_polls_misses_nothing(backend: Backend) {
    let told = Told::new(backend, &["none.of.it"]).await;
    let key = told.world.app.make_key("poller", &["events"]).await.unwrap();
    let poll = async |after: i64| {
        let request = axum::http::Request::get(format!("/v1/events?limit=2&after={after}"));
        let request = request.header("authorization", format!("Bearer {key}")).body(Body::empty()).unwrap();
        told.world.send(request).await.ok()
    };
    assert_eq!(poll(0).await, json!({"items": [], "next": 0, "gap": false}));
    let ids = told.tell(&["action.taken", "action.undone", "appeal.filed"]).await;
    let (mut after, mut seen) = (0, Vec::new());
    loop {
        let page = poll(after).await;
        assert_eq!(page["gap"], false);
        let items = page["items"].as_array().unwrap();
        if items.is_empty() {
            break;
        }
        seen.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        after = page["next"].as_i64().unwrap();
    }
    assert_eq!(seen, ids.iter().map(|id| format!("msg_{id}")).collect::<Vec<_>>());
    let read = told.world.get("/v1/readings?seller_id=s1").await.ok();
    assert_eq!(read["items"].as_array().unwrap().len(), 3, "each reading is noted");
    told.world.app.erase("plaza", "s1").await.unwrap();
    let first = poll(0).await["items"][0].clone();
    assert_eq!((&first["type"], &first["data"]), (&json!("action.taken"), &Value::Null));
    // What is not kept any more is a gap, not a silence.
    told.world.clock.forward(31 * 24 * HOUR);
    told.world.app.tidy().await;
    assert_eq!(poll(1).await, json!({"items": [], "next": 3, "gap": true}));
    told.tell(&["action.taken"]).await;
    assert_eq!((poll(3).await["gap"].clone(), poll(1).await["gap"].clone()), (json!(false), json!(true)));
}

async fn webhooks_are_made_and_changed(backend: Backend) {
    let told = Told::new(backend, &[]).await;
    for wrong in [
        json!({"url": "ftp://hooks.example"}),
        json!({"url": "https://10.0.0.1/a"}),
        json!({"url": "https://user:word@hooks.example"}),
        json!({"url": "hooks"}),
        json!({"url": told.receiver.url, "types": ["Action"]}),
        json!({"url": told.receiver.url, "types": ["action."]}),
        json!({"url": told.receiver.url, "types": vec!["a"; 51]}),
    ] {
        let answer = told.world.post("/v1/webhooks", wrong.to_string()).await;
        assert_eq!(answer.problem(), (422, "bad_webhook".to_owned()), "{wrong}");
    }
    for _ in 1..50 {
        told.world.post("/v1/webhooks", json!({"url": told.receiver.url}).to_string()).await.ok();
    }
    let answer = told.world.post("/v1/webhooks", json!({"url": told.receiver.url}).to_string()).await;
    assert_eq!(answer.problem(), (409, "webhook_refused".to_owned()));
    let path = format!("/v1/webhooks/{}", told.webhook);
    let remove = async || told.world.send(told.world.request("DELETE", &path).body(Body::empty()).unwrap()).await;
    assert_eq!(remove().await.ok(), json!({"removed": true}));
    assert_eq!(remove().await.problem().0, 404);
    assert_eq!(told.world.get("/v1/webhooks").await.ok()["items"].as_array().unwrap().len(), 49);
}

/// Without leave of an operator nothing goes to one's own networks, nor in clear.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_to_networks_that_are_not_public() {
    let world = World::new(Backend::Sqlite).await;
    let receiver = Receiver::start().await;
    let order = |url: &str| json!({"url": url}).to_string();
    for url in [receiver.url.as_str(), "http://hooks.example/a", "https://hooks.example:8444/a", "https://[::1]/a"] {
        assert_eq!(world.post("/v1/webhooks", order(url)).await.problem().1, "bad_webhook", "{url}");
    }
    // A name tells only when it is asked.
    let made = world.post("/v1/webhooks", order("https://localhost/hook")).await.ok();
    let id = made["webhook"]["webhook_id"].as_str().unwrap();
    tell(&world, &["action.taken"]).await;
    assert_eq!(world.app.send_due_messages().await.unwrap(), 1);
    let item = world.get(&format!("/v1/webhooks/{id}/deliveries")).await.ok()["items"][0].clone();
    assert_eq!((&item["state"], &item["error"]), (&json!("waiting"), &json!("not_public")));
    assert_eq!(receiver.count(), 0);
}

/// Two servers on one database: each message goes out once.
#[tokio::test(flavor = "multi_thread")]
async fn two_servers_do_not_both_send() {
    let told = Told::new(Backend::Postgres, &[]).await;
    let second = World::beside(told.world.app.config().clone()).await;
    let kinds = vec!["action.taken"; 100];
    let ids: BTreeSet<String> = told.tell(&kinds).await.iter().map(|id| format!("msg_{id}")).collect();
    let (one, other) = tokio::join!(told.world.app.send_due_messages(), second.app.send_due_messages());
    assert_eq!(one.unwrap() + other.unwrap(), 100);
    let got: Vec<String> = told.receiver.got().iter().map(|got| got.id().to_owned()).collect();
    assert_eq!((got.len(), got.into_iter().collect::<BTreeSet<_>>()), (100, ids));
}

/// A slow receiver keeps only its own waiting.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_receiver_is_in_nobodys_way() {
    let told = Told::new(Backend::Sqlite, &[]).await;
    let quick = Receiver::start().await;
    told.world.post("/v1/webhooks", json!({"url": quick.url}).to_string()).await.ok();
    told.receiver.hold(true);
    told.tell(&["action.taken"; 40]).await;
    let app = Arc::clone(&told.world.app);
    let sending = tokio::spawn(async move { app.send_due_messages().await });
    told.receiver.came().await;
    while quick.count() < 16 {
        quick.came().await;
    }
    assert!(told.receiver.count() <= 4);
    sending.abort();
}
