//! What was sent to a webhook, and what is to be sent again.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use touchstone_people::{Action, Resource};
use touchstone_store::{Again, Delivery, DeliveryFilter, DeliveryState};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Path, bad, find};
use crate::actor::Actor;
use crate::app::App;
use crate::clock::{micros, rfc3339};
use crate::guard::JsonBody;
use crate::hooks::{message_id, parse_message_id};
use crate::problem::Problem;
use crate::routes::people::read;
use crate::routes::{Query, limit};

/// What became of a message.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MessageState {
    /// It is tried, or tried again.
    Waiting,
    /// The receiver has it.
    Delivered,
    /// Nobody tries any more; a replay does.
    Dead,
}

impl From<DeliveryState> for MessageState {
    fn from(state: DeliveryState) -> Self {
        match state {
            DeliveryState::Waiting => Self::Waiting,
            DeliveryState::Delivered => Self::Delivered,
            DeliveryState::Dead => Self::Dead,
        }
    }
}

impl From<MessageState> for DeliveryState {
    fn from(state: MessageState) -> Self {
        match state {
            MessageState::Waiting => Self::Waiting,
            MessageState::Delivered => Self::Delivered,
            MessageState::Dead => Self::Dead,
        }
    }
}

/// Which messages, newest first.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeliveryQuery {
    /// Only those of which this became.
    #[param(value_type = MessageState, required = false)]
    state: Option<MessageState>,
    /// `next` of the page before.
    #[param(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    cursor: Option<i64>,
    /// Items of the page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

/// A message on its way to a webhook.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryView {
    /// Id of the message, `msg_…`.
    message_id: String,
    /// Its type.
    r#type: String,
    /// What became of it.
    state: MessageState,
    /// Tries that failed.
    failed_tries: u32,
    /// When it is tried next, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    due_at: Option<String>,
    /// What the receiver answered last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status: Option<u16>,
    /// Why the last try failed, as a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error: Option<String>,
    /// When it was delivered or given up, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ended_at: Option<String>,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        let waits = delivery.state == DeliveryState::Waiting;
        Self {
            message_id: message_id(delivery.message_id),
            r#type: delivery.kind,
            state: delivery.state.into(),
            failed_tries: delivery.tries,
            due_at: waits.then(|| rfc3339(delivery.due_at)),
            status: delivery.status,
            error: Some(delivery.error).filter(|error| !error.is_empty()),
            ended_at: delivery.ended_at.map(rfc3339),
        }
    }
}

/// A page of messages.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Deliveries {
    /// Newest message first.
    items: Vec<DeliveryView>,
    /// Cursor of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<i64>,
}

/// Lists what became of the messages to a webhook.
#[utoipa::path(get, path = "/v1/webhooks/{id}/deliveries", operation_id = "list_webhook_deliveries", tag = "webhooks",
    params(("id" = Uuid, Path, description = "The webhook"), DeliveryQuery), security(("key" = ["events"])),
    responses((status = 200, description = "A page of messages", body = Deliveries), crate::openapi::Problems))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<Uuid>,
    Query(query): Query<DeliveryQuery>,
) -> Result<Json<Deliveries>, Problem> {
    actor.may(Resource::Webhook, Action::Read)?;
    let limit = limit(query.limit)?;
    find(&app, id).await?;
    let filter = DeliveryFilter { state: query.state.map(Into::into), before: query.cursor };
    let found = app.store.deliveries(id, &filter, limit).await?;
    let next = found.last().filter(|_| found.len() as u64 == limit).map(|last| last.seq);
    Ok(Json(Deliveries { items: found.into_iter().map(Into::into).collect(), next }))
}

/// What is to be sent again: one of the three.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ReplayOrder {
    /// All messages that happened at this moment or later, RFC 3339, as far as the webhook wants them.
    since: Option<String>,
    /// All that was given up.
    dead: Option<bool>,
    /// This one message, `msg_…`.
    message_id: Option<String>,
}

impl ReplayOrder {
    fn which(self) -> Result<Again, Problem> {
        match (self.since, self.dead, self.message_id) {
            (Some(since), None | Some(false), None) => {
                micros(&since).map(Again::Since).ok_or_else(|| bad("since: a moment as 2026-11-27T08:30:00Z"))
            }
            (None, Some(true), None) => Ok(Again::Dead),
            (None, None | Some(false), Some(id)) => {
                parse_message_id(&id).map(Again::One).ok_or_else(|| bad("message_id: an id as messages have it, msg_…"))
            }
            _ => Err(bad("one of since, dead and message_id says what is to be sent again")),
        }
    }
}

/// What is sent again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Replayed {
    /// So many messages.
    messages: u64,
}

/// Sends messages again, under the ids that they had. What was forgotten is not among them.
#[utoipa::path(post, path = "/v1/webhooks/{id}/replay", operation_id = "replay_webhook", tag = "webhooks", request_body = ReplayOrder,
    params(("id" = Uuid, Path, description = "The webhook")), security(("key" = ["admin"])),
    responses((status = 200, description = "What is sent again", body = Replayed), crate::openapi::Problems))]
pub(crate) async fn replay(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<Uuid>,
    JsonBody(body): JsonBody,
) -> Result<Json<Replayed>, Problem> {
    actor.may(Resource::Webhook, Action::Configure)?;
    let webhook = find(&app, id).await?;
    let which = read::<ReplayOrder>(&body)?.which()?;
    let messages = app.store.deliver_again(&webhook, which, app.clock.micros()).await?;
    app.hooks.awaited.notify_one();
    tracing::info!(webhook_id = %id, by = actor.name(), messages, "messages are sent again");
    Ok(Json(Replayed { messages }))
}
