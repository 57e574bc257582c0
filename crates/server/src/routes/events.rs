//! What happened, to be polled by who can't be called.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use touchstone_people::{Action, Resource};
use touchstone_store::StoredMessage;
use utoipa::{IntoParams, ToSchema};

use super::{Query, limit};
use crate::actor::Actor;
use crate::app::App;
use crate::clock::rfc3339;
use crate::guard::RequestId;
use crate::hooks::message_id;
use crate::problem::{Code, Problem};
use crate::read_log::Personal;
use crate::view::raw;

/// From where on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventQuery {
    /// `next` of the answer before; from the beginning if not said.
    #[param(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    after: Option<i64>,
    /// Items of the answer, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

/// Something that happened, as webhooks get it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ToldEvent {
    /// Id of the message, `msg_…`: the one that webhooks get as `webhook-id`.
    id: String,
    /// Its type.
    r#type: String,
    /// When it happened, RFC 3339.
    timestamp: String,
    /// What happened; null once the seller that it is about was erased.
    #[schema(value_type = Option<std::collections::BTreeMap<String, serde_json::Value>>)]
    data: Option<Box<RawValue>>,
}

impl ToldEvent {
    fn of(message: StoredMessage) -> Result<Self, Problem> {
        let data = message.payload.as_deref().map(raw).transpose()?;
        let timestamp = rfc3339(message.at);
        Ok(Self { id: message_id(message.message_id), r#type: message.kind, timestamp, data })
    }
}

/// What happened next.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Events {
    /// In the order in which it was committed; empty if nothing happened.
    items: Vec<ToldEvent>,
    /// What to send as `after` next.
    next: i64,
    /// Whether something between `after` and here is not kept any more.
    gap: bool,
}

/// Lists what happened behind a cursor. Who asks again and again with `next` misses nothing and gets nothing twice.
#[utoipa::path(get, path = "/v1/events", operation_id = "list_events", tag = "webhooks", params(EventQuery),
    security(("key" = ["events"])),
    responses((status = 200, description = "What happened next", body = Events), crate::openapi::Problems))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    actor: Actor,
    request_id: RequestId,
    Query(query): Query<EventQuery>,
) -> Result<Json<Events>, Problem> {
    actor.may(Resource::Webhook, Action::Read)?;
    let (limit, after) = (limit(query.limit)?, query.after.unwrap_or_default());
    if after < 0 {
        return Err(Problem::new(Code::BadParameter, "after is `next` of an answer"));
    }
    // Where nothing is found, all up to here was forgotten; it is asked first, since more may come meanwhile.
    let last = app.store.last_told().await?;
    let found = app.store.told(after, limit).await?;
    let next = found.last().map_or(last.max(after), |last| last.seq);
    let first = found.first().map_or(next + 1, |first| first.seq);
    let about = found.iter().filter_map(|message| Some((message.about.as_ref()?, message.message_id)));
    let read = about.map(|((marketplace, seller), id)| Personal::of_seller(marketplace, seller, message_id(id)));
    app.note_read(&actor, &request_id, Resource::Webhook, read).await?;
    let items = found.into_iter().map(ToldEvent::of).collect::<Result<_, _>>()?;
    Ok(Json(Events { items, next, gap: first > after + 1 }))
}
