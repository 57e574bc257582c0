//! For those who run the server.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use touchstone_people::{Action, Resource};
use touchstone_screening::ActiveError;
use utoipa::ToSchema;

use crate::active::{InForceError, Versions};
use crate::actor::Actor;
use crate::app::App;
use crate::logged::party;
use crate::problem::{Code, Fault, Problem};

/// The process runs.
#[utoipa::path(get, path = "/healthz", tag = "operation", security(()), responses((status = 200, description = "It runs", body = str)))]
pub(crate) async fn health() -> &'static str {
    "ok"
}

/// The server can decide.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Ready {
    /// Always `ready`; a server that is not answers 503.
    status: &'static str,
    /// What is in force.
    in_force: Versions,
}

/// The server can decide: the store reads and writes, knowledge and policy are in force.
#[utoipa::path(get, path = "/readyz", tag = "operation", security(()),
    responses((status = 200, description = "It can decide", body = Ready), crate::openapi::Problems))]
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Result<Json<Ready>, Problem> {
    app.prove_store().await.map_err(|error| {
        tracing::error!(error = %error, "not ready");
        Problem::new(Code::Unavailable, "the store does not answer").retry_after(5)
    })?;
    Ok(Json(Ready { status: "ready", in_force: Versions::of(&app.in_force.current()) }))
}

/// Counters and times in Prometheus' text format.
#[utoipa::path(get, path = "/metrics", tag = "operation", security(("key" = ["metrics"])),
    responses((status = 200, description = "Prometheus' text format", body = str), crate::openapi::Problems))]
pub(crate) async fn metrics(State(app): State<Arc<App>>, actor: Actor) -> Result<Response, Problem> {
    actor.may(Resource::Operation, Action::Read)?;
    metrics::gauge!("touchstone_listings_in_work").set(app.load.in_work() as f64);
    metrics::gauge!("touchstone_bytes_in_flight").set(app.memory.used() as f64);
    app.shelf.gauge(app.clock.micros() / 1_000);
    let text = app.metrics.as_ref().map(|metrics| metrics.render()).unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}

/// Reads knowledge and policy again, and what is set about reviewing and acting. Files with a mistake are refused, and what
/// was in force stays.
#[utoipa::path(post, path = "/v1/reload", tag = "operation", security(("key" = ["admin"])),
    responses((status = 200, description = "What is in force now", body = Versions), crate::openapi::Problems))]
pub(crate) async fn reload(State(app): State<Arc<App>>, actor: Actor) -> Result<Json<Versions>, Problem> {
    actor.may(Resource::Operation, Action::Configure)?;
    app.set_again().map_err(|error| Problem::new(Code::PackRefused, error.to_string()))?;
    let versions = app.in_force.reload().await.map_err(refused)?;
    app.log_in_force(party(&actor)).await?;
    Ok(Json(versions))
}

/// What is wrong with a pack, or with the store.
fn refused(error: InForceError) -> Problem {
    let details = match error {
        InForceError::Store(error) => return Problem::from(error),
        InForceError::Pack(ActiveError::Files(all)) => all,
        InForceError::Pack(other) => vec![other.to_string()],
    };
    let problem = Problem::new(Code::PackRefused, format!("{} mistakes; what was in force stays", details.len()));
    let fault = |detail| Fault { field: None, reason: None, detail, hint: None };
    Problem { errors: details.into_iter().take(100).map(fault).collect(), ..problem }
}
