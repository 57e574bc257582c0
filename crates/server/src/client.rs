//! A client of `POST /v1/screen`, for load tests: one call after the other over a connection that is kept.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, Uri, header};
use hyper_util::rt::TokioIo;
use memchr::memmem;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of an answer, at most.
const ANSWER_BYTES_MAX: usize = 256 << 20;

/// Where calls go, and with which key.
#[derive(Debug)]
pub struct Target {
    /// `HOST:PORT`.
    host: String,
    path: String,
    authorization: String,
}

/// Why a target is none, or does not answer.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TargetError(String);

/// What came back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Decisions: allow, review, block.
    pub verdicts: [u64; 3],
    /// It says when to come again.
    pub retry_after: bool,
}

/// Why nothing came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Broken {
    /// No connection, or it broke off.
    Connection,
    /// No answer in half a minute.
    Timeout,
}

/// Files that are open beside connections.
const FILES_BESIDE: u64 = 32;

/// Asks the system for as many files as so many connections open.
///
/// # Errors
/// When the process may not open so many.
pub fn room(connections: usize) -> Result<(), TargetError> {
    let needed = FILES_BESIDE.saturating_add(connections as u64);
    let files = rlimit::increase_nofile_limit(needed).unwrap_or(u64::MAX);
    if files >= needed {
        return Ok(());
    }
    let raise = format!("raise its limit to {needed} (ulimit -n) or give fewer --connections");
    Err(TargetError(format!("the process may open {files} files, too few for {connections} connections: {raise}")))
}

impl Target {
    /// Reads an address, `http://HOST:PORT`.
    ///
    /// # Errors
    /// When it is none, or the key can't be one.
    pub fn parse(url: &str, key: &str) -> Result<Self, TargetError> {
        let wrong = || TargetError(format!("{url} is no address: give http://HOST:PORT; TLS is not spoken here"));
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        let host = uri.host().filter(|_| uri.scheme_str() == Some("http")).ok_or_else(wrong)?;
        let path = format!("{}/v1/screen", uri.path().trim_end_matches('/'));
        let authorization = format!("Bearer {}", key.trim());
        header::HeaderValue::from_str(&authorization).map_err(|_| TargetError("the key holds what none has".into()))?;
        Ok(Self { host: format!("{host}:{}", uri.port_u16().unwrap_or(80)), path, authorization })
    }

    /// Sends an empty array, so that a wrong address or key is told before anything is measured.
    ///
    /// # Errors
    /// When the service does not take it.
    pub async fn try_out(self: &Arc<Self>) -> Result<(), TargetError> {
        let said = match Line::to(self).call("[]".to_owned(), None).await {
            Ok(Answer { status: 200, .. }) => return Ok(()),
            Ok(Answer { status: 401 | 403, .. }) => "the key is not accepted; it needs the scope screen".to_owned(),
            Ok(answer) => format!("{} answers {}", self.host, answer.status),
            Err(Broken::Connection) => format!("no connection to {}", self.host),
            Err(Broken::Timeout) => format!("{} does not answer in {} s", self.host, PATIENCE.as_secs()),
        };
        Err(TargetError(said))
    }
}

/// A connection, opened when it is needed and again when it broke.
#[derive(Debug)]
pub struct Line {
    target: Arc<Target>,
    sender: Option<SendRequest<Full<Bytes>>>,
}

impl Line {
    /// A connection that is not open yet.
    pub fn to(target: &Arc<Target>) -> Self {
        Self { target: Arc::clone(target), sender: None }
    }

    /// Opens the connection, so that the first call need not.
    ///
    /// # Errors
    /// When it can't be opened.
    pub async fn open(&mut self) -> Result<(), Broken> {
        self.ready().await.map(drop).ok_or(Broken::Connection)
    }

    /// One call, with its idempotency key.
    ///
    /// # Errors
    /// When nothing comes back.
    pub async fn call(&mut self, body: String, key: Option<String>) -> Result<Answer, Broken> {
        let answer = timeout(PATIENCE, self.exchange(body, key)).await;
        let answer = answer.map_err(|_| Broken::Timeout).and_then(|answer| answer.ok_or(Broken::Connection));
        if answer.is_err() {
            self.sender = None;
        }
        answer
    }

    async fn ready(&mut self) -> Option<&mut SendRequest<Full<Bytes>>> {
        let kept = match self.sender.take() {
            Some(mut sender) => sender.ready().await.is_ok().then_some(sender),
            None => None,
        };
        let sender = match kept {
            Some(sender) => sender,
            None => self.connect().await?,
        };
        Some(self.sender.insert(sender))
    }

    async fn connect(&self) -> Option<SendRequest<Full<Bytes>>> {
        let stream = TcpStream::connect(&self.target.host).await.ok()?;
        stream.set_nodelay(true).ok()?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        Some(sender)
    }

    async fn exchange(&mut self, body: String, key: Option<String>) -> Option<Answer> {
        let target = Arc::clone(&self.target);
        let mut request = Request::post(&target.path)
            .header(header::HOST, &target.host)
            .header(header::AUTHORIZATION, &target.authorization)
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let request = request.body(Full::new(body.into())).ok()?;
        let (head, body) = self.ready().await?.send_request(request).await.ok()?.into_parts();
        let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await.ok()?.to_bytes();
        let retry_after = head.headers.contains_key(header::RETRY_AFTER);
        Some(Answer { status: head.status.as_u16(), verdicts: verdicts(&body), retry_after })
    }
}

/// Counts the decisions of an answer. Inside a string the quotes would be escaped, so only the field itself is found.
fn verdicts(body: &[u8]) -> [u64; 3] {
    let mut counts = [0; 3];
    for at in memmem::find_iter(body, br#""verdict":""#) {
        let said = body.get(at + 11..).unwrap_or_default();
        let verdict = [&b"allow"[..], b"review", b"block"].iter().position(|verdict| said.starts_with(verdict));
        if let Some(count) = verdict.and_then(|verdict| counts.get_mut(verdict)) {
            *count += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_are_counted_whatever_texts_say() {
        let body = br#"{"items":[{"decision":{"listing_id":"\"verdict\":\"block\"","verdict":"allow"}},{"error":{}},
            {"decision":{"verdict":"review"}},{"decision":{"verdict":"allow"}}]}"#;
        assert_eq!(verdicts(body), [2, 1, 0]);
    }
}
