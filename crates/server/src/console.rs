//! The console: a page of our own with what it loads, carried in the program.
//!
//! `console/` is built into `console/dist` by `make setup`; without it there is no console, and its addresses say so.
//! Files have their hash in their names and are kept for ever by browsers, the page itself is asked for anew. Styles that
//! the kit makes carry a number that counts once, so that nothing else inline runs.

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rust_embed::RustEmbed;

use crate::app::App;
use crate::problem::{Code, Problem};
use crate::routes::Path;

#[derive(RustEmbed)]
#[folder = "../../console/dist"]
#[allow_missing = true]
struct Files;

/// What stands in the page where the number goes.
const PLACE: &str = "__NONCE__";
const PAGE: &str = "index.html";

pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/console", get(|| async { Redirect::permanent("/console/") }))
        .route("/console/", get(page))
        .route("/console/{*path}", get(file))
}

fn missing() -> Problem {
    Problem::new(Code::NotFound, "this program was built without the console")
}

/// The page; its ways are its own, so that every address without a file shows it.
async fn page() -> Result<Response, Problem> {
    let file = Files::get(PAGE).ok_or_else(missing)?;
    let html = String::from_utf8(file.data.into_owned()).map_err(|_| missing())?;
    let nonce = nonce()?;
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; \
         connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    let policy =
        HeaderValue::from_str(&policy).map_err(|error| Problem::internal("no policy can be written", error))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, html.replace(PLACE, &nonce)).into_response())
}

fn nonce() -> Result<String, Problem> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Problem::internal("no random numbers", error))?;
    Ok(STANDARD_NO_PAD.encode(bytes))
}

async fn file(headers: HeaderMap, Path(path): Path<String>) -> Result<Response, Problem> {
    let Some(file) = Files::get(&path).filter(|_| path != PAGE) else { return page().await };
    let kind = HeaderValue::from_str(file.metadata.mimetype());
    let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let kept = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
    ];
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|accepted| accepted.to_str().ok()).unwrap_or("");
    match Files::get(&format!("{path}.gz")).filter(|_| accepted.contains("gzip")) {
        Some(packed) => {
            let encoding = [(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))];
            Ok((kept, encoding, packed.data.into_owned()).into_response())
        }
        None => Ok((kept, file.data.into_owned()).into_response()),
    }
}
