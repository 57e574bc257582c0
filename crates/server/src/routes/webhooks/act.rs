//! What is done with a webhook: another secret, and a message to try it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::json;
use touchstone_people::{Action, Resource};
use touchstone_store::WebhookChange;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Path, find};
use crate::actor::Actor;
use crate::app::App;
use crate::clock::rfc3339;
use crate::hooks::{Secret, body};
use crate::logged::{logged, party};
use crate::problem::Problem;

/// For how long the secret before signs too, in microseconds: a day.
const OVERLAP: i64 = 24 * 3_600_000_000;

/// The next secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rotated {
    /// What signs from now on, `whsec_…`. It is shown now and never again.
    secret: String,
    /// Until when the secret before signs too, RFC 3339.
    old_secret_until: String,
}

/// Gives a webhook another secret. For a day messages carry the signatures of both.
#[utoipa::path(post, path = "/v1/webhooks/{id}/rotate", operation_id = "rotate_webhook_secret", tag = "webhooks",
    params(("id" = Uuid, Path, description = "The webhook")), security(("key" = ["admin"])),
    responses((status = 200, description = "The next secret", body = Rotated), crate::openapi::Problems))]
pub(crate) async fn rotate(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<Uuid>,
) -> Result<Json<Rotated>, Problem> {
    actor.may(Resource::Webhook, Action::Configure)?;
    find(&app, id).await?;
    let (secret, until) = (Secret::make()?, app.clock.micros() + OVERLAP);
    let change = WebhookChange { secret: Some((secret.0.clone(), until)), ..WebhookChange::default() };
    let logged = logged(app.clock.micros(), party(&actor), "webhook.changed", id, json!({"secret": true}));
    app.store.change_webhook(id, change, logged).await?;
    tracing::info!(webhook_id = %id, by = actor.name(), "a webhook has another secret");
    Ok(Json(Rotated { secret: secret.text(), old_secret_until: rfc3339(until) }))
}

/// What came of a try.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TriedOnce {
    /// Whether the receiver took it.
    delivered: bool,
    /// What it answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status: Option<u16>,
    /// Why there was no answer, as a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error: Option<&'static str>,
}

/// Sends `webhook.test` to a webhook once, also to one that is disabled, and says what came of it.
#[utoipa::path(post, path = "/v1/webhooks/{id}/test", operation_id = "test_webhook", tag = "webhooks",
    params(("id" = Uuid, Path, description = "The webhook")), security(("key" = ["admin"])),
    responses((status = 200, description = "What came of it", body = TriedOnce), crate::openapi::Problems))]
pub(crate) async fn test(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<Uuid>,
) -> Result<Json<TriedOnce>, Problem> {
    actor.may(Resource::Webhook, Action::Configure)?;
    let (webhook, now) = (find(&app, id).await?, app.clock.micros());
    let data = format!(r#"{{"webhook_id":"{id}"}}"#);
    let body = body("webhook.test", now, data.as_bytes());
    let body = body.map_err(|error| Problem::internal("a message can't be written", error))?;
    // The caller is answered before its own time is over.
    let patience = app.config.timeout * 4 / 5;
    let sent = tokio::time::timeout(patience, app.hooks.send(&webhook, Uuid::now_v7(), body, now)).await;
    Ok(Json(match sent {
        Ok(Ok(status)) => TriedOnce { delivered: (200..300).contains(&status), status: Some(status), error: None },
        Ok(Err(error)) => TriedOnce { delivered: false, status: None, error: Some(error.code()) },
        Err(_) => TriedOnce { delivered: false, status: None, error: Some("too_slow") },
    }))
}
