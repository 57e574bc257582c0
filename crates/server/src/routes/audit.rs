//! The trail of changes, its signed head, and the keys that check it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use touchstone_audit::Hash;
use touchstone_audit::stored::StoredEvent;
use touchstone_people::{Action, Resource};
use touchstone_store::{TrailFilter, TrailRow};
use utoipa::{IntoParams, ToSchema};

use super::{Query, limit, plain};
use crate::actor::Actor;
use crate::app::App;
use crate::clock::rfc3339;
use crate::problem::{Code, Problem};
use crate::view::raw;

/// Lines of one part of an export.
const EXPORT_MAX: u64 = 2_000;

/// Which events, in their order.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TrailQuery {
    /// From this number on: `next` of the page before; from the first if not said.
    #[param(maximum = 9_007_199_254_740_991_u64)]
    from: Option<u64>,
    /// Only events of this kind, as `action.taken`.
    kind: Option<String>,
    /// Only events about something of this kind; with `subject_id`.
    subject_kind: Option<String>,
    /// Only events about this; with `subject_kind`.
    subject_id: Option<String>,
    /// Only events of this actor.
    actor: Option<String>,
    /// Items of the page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

/// A page of events.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrailPage {
    /// In their order, as they were hashed.
    #[schema(value_type = Vec<std::collections::BTreeMap<String, serde_json::Value>>)]
    items: Vec<Box<RawValue>>,
    /// What to send as `from` next; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<u64>,
}

/// Lists who changed what.
#[utoipa::path(get, path = "/v1/audit/events", operation_id = "list_audit_events", tag = "audit", params(TrailQuery),
    security(("key" = ["admin"])),
    responses((status = 200, description = "A page of events", body = TrailPage), crate::openapi::Problems))]
pub(crate) async fn events(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<TrailQuery>,
) -> Result<Json<TrailPage>, Problem> {
    actor.may(Resource::Audit, Action::Read)?;
    let limit = limit(query.limit)?;
    let texts = [&query.kind, &query.subject_kind, &query.subject_id, &query.actor];
    texts.into_iter().flatten().try_for_each(|text| plain(text))?;
    let subject = match (query.subject_kind, query.subject_id) {
        (Some(kind), Some(id)) => Some((kind, id)),
        (None, None) => None,
        _ => return Err(Problem::new(Code::BadParameter, "subject_kind and subject_id go together")),
    };
    let filter = TrailFilter { from: query.from.unwrap_or_default(), kind: query.kind, subject, actor: query.actor };
    let rows = app.store.trail(&filter, limit).await?;
    let next = rows.last().filter(|_| rows.len() as u64 == limit).map(|last| last.seq + 1);
    let items = rows.iter().map(|row| raw(&row.body)).collect::<Result<_, _>>()?;
    Ok(Json(TrailPage { items, next }))
}

/// The last signed head.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignedHead {
    /// Events that it counts.
    size: u64,
    /// When it was signed, RFC 3339.
    signed_at: String,
    /// The line as lists of heads have it; docs/audit.md says its form.
    #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
    head: serde_json::Value,
}

/// Shows the last signed head. Who keeps it can show later what the trail was.
#[utoipa::path(get, path = "/v1/audit/head", operation_id = "get_audit_head", tag = "audit", security(("key" = ["admin"])),
    responses((status = 200, description = "The head; null before the first", body = Option<SignedHead>), crate::openapi::Problems))]
pub(crate) async fn head(State(app): State<Arc<App>>, actor: Actor) -> Result<Json<Option<SignedHead>>, Problem> {
    actor.may(Resource::Audit, Action::Read)?;
    let signed = |(head, line): (touchstone_store::StoredHead, _)| SignedHead {
        size: head.size,
        signed_at: rfc3339(head.signed_at),
        head: line,
    };
    Ok(Json(app.last_head().await?.map(signed)))
}

/// Shows the public key that heads and receipts are signed with, as `touchstone audit verify` reads it.
#[utoipa::path(get, path = "/v1/audit/keys", operation_id = "get_audit_keys", tag = "audit", security(()),
    responses((status = 200, description = "One key a line", body = str, content_type = "text/plain")))]
pub(crate) async fn keys(State(app): State<Arc<App>>) -> Response {
    let text = format!("{}\n", app.trail.key.public());
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// Which part of the trail.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TrailPart {
    /// The events, with their hashes.
    Events,
    /// The signed heads.
    Heads,
}

/// Which part of it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportQuery {
    /// Events or heads.
    #[param(value_type = TrailPart)]
    part: TrailPart,
    /// Events from this number on; heads that count more events than this.
    #[param(maximum = 9_007_199_254_740_991_u64)]
    from: Option<u64>,
}

/// Gives the trail as the files that `touchstone audit verify` reads, at most 2,000 lines at a time; an empty answer is
/// the end.
#[utoipa::path(get, path = "/v1/audit/export", operation_id = "export_audit", tag = "audit", params(ExportQuery),
    security(("key" = ["admin"])),
    responses((status = 200, description = "JSON lines", body = str, content_type = "text/plain"), crate::openapi::Problems))]
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<ExportQuery>,
) -> Result<Response, Problem> {
    actor.may(Resource::Audit, Action::Export)?;
    let (from, mut out) = (query.from.unwrap_or_default(), Vec::new());
    match query.part {
        TrailPart::Events => {
            let filter = TrailFilter { from, ..TrailFilter::default() };
            for row in app.store.trail(&filter, EXPORT_MAX).await? {
                let kept = event(row);
                let text = || serde_json::to_vec(&String::from_utf8_lossy(&kept.body)).unwrap_or_default();
                // What is no JSON was changed. It goes out as a text, so that whoever checks finds it in its place.
                let whole = serde_json::from_slice::<serde::de::IgnoredAny>(&kept.body).is_ok();
                let kept = if whole { kept } else { StoredEvent { body: text(), ..kept } };
                kept.write(&mut out).map_err(|error| Problem::internal("an event can't be written", error))?;
            }
        }
        TrailPart::Heads => {
            for head in app.store.heads(from, EXPORT_MAX).await? {
                out.extend_from_slice(head.line.as_bytes());
                out.push(b'\n');
            }
        }
    }
    Ok(([(header::CONTENT_TYPE, "text/plain")], out).into_response())
}

fn event(row: TrailRow) -> StoredEvent {
    let leaf = <[u8; 32]>::try_from(row.leaf).ok().map(Hash::from);
    StoredEvent { body: row.body, leaf }
}
