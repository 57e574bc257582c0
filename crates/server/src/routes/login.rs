//! Logging in and out.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use touchstone_people::throttle::{Attempts, Of};
use touchstone_people::totp::Secret;
use touchstone_people::{login, recovery};
use touchstone_store::Account;
use utoipa::ToSchema;

use super::me::Me;
use super::people::{Caller, read};
use crate::actor::Actor;
use crate::app::App;
use crate::guard::JsonBody;
use crate::problem::{Code, Problem};
use crate::session::{self, Opened, from_here, in_use};

/// What a person knows and has.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Login {
    /// The login.
    #[schema(example = "anna@example.com", max_length = 254)]
    login: String,
    /// The password.
    #[schema(max_length = 1024)]
    password: String,
    /// The six digits of the telephone, or a recovery code; where the account has a second factor.
    code: Option<String>,
}

/// Logs a person in: sets the cookie of a session, and says who it is.
///
/// Whoever guesses waits: for an account after 5 failures, for an address after 30, each time twice as long, up to a
/// quarter of an hour.
#[utoipa::path(post, path = "/v1/login", operation_id = "login", tag = "people", request_body = Login, security(()),
    responses((status = 200, description = "A session is open", body = Me), crate::openapi::Problems))]
pub(crate) async fn login(
    State(app): State<Arc<App>>,
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    from_here(&app, &headers, &uri)?;
    let Login { login, password, code } = read(&body)?;
    let login = login::parse(&login).map_err(|_| wrong())?;
    let names: Vec<String> = [Some(format!("account {login}")), caller.counted()].into_iter().flatten().collect();
    counted(&app, names.clone()).await?;
    let account = app.store.account_found_by(&login).await?.filter(in_use);
    let hash = account.as_ref().and_then(|account| account.password.clone());
    let right = app.hashing.verify(password, hash).await?;
    let account = account.filter(|_| right).ok_or_else(wrong)?;
    check_factor(&app, &account, code.as_deref()).await?;
    app.store.forgive_login(names).await?;
    let Opened { cookie, person } = session::open(&app, account).await?;
    Ok(([(header::SET_COOKIE, cookie)], Json(Me::of(&Actor::person(person)))).into_response())
}

/// Of what is wrong nothing is said, so that nobody learns which half was right.
pub(crate) fn wrong() -> Problem {
    Problem::new(Code::BadLogin, "login, password or code is wrong")
}

/// Counts an attempt, or says how long to wait.
pub(crate) async fn counted(app: &App, names: Vec<String>) -> Result<(), Problem> {
    let now = app.clock.micros() / 1_000_000;
    let next = move |number: usize, (failures, last_at)| {
        let of = if number == 0 { Of::Account } else { Of::Address };
        let next = Attempts { failures, last_at }.one_more(of, now)?;
        Ok((next.failures, next.last_at))
    };
    app.store.try_login(names, next).await?.map_err(|seconds| {
        let wait = u64::try_from(seconds).unwrap_or(1);
        Problem::new(Code::RateLimited, "too many logins have failed").retry_after(wait)
    })
}

/// Asks for the second factor of an account that has one.
pub(crate) async fn check_factor(app: &App, account: &Account, code: Option<&str>) -> Result<(), Problem> {
    let Some(factor) = account.factor.as_ref().filter(|factor| factor.confirmed) else { return Ok(()) };
    let code = code.ok_or_else(|| Problem::new(Code::CodeNeeded, "the account has a second factor"))?;
    if recovery::looks_like(code) {
        let used = app.store.use_recovery_code(account.account_id, recovery::hash(code)).await?;
        return if used { Ok(()) } else { Err(wrong()) };
    }
    let secret = Secret::from_bytes(factor.secret.clone());
    let step = secret.verify(code, app.clock.micros() / 1_000_000, Some(factor.step)).ok_or_else(wrong)?;
    // Two calls with one code at once: the store lets the first pass.
    if app.store.use_factor_step(account.account_id, step).await? { Ok(()) } else { Err(wrong()) }
}

/// What became of a session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Ended {
    /// Whether there was one.
    pub(crate) ended: bool,
}

/// Logs a person out: ends the session for good.
#[utoipa::path(post, path = "/v1/logout", operation_id = "logout", tag = "people", security(("session" = [])),
    responses((status = 200, description = "The session has ended", body = Ended), crate::openapi::Problems))]
pub(crate) async fn logout(State(app): State<Arc<App>>, actor: Actor) -> Result<Response, Problem> {
    let person = super::me::person(&actor)?;
    let ended = app.store.end_session(person.session.session_id).await?;
    let cookie = session::set(&app, "session", "", "Strict", 0)?;
    Ok(([(header::SET_COOKIE, cookie)], Json(Ended { ended })).into_response())
}
