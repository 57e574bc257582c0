//! A receiver of webhooks on loopback, as somebody else would write one: it knows the secret and the standard's text, and
//! nothing of ours.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::{Router, routing::post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// What came in.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Got {
    pub(crate) fn id(&self) -> &str {
        self.headers["webhook-id"].to_str().unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Whether one of the signatures is of this secret, and the message is no older or newer than five minutes.
    pub(crate) fn is_signed(&self, secret: &str, now: i64) -> bool {
        let (id, timestamp) = (self.id(), self.headers["webhook-timestamp"].to_str().unwrap());
        let seconds: i64 = timestamp.parse().unwrap();
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let signed = [id.as_bytes(), b".", timestamp.as_bytes(), b".", &self.body].concat();
        let expected = format!("v1,{}", STANDARD.encode(hmac(&key, &signed)));
        let given = self.headers["webhook-signature"].to_str().unwrap();
        (now - seconds).abs() <= 300 && given.split(' ').any(|signature| signature == expected)
    }

    pub(crate) fn signatures(&self) -> usize {
        self.headers["webhook-signature"].to_str().unwrap().split(' ').count()
    }
}

/// RFC 2104, written out.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    assert!(key.len() <= 64);
    let pad = |with: u8| (0..64).map(|at| key.get(at).unwrap_or(&0) ^ with).collect::<Vec<u8>>();
    let inner = Sha256::digest([&pad(0x36)[..], text].concat());
    Sha256::digest([&pad(0x5c)[..], &inner].concat()).to_vec()
}

#[derive(Default)]
struct Inside {
    got: Mutex<Vec<Got>>,
    /// Answers that are still to be given; 204 when there are none.
    answers: Mutex<VecDeque<u16>>,
    /// While it is held, nothing is answered.
    held: Mutex<bool>,
    came: Notify,
}

/// A receiver.
pub(crate) struct Receiver {
    pub(crate) url: String,
    inside: Arc<Inside>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let inside = Arc::<Inside>::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook?a=b", listener.local_addr().unwrap());
        let calls = Router::new().route("/hook", post(take)).with_state(Arc::clone(&inside));
        tokio::spawn(async move { axum::serve(listener, calls).await });
        Self { url, inside }
    }

    /// Answers so, one after the other, before it takes what comes.
    pub(crate) fn answer(&self, statuses: impl IntoIterator<Item = u16>) {
        self.inside.answers.lock().unwrap().extend(statuses);
    }

    pub(crate) fn hold(&self, held: bool) {
        *self.inside.held.lock().unwrap() = held;
    }

    pub(crate) fn got(&self) -> Vec<Got> {
        self.inside.got.lock().unwrap().clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.inside.got.lock().unwrap().len()
    }

    /// Waits until the next message is here.
    pub(crate) async fn came(&self) {
        self.inside.came.notified().await;
    }
}

async fn take(State(inside): State<Arc<Inside>>, uri: Uri, headers: HeaderMap, body: Bytes) -> (StatusCode, String) {
    assert_eq!(uri.query(), Some("a=b"));
    inside.got.lock().unwrap().push(Got { headers, body: body.to_vec() });
    inside.came.notify_one();
    if *inside.held.lock().unwrap() {
        std::future::pending::<()>().await;
    }
    let status = inside.answers.lock().unwrap().pop_front().unwrap_or(204);
    // What somebody answers is read as far as it is little.
    let page = if status == 204 { String::new() } else { "x".repeat(1 << 20) };
    (StatusCode::from_u16(status).unwrap(), page)
}
