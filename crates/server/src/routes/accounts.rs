//! Accounts, as an administrator makes and changes them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use touchstone_people::{Action, Resource, password};
use touchstone_store::{Account, AccountChange};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::people::{AccountView, name, read};
use super::{Path, Query, limit};
use crate::account::{AccountOrder, checked_roles, make};
use crate::actor::Actor;
use crate::app::App;
use crate::guard::{JsonBody, RequestId};
use crate::hashing::refused;
use crate::logged::{self, logged};
use crate::problem::{Code, Problem};
use crate::read_log::Personal;
use crate::session::party;

/// Which accounts, oldest first.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// `next` of the page before.
    cursor: Option<Uuid>,
    /// Items of the page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

/// A page of accounts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Accounts {
    /// The accounts, oldest first.
    items: Vec<AccountView>,
    /// Cursor of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<Uuid>,
}

/// Lists accounts; who may see no others sees its own.
#[utoipa::path(get, path = "/v1/accounts", operation_id = "list_accounts", tag = "people", params(ListQuery),
    security(("key" = ["admin"])),
    responses((status = 200, description = "A page of accounts", body = Accounts), crate::openapi::Problems))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    actor: Actor,
    request_id: RequestId,
    Query(query): Query<ListQuery>,
) -> Result<Json<Accounts>, Problem> {
    let reach = actor.may(Resource::Account, Action::Read)?;
    let limit = limit(query.limit)?;
    let found = match actor.who() {
        Some(person) if !reach.is_any() => vec![person.account.clone()],
        _ => app.store.accounts(query.cursor, limit).await?,
    };
    let read = found.iter().map(|account| Personal::of_account(account.account_id));
    app.note_read(&actor, &request_id, Resource::Account, read).await?;
    let next = found.last().filter(|_| found.len() as u64 == limit && reach.is_any()).map(|last| last.account_id);
    Ok(Json(Accounts { items: found.into_iter().map(Into::into).collect(), next }))
}

/// An account that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Made {
    /// The account.
    account: AccountView,
    /// Its password, if none was given. It is shown now and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    password: Option<String>,
}

/// Makes an account.
#[utoipa::path(post, path = "/v1/accounts", operation_id = "create_account", tag = "people", request_body = AccountOrder,
    security(("key" = ["admin"])),
    responses((status = 200, description = "It is made", body = Made), crate::openapi::Problems))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    actor: Actor,
    JsonBody(body): JsonBody,
) -> Result<Json<Made>, Problem> {
    actor.may(Resource::Account, Action::Create)?;
    let (account, password) =
        make(&app.store, &app.hashing, read(&body)?, (app.clock.micros(), logged::party(&actor))).await?;
    tracing::info!(account = %account.account_id, by = actor.name(), "an account was made");
    Ok(Json(Made { account: account.into(), password }))
}

/// The account, if the caller may do this to it.
async fn find(app: &App, actor: &Actor, id: Uuid, action: Action) -> Result<Account, Problem> {
    let absent = || Problem::new(Code::NotFound, format!("no account {id}"));
    actor.may_with(Resource::Account, action, actor.to_account(id), absent)?;
    app.store.account(id).await?.ok_or_else(absent)
}

/// Shows one account.
#[utoipa::path(get, path = "/v1/accounts/{id}", operation_id = "get_account", tag = "people", params(("id" = Uuid, Path, description = "The account")),
    security(("key" = ["admin"])),
    responses((status = 200, description = "The account", body = AccountView), crate::openapi::Problems))]
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    actor: Actor,
    request_id: RequestId,
    Path(id): Path<Uuid>,
) -> Result<Json<AccountView>, Problem> {
    let account = find(&app, &actor, id, Action::Read).await?;
    app.note_read(&actor, &request_id, Resource::Account, [Personal::of_account(id)]).await?;
    Ok(Json(account.into()))
}

/// What is to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Change {
    /// What others call the person.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// What the person is here.
    roles: Option<Vec<String>>,
    /// Whether nobody gets in.
    disabled: Option<bool>,
    /// Another password, for who has forgotten it.
    #[schema(min_length = 12, max_length = 1024)]
    password: Option<String>,
    /// Takes the second factor away, for who has lost it.
    remove_factor: Option<bool>,
}

/// Changes an account. All its sessions end, unless only the name changes.
#[utoipa::path(patch, path = "/v1/accounts/{id}", operation_id = "change_account", tag = "people", params(("id" = Uuid, Path, description = "The account")),
    request_body = Change, security(("key" = ["admin"])),
    responses((status = 200, description = "The account as it is now", body = AccountView), crate::openapi::Problems))]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<Uuid>,
    JsonBody(body): JsonBody,
) -> Result<Json<AccountView>, Problem> {
    let account = find(&app, &actor, id, Action::Configure).await?;
    let wanted: Change = read(&body)?;
    let change = order(&app, &account, wanted).await?;
    let what = json!({"roles": change.roles, "disabled": change.disabled_at.map(|at| at.is_some()),
        "password": change.password.is_some(), "factor_removed": change.factor.is_some(), "name": change.name.is_some()});
    let logged = logged(app.clock.micros(), logged::party(&actor), "account.changed", id, what);
    if !app.store.change_account(id, change, logged).await? {
        return Err(Problem::new(Code::AccountRefused, "the person was erased"));
    }
    tracing::info!(account = %id, by = actor.name(), "an account was changed");
    Ok(Json(find(&app, &actor, id, Action::Configure).await?.into()))
}

async fn order(app: &App, account: &Account, wanted: Change) -> Result<AccountChange, Problem> {
    let rights = wanted.roles.is_some() || wanted.disabled.is_some();
    let entry = wanted.password.is_some() || wanted.remove_factor.is_some();
    if let Some(password) = &wanted.password {
        password::check(password, &account.login).map_err(refused)?;
    }
    let disabled_at = |disabled| if disabled { account.disabled_at.or(Some(app.clock.micros())) } else { None };
    let password = match wanted.password {
        Some(password) => Some(app.hashing.hash(password).await?),
        None => None,
    };
    Ok(AccountChange {
        name: wanted.name.as_deref().map(name).transpose()?,
        roles: wanted.roles.map(|roles| checked_roles(&roles, &party(account))).transpose()?,
        disabled_at: wanted.disabled.map(disabled_at),
        password,
        factor: wanted.remove_factor.filter(|remove| *remove).map(|_| None),
        end_sessions: (rights || entry).then_some(None),
    })
}

/// What became of an erasure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Erased {
    /// Whether there was anything to erase.
    erased: bool,
}

/// Erases a person, for good: name, login, password and second factor can't be read any more. The id stays, since trails
/// name it.
#[utoipa::path(delete, path = "/v1/accounts/{id}", operation_id = "erase_account", tag = "people", params(("id" = Uuid, Path, description = "The account")),
    security(("key" = ["admin"])),
    responses((status = 200, description = "What became of it", body = Erased), crate::openapi::Problems))]
pub(crate) async fn erase(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<Uuid>,
) -> Result<Json<Erased>, Problem> {
    find(&app, &actor, id, Action::Erase).await?;
    let logged = logged(app.clock.micros(), logged::party(&actor), "account.erased", id, Value::Null);
    let erased = app.store.erase_account(id, logged).await?;
    tracing::info!(account = %id, by = actor.name(), erased, "a person was to be erased");
    Ok(Json(Erased { erased }))
}
