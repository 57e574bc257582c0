//! Entries and banks are changed by people, durably and with their names.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::json;
use touchstone_banks::{Change, Entry};
use touchstone_people::{Action, Resource};
use utoipa::ToSchema;

use super::{AnyBank, BankView, act, bank_view, share};
use crate::actor::Actor;
use crate::app::App;
use crate::guard::JsonBody;
use crate::idempotency;
use crate::problem::{Code, Problem};
use crate::routes::Path;
use crate::sent::identity;

/// What is done to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Deed {
    /// It is taken out, and can be brought back.
    Remove,
    /// It is brought back.
    Restore,
    /// A second person agrees.
    Confirm,
    /// It is started again after the breaker stopped it.
    Rearm,
}

/// Why an entry is changed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Why {
    /// In words.
    #[serde(default)]
    why: String,
}

/// An entry that was changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Changed {
    /// Id of the entry.
    id: String,
    /// What it is now.
    state: &'static str,
    /// The breaker stopped it.
    stopped: bool,
    /// Fingerprint distance up to which it matches; absent: that of its bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    distance: Option<u16>,
    /// Share of queries that it answers, 0 to 1; absent: that of its bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ratio: Option<f64>,
}

/// Takes an entry out of its bank, brings it back, confirms it as the second person, or starts it again.
#[utoipa::path(post, path = "/v1/banks/entries/{id}/{deed}", operation_id = "change_bank_entry", tag = "pictures",
    params(("id" = String, Path, description = "Id of the entry"), ("deed" = Deed, Path, description = "What is done"),
        crate::openapi::Once),
    request_body = Why, security(("key" = ["banks"])),
    responses((status = 200, description = "It is on the disk", body = Changed), crate::openapi::Problems))]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((id, deed)): Path<(String, Deed)>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Bank, if deed == Deed::Confirm { Action::Approve } else { Action::Decide })?;
    let Why { why } = read(&body)?;
    let change = match deed {
        Deed::Remove => Change::Removed,
        Deed::Restore => Change::Restored,
        Deed::Confirm => Change::Confirmed,
        Deed::Rearm => Change::Rearmed,
    };
    let identity = identity([&b"change"[..], id.as_bytes(), format!("{deed:?}").as_bytes(), &body].into_iter());
    let again = headers.contains_key("idempotency-key");
    let work = changed(&app, &actor, &id, vec![change], why, again);
    idempotency::once(&app, &actor, &headers, &identity, work).await
}

/// Changes an entry, and says what it is then.
pub(in crate::routes) async fn changed(
    app: &App,
    actor: &Actor,
    id: &str,
    changes: Vec<Change>,
    why: String,
    again: bool,
) -> Result<Changed, Problem> {
    let known = app.shelf.with(|library| library.banks().contents().entry(id).is_some());
    if !known {
        return Err(Problem::new(Code::NotFound, format!("no entry {id:?}")));
    }
    let (shelf, act, entry) = (Arc::clone(&app.shelf), act(app, actor, why), id.to_owned());
    let said: Vec<String> = changes.iter().map(|change| format!("{change:?}")).collect();
    let done = tokio::task::spawn_blocking(move || {
        changes.iter().try_for_each(|change| shelf.set(&entry, change, &act, again))?;
        shelf.ready_logos()
    });
    done.await.map_err(|error| Problem::internal("a bank can't be changed", error))??;
    app.log(actor, "bank.entry.changed", id, json!({"changes": said})).await?;
    let changed = |entry: &Entry| Changed {
        id: entry.id.clone(),
        state: entry.state.name(),
        stopped: entry.settings.stopped,
        distance: entry.settings.distance,
        ratio: entry.settings.ratio.map(share),
    };
    let changed = app.shelf.with(|library| library.banks().contents().entry(id).map(changed));
    changed.ok_or_else(|| Problem::new(Code::NotFound, format!("no entry {id:?}")))
}

/// What an entry or a bank is set to. What is absent stays as it is; null takes a setting back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Setting {
    /// Fingerprint distance in bits up to which it matches.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<u16>, maximum = 255)]
    distance: Option<Option<u16>>,
    /// Share of queries that it answers, the same ones in every process.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 1)]
    ratio: Option<Option<f64>>,
    /// In words.
    #[serde(default)]
    why: String,
}

/// Null is said, what is absent is not.
fn said<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(value).map(Some)
}

impl Setting {
    fn changes(&self) -> Result<Vec<Change>, Problem> {
        let bad = |what: &str| Problem::new(Code::BadParameter, what);
        if self.distance.flatten().is_some_and(|bits| bits > 255) {
            return Err(bad("distance is a number of bits from 0 to 255, or null"));
        }
        if self.ratio.flatten().is_some_and(|share| !(0.0..=1.0).contains(&share)) {
            return Err(bad("ratio is a share from 0 to 1, or null"));
        }
        let permille = |share: f64| (share * 1_000.0).round() as u16;
        let ratio = self.ratio.map(|ratio| Change::Ratio(ratio.map(permille)));
        let changes: Vec<Change> = self.distance.map(Change::Distance).into_iter().chain(ratio).collect();
        if changes.is_empty() { Err(bad("neither distance nor ratio is said")) } else { Ok(changes) }
    }
}

/// Sets up to which distance an entry matches, or which share of queries it answers.
#[utoipa::path(post, path = "/v1/banks/entries/{id}/set", operation_id = "set_bank_entry", tag = "pictures",
    params(("id" = String, Path, description = "Id of the entry"),
        crate::openapi::Once),
    request_body = Setting, security(("key" = ["banks"])),
    responses((status = 200, description = "It is on the disk", body = Changed), crate::openapi::Problems))]
pub(crate) async fn set(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Bank, Action::Decide)?;
    let setting: Setting = read(&body)?;
    let changes = setting.changes()?;
    let identity = identity([&b"set"[..], id.as_bytes(), &body].into_iter());
    let work = changed(&app, &actor, &id, changes, setting.why, false);
    idempotency::once(&app, &actor, &headers, &identity, work).await
}

/// Sets up to which distance entries of a bank match, or which share of queries they answer, where they say nothing else.
#[utoipa::path(post, path = "/v1/banks/{bank}/set", operation_id = "set_bank", tag = "pictures",
    params(("bank" = AnyBank, Path, description = "Which bank"),
        crate::openapi::Once),
    request_body = Setting, security(("key" = ["banks"])),
    responses((status = 200, description = "It is on the disk", body = BankView), crate::openapi::Problems))]
pub(crate) async fn set_bank(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(bank): Path<AnyBank>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Bank, Action::Decide)?;
    let setting: Setting = read(&body)?;
    let changes = setting.changes()?;
    let identity = identity([&b"set"[..], bank.bank().name().as_bytes(), &body].into_iter());
    let work = bank_changed(&app, &actor, bank, changes, setting.why, false);
    idempotency::once(&app, &actor, &headers, &identity, work).await
}

/// Starts a bank again that the breaker stopped.
#[utoipa::path(post, path = "/v1/banks/{bank}/rearm", operation_id = "rearm_bank", tag = "pictures",
    params(("bank" = AnyBank, Path, description = "Which bank"),
        crate::openapi::Once),
    request_body = Why, security(("key" = ["banks"])),
    responses((status = 200, description = "It is on the disk", body = BankView), crate::openapi::Problems))]
pub(crate) async fn rearm_bank(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(bank): Path<AnyBank>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Bank, Action::Decide)?;
    let Why { why } = read(&body)?;
    let identity = identity([&b"rearm"[..], bank.bank().name().as_bytes(), &body].into_iter());
    let again = headers.contains_key("idempotency-key");
    let work = bank_changed(&app, &actor, bank, vec![Change::Rearmed], why, again);
    idempotency::once(&app, &actor, &headers, &identity, work).await
}

async fn bank_changed(
    app: &App,
    actor: &Actor,
    bank: AnyBank,
    changes: Vec<Change>,
    why: String,
    again: bool,
) -> Result<BankView, Problem> {
    let (shelf, act) = (Arc::clone(&app.shelf), act(app, actor, why));
    let said: Vec<String> = changes.iter().map(|change| format!("{change:?}")).collect();
    let done = tokio::task::spawn_blocking(move || {
        changes.iter().try_for_each(|change| shelf.set_bank(bank.bank(), change, &act, again))?;
        shelf.ready_logos()
    });
    done.await.map_err(|error| Problem::internal("a bank can't be changed", error))??;
    app.log(actor, "bank.changed", bank.bank().name(), json!({"changes": said})).await?;
    Ok(bank_view(app, bank))
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem::new(Code::NotJson, error.to_string()))
}
