//! The service, and one call to it over a connection that is kept.

use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
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
pub(crate) struct Target {
    /// `HOST:PORT`.
    host: String,
    path: String,
    authorization: String,
}

/// What came back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Decisions: allow, review, block.
    pub(crate) verdicts: [u64; 3],
}

/// Why nothing came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Broken {
    /// No connection, or it broke off.
    Connection,
    /// No answer in half a minute.
    Timeout,
}

impl Target {
    /// Reads an address.
    pub(crate) fn parse(url: &str, key: &str) -> Result<Self> {
        let uri: Uri = url.parse().with_context(|| format!("--url {url}"))?;
        ensure!(uri.scheme_str() == Some("http"), "--url {url}: give http://HOST:PORT; TLS is not spoken here");
        let Some(host) = uri.host() else { bail!("--url {url}: names no host") };
        let path = format!("{}/v1/screen", uri.path().trim_end_matches('/'));
        let authorization = format!("Bearer {}", key.trim());
        header::HeaderValue::from_str(&authorization).context("--key holds what no key has")?;
        Ok(Self { host: format!("{host}:{}", uri.port_u16().unwrap_or(80)), path, authorization })
    }

    /// Sends an empty array, so that a wrong address or key is told before anything is measured.
    pub(crate) async fn try_out(self: &Rc<Self>) -> Result<()> {
        let answer = Line::to(self).call(Bytes::from_static(b"[]"), None).await;
        match answer {
            Ok(Answer { status: 200, .. }) => Ok(()),
            Ok(Answer { status: 401 | 403, .. }) => bail!("the key is not accepted; it needs the scope screen"),
            Ok(answer) => bail!("it answers {}", answer.status),
            Err(Broken::Connection) => bail!("no connection to {}", self.host),
            Err(Broken::Timeout) => bail!("no answer in {} s", PATIENCE.as_secs()),
        }
    }
}

/// A connection, opened when it is needed and again when it broke.
pub(crate) struct Line {
    target: Rc<Target>,
    sender: Option<SendRequest<Full<Bytes>>>,
}

impl Line {
    pub(crate) fn to(target: &Rc<Target>) -> Self {
        Self { target: Rc::clone(target), sender: None }
    }

    /// Opens the connection, if it can be.
    pub(crate) async fn open(&mut self) -> Result<&mut SendRequest<Full<Bytes>>> {
        let kept = match self.sender.take() {
            Some(mut sender) => sender.ready().await.is_ok().then_some(sender),
            None => None,
        };
        let sender = match kept {
            Some(sender) => sender,
            None => self.connect().await?,
        };
        Ok(self.sender.insert(sender))
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>> {
        let stream = TcpStream::connect(&self.target.host).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::task::spawn_local(connection);
        Ok(sender)
    }

    /// One call.
    pub(crate) async fn call(&mut self, body: Bytes, key: Option<String>) -> Result<Answer, Broken> {
        let answer = timeout(PATIENCE, self.exchange(body, key)).await;
        let answer = answer.map_err(|_| Broken::Timeout).and_then(|answer| answer.map_err(|_| Broken::Connection));
        if answer.is_err() {
            self.sender = None;
        }
        answer
    }

    async fn exchange(&mut self, body: Bytes, key: Option<String>) -> Result<Answer> {
        let target = Rc::clone(&self.target);
        let mut request = Request::post(&target.path)
            .header(header::HOST, &target.host)
            .header(header::AUTHORIZATION, &target.authorization)
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let request = request.body(Full::new(body))?;
        let (head, body) = self.open().await?.send_request(request).await?.into_parts();
        let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await.map_err(anyhow::Error::from_boxed)?.to_bytes();
        Ok(Answer { status: head.status.as_u16(), verdicts: verdicts(&body) })
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
