//! Statements for the EU's DSA Transparency Database: collected in its words, checked, and marked once they were taken.
//! Whoever runs the house sends them; nothing leaves from here by itself.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_cases::dsa::Call;
use touchstone_cases::id::StatementId;
use touchstone_office::publication::{self, Held};
use touchstone_office::{Refusal, statements};
use touchstone_people::{Action, Resource};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Query, limit};
use crate::actor::Actor;
use crate::app::App;
use crate::govern::{act, command};
use crate::guard::JsonBody;
use crate::problem::Problem;

/// Statements that are marked together, at most: a call of the database.
const MARKED_MAX: usize = 100;

/// How many.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CollectQuery {
    /// Statements looked at, oldest first, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

/// What leaves, and what does not.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Publication {
    /// Bodies of calls of the database, each with at most 100 statements; `puid` is the statement's id.
    #[schema(value_type = Vec<Object>)]
    calls: Vec<Call>,
    /// Statements that may not leave, and everything that is wrong with each.
    refused: Vec<Held>,
}

/// Collects statements that were not sent yet, in the schema of the EU's database, and checks them.
#[utoipa::path(get, path = "/v1/publication", operation_id = "collect_publication", tag = "enforcement", params(CollectQuery),
    security(("session" = [])), responses((status = 200, description = "What is to be sent", body = Publication), crate::openapi::Problems))]
pub(crate) async fn collect(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<CollectQuery>,
) -> Result<Response, Problem> {
    actor.may(Resource::Statement, Action::Export)?;
    let (limit, publishing) = (limit(query.limit)?, app.publishing());
    act(&app, &actor, &HeaderMap::new(), b"", move |act| {
        Box::pin(async move {
            let collected = publication::collect(act, &publishing, limit).await?;
            Ok(Publication { calls: collected.calls, refused: collected.refused })
        })
    })
    .await
}

/// What the database took.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublicationSent {
    /// Ids of statements, at most 100.
    statements: Vec<Uuid>,
}

/// What is marked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublicationMarked {
    /// Ids of statements.
    statements: Vec<String>,
}

/// Says that statements were sent and taken; those that were so before stay as they are.
#[utoipa::path(post, path = "/v1/publication/sent", operation_id = "mark_publication", tag = "enforcement", request_body = PublicationSent,
    params(crate::openapi::Once), security(("session" = [])),
    responses((status = 200, description = "What is marked", body = PublicationMarked), crate::openapi::Problems))]
pub(crate) async fn mark(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Statement, Action::Export)?;
    let PublicationSent { statements: ids } = command(&body)?;
    if ids.len() > MARKED_MAX {
        return Err(Refusal::invalid(format!("at most {MARKED_MAX} statements at once")).into());
    }
    let (ids, book): (Vec<StatementId>, _) = (ids.into_iter().map(StatementId).collect(), app.rulebook());
    act(&app, &actor, &headers, &body, move |act| {
        Box::pin(async move {
            let marked = statements::mark_sent(act, &book, &ids).await?;
            let statements = marked.iter().map(|issued| issued.statement.id.to_string()).collect();
            Ok(PublicationMarked { statements })
        })
    })
    .await
}
