//! Callers that keep a connection and do not use it, or send and do not take: over sockets.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Version};
use futures_util::stream;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::timeout;
use touchstone_server::serve::{Listen, serve};
use touchstone_server::{Config, Location};

use crate::postgres;
use crate::world::{Backend, World, pack};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// A page that fills the buffers of a connection when it is asked for often enough.
const LARGE: &str = "/docs/swagger-ui-bundle.js";

/// A server on a socket with room for one connection; it ends with the test.
async fn one_place() -> (SocketAddr, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::new(folder.path().join("data"), pack().join("knowledge"), pack().join("policy"));
    config.connections_max = 1;
    (config.head_timeout, config.answer_timeout) = (Duration::from_millis(300), Duration::from_millis(300));
    let (ready, address) = oneshot::channel();
    let listen = Listen { address: "127.0.0.1:0".parse().unwrap(), tls: None };
    tokio::spawn(async move {
        let ready = |address| ready.send(address).unwrap();
        serve(config, listen, std::future::pending(), ready).await.unwrap();
    });
    (address.await.unwrap(), folder)
}

/// Whether a new connection is answered.
async fn answered(address: SocketAddr) -> bool {
    let Ok(mut stream) = TcpStream::connect(address).await else { return false };
    let asked = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n").await;
    let mut answer = String::new();
    asked.is_ok() && stream.read_to_string(&mut answer).await.is_ok() && answer.starts_with("HTTP/1.1 200 ")
}

async fn place_becomes_free(address: SocketAddr) {
    let free = async { while !answered(address).await {} };
    timeout(PATIENCE, free).await.expect("the connection keeps its place");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_nothing_is_sent_away() {
    let (address, _folder) = one_place().await;
    for said in ["", "P", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET /healthz HTTP/1.1\r\nhost:"] {
        let mut silent = TcpStream::connect(address).await.unwrap();
        silent.write_all(said.as_bytes()).await.unwrap();
        let rest = timeout(PATIENCE, silent.read_to_end(&mut Vec::new())).await;
        assert!(rest.is_ok(), "{said:?} is waited for");
        place_becomes_free(address).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_take_answers_loses_its_place() {
    let (address, _folder) = one_place().await;
    let mut caller = TcpStream::connect(address).await.unwrap();
    let asked = format!("GET {LARGE} HTTP/1.1\r\nhost: t\r\n\r\n").repeat(20);
    caller.write_all(asked.as_bytes()).await.unwrap();
    place_becomes_free(address).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_no_answer_of_http_2_loses_its_place() {
    let (address, _folder) = one_place().await;
    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let mut client = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
    let (mut calls, connection) = client.initial_stream_window_size(1_000).handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let request = Request::get(format!("http://t{LARGE}")).version(Version::HTTP_2).body(Body::empty()).unwrap();
    let answer = calls.send_request(request).await.unwrap();
    place_becomes_free(address).await;
    drop(answer);
}

/// A body of two parts; the second comes when it is asked for and `release` says so.
fn slow(first: String, second: String, taken: oneshot::Sender<()>, release: oneshot::Receiver<()>) -> Body {
    let first = stream::once(async move { Ok::<_, std::convert::Infallible>(first) });
    let second = stream::once(async move {
        taken.send(()).unwrap();
        release.await.unwrap();
        Ok(second)
    });
    Body::from_stream(futures_util::StreamExt::chain(first, second))
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_in_memory_are_limited_together() {
    let world = World::with(Backend::Sqlite, |config| config.bytes_in_flight_max = 1 << 20).await;
    let ((taken, first_taken), (release, released)) = (oneshot::channel(), oneshot::channel());
    let body = slow(" ".repeat(900 << 10), json!({"id": "1"}).to_string(), taken, released);
    let second = format!("{}{}", " ".repeat(200 << 10), json!({"id": "2"}));
    let beside = async {
        first_taken.await.unwrap();
        let refused = world.post("/v1/screen", second.clone()).await;
        world.screen(&json!({"id": "3"})).await.ok();
        release.send(()).unwrap();
        refused
    };
    let (first, refused) = tokio::join!(world.post("/v1/screen", body), beside);
    first.ok();
    assert_eq!(refused.problem(), (503, "overloaded".to_owned()));
    assert!(refused.headers.contains_key("retry-after"));
    world.post("/v1/screen", second).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_beside_screening_are_so_many_at_once() {
    let world = World::with(Backend::Sqlite, |config| config.calls_beside_max = 1).await;
    let ((taken, first_taken), (release, released)) = (oneshot::channel(), oneshot::channel());
    let body = slow("[".to_owned(), "]".to_owned(), taken, released);
    let beside = async {
        first_taken.await.unwrap();
        let refused = world.get("/v1/decisions").await;
        world.screen(&json!({"id": "1"})).await.ok();
        release.send(()).unwrap();
        refused
    };
    let (_, refused) = tokio::join!(world.post("/v1/sellers", body), beside);
    assert_eq!(refused.problem(), (503, "overloaded".to_owned()));
    assert!(refused.headers.contains_key("retry-after"));
    world.get("/v1/decisions").await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_body_is_the_callers_and_slow_work_is_ours() {
    let world = World::with(Backend::Sqlite, |config| config.timeout = Duration::ZERO).await;
    let ((taken, _first_taken), (_release, released)) = (oneshot::channel(), oneshot::channel());
    let body = slow("[".to_owned(), "]".to_owned(), taken, released);
    assert_eq!(world.post("/v1/screen", body).await.problem(), (408, "timeout".to_owned()));
    let listings: Vec<_> = (0..1_000).map(|n| json!({"id": n.to_string(), "title": "Velatta bag"})).collect();
    let late = world.screen(&json!(listings)).await;
    assert_eq!(late.problem(), (503, "overloaded".to_owned()));
    assert!(late.headers.contains_key("retry-after"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_gone_is_no_fault_of_the_call() {
    let mut store = None;
    let world = World::with(Backend::Postgres, |config| store = Some(config.store.clone())).await;
    let Some(Location::Postgres(address)) = store else { panic!("no PostgreSQL") };
    world.get("/readyz").await.ok();
    postgres::drop_database(&address);
    for path in ["/v1/decisions", "/readyz"] {
        let answer = world.get(path).await;
        assert_eq!(answer.problem(), (503, "unavailable".to_owned()), "{path}");
        assert!(answer.headers.contains_key("retry-after"));
    }
}
