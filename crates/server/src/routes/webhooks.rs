//! Webhooks, as an administrator makes and changes them.

pub(crate) mod act;
pub(crate) mod deliveries;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use touchstone_people::{Action, Resource};
use touchstone_store::{NewWebhook, Webhook, WebhookChange};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Path;
use super::people::read;
use crate::actor::Actor;
use crate::app::App;
use crate::clock::rfc3339;
use crate::guard::JsonBody;
use crate::hooks::Secret;
use crate::logged::{logged, party};
use crate::problem::{Code, Problem};

/// Webhooks, at most.
const WEBHOOKS_MAX: u64 = 50;
/// Types that one names, at most, and characters of one.
const TYPES_MAX: usize = 50;
const TYPE_CHARS_MAX: usize = 64;

/// A webhook. Its secret is not shown.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookView {
    /// Its id.
    webhook_id: Uuid,
    /// Where messages are sent.
    url: String,
    /// Types of messages that are sent, as `action.taken` or `action.*`; all if none is named.
    types: Vec<String>,
    /// When it was made, RFC 3339.
    created_at: String,
    /// Since when nothing is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    disabled_at: Option<String>,
    /// Why: `by_hand`, `gone` (the receiver answered 410) or `failing` (no try was well for five days).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    disabled_why: Option<String>,
    /// Since when every try has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    failing_since: Option<String>,
    /// Until when the secret before signs too.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    old_secret_until: Option<String>,
}

impl WebhookView {
    fn of(webhook: Webhook, now: i64) -> Self {
        let old = webhook.old.map(|old| old.until).filter(|until| *until > now);
        let (disabled_at, disabled_why) = webhook.disabled.unzip();
        Self {
            webhook_id: webhook.webhook_id,
            url: webhook.address,
            types: webhook.kinds,
            created_at: rfc3339(webhook.created_at),
            disabled_at: disabled_at.map(rfc3339),
            disabled_why,
            failing_since: webhook.failing_since.map(rfc3339),
            old_secret_until: old.map(rfc3339),
        }
    }
}

/// All webhooks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Webhooks {
    /// Oldest first; there are at most 50.
    items: Vec<WebhookView>,
}

/// Lists all webhooks.
#[utoipa::path(get, path = "/v1/webhooks", operation_id = "list_webhooks", tag = "webhooks", security(("key" = ["events"])),
    responses((status = 200, description = "All webhooks", body = Webhooks), crate::openapi::Problems))]
pub(crate) async fn list(State(app): State<Arc<App>>, actor: Actor) -> Result<Json<Webhooks>, Problem> {
    actor.may(Resource::Webhook, Action::Read)?;
    let now = app.clock.micros();
    let items = app.store.webhooks().await?.into_iter().map(|webhook| WebhookView::of(webhook, now));
    Ok(Json(Webhooks { items: items.collect() }))
}

/// A webhook to be made.
#[derive(Deserialize, ToSchema)]
pub(crate) struct WebhookOrder {
    /// Where messages are sent: https, to an address that is public, at the port 443 or 8443.
    #[schema(max_length = 2048, example = "https://example.com/touchstone")]
    url: String,
    /// Types of messages that are sent, as `action.taken` or `action.*`; all if none is named.
    #[schema(max_items = 50)]
    types: Option<Vec<String>>,
}

/// A webhook that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookMade {
    /// The webhook.
    webhook: WebhookView,
    /// What signs its messages, `whsec_…`. It is shown now and never again.
    secret: String,
}

/// Makes a webhook. Messages that are told from now on are sent to it.
#[utoipa::path(post, path = "/v1/webhooks", operation_id = "create_webhook", tag = "webhooks", request_body = WebhookOrder,
    security(("key" = ["admin"])),
    responses((status = 200, description = "It is made", body = WebhookMade), crate::openapi::Problems))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    actor: Actor,
    JsonBody(body): JsonBody,
) -> Result<Json<WebhookMade>, Problem> {
    actor.may(Resource::Webhook, Action::Create)?;
    let order: WebhookOrder = read(&body)?;
    let (secret, now, webhook_id) = (Secret::make()?, app.clock.micros(), Uuid::now_v7());
    let new = NewWebhook {
        webhook_id,
        address: address(&app, order.url)?,
        secret: secret.0.clone(),
        kinds: types(order.types.unwrap_or_default())?,
        created_at: now,
    };
    let logged = logged(now, party(&actor), "webhook.made", webhook_id, json!({"types": new.kinds}));
    if !app.store.put_webhook(new, WEBHOOKS_MAX, logged).await? {
        return Err(Problem::new(Code::WebhookRefused, format!("there are {WEBHOOKS_MAX} webhooks")));
    }
    tracing::info!(%webhook_id, by = actor.name(), "a webhook was made");
    let webhook = WebhookView::of(find(&app, webhook_id).await?, now);
    Ok(Json(WebhookMade { webhook, secret: secret.text() }))
}

/// Shows one webhook.
#[utoipa::path(get, path = "/v1/webhooks/{id}", operation_id = "get_webhook", tag = "webhooks",
    params(("id" = Uuid, Path, description = "The webhook")), security(("key" = ["events"])),
    responses((status = 200, description = "The webhook", body = WebhookView), crate::openapi::Problems))]
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<Uuid>,
) -> Result<Json<WebhookView>, Problem> {
    actor.may(Resource::Webhook, Action::Read)?;
    Ok(Json(WebhookView::of(find(&app, id).await?, app.clock.micros())))
}

/// What is to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
pub(crate) struct WebhookEdit {
    /// Where messages are sent.
    #[schema(max_length = 2048)]
    url: Option<String>,
    /// Types of messages that are sent; all if the list is empty.
    #[schema(max_items = 50)]
    types: Option<Vec<String>>,
    /// Whether nothing is sent. What waits is given up then; what happens meanwhile can be sent later by a replay.
    disabled: Option<bool>,
}

/// Changes a webhook.
#[utoipa::path(patch, path = "/v1/webhooks/{id}", operation_id = "change_webhook", tag = "webhooks", request_body = WebhookEdit,
    params(("id" = Uuid, Path, description = "The webhook")), security(("key" = ["admin"])),
    responses((status = 200, description = "The webhook as it is now", body = WebhookView), crate::openapi::Problems))]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<Uuid>,
    JsonBody(body): JsonBody,
) -> Result<Json<WebhookView>, Problem> {
    actor.may(Resource::Webhook, Action::Configure)?;
    let before = find(&app, id).await?;
    let (edit, now): (WebhookEdit, _) = (read(&body)?, app.clock.micros());
    let by_hand = || before.disabled.clone().unwrap_or_else(|| (now, "by_hand".to_owned()));
    let change = WebhookChange {
        address: edit.url.map(|url| address(&app, url)).transpose()?,
        kinds: edit.types.map(types).transpose()?,
        disabled: edit.disabled.map(|disabled| disabled.then(by_hand)),
        secret: None,
    };
    let what = json!({"types": change.kinds, "address": change.address.is_some(),
        "disabled": change.disabled.as_ref().map(|disabled| disabled.is_some())});
    app.store.change_webhook(id, change, logged(now, party(&actor), "webhook.changed", id, what)).await?;
    tracing::info!(webhook_id = %id, by = actor.name(), "a webhook was changed");
    Ok(Json(WebhookView::of(find(&app, id).await?, now)))
}

/// What became of a webhook that was to go.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookRemoved {
    /// Whether it went now.
    removed: bool,
}

/// Removes a webhook, with the list of what was sent to it.
#[utoipa::path(delete, path = "/v1/webhooks/{id}", operation_id = "remove_webhook", tag = "webhooks",
    params(("id" = Uuid, Path, description = "The webhook")), security(("key" = ["admin"])),
    responses((status = 200, description = "It is gone", body = WebhookRemoved), crate::openapi::Problems))]
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<Uuid>,
) -> Result<Json<WebhookRemoved>, Problem> {
    actor.may(Resource::Webhook, Action::Configure)?;
    find(&app, id).await?;
    let logged = logged(app.clock.micros(), party(&actor), "webhook.removed", id, Value::Null);
    let removed = app.store.remove_webhook(id, logged).await?;
    tracing::info!(webhook_id = %id, by = actor.name(), "a webhook was removed");
    Ok(Json(WebhookRemoved { removed }))
}

async fn find(app: &App, id: Uuid) -> Result<Webhook, Problem> {
    app.store.webhook(id).await?.ok_or_else(|| Problem::new(Code::NotFound, format!("no webhook {id}")))
}

fn bad(detail: impl Into<String>) -> Problem {
    Problem::new(Code::BadWebhook, detail)
}

/// An address to which something can be sent, as far as it tells by itself.
fn address(app: &App, url: String) -> Result<String, Problem> {
    app.hooks.check(&url).map_err(|error| bad(format!("url: {error}")))?;
    Ok(url)
}

fn types(types: Vec<String>) -> Result<Vec<String>, Problem> {
    let slug = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    let fine = |text: &String| {
        let named = text.strip_suffix(".*").unwrap_or(text);
        text.len() <= TYPE_CHARS_MAX && named.split('.').all(slug)
    };
    match types.len() <= TYPES_MAX && types.iter().all(fine) {
        true => Ok(types),
        false => Err(bad(format!("types: at most {TYPES_MAX}, as action.taken or action.*"))),
    }
}
