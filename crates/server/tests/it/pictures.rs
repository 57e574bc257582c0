//! Pictures come with a call or are fetched for it; what is seen on them is part of the decision.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use touchstone_gallery::Seen;
use touchstone_server::pictures::Look;
use touchstone_signals::pictures::Eyes;

use crate::world::{Answer, Backend, World, on_both};

on_both!(
    a_listing_is_answered_by_its_words_and_again_when_its_pictures_came,
    what_cannot_be_had_leaves_the_words_and_says_why,
    what_may_come_later_is_tried_again_for_some_time,
    what_waits_survives_the_process,
    a_picture_that_changed_is_decided_on_again,
    a_later_decision_needs_no_successor_of_an_earlier,
    a_picture_is_looked_at_once_whoever_shows_it,
    pictures_that_come_along_are_decided_on_at_once,
    a_retry_with_pictures_gets_the_same_answer,
    a_form_that_is_wrong_is_told_what_is_wrong,
    pictures_go_with_their_seller,
    a_price_keeps_the_pictures,
    what_was_taken_when_the_process_died_is_done,
    pictures_are_inspected_by_themselves,
);

/// Sees the size, and counts how often it looked.
#[derive(Default)]
pub(crate) struct Counted(AtomicUsize);

impl Look for Counted {
    fn names(&self) -> Eyes {
        Eyes { models: "counted".to_owned(), ..Eyes::default() }
    }

    fn see(&self, bytes: &[u8], before: Option<Seen>) -> Result<Seen, String> {
        self.0.fetch_add(1, Ordering::SeqCst);
        touchstone_server::pictures::PlainEyes.see(bytes, before)
    }
}

/// A picture of this width.
pub(crate) fn png(width: u32) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image::RgbImage::from_pixel(width, 9, image::Rgb([9, 99, 199]))
        .write_to(&mut file, image::ImageFormat::Png)
        .unwrap();
    file.into_inner()
}

/// A host with files, which tests put there and take away.
#[derive(Clone)]
struct Host {
    port: u16,
    files: Arc<Mutex<HashMap<String, Vec<u8>>>>,
}

impl Host {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = Self { port: listener.local_addr().unwrap().port(), files: Arc::default() };
        let serving = host.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().answer(stream));
            }
        });
        host
    }

    async fn answer(self, mut stream: TcpStream) -> Option<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.ok()?);
        }
        let path = String::from_utf8(head).unwrap().split([' ', '/']).nth(2).unwrap().to_owned();
        let file = self.files.lock().unwrap().get(&path).cloned();
        let status = match (&file, path.as_str()) {
            (Some(_), _) => "200 OK",
            (None, "busy") => "503 Busy",
            _ => "404 Not Found",
        };
        let file = file.unwrap_or_default();
        let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", file.len());
        stream.write_all(&[head.as_bytes(), &file].concat()).await.ok()
    }

    fn put(&self, name: &str, file: Vec<u8>) {
        self.files.lock().unwrap().insert(name.to_owned(), file);
    }

    fn at(&self, name: &str) -> String {
        format!("http://127.0.0.1:{}/{name}", self.port)
    }
}

struct Gallery {
    world: World,
    host: Host,
    eyes: Arc<Counted>,
}

const DAY: i64 = 24 * 3_600;

impl Gallery {
    async fn new(backend: Backend) -> Self {
        let eyes = Arc::new(Counted::default());
        let world = World::with_eyes(backend, eyes.clone(), |config| {
            config.pictures.fetch_allow = vec!["127.0.0.0/8".to_owned()];
            config.pictures.refetch = Duration::from_secs(DAY as u64);
            config.pictures.seed = 7;
        });
        Self { world: world.await, host: Host::start().await, eyes }
    }

    /// Fetches what is due.
    async fn fetch(&self) -> usize {
        self.world.app.fetch_due_pictures().await.unwrap()
    }

    async fn latest(&self, seller: &str, listing: &str) -> Value {
        let state = self.world.get(&format!("/v1/listings/-/{seller}/{listing}")).await.ok();
        self.world.get(&format!("/v1/decisions/{}", state["decision_id"].as_str().unwrap())).await.ok()
    }

    fn listing(&self, seller: &str, pictures: &[&str]) -> Value {
        let addresses: Vec<String> = pictures.iter().map(|name| self.host.at(name)).collect();
        json!({"id": "1", "seller_id": seller, "title": "Velatta bag", "image_link": addresses[0],
            "additional_image_link": addresses[1..]})
    }
}

fn widths(decision: &Value) -> Vec<u64> {
    let pictures = decision["decision"]["context"]["pictures"].as_array();
    pictures.into_iter().flatten().map(|picture| picture["width"].as_u64().unwrap()).collect()
}

async fn a_listing_is_answered_by_its_words_and_again_when_its_pictures_came(backend: Backend) {
    let gallery = Gallery::new(backend).await;
    gallery.host.put("a.png", png(20));
    gallery.host.put("b.png", png(30));
    let first = gallery.world.screen(&gallery.listing("s", &["a.png", "b.png"])).await.ok();
    assert_eq!((&first["provisional"], widths(&first).len()), (&json!(true), 0));
    assert!(first.get("pictures").is_none(), "{first}");
    gallery.world.clock.forward(5);
    assert_eq!(gallery.fetch().await, 1);
    let second = gallery.latest("s", "1").await;
    assert_eq!(second["supersedes"], first["decision_id"]);
    assert_eq!((&second["provisional"], &second["event"]), (&json!(false), &json!("create")));
    assert_eq!(second["request_id"], first["request_id"]);
    assert_eq!(widths(&second), [20, 30]);
    let context = &second["decision"]["context"]["pictures"];
    assert_eq!(context[1]["source"], gallery.host.at("b.png"));
    assert_eq!((&second["pictures"][1]["item"], &second["pictures"][1]["hash"]), (&json!(1), &context[1]["hash"]));
    // What was said by the words stays to be read, and both can be said again.
    let id = first["decision_id"].as_str().unwrap();
    assert_eq!(gallery.world.get(&format!("/v1/decisions/{id}")).await.ok(), first);
    for id in [id, second["decision_id"].as_str().unwrap()] {
        assert_eq!(gallery.world.get(&format!("/v1/decisions/{id}/replay")).await.ok()["same"], true);
    }
    assert_eq!(gallery.fetch().await, 0);
    // Without an address nothing is waited for.
    let none = gallery.world.screen(&json!({"id": "2", "image_link": "picture.jpg"})).await.ok();
    assert_eq!(none["provisional"], false);
}

async fn what_cannot_be_had_leaves_the_words_and_says_why(backend: Backend) {
    let gallery = Gallery::new(backend).await;
    gallery.host.put("a.png", png(20));
    gallery.host.put("page.png", b"<html>a page that calls itself a picture</html>".to_vec());
    gallery.host.put("cut.png", png(20)[..40].to_vec());
    let mut listing = gallery.listing("s", &["gone.png", "a.png", "page.png", "cut.png"]);
    listing["additional_image_link"].as_array_mut().unwrap().push(json!("ftp://example.com/a.png"));
    listing["additional_image_link"].as_array_mut().unwrap().push(json!("http://10.0.0.1/a.png"));
    let first = gallery.world.screen(&listing).await.ok();
    gallery.fetch().await;
    let second = gallery.latest("s", "1").await;
    assert_eq!((&second["provisional"], &second["supersedes"]), (&json!(false), &first["decision_id"]));
    assert_eq!(second["decision"]["verdict"], first["decision"]["verdict"]);
    let notes = second["pictures"].as_array().unwrap();
    let problems: Vec<&str> = notes.iter().map(|note| note["problem"].as_str().unwrap_or("had")).collect();
    assert_eq!(problems, ["refused_by_host", "had", "no_picture", "unreadable", "bad_scheme", "not_public"]);
    assert_eq!(widths(&second), [20]);
}

async fn what_may_come_later_is_tried_again_for_some_time(backend: Backend) {
    let gallery = Gallery::new(backend).await;
    let first = gallery.world.screen(&gallery.listing("s", &["busy"])).await.ok();
    let mut tries = 0;
    while gallery.latest("s", "1").await["provisional"] == true {
        tries += gallery.fetch().await;
        assert_eq!(gallery.fetch().await, 0, "not at once again");
        gallery.world.clock.forward(4 * 3_600);
        assert!(tries < 20);
    }
    assert_eq!(tries, 5);
    let last = gallery.latest("s", "1").await;
    assert_eq!(
        (&last["supersedes"], &last["pictures"][0]["problem"]),
        (&first["decision_id"], &json!("refused_by_host"))
    );
    // It comes in time.
    gallery.world.screen(&gallery.listing("t", &["busy"])).await.ok();
    assert_eq!(gallery.fetch().await, 1);
    gallery.host.put("busy", png(20));
    gallery.world.clock.forward(60);
    assert_eq!(gallery.fetch().await, 1);
    assert_eq!(widths(&gallery.latest("t", "1").await), [20]);
}

async fn what_waits_survives_the_process(backend: Backend) {
    let Gallery { world, host, eyes } = Gallery::new(backend).await;
    host.put("a.png", png(20));
    let gallery = Gallery { world, host, eyes };
    let first = gallery.world.screen(&gallery.listing("s", &["a.png"])).await.ok();
    let Gallery { world, host, eyes } = gallery;
    let config = world.app.config().clone();
    world.app.close().await;
    let gallery = Gallery { world: world.reopened(config).await, host, eyes };
    assert_eq!(gallery.fetch().await, 1);
    let second = gallery.latest("s", "1").await;
    assert_eq!((&second["supersedes"], widths(&second)), (&first["decision_id"], vec![20]));
}

async fn a_picture_that_changed_is_decided_on_again(backend: Backend) {
    let gallery = Gallery::new(backend).await;
    gallery.host.put("a.png", png(20));
    gallery.world.screen(&gallery.listing("s", &["a.png"])).await.ok();
    gallery.fetch().await;
    let second = gallery.latest("s", "1").await;
    gallery.world.clock.forward(DAY / 2 - 10);
    assert_eq!(gallery.fetch().await, 0, "no earlier than half of the time");
    gallery.world.clock.forward(DAY + 20);
    assert_eq!(gallery.fetch().await, 1, "no later than one and a half");
    assert_eq!(gallery.latest("s", "1").await, second, "what is the same is not decided on");
    gallery.host.files.lock().unwrap().clear();
    gallery.world.clock.forward(2 * DAY);
    assert_eq!(gallery.fetch().await, 1);
    assert_eq!(gallery.latest("s", "1").await, second, "what is gone changes nothing");
    gallery.host.put("a.png", png(40));
    gallery.world.clock.forward(2 * DAY);
    assert_eq!(gallery.fetch().await, 1);
    let third = gallery.latest("s", "1").await;
    assert_eq!((&third["supersedes"], &third["event"]), (&second["decision_id"], &json!("update")));
    assert_eq!((&third["provisional"], widths(&third)), (&json!(false), vec![40]));
}

async fn a_later_decision_needs_no_successor_of_an_earlier(backend: Backend) {
    let gallery = Gallery::new(backend).await;
    gallery.host.put("a.png", png(20));
    gallery.world.screen(&gallery.listing("s", &["a.png"])).await.ok();
    let later = gallery.world.screen(&gallery.listing("s", &["a.png"])).await.ok();
    assert_eq!(gallery.fetch().await, 1);
    assert_eq!(gallery.latest("s", "1").await["supersedes"], later["decision_id"]);
    assert_eq!(gallery.world.decisions().await, 3);
    // One without pictures: the work that is left finds out.
    gallery.world.screen(&gallery.listing("t", &["a.png"])).await.ok();
    let words = gallery.world.screen(&json!({"id": "1", "seller_id": "t", "title": "Velatta bag"})).await.ok();
    gallery.fetch().await;
    assert_eq!(gallery.latest("t", "1").await, words);
}

async fn a_picture_is_looked_at_once_whoever_shows_it(backend: Backend) {
    let gallery = Gallery::new(backend).await;
    gallery.host.put("a.png", png(20));
    gallery.host.put("same.png", png(20));
    gallery.world.screen(&gallery.listing("s", &["a.png"])).await.ok();
    gallery.fetch().await;
    assert!(gallery.latest("s", "1").await["decision"]["context"]["pictures"][0].get("elsewhere").is_none());
    gallery.world.clock.forward(3 * DAY);
    gallery.fetch().await;
    gallery.world.screen(&gallery.listing("t", &["same.png"])).await.ok();
    gallery.fetch().await;
    assert_eq!(gallery.eyes.0.load(Ordering::SeqCst), 1);
    let other = gallery.latest("t", "1").await;
    let elsewhere = &other["decision"]["context"]["pictures"][0]["elsewhere"];
    assert_eq!(elsewhere, &json!({"days": 3, "sellers": 1, "since": "2026-11-01"}));
}

/// A form of these parts: name, name of the file, what it holds.
pub(crate) fn form(boundary: &str, parts: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut form = Vec::new();
    for (name, file, bytes) in parts {
        let file = if file.is_empty() { String::new() } else { format!("; filename=\"{file}\"") };
        let head = format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        form.extend([head.as_bytes(), bytes, b"\r\n"].concat());
    }
    form.extend(format!("--{boundary}--\r\n").into_bytes());
    form
}

impl Gallery {
    async fn send(&self, boundary: &str, parts: &[(&str, &str, &[u8])]) -> Answer {
        let request = self.world.request("POST", "/v1/screen/form").header("idempotency-key", "k");
        let mut request = request.body(Body::from(form(boundary, parts))).unwrap();
        let kind = format!("multipart/form-data; boundary={boundary}");
        request.headers_mut().insert("content-type", kind.parse().unwrap());
        self.world.send(request).await
    }
}

/// Name, file name and bytes of a part of a form.
type Part<'p> = (&'p str, &'p str, &'p [u8]);

const LISTING: &[u8] =
    br#"{"id": "1", "seller_id": "s", "title": "Velatta bag", "image_link": "https://example.com/a.png"}"#;

async fn pictures_that_come_along_are_decided_on_at_once(backend: Backend) {
    let gallery = Gallery::new(backend).await;
    let parts: &[(&str, &str, &[u8])] =
        &[("picture", "front.png", &png(20)), ("listing", "", LISTING), ("picture", "", &png(30))];
    let decision = gallery.send("b", parts).await.ok();
    assert_eq!((&decision["provisional"], widths(&decision)), (&json!(false), vec![20, 30]));
    let context = &decision["decision"]["context"]["pictures"];
    assert_eq!((&context[0]["source"], &context[1]["source"]), (&json!("front.png"), &json!("picture")));
    assert_eq!(decision["pictures"][0]["hash"], context[0]["hash"]);
    assert_eq!(gallery.latest("s", "1").await, decision);
    assert_eq!(gallery.fetch().await, 0, "they are there");
}

async fn a_retry_with_pictures_gets_the_same_answer(backend: Backend) {
    let gallery = Gallery::new(backend).await;
    let (one, other) = (png(20), png(30));
    let first = gallery.send("b", &[("listing", "", LISTING), ("picture", "a.png", &one)]).await;
    let again = gallery.send("another", &[("listing", "", LISTING), ("picture", "a.png", &one)]).await;
    assert_eq!((first.ok(), &again.headers["idempotent-replayed"]), (again.ok(), &"true".parse().unwrap()));
    let other = gallery.send("b", &[("listing", "", LISTING), ("picture", "a.png", &other)]).await;
    assert_eq!(other.problem(), (422, "idempotency_key_reused".to_owned()));
    assert_eq!(gallery.world.decisions().await, 1);
}

async fn a_form_that_is_wrong_is_told_what_is_wrong(backend: Backend) {
    let gallery = Gallery::new(backend).await;
    let png = png(20);
    let many: Vec<Part<'_>> = std::iter::once(("listing", "", LISTING))
        .chain(std::iter::repeat_n(("picture", "a.png", &png[..]), 21))
        .collect();
    let cases: [(&[Part<'_>], u16, &str); 7] = [
        (&[("picture", "a.png", &png)], 400, "bad_form"),
        (&[("listing", "", LISTING), ("listing", "", LISTING)], 400, "bad_form"),
        (&[("listing", "", b"[{\"id\": \"1\"}]"), ("picture", "a.png", &png)], 400, "bad_form"),
        (&[("listing", "", b"no"), ("picture", "a.png", &png)], 400, "not_json"),
        (&[("listing", "", b"{\"id\": \"\"}"), ("picture", "a.png", &png)], 422, "bad_listing"),
        (&[("listing", "", LISTING), ("picture", "cut.png", &png[..40])], 422, "bad_picture"),
        (&many, 413, "too_large"),
    ];
    for (parts, status, code) in cases {
        let answer = gallery.send("b", parts).await;
        assert_eq!(answer.problem(), (status, code.to_owned()));
        if code == "bad_picture" {
            assert_eq!(answer.json()["errors"][0]["field"], "cut.png");
        }
    }
    let mut request = gallery.world.request("POST", "/v1/screen").body(Body::from("--b\r\nno form")).unwrap();
    request.headers_mut().insert("content-type", "multipart/form-data; boundary=b".parse().unwrap());
    assert_eq!(gallery.world.send(request).await.problem(), (400, "bad_form".to_owned()));
    assert_eq!(gallery.world.decisions().await, 0);
}

async fn pictures_go_with_their_seller(backend: Backend) {
    let gallery = Gallery::new(backend).await;
    gallery.send("b", &[("listing", "", LISTING), ("picture", "a.png", &png(20))]).await.ok();
    let folder = gallery.world.folder.path().join("data/pictures");
    let files = || walk(&folder);
    assert_eq!(files(), 1);
    gallery.world.app.erase("", "s").await.unwrap();
    gallery.world.clock.forward(3_600);
    gallery.world.app.tidy().await;
    assert_eq!(files(), 0);
}

async fn a_price_keeps_the_pictures(backend: Backend) {
    let gallery = Gallery::new(backend).await;
    gallery.host.put("a.png", png(20));
    gallery.world.screen(&gallery.listing("s", &["gone.png", "a.png"])).await.ok();
    let price = json!({"id": "1", "seller_id": "s", "event": "price", "price": "20.00 EUR"});
    let waits = gallery.world.screen(&price).await.ok();
    assert_eq!(waits["provisional"], true);
    gallery.fetch().await;
    let seen = gallery.latest("s", "1").await;
    assert_eq!((&seen["supersedes"], &seen["event"]), (&waits["decision_id"], &json!("price")));
    let price = gallery.world.screen(&price).await.ok();
    assert_eq!((&price["provisional"], widths(&price)), (&json!(false), vec![20]));
    assert_eq!((&price["pictures"], &price["supersedes"]), (&seen["pictures"], &Value::Null));
    assert_eq!(price["decision"]["context"]["pictures"], seen["decision"]["context"]["pictures"]);
    // The pictures are still looked at again.
    gallery.host.put("a.png", png(40));
    gallery.host.put("gone.png", png(50));
    gallery.world.clock.forward(2 * DAY);
    gallery.fetch().await;
    let changed = gallery.latest("s", "1").await;
    assert_eq!((&changed["supersedes"], widths(&changed)), (&price["decision_id"], vec![50, 40]));
    // With another picture it is another listing.
    let other = json!({"id": "1", "seller_id": "s", "event": "price", "image_link": gallery.host.at("a.png")});
    assert_eq!(gallery.world.screen(&other).await.ok()["provisional"], true);
}

/// Another process takes it only when its time is over; the one that owns the database at once.
async fn what_was_taken_when_the_process_died_is_done(backend: Backend) {
    let Gallery { world, host, eyes } = Gallery::new(backend).await;
    let gallery = Gallery { world, host, eyes };
    gallery.host.put("a.png", png(20));
    gallery.world.screen(&gallery.listing("s", &["a.png"])).await.ok();
    gallery.world.app.take_due_pictures().await.unwrap();
    assert_eq!(gallery.fetch().await, 0);
    let Gallery { world, host, eyes } = gallery;
    let config = world.app.config().clone();
    world.app.close().await;
    let gallery = Gallery { world: world.reopened(config).await, host, eyes };
    if matches!(backend, Backend::Postgres) {
        assert_eq!(gallery.fetch().await, 0);
        gallery.world.clock.forward(301);
    }
    assert_eq!(gallery.fetch().await, 1);
    assert_eq!(widths(&gallery.latest("s", "1").await), [20]);
}

async fn pictures_are_inspected_by_themselves(backend: Backend) {
    let gallery = Gallery::new(backend).await;
    let png = png(20);
    let body = form("b", &[("picture", "a.png", &png), ("picture", "cut.png", &png[..40])]);
    let mut request = gallery.world.request("POST", "/v1/images").body(Body::from(body)).unwrap();
    request.headers_mut().insert("content-type", "multipart/form-data; boundary=b".parse().unwrap());
    let seen = gallery.world.send(request).await.ok();
    assert_eq!((&seen["items"][0]["file"], &seen["items"][0]["width"]), (&json!("a.png"), &json!(20)));
    assert_eq!(seen["items"][0]["format"], "png");
    assert_eq!(seen["items"][0]["pdq_full"].as_str().map(str::len), Some(64), "{seen}");
    assert!(seen["items"][0]["quality"].is_u64() && seen["items"][1].get("pdq_full").is_none());
    assert!(seen["items"][1]["error"].is_string(), "{seen}");
    gallery.host.put("a.png", png);
    let at = |name: &str| json!({"address": gallery.host.at(name)}).to_string();
    let fetched = gallery.world.post("/v1/images", at("a.png")).await.ok();
    assert_eq!(fetched["items"][0]["hash"], seen["items"][0]["hash"]);
    let gone = gallery.world.post("/v1/images", at("gone.png")).await;
    assert_eq!(gone.problem(), (422, "bad_picture".to_owned()));
    assert_eq!(gone.json()["errors"][0]["reason"], "refused_by_host");
    let closed = gallery.world.post("/v1/images", r#"{"address": "http://169.254.169.254/latest"}"#).await;
    assert_eq!(closed.json()["errors"][0]["reason"], "not_public");
    assert_eq!(walk(&gallery.world.folder.path().join("data/pictures")), 0, "nothing is kept");
}

fn walk(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { walk(&path) } else { 1 }).sum()
}
