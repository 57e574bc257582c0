//! The session of a person's browser: its cookie, and what proves that a page of ours calls.
//!
//! ```text
//! cookie ─► hash ─► session ─ lives? ─► account ─ in use? ─► person
//! a call that changes something: X-CSRF-Token is of the session, and Origin and Sec-Fetch-Site are ours
//! ```

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use touchstone_people::session::{LIFE_SECONDS, Token, lives};
use touchstone_people::{Party, Roles};
use touchstone_store::{Account, NewSession, Session};
use uuid::Uuid;

use crate::actor::Person;
use crate::app::App;
use crate::problem::{Code, Problem};

/// How often is written when a session was last seen, in microseconds.
const SEEN_EVERY: i64 = 60 * 1_000_000;

/// What a page of ours sends beside the cookie.
pub(crate) const PROOF: &str = "x-csrf-token";

/// The person whose session's cookie a call has.
pub(crate) async fn person(app: &App, parts: &Parts) -> Result<Person, Problem> {
    let none = || Problem::new(Code::Unauthenticated, "no bearer key in Authorization, and no session that is open");
    let token = cookie(&parts.headers, name(app, "session")).and_then(Token::parse).ok_or_else(none)?;
    let now = app.clock.micros();
    let session = app.store.session(token.hash()).await?;
    let session = session.filter(|session| lives(session.opened_at, session.seen_at, now)).ok_or_else(none)?;
    let account = app.store.account(session.account_id).await?;
    let account = account.filter(in_use).ok_or_else(none)?;
    if !parts.method.is_safe() {
        from_here(app, &parts.headers, &parts.uri)?;
        let proof = parts.headers.get(PROOF).and_then(|proof| proof.to_str().ok()).unwrap_or_default();
        if !token.is_proof(proof) {
            return Err(Problem::new(Code::NotFromHere, format!("{PROOF} is not that of the session")));
        }
    }
    if now - session.seen_at >= SEEN_EVERY {
        app.store.touch_session(session.session_id, now).await?;
    }
    Ok(known(account, session, &token))
}

pub(crate) fn in_use(account: &Account) -> bool {
    account.disabled_at.is_none() && !account.erased
}

fn known(account: Account, session: Session, token: &Token) -> Person {
    // A role that a newer version knows is none here.
    let roles: Roles = account.roles.iter().filter_map(|role| touchstone_people::Role::parse(role)).collect();
    Person { roles, party: party(&account), proof: token.proof(), account, session }
}

/// For whom an account acts.
pub(crate) fn party(account: &Account) -> Party {
    let (marketplace, seller_id) = account.seller.clone();
    match (seller_id.is_empty(), account.holder.is_empty()) {
        (false, _) => Party::Seller { marketplace, seller_id },
        (true, false) => Party::Holder(account.holder.clone()),
        (true, true) => Party::Staff,
    }
}

/// A session that was opened.
pub(crate) struct Opened {
    pub(crate) cookie: HeaderValue,
    pub(crate) person: Person,
}

/// Opens a session for somebody who has shown who it is.
pub(crate) async fn open(app: &App, account: Account) -> Result<Opened, Problem> {
    let token = Token::generate().map_err(|error| Problem::internal("no session can be opened", error))?;
    let (session_id, account_id, opened_at) = (Uuid::now_v7(), account.account_id, app.clock.micros());
    app.store.put_session(NewSession { token_hash: token.hash(), session_id, account_id, opened_at }).await?;
    tracing::info!(account = %account_id, session = %session_id, "logged in");
    let session = Session { session_id, account_id, opened_at, seen_at: opened_at };
    let cookie = set(app, "session", token.text(), "Strict", LIFE_SECONDS)?;
    Ok(Opened { cookie, person: known(account, session, &token) })
}

/// Refuses a call that a page of somebody else makes. Who sends no such header is no browser of these years; those
/// send at least one of them with every call that changes something.
pub(crate) fn from_here(app: &App, headers: &HeaderMap, uri: &Uri) -> Result<(), Problem> {
    let said = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let foreign = |what: &str| Err(Problem::new(Code::NotFromHere, format!("{what} is not this server's")));
    if said("sec-fetch-site").is_some_and(|site| !["same-origin", "none"].contains(&site)) {
        return foreign("sec-fetch-site");
    }
    match said("origin") {
        Some(origin) if origin != app.origin(headers, uri) => foreign("origin"),
        _ => Ok(()),
    }
}

impl App {
    /// Where browsers see this server.
    pub(crate) fn origin(&self, headers: &HeaderMap, uri: &Uri) -> String {
        if let Some(origin) = &self.config.origin {
            return origin.clone();
        }
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = host.or_else(|| uri.authority().map(|authority| authority.as_str())).unwrap_or_default();
        let scheme = if self.config.plain_cookies { "http" } else { "https" };
        format!("{scheme}://{host}")
    }
}

/// The value of a cookie.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(found, _)| *found == name).map(|(_, value)| value)
}

/// The name of a cookie: the beginning binds it to this host and to TLS, without which it can't be used.
pub(crate) fn name(app: &App, plain: &'static str) -> &'static str {
    match (app.config.plain_cookies, plain) {
        (true, _) => plain,
        (false, "session") => "__Host-session",
        (false, _) => "__Host-provider",
    }
}

/// A cookie that no script reads; 0 seconds take it away.
pub(crate) fn set(
    app: &App,
    plain: &'static str,
    value: &str,
    site: &str,
    seconds: i64,
) -> Result<HeaderValue, Problem> {
    let secure = if app.config.plain_cookies { "" } else { "; Secure" };
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite={site}; Max-Age={seconds}{secure}", name(app, plain));
    HeaderValue::try_from(text).map_err(|error| Problem::internal("a cookie can't be set", error))
}
