//! Who calls, and what a person does about its own password and second factor.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use touchstone_people::totp::Secret;
use touchstone_people::{Action, Relation, Resource, password, recovery};
use touchstone_store::{AccountChange, Factor, Logged};
use utoipa::ToSchema;

use super::login::{check_factor, counted, wrong};
use super::people::{AccountView, read};
use crate::actor::{Actor, Person};
use crate::app::App;
use crate::guard::JsonBody;
use crate::hashing::refused;
use crate::logged::{logged, party};
use crate::problem::{Code, Problem};

/// Who calls.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    /// As trails name it: `key …` or `account …`.
    name: String,
    /// The account, of a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    account: Option<AccountView>,
    /// Scopes of the key, of a machine.
    scopes: Vec<&'static str>,
    /// What may be done, and to which objects.
    rights: Vec<Right>,
    /// What a page sends as `X-CSRF-Token` with each call that changes something; of a session.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    csrf_token: Option<String>,
}

/// Something that may be done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Right {
    /// To what.
    resource: &'static str,
    /// What.
    action: &'static str,
    /// `any`, or as many of `own` and `assigned` as it reaches to.
    reach: Vec<&'static str>,
}

impl Me {
    pub(crate) fn of(actor: &Actor) -> Self {
        let all = Resource::ALL.iter().flat_map(|resource| Action::ALL.iter().map(move |action| (*resource, *action)));
        let right = |(resource, action): (Resource, Action)| {
            let reach = actor.reach(resource, action);
            let named = [(Relation::Own, "own"), (Relation::Assigned, "assigned")];
            let reach = match reach.is_any() {
                true => vec!["any"],
                false => named.into_iter().filter(|(of, _)| reach.covers(*of)).map(|(_, name)| name).collect(),
            };
            (!reach.is_empty()).then_some(Right { resource: resource.as_str(), action: action.as_str(), reach })
        };
        Self {
            name: actor.name(),
            account: actor.who().map(|person| person.account.clone().into()),
            scopes: actor.scopes().iter().map(|scope| scope.as_str()).collect(),
            rights: all.filter_map(right).collect(),
            csrf_token: actor.who().map(|person| person.proof.clone()),
        }
    }
}

/// Says who calls, and what it may.
#[utoipa::path(get, path = "/v1/me", operation_id = "get_me", tag = "people", security(("key" = [])),
    responses((status = 200, description = "Who calls", body = Me), crate::openapi::Problems))]
pub(crate) async fn me(actor: Actor) -> Json<Me> {
    Json(Me::of(&actor))
}

/// The person, where a machine has nothing to do.
pub(crate) fn person(actor: &Actor) -> Result<&Person, Problem> {
    actor.who().ok_or_else(|| Problem::new(Code::Forbidden, "is for people who have logged in, not for keys"))
}

/// The person, who may change how it logs in and knows its password, and its code where it has one.
async fn sure(app: &App, actor: &Actor, password: String, code: Option<&str>) -> Result<(), Problem> {
    actor.may(Resource::Credential, Action::Configure)?;
    let person = person(actor)?;
    let names = vec![format!("account {}", person.account.login)];
    counted(app, names.clone()).await?;
    if !app.hashing.verify(password, person.account.password.clone()).await? {
        return Err(wrong());
    }
    check_factor(app, &person.account, code).await?;
    Ok(app.store.forgive_login(names).await?)
}

/// The password there is, and the one to be.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewPassword {
    /// The password that there is.
    password: String,
    /// The code, where the account has a second factor.
    code: Option<String>,
    /// The password that is to be.
    #[schema(min_length = 12, max_length = 1024)]
    new_password: String,
}

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Done {
    /// Always true.
    done: bool,
}

/// Changes the person's own password. All its other sessions end.
#[utoipa::path(put, path = "/v1/me/password", operation_id = "change_password", tag = "people", request_body = NewPassword,
    security(("session" = [])), responses((status = 200, description = "It is changed", body = Done), crate::openapi::Problems))]
pub(crate) async fn change_password(
    State(app): State<Arc<App>>,
    actor: Actor,
    JsonBody(body): JsonBody,
) -> Result<Json<Done>, Problem> {
    let person = person(&actor)?;
    let order: NewPassword = read(&body)?;
    password::check(&order.new_password, &person.account.login).map_err(refused)?;
    sure(&app, &actor, order.password, order.code.as_deref()).await?;
    let password = Some(app.hashing.hash(order.new_password).await?);
    let end_sessions = Some(Some(person.session.session_id));
    let change = AccountChange { password, end_sessions, ..AccountChange::default() };
    let logged = own(&app, &actor, json!({"password": true}));
    app.store.change_account(person.account.account_id, change, logged).await?;
    tracing::info!(account = actor.id, "changed the password");
    Ok(Json(Done { done: true }))
}

/// What proves that it is still the person.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Proof {
    /// The password.
    password: String,
    /// The code, where the account has a second factor.
    code: Option<String>,
}

/// A second factor that is to be confirmed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewFactor {
    /// The secret as people type it.
    secret: String,
    /// The same as telephones read it from a square.
    address: String,
}

/// Begins a second factor; it is asked for once it was confirmed. One that there was before is none any more.
#[utoipa::path(post, path = "/v1/me/factor", operation_id = "begin_factor", tag = "people", request_body = Proof,
    security(("session" = [])), responses((status = 200, description = "To be confirmed", body = NewFactor), crate::openapi::Problems))]
pub(crate) async fn begin_factor(
    State(app): State<Arc<App>>,
    actor: Actor,
    JsonBody(body): JsonBody,
) -> Result<Json<NewFactor>, Problem> {
    let account = &person(&actor)?.account;
    let proof: Proof = read(&body)?;
    sure(&app, &actor, proof.password, proof.code.as_deref()).await?;
    let secret = Secret::generate().map_err(|error| Problem::internal("no factor can be made", error))?;
    let factor = Factor { secret: secret.as_bytes().to_vec(), confirmed: false, step: 0 };
    let change = AccountChange { factor: Some(Some(factor)), ..AccountChange::default() };
    let logged = own(&app, &actor, json!({"factor": "begun"}));
    app.store.change_account(account.account_id, change, logged).await?;
    Ok(Json(NewFactor { secret: secret.text(), address: secret.address(&account.login) }))
}

/// What the telephone shows.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Shown {
    /// Six digits.
    code: String,
}

/// Codes for the day on which the telephone is lost.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecoveryCodes {
    /// Each opens the account once, with the password. They are shown now and never again.
    recovery_codes: Vec<String>,
}

/// Confirms the second factor with a code; from now on one is asked for.
#[utoipa::path(post, path = "/v1/me/factor/confirm", operation_id = "confirm_factor", tag = "people", request_body = Shown,
    security(("session" = [])), responses((status = 200, description = "It is asked for", body = RecoveryCodes), crate::openapi::Problems))]
pub(crate) async fn confirm_factor(
    State(app): State<Arc<App>>,
    actor: Actor,
    JsonBody(body): JsonBody,
) -> Result<Json<RecoveryCodes>, Problem> {
    actor.may(Resource::Credential, Action::Configure)?;
    let account = &person(&actor)?.account;
    let shown: Shown = read(&body)?;
    let factor = account.factor.as_ref().filter(|factor| !factor.confirmed);
    let factor = factor.ok_or_else(|| Problem::new(Code::AccountRefused, "no second factor waits to be confirmed"))?;
    let names = vec![format!("account {}", account.login)];
    counted(&app, names.clone()).await?;
    let secret = Secret::from_bytes(factor.secret.clone());
    let step = secret.verify(&shown.code, app.clock.micros() / 1_000_000, None).ok_or_else(wrong)?;
    let codes = recovery::generate().map_err(|error| Problem::internal("no codes can be made", error))?;
    // Codes first: whoever is asked for a factor has them.
    app.store.put_recovery_codes(account.account_id, codes.iter().map(|code| recovery::hash(code)).collect()).await?;
    if !app.store.use_factor_step(account.account_id, step).await? {
        return Err(wrong());
    }
    app.store.forgive_login(names).await?;
    app.store.log(own(&app, &actor, json!({"factor": "confirmed"}))).await?;
    tracing::info!(account = actor.id, "has a second factor");
    Ok(Json(RecoveryCodes { recovery_codes: codes }))
}

/// What somebody changed about their own account.
fn own(app: &App, actor: &Actor, what: Value) -> Logged {
    logged(app.clock.micros(), party(actor), "account.changed", &actor.id, what)
}

/// Takes the second factor away, with its recovery codes.
#[utoipa::path(post, path = "/v1/me/factor/remove", operation_id = "remove_factor", tag = "people", request_body = Proof,
    security(("session" = [])), responses((status = 200, description = "None is asked for", body = Done), crate::openapi::Problems))]
pub(crate) async fn remove_factor(
    State(app): State<Arc<App>>,
    actor: Actor,
    JsonBody(body): JsonBody,
) -> Result<Json<Done>, Problem> {
    let account = &person(&actor)?.account;
    let proof: Proof = read(&body)?;
    sure(&app, &actor, proof.password, proof.code.as_deref()).await?;
    let change = AccountChange { factor: Some(None), ..AccountChange::default() };
    let logged = own(&app, &actor, json!({"factor": "removed"}));
    app.store.change_account(account.account_id, change, logged).await?;
    tracing::info!(account = actor.id, "has no second factor any more");
    Ok(Json(Done { done: true }))
}
