//! Sessions that are open, and ending them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use touchstone_people::{Action, Resource};
use touchstone_store::Session;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::login::Ended;
use super::me::person;
use super::{Path, Query};
use crate::actor::Actor;
use crate::app::App;
use crate::clock::rfc3339;
use crate::problem::{Code, Problem};

/// Whose sessions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// The account; the caller's own if not said.
    account_id: Option<Uuid>,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionView {
    /// Its id; nobody gets in with it.
    session_id: Uuid,
    /// Whose it is.
    account_id: Uuid,
    /// When it was opened, RFC 3339.
    opened_at: String,
    /// When it was last seen, to within a minute, RFC 3339.
    seen_at: String,
    /// Whether it is the caller's.
    current: bool,
}

/// Sessions that are open.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sessions {
    /// Latest first.
    items: Vec<SessionView>,
}

impl SessionView {
    fn of(session: Session, actor: &Actor) -> Self {
        Self {
            session_id: session.session_id,
            account_id: session.account_id,
            opened_at: rfc3339(session.opened_at),
            seen_at: rfc3339(session.seen_at),
            current: actor.who().is_some_and(|person| person.session.session_id == session.session_id),
        }
    }
}

/// Lists the open sessions of an account.
#[utoipa::path(get, path = "/v1/sessions", operation_id = "list_sessions", tag = "people", params(ListQuery),
    security(("key" = ["admin"])),
    responses((status = 200, description = "Its sessions", body = Sessions), crate::openapi::Problems))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<ListQuery>,
) -> Result<Json<Sessions>, Problem> {
    actor.may(Resource::Session, Action::Read)?;
    let account = match query.account_id {
        Some(account) => account,
        None => {
            let say = |_| Problem::new(Code::BadParameter, "say with ?account_id= whose sessions");
            person(&actor).map_err(say)?.account.account_id
        }
    };
    let absent = || Problem::new(Code::NotFound, format!("no account {account}"));
    actor.may_with(Resource::Session, Action::Read, actor.to_account(account), absent)?;
    app.store.account(account).await?.ok_or_else(absent)?;
    let found = app.store.sessions_of(account).await?;
    Ok(Json(Sessions { items: found.into_iter().map(|session| SessionView::of(session, &actor)).collect() }))
}

/// Ends a session, at once and for good.
#[utoipa::path(delete, path = "/v1/sessions/{id}", operation_id = "end_session", tag = "people", params(("id" = Uuid, Path, description = "The session")),
    security(("key" = ["admin"])),
    responses((status = 200, description = "It has ended", body = Ended), crate::openapi::Problems))]
pub(crate) async fn end(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<Uuid>,
) -> Result<Json<Ended>, Problem> {
    actor.may(Resource::Session, Action::Erase)?;
    let absent = || Problem::new(Code::NotFound, format!("no session {id}"));
    let session = app.store.session_named(id).await?.ok_or_else(absent)?;
    actor.may_with(Resource::Session, Action::Erase, actor.to_account(session.account_id), absent)?;
    let ended = app.store.end_session(id).await?;
    tracing::info!(session = %id, by = actor.name(), "a session was ended");
    Ok(Json(Ended { ended }))
}
