//! Logging in with an OpenID provider.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use touchstone_people::Party;
use touchstone_people::flow::{Flow, PATIENCE_SECONDS};
use touchstone_people::id_token::Claims;
use touchstone_store::{Account, AccountChange, NewAccount};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::login::wrong;
use super::{Path, Query};
use crate::active::hex;
use crate::app::App;
use crate::logged::{house, logged};
use crate::pages;
use crate::problem::{Code, Problem};
use crate::provider::{Asked, ExchangeError, Made, Provider};
use crate::session::{self, cookie, in_use};

/// The cookie of a login that is on its way.
const COOKIE: &str = "provider";

/// A provider.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderView {
    /// Its name in addresses.
    name: String,
    /// What people see.
    title: String,
}

/// With whom people may log in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderViews {
    /// By name.
    items: Vec<ProviderView>,
}

/// Lists the OpenID providers with which people may log in.
#[utoipa::path(get, path = "/v1/providers", operation_id = "list_providers", tag = "people", security(()),
    responses((status = 200, description = "The providers", body = ProviderViews), crate::openapi::Problems))]
pub(crate) async fn list(State(app): State<Arc<App>>) -> Json<ProviderViews> {
    let view = |(name, provider): (&String, &Arc<Provider>)| ProviderView {
        name: name.clone(),
        title: provider.settings.title.clone(),
    };
    Json(ProviderViews { items: app.providers.iter().map(view).collect() })
}

/// Sends a browser to a provider to log in there.
#[utoipa::path(get, path = "/v1/providers/{provider}", operation_id = "begin_provider_login", tag = "people", security(()),
    params(("provider" = String, Path, description = "The provider's name")),
    responses((status = 303, description = "To the provider", headers(("Location" = String, description = "Where to log in"))),
        crate::openapi::Problems))]
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let provider = find(&app, &name)?;
    let now = app.clock.micros() / 1_000_000;
    let chance = |error| Problem::internal("no login can be begun", error);
    let (flow, state) = Flow::begin(&name, now).map_err(chance)?;
    let redirect = redirect(&app, &name, &headers, &uri);
    let asked = Asked { flow: &flow, redirect: &redirect };
    let address = provider.exchange.address(&asked, &state, &provider.settings.scopes, now).await.map_err(failed)?;
    let plain = serde_json::to_vec(&flow).map_err(|error| Problem::internal("no login can be begun", error))?;
    let sealed = hex(&app.store.seal_note(&state, &plain)?);
    // The answer comes by a link of the provider's page: a stricter cookie would not come with it.
    let cookie = session::set(&app, COOKIE, &sealed, "Lax", PATIENCE_SECONDS)?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, address)], [(header::SET_COOKIE, cookie)]).into_response())
}

/// What a provider sends back with the browser.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Answer {
    /// The code that is exchanged for a token.
    code: Option<String>,
    /// What the browser was sent with.
    state: Option<String>,
    /// Why nobody logged in.
    error: Option<String>,
}

/// Takes a browser back from a provider: opens a session, and goes to the first page.
#[utoipa::path(get, path = "/v1/providers/{provider}/callback", operation_id = "end_provider_login", tag = "people", security(()),
    params(("provider" = String, Path, description = "The provider's name"), Answer),
    responses((status = 200, description = "A session is open", content_type = "text/html", body = str), crate::openapi::Problems))]
pub(crate) async fn end(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    Query(answer): Query<Answer>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let provider = find(&app, &name)?;
    let now = app.clock.micros() / 1_000_000;
    let flow = begun(&app, &headers, answer.state.as_deref()).filter(|flow| flow.provider == name && now < flow.until);
    let flow = flow.ok_or_else(|| Problem::new(Code::BadLogin, "this browser has begun no such login, or long ago"))?;
    let code = answer.code.filter(|_| answer.error.is_none());
    let code = code.ok_or_else(|| Problem::new(Code::BadLogin, "the provider has logged nobody in"))?;
    let redirect = redirect(&app, &name, &headers, &uri);
    let claims =
        provider.exchange.claims(&code, &Asked { flow: &flow, redirect: &redirect }, now).await.map_err(failed)?;
    let opened = session::open(&app, account(&app, &provider, &claims).await?).await?;
    let gone = session::set(&app, COOKIE, "", "Lax", 0)?;
    let cookies = AppendHeaders([(header::SET_COOKIE, opened.cookie), (header::SET_COOKIE, gone)]);
    // A page, and not a redirection: the cookie goes along only with what begins here.
    Ok((cookies, pages::go_home()).into_response())
}

fn find(app: &App, name: &str) -> Result<Arc<Provider>, Problem> {
    app.providers.get(name).ok_or_else(|| Problem::new(Code::NotFound, format!("no provider {name:?}")))
}

fn redirect(app: &App, name: &str, headers: &HeaderMap, uri: &Uri) -> String {
    format!("{}/v1/providers/{name}/callback", app.origin(headers, uri))
}

/// The login that this browser has begun with this state.
fn begun(app: &App, headers: &HeaderMap, state: Option<&str>) -> Option<Flow> {
    let text = cookie(headers, session::name(app, COOKIE))?;
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let sealed: Vec<u8> = text.as_bytes().chunks(2).map(byte).collect::<Option<_>>()?;
    serde_json::from_slice(&app.store.open_note(state?, &sealed)?).ok()
}

fn failed(error: ExchangeError) -> Problem {
    tracing::warn!(error = %error, "a login with a provider failed");
    match error {
        ExchangeError::Refused | ExchangeError::Token(_) => Problem::new(Code::BadLogin, error.to_string()),
        ExchangeError::Address(_) | ExchangeError::Provider(_) => {
            Problem::new(Code::ProviderFailed, "the provider does not answer as it should")
        }
    }
}

/// The account of who logged in; it is made with the first login, and has the roles of the latest.
async fn account(app: &App, provider: &Provider, claims: &Claims) -> Result<Account, Problem> {
    let made = provider.settings.made_of(&claims.sub, &claims.more);
    let made = made.ok_or_else(|| Problem::new(Code::Forbidden, "the provider names no role that is known here"))?;
    let found_by = format!("provider {} {}", provider.settings.issuer, claims.sub);
    if app.store.account_found_by(&found_by).await?.is_none() {
        let new = new_account(&found_by, &made, app.clock.micros());
        tracing::info!(account = %new.account_id, "an account was made for who came by a provider");
        let what = json!({"roles": new.roles});
        let logged = logged(app.clock.micros(), house("provider"), "account.made", new.account_id, what);
        app.store.put_account(new, logged).await?;
    }
    let absent = || Problem::internal("the account is missing", "it was just made");
    let account = app.store.account_found_by(&found_by).await?.ok_or_else(absent)?;
    if !in_use(&account) {
        return Err(wrong());
    }
    if session::party(&account) != made.party {
        return Err(Problem::new(Code::AccountRefused, "the account acts for somebody else than the provider says"));
    }
    if account.roles == made.roles && account.name == made.name {
        return Ok(account);
    }
    let what = json!({"roles": made.roles});
    let logged = logged(app.clock.micros(), house("provider"), "account.changed", account.account_id, what);
    let change = AccountChange { roles: Some(made.roles), name: Some(made.name), ..AccountChange::default() };
    app.store.change_account(account.account_id, change, logged).await?;
    app.store.account(account.account_id).await?.ok_or_else(absent)
}

fn new_account(found_by: &str, made: &Made, now: i64) -> NewAccount {
    let (seller, holder) = match &made.party {
        Party::Seller { marketplace, seller_id } => ((marketplace.clone(), seller_id.clone()), String::new()),
        Party::Holder(holder) => (Default::default(), holder.clone()),
        Party::Staff => Default::default(),
    };
    NewAccount {
        account_id: Uuid::now_v7(),
        found_by: found_by.to_owned(),
        login: made.login.clone(),
        name: made.name.clone(),
        roles: made.roles.clone(),
        seller,
        holder,
        password: None,
        created_at: now,
    }
}
