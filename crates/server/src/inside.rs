//! Calls without a socket: who has the app in the same process asks it as a client would, and passes all that a client
//! passes.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::app::App;
use crate::routes::router;

/// Why a call gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum InsideError {
    /// It is no call.
    #[error("no call: {0}")]
    Call(#[from] axum::http::Error),
    /// The answer broke off.
    #[error("the answer broke off: {0}")]
    Answer(#[from] axum::Error),
    /// The answer is no JSON.
    #[error("the answer is no JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// What a call was answered.
#[derive(Debug)]
pub struct Told {
    /// The status of HTTP.
    pub status: u16,
    /// The cookie that was set, as it is sent back.
    pub cookie: Option<String>,
    /// The body.
    pub body: Value,
}

/// The calls of an app.
pub struct Inside {
    calls: Router,
}

impl Inside {
    /// Those of this app.
    #[must_use]
    pub fn new(app: Arc<App>) -> Self {
        Self { calls: router(app) }
    }

    /// Makes a call; a body of null is none.
    ///
    /// # Errors
    /// When there is no answer, or none that is JSON. An answer that says no is an answer.
    pub async fn call(
        &self,
        (method, path): (&str, &str),
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Result<Told, InsideError> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = match body {
            Value::Null => request.body(Body::empty())?,
            body => request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string()))?,
        };
        let Ok(response) = self.calls.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        let cookie = parts.headers.get(header::SET_COOKIE).and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).map(str::to_owned);
        let bytes = body.collect().await?.to_bytes();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes)? };
        Ok(Told { status: parts.status.as_u16(), cookie, body })
    }
}
