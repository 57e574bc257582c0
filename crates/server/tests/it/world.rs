//! A server with a small pack, and what tests ask of it. No socket: requests go to the router itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tempfile::TempDir;
use time::OffsetDateTime;
use touchstone_server::clock::Clock;
use touchstone_server::fetch::SystemNames;
use touchstone_server::pictures::{Look, PlainEyes};
use touchstone_server::{App, Config, Location, router};
use tower::ServiceExt;

use crate::postgres;

/// Where a world keeps things.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// Runs a test on both databases.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name(crate::world::Backend::Sqlite).await; })* }
        mod postgres { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name(crate::world::Backend::Postgres).await; })* }
    };
}
pub(crate) use on_both;

/// A clock that tests turn.
pub(crate) struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

impl TestClock {
    pub(crate) fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

/// 2026-11-01 in UTC.
const START: i64 = 1_793_491_200;

pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) clock: Arc<TestClock>,
    /// A key that may all.
    pub(crate) key: String,
    pub(crate) folder: TempDir,
    calls: Router,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.bytes)))
    }

    /// The body of an answer that did what was asked.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", String::from_utf8_lossy(&self.bytes));
        self.json()
    }

    /// The code of a problem, of which every part is there.
    #[track_caller]
    pub(crate) fn problem(&self) -> (u16, String) {
        let json = self.json();
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(json["status"], self.status.as_u16());
        assert!(json["request_id"].is_string() && json["detail"].is_string(), "{json}");
        assert_eq!(json["type"], format!("/errors/{}", json["code"].as_str().unwrap()));
        (self.status.as_u16(), json["code"].as_str().unwrap().to_owned())
    }
}

/// The small pack that the command line's tests have too.
pub(crate) fn pack() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../touchstone/tests/data/pack")
}

/// Where set-up puts the models.
pub(crate) fn models() -> PathBuf {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    assert!(models.join("manifest.toml").exists(), "this test needs the models: `make setup` fetches them");
    models
}

impl World {
    pub(crate) async fn new(backend: Backend) -> Self {
        Self::with(backend, |_| {}).await
    }

    /// A world whose settings were changed.
    pub(crate) async fn with(backend: Backend, change: impl FnOnce(&mut Config)) -> Self {
        Self::with_eyes(backend, Arc::new(PlainEyes), change).await
    }

    /// With the eyes that a server has: what stands in its banks is found on pictures.
    pub(crate) async fn with_banks(backend: Backend, change: impl FnOnce(&mut Config)) -> Self {
        Self::made(backend, None, change).await
    }

    /// The same, with other eyes.
    pub(crate) async fn with_eyes(backend: Backend, eyes: Arc<dyn Look>, change: impl FnOnce(&mut Config)) -> Self {
        Self::made(backend, Some(eyes), change).await
    }

    async fn made(backend: Backend, eyes: Option<Arc<dyn Look>>, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::new(folder.path().join("data"), pack().join("knowledge"), pack().join("policy"));
        if matches!(backend, Backend::Postgres) {
            let database = tokio::task::spawn_blocking(postgres::database).await.unwrap();
            config.store = Location::parse(&database).unwrap();
        }
        config.screeners = 2;
        change(&mut config);
        Self::opened(config, folder, eyes).await
    }

    pub(crate) async fn open(config: Config, folder: TempDir) -> Self {
        Self::opened(config, folder, Some(Arc::new(PlainEyes))).await
    }

    async fn opened(config: Config, folder: TempDir, eyes: Option<Arc<dyn Look>>) -> Self {
        let clock = Arc::new(TestClock(AtomicI64::new(START)));
        let app = match eyes {
            Some(eyes) => App::with_eyes(config, clock.clone(), None, eyes, Arc::new(SystemNames)).await,
            None => App::open(config, clock.clone(), None).await,
        };
        let app = app.unwrap_or_else(|error| panic!("{error}"));
        let key = app.make_key("tests", &["admin"]).await.unwrap();
        let app = Arc::new(app);
        Self { calls: router(Arc::clone(&app)), app, clock, key, folder }
    }

    /// The next process on the same store, with the key that was made before.
    pub(crate) async fn reopened(self, config: Config) -> Self {
        let Self { app, calls, key, folder, .. } = self;
        drop((app, calls));
        Self { key, ..Self::open(config, folder).await }
    }

    /// The same with the eyes that a server has.
    pub(crate) async fn reopened_with_banks(self, config: Config) -> Self {
        let Self { app, calls, key, folder, .. } = self;
        drop((app, calls));
        Self { key, ..Self::opened(config, folder, None).await }
    }

    /// Another process with the same settings, beside the first one.
    pub(crate) async fn beside(config: Config) -> Self {
        Self::opened(config, tempfile::tempdir().unwrap(), None).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.calls.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let request = Request::builder().method(method).uri(path);
        request.header("authorization", format!("Bearer {}", self.key)).header("content-type", "application/json")
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request("PUT", path).body(Body::from(body.to_string())).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: impl Into<Body>) -> Answer {
        self.send(self.request("POST", path).body(body.into()).unwrap()).await
    }

    pub(crate) async fn screen(&self, body: &Value) -> Answer {
        self.post("/v1/screen", body.to_string()).await
    }

    /// Screens under an idempotency key.
    pub(crate) async fn screen_once(&self, key: &str, body: &Value) -> Answer {
        let request = self.request("POST", "/v1/screen").header("idempotency-key", key);
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// How many decisions are kept.
    pub(crate) async fn decisions(&self) -> usize {
        self.get("/v1/decisions?limit=200").await.ok()["items"].as_array().unwrap().len()
    }
}
