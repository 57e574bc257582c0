//! Pictures for people to look at: those that a listing was screened with, and those of banks beside them.
//!
//! Nothing is looked up elsewhere: what is shown is the file that was looked at then, by its hash. Files that are no
//! picture are not shown, whatever they were taken for.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::from_str;
use touchstone_banks::pictures;
use touchstone_cases::id::Hash;
use touchstone_cases::queue::Item;
use touchstone_people::{Action, Resource};
use touchstone_store::StoredDecision;
use uuid::Uuid;

use super::{Path, decisions};
use crate::actor::Actor;
use crate::app::App;
use crate::govern::one;
use crate::guard::RequestId;
use crate::media::sniffed;
use crate::pictures::PictureNote;
use crate::problem::{Code, Problem};
use crate::read_log::Personal;

/// A picture that an item's listing was screened with.
#[utoipa::path(get, path = "/v1/items/{id}/pictures/{sha256}", operation_id = "get_item_picture", tag = "review",
    params(("id" = Uuid, Path, description = "The item"), ("sha256" = String, Path, description = "SHA-256 of the picture's file")),
    security(("session" = [])),
    responses((status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"), crate::openapi::Problems))]
pub(crate) async fn of_item(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    Path((id, sha256)): Path<(Uuid, String)>,
) -> Result<Response, Problem> {
    actor.may(Resource::Queue, Action::Read)?;
    let item: Item = one(&app, &id.to_string()).await?;
    let decision = item.decision.ok_or_else(absent)?;
    picture(&app, &actor, &request, &decisions::find(&app, decision.0).await?, sha256).await
}

/// A picture that a decision was made with.
#[utoipa::path(get, path = "/v1/decisions/{id}/pictures/{sha256}", operation_id = "get_decision_picture", tag = "decisions",
    params(("id" = Uuid, Path, description = "The decision"), ("sha256" = String, Path, description = "SHA-256 of the picture's file")),
    security(("key" = ["read"])),
    responses((status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"), crate::openapi::Problems))]
pub(crate) async fn of_decision(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    Path((id, sha256)): Path<(Uuid, String)>,
) -> Result<Response, Problem> {
    actor.may(Resource::Decision, Action::Read)?;
    picture(&app, &actor, &request, &decisions::find(&app, id).await?, sha256).await
}

/// The picture of an entry of a bank.
#[utoipa::path(get, path = "/v1/banks/entries/{id}/picture", operation_id = "get_bank_picture", tag = "pictures",
    params(("id" = String, Path, description = "The entry")), security(("key" = ["read"])),
    responses((status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"), crate::openapi::Problems))]
pub(crate) async fn of_entry(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    actor.may(Resource::Bank, Action::Read)?;
    let shelf = Arc::clone(&app.shelf);
    let read = move || {
        let sha256 =
            shelf.with(|library| library.banks().contents().entry(&id).and_then(|entry| entry.item.sha256.clone()))?;
        std::fs::read(pictures::place(shelf.data(), &sha256)).ok()
    };
    let bytes = tokio::task::spawn_blocking(read).await.ok().flatten();
    shown(bytes.ok_or_else(absent)?)
}

/// What a decision's envelope says of the listing's pictures.
pub(crate) fn notes(stored: &StoredDecision) -> Vec<PictureNote> {
    stored.pictures.as_deref().and_then(|notes| from_str(notes).ok()).unwrap_or_default()
}

async fn picture(
    app: &App,
    actor: &Actor,
    request: &RequestId,
    stored: &StoredDecision,
    sha256: String,
) -> Result<Response, Problem> {
    let wanted = Hash::try_from(sha256).map_err(|_| absent())?.0;
    let had = notes(stored).iter().any(|note| note.file() == Some(wanted));
    let bytes = if had { app.pictures.files.get(&wanted).await? } else { None };
    let bytes = bytes.ok_or_else(absent)?;
    app.note_read(actor, request, Resource::Picture, [Personal::decision(stored)]).await?;
    shown(bytes.to_vec())
}

fn shown(bytes: Vec<u8>) -> Result<Response, Problem> {
    let media = sniffed(&bytes).filter(|media| media.starts_with("image/")).ok_or_else(absent)?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(media))], bytes).into_response())
}

fn absent() -> Problem {
    Problem::new(Code::NotFound, "there is no such picture, or it is not kept any more")
}
