//! What every request passes: an id, a clock, a key, a rate, a size.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{FromRequest, FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_server::ConnectionShutdown;
use http_body_util::BodyExt;
use tracing::Instrument as _;

use crate::app::App;
use crate::connections;
use crate::memory::{Incoming, Memory, Outgoing};
use crate::problem::{Code, Problem};
use crate::trace;

/// Characters of a request id that a caller gives, at most.
const REQUEST_ID_CHARS_MAX: usize = 128;

/// Names a request in answers and in the log.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

impl RequestId {
    /// The caller's own id if it is plain text, else a new one.
    fn of(headers: &HeaderMap) -> Self {
        let given = headers.get("x-request-id").and_then(|id| id.to_str().ok());
        let plain = |id: &&str| {
            (1..=REQUEST_ID_CHARS_MAX).contains(&id.len())
                && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b))
        };
        Self(given.filter(plain).map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequestId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let id = parts.extensions.get::<Self>().cloned();
        id.ok_or_else(|| Problem::internal("a request without an id", "the outermost layer is missing"))
    }
}

/// The outermost layer: gives the id, ends what takes too long, counts, logs, and writes the id into problems.
pub(crate) async fn watch(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = RequestId::of(request.headers());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("none", |path| path.as_str()).to_owned();
    request.extensions_mut().insert(id.clone());
    let reading = Reading::default();
    request.extensions_mut().insert(reading.clone());
    // An answer to HTTP/1 that nobody takes stops the connection, which is seen there.
    let connection = request.extensions_mut().remove::<ConnectionShutdown>();
    let connection = connection.filter(|_| request.version() == Version::HTTP_2);
    let span = trace::call(&method, &route, &id.0, request.headers());
    let response = match tokio::time::timeout(app.config.timeout, next.run(request)).instrument(span.clone()).await {
        Ok(response) => response,
        Err(_) => late(reading.0.load(Ordering::Relaxed), app.config.timeout).into_response(),
    };
    let mut response = named(response, &id);
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert("x-request-id", value);
    }
    let seconds = started.elapsed().as_secs_f64();
    let status = response.status().as_u16();
    let problem = response.extensions().get::<Problem>();
    let (code, refused) = problem.map_or(("", false), |problem| (problem.code.as_str(), problem.refused));
    trace::ended(&span, status, code);
    let trace_id = trace::id(&span);
    if refused {
        let calls = if status == 429 { &app.refused.by_rate } else { &app.refused.by_load };
        calls.fetch_add(1, Ordering::Relaxed);
    }
    // What went well, and what is refused when there is too much to do, is counted; a line each would cost as much as the
    // decision. What was begun and not done in time is no refusal.
    if status < 400 || refused {
        tracing::debug!(request_id = id.0, trace_id, %method, route, status, code, ms = seconds * 1e3, "request");
    } else {
        tracing::info!(request_id = id.0, trace_id, %method, route, status, code, ms = seconds * 1e3, "request");
    }
    metrics::counter!("touchstone_requests_total", "route" => route.clone(), "status" => status.to_string())
        .increment(1);
    metrics::histogram!("touchstone_request_seconds", "route" => route).record(seconds);
    let deadline = connection.map(|connection| connections::deadline(connection, app.config.answer_timeout));
    response.map(|body| Outgoing::body(&app.memory, body, deadline))
}

/// Whether a request's body is still coming in.
#[derive(Clone, Default)]
struct Reading(Arc<AtomicBool>);

/// A body that came too slowly is the caller's, all else is ours.
fn late(reading: bool, after: Duration) -> Problem {
    let after = format!("more than {} s", after.as_secs());
    if reading { Problem::new(Code::Timeout, after) } else { Problem { detail: after, ..Problem::overloaded() } }
}

/// Calls beside screening are so many at once: what they read and write is taken from screening.
pub(crate) async fn beside(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    match app.beside.try_acquire() {
        Ok(_turn) => next.run(request).await,
        Err(_) => Problem::overloaded().refused().into_response(),
    }
}

/// A problem says which request it was.
fn named(mut response: Response, id: &RequestId) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    Problem { request_id: Some(id.0.clone()), ..problem }.into_response()
}

/// A body that says that it is JSON, and has no more bytes than are accepted.
pub(crate) struct JsonBody(pub(crate) Bytes);

impl FromRequest<Arc<App>> for JsonBody {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(Code::NotJsonType, "Content-Type is not application/json"));
        }
        whole(request, app.config.body_bytes_max, app).await.map(|(_, body)| Self(body))
    }
}

/// Takes a whole body of at most so many bytes, and what stood before it.
pub(crate) async fn whole(request: Request, max: usize, app: &App) -> Result<(Parts, Bytes), Problem> {
    let (parts, body) = request.into_parts();
    let reading = parts.extensions.get::<Reading>().cloned().unwrap_or_default();
    reading.0.store(true, Ordering::Relaxed);
    let read = bytes(body, max, &app.memory).await;
    reading.0.store(false, Ordering::Relaxed);
    read.map(|read| (parts, read))
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json") || kind.to_ascii_lowercase().ends_with("+json")
}

/// Reads a body as far as is accepted.
async fn bytes(mut body: Body, max: usize, memory: &Arc<Memory>) -> Result<Bytes, Problem> {
    let too_large = || Problem::new(Code::TooLarge, format!("the body has more than {max} bytes"));
    if body.size_hint().lower() > max as u64 {
        return Err(too_large());
    }
    let mut read = Incoming::new(memory);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::new(Code::NotJson, "the body ended early"))?;
        let Ok(data) = frame.into_data() else { continue };
        if data.len() > max - read.len() {
            return Err(too_large());
        }
        if !read.push(&data) {
            return Err(Problem::overloaded());
        }
    }
    Ok(read.whole())
}
