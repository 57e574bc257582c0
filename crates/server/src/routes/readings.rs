//! Who read whose personal data.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use touchstone_people::{Action, Resource};
use touchstone_store::{Access, AccessFilter};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Query, limit, plain};
use crate::actor::Actor;
use crate::app::App;
use crate::clock::rfc3339;
use crate::problem::Problem;

/// Which readings, latest first.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only by this key or account: `key …` or `account …`.
    reader: Option<String>,
    /// Only about sellers of this marketplace.
    marketplace: Option<String>,
    /// Only about this seller, or about the account with this id.
    seller_id: Option<String>,
    /// `next` of the page before.
    cursor: Option<Uuid>,
    /// Items of the page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

/// One reading.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Reading {
    /// When, RFC 3339.
    read_at: String,
    /// Who: `key …` or `account …`.
    reader: String,
    /// What kind of thing.
    resource: String,
    /// About whom: the seller's marketplace; empty if listings do not say theirs, and for accounts.
    marketplace: String,
    /// About whom: the seller, or the account's id.
    seller_id: String,
    /// Which thing.
    object: String,
    /// The request.
    request_id: String,
}

impl From<Access> for Reading {
    fn from(access: Access) -> Self {
        let (marketplace, seller_id) = access.about;
        let Access { read_at, reader, resource, object, request_id, .. } = access;
        Self { read_at: rfc3339(read_at), reader, resource, marketplace, seller_id, object, request_id }
    }
}

/// A page of readings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Readings {
    /// Latest first.
    items: Vec<Reading>,
    /// Cursor of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<Uuid>,
}

/// Lists who read whose personal data.
#[utoipa::path(get, path = "/v1/readings", operation_id = "list_readings", tag = "people", params(ListQuery),
    security(("key" = ["admin"])),
    responses((status = 200, description = "A page of readings", body = Readings), crate::openapi::Problems))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<ListQuery>,
) -> Result<Json<Readings>, Problem> {
    actor.may(Resource::AccessLog, Action::Read)?;
    let limit = limit(query.limit)?;
    let ListQuery { reader, marketplace, seller_id, cursor: before, .. } = query;
    [&reader, &marketplace, &seller_id].into_iter().flatten().try_for_each(|text| plain(text))?;
    let found = app.store.accesses(&AccessFilter { reader, marketplace, seller_id, before }, limit).await?;
    let next = found.last().filter(|_| found.len() as u64 == limit).map(|last| last.access_id);
    Ok(Json(Readings { items: found.into_iter().map(Into::into).collect(), next }))
}
