//! Pages for people: one to paste a listing into and to see what comes in, and one for each error code.

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use crate::app::App;
use crate::problem::{Code, Problem};
use crate::routes::Path;

const HOME: &str = include_str!("../pages/home.html");
const SCRIPT: &str = include_str!("../pages/home.js");
const STREAM: &str = include_str!("../pages/stream.js");
const STYLE: &str = include_str!("../pages/style.css");

/// Nothing from elsewhere, nothing inline, nothing framed.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
                      form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// The same for the page of the OpenAPI document, whose script writes styles into its elements.
const POLICY_OF_DOCS: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; \
                              img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 3] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
];

pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(|| async { page(HOME.to_owned()) }))
        .route("/home.js", get(|| async { text("javascript", SCRIPT) }))
        .route("/stream.js", get(|| async { text("javascript", STREAM) }))
        .route("/style.css", get(|| async { text("css", STYLE) }))
        .route("/errors", get(|| async { page(all_errors()) }))
        .route("/errors/{code}", get(error))
}

fn page(html: String) -> Response {
    (HEADERS, Html(html)).into_response()
}

/// A page that goes on to the first one by itself.
pub(crate) fn go_home() -> Response {
    page(framed("Logged in", "<meta http-equiv=\"refresh\" content=\"0; url=/\"><p><a href=\"/\">Go on</a></p>"))
}

/// The headers of our pages for one that is not ours. It sets styles by itself.
pub(crate) async fn guarded(response: Response) -> Response {
    let mut response = (HEADERS, response).into_response();
    let policy = HeaderValue::from_static(POLICY_OF_DOCS);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

fn text(kind: &str, body: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, format!("text/{kind}; charset=utf-8"))], body)
}

async fn error(Path(code): Path<String>) -> Result<Response, Problem> {
    let code = Code::parse(&code).ok_or_else(|| Problem::new(Code::NotFound, "no such code"))?;
    Ok(page(framed(code.as_str(), &entry(code))))
}

fn all_errors() -> String {
    framed("Errors", &Code::ALL.iter().map(|code| entry(*code)).collect::<String>())
}

fn entry(code: Code) -> String {
    let (slug, status, title, cure) = (code.as_str(), code.status(), code.title(), code.cure());
    format!(
        "<section><h2><a href=\"/errors/{slug}\"><code>{slug}</code></a> <small>{status}</small></h2>\
         <p>The request failed because {}.</p><p><b>What to do.</b> {}</p></section>",
        coded(title),
        coded(cure)
    )
}

/// Texts of ours, in which backticks mark code.
fn coded(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let parts = escaped.split('`').enumerate();
    parts.map(|(i, part)| if i % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() }).collect()
}

fn framed(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title} · Touchstone</title><link rel=\"icon\" href=\"data:,\"><link rel=\"stylesheet\" href=\"/style.css\">\
         <header><a href=\"/\">Touchstone</a> <nav><a href=\"/docs\">API</a> <a href=\"/errors\">Errors</a></nav></header>\
         <main class=\"text\">{body}</main></html>"
    )
}
