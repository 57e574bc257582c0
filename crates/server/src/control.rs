//! The way of the command line into a running server: a socket in the data folder that only its owner can open. With
//! the embedded database one process owns the folder, and what the command line wants is done by it.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use touchstone_people::Scope;
use touchstone_store::{Account, ApiKey, Location, Store, StoreError};
use uuid::Uuid;

use crate::account::{self, AccountOrder};
use crate::app::App;
use crate::clock::{Clock as _, SystemClock, rfc3339};
use crate::config::Config;
use crate::hashing::Hashing;
use crate::keys::NewSecret;
use crate::logged::{about_seller, house, logged};
use crate::problem::{Code, Problem};
use crate::routes::Path as Segment;

/// As the trail names it.
const COMMAND_LINE: &str = "command_line";
/// Accounts that are read at once.
const ACCOUNTS_PAGE: u64 = 200;

/// A key to be made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeyOrder {
    /// What people call it.
    pub name: String,
    /// Names of scopes.
    pub scopes: Vec<String>,
}

/// A key that was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeyMade {
    /// The public part.
    pub id: String,
    /// What the client sends; it is not kept and can't be shown again.
    pub key: String,
}

/// A key in a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeyLine {
    /// The public part.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was made, RFC 3339.
    pub created_at: String,
    /// When it was last used, to within a minute, RFC 3339.
    pub last_used_at: Option<String>,
    /// Since when it is no longer accepted, RFC 3339.
    pub revoked_at: Option<String>,
}

impl From<ApiKey> for KeyLine {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            scopes: key.scopes,
            created_at: rfc3339(key.created_at),
            last_used_at: key.last_used_at.map(rfc3339),
            revoked_at: key.revoked_at.map(rfc3339),
        }
    }
}

/// An account that was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountMade {
    /// Its id.
    pub account_id: Uuid,
    /// Its password, if none was given; it is not kept and can't be shown again.
    pub password: Option<String>,
}

/// An account in a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountLine {
    /// Its id.
    pub account_id: Uuid,
    /// What the person logs in with; empty once erased.
    pub login: String,
    /// What the person is here.
    pub roles: Vec<String>,
    /// Whether a code is asked for beside the password.
    pub second_factor: bool,
    /// Whether nobody gets in.
    pub disabled: bool,
}

impl From<Account> for AccountLine {
    fn from(account: Account) -> Self {
        Self {
            account_id: account.account_id,
            login: account.login,
            roles: account.roles,
            second_factor: account.factor.is_some_and(|factor| factor.confirmed),
            disabled: account.disabled_at.is_some(),
        }
    }
}

/// Where keys and accounts are made and sellers erased: in the store itself, or by the server that owns it.
pub enum Desk {
    /// Nobody serves, or several processes may.
    Store(Box<Store>),
    /// The server that owns this data folder.
    Server(PathBuf),
}

impl Desk {
    /// Finds out who owns the store.
    ///
    /// # Errors
    /// When the store can't be opened, for another reason than that a server has it.
    pub async fn open(location: &Location, master_key: &Path) -> Result<Self, StoreError> {
        match (Store::open(location, master_key).await, location) {
            (Err(StoreError::InUse(_)), Location::Folder(data)) => Ok(Self::Server(data.clone())),
            (store, _) => store.map(Box::new).map(Self::Store),
        }
    }

    /// Makes a key.
    ///
    /// # Errors
    /// When a scope is unknown, or the store or the server fails.
    pub async fn make(&self, order: KeyOrder) -> Result<KeyMade, Refusal> {
        match self {
            Self::Store(store) => Ok(make_key(store, order, SystemClock.micros()).await?),
            Self::Server(data) => Ok(ask(data, "POST", "/keys", &order).await?),
        }
    }

    /// All keys, oldest first.
    ///
    /// # Errors
    /// When the store or the server fails.
    pub async fn list(&self) -> Result<Vec<KeyLine>, Refusal> {
        match self {
            Self::Store(store) => Ok(store.keys().await.map_err(Problem::from)?.into_iter().map(Into::into).collect()),
            Self::Server(data) => Ok(ask(data, "GET", "/keys", &()).await?),
        }
    }

    /// Revokes a key.
    ///
    /// # Errors
    /// When there is none of that id that is in use, or the store or the server fails.
    pub async fn revoke(&self, id: &str) -> Result<(), Refusal> {
        match self {
            Self::Store(store) => Ok(revoke_key(store, id, SystemClock.micros()).await?),
            Self::Server(data) => Ok(ask(data, "POST", &format!("/keys/{id}/revoke"), &()).await?),
        }
    }

    /// Makes an account.
    ///
    /// # Errors
    /// When something is wrong with it, or the store or the server fails.
    pub async fn make_account(&self, order: AccountOrder) -> Result<AccountMade, Refusal> {
        match self {
            Self::Store(store) => Ok(make_account(store, &Hashing::new(1), order, SystemClock.micros()).await?),
            Self::Server(data) => Ok(ask(data, "POST", "/accounts", &order).await?),
        }
    }

    /// All accounts, oldest first.
    ///
    /// # Errors
    /// When the store or the server fails.
    pub async fn accounts(&self) -> Result<Vec<AccountLine>, Refusal> {
        match self {
            Self::Store(store) => Ok(all_accounts(store).await?),
            Self::Server(data) => Ok(ask(data, "GET", "/accounts", &()).await?),
        }
    }

    /// Makes unreadable what a seller wrote; whether there was anything. Servers on the same PostgreSQL database learn
    /// of it within seconds.
    ///
    /// # Errors
    /// When the store or the server fails.
    pub async fn erase(&self, seller: &SellerName) -> Result<bool, Refusal> {
        match self {
            Self::Store(store) => {
                let name = (&*seller.marketplace, &*seller.seller_id);
                let logged = about_seller(SystemClock.micros(), house(COMMAND_LINE), "seller.erased", name);
                let erased = store.erase(name.0, name.1, logged).await;
                Ok(erased.map_err(Problem::from)?)
            }
            Self::Server(data) => Ok(ask(data, "POST", "/sellers/erase", seller).await?),
        }
    }
}

/// A seller.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SellerName {
    /// Marketplace; empty if listings do not say theirs.
    pub marketplace: String,
    /// Seller; empty for listings that name none.
    pub seller_id: String,
}

/// Why the desk refuses.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// What is wrong with the order.
    #[error("{}", .0.detail)]
    Problem(Box<Problem>),
    /// The server can't be asked.
    #[error(transparent)]
    Server(#[from] std::io::Error),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl App {
    /// Makes a key with these scopes; gives the text that the client sends.
    ///
    /// # Errors
    /// When a scope is unknown or the store fails.
    pub async fn make_key(&self, name: &str, scopes: &[&str]) -> Result<String, Problem> {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let made = make_key(&self.store, KeyOrder { name: name.to_owned(), scopes }, self.clock.micros()).await?;
        self.keys.refresh(&self.store).await?;
        Ok(made.key)
    }

    /// Revokes a key.
    ///
    /// # Errors
    /// When there is none of that id that is in use, or the store fails.
    pub async fn revoke_key(&self, id: &str) -> Result<(), Problem> {
        revoke_key(&self.store, id, self.clock.micros()).await?;
        Ok(self.keys.refresh(&self.store).await?)
    }

    /// Its settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }
}

async fn make_key(store: &Store, order: KeyOrder, now: i64) -> Result<KeyMade, Problem> {
    let scopes: Option<Vec<Scope>> = order.scopes.iter().map(|name| Scope::parse(name)).collect();
    let scopes = scopes.filter(|scopes| !scopes.is_empty());
    let scopes = scopes.ok_or_else(|| {
        Problem::new(Code::BadParameter, "scopes are screen, read, outcomes, seller, banks, metrics, admin")
    })?;
    let secret = NewSecret::make(&order.name, &scopes, now);
    let made = KeyMade { id: secret.key.id.clone(), key: secret.text };
    let after = json!({"scopes": secret.key.scopes});
    let logged = logged(now, house(COMMAND_LINE), "key.made", &secret.key.id, after);
    store.put_key(secret.key, logged).await?;
    Ok(made)
}

async fn revoke_key(store: &Store, id: &str, now: i64) -> Result<(), Problem> {
    let logged = logged(now, house(COMMAND_LINE), "key.revoked", id, Value::Null);
    let found = store.revoke_key(id, logged).await?;
    if found { Ok(()) } else { Err(Problem::new(Code::NotFound, format!("no key {id} that is in use"))) }
}

async fn make_account(store: &Store, hashing: &Hashing, order: AccountOrder, now: i64) -> Result<AccountMade, Problem> {
    let (account, password) = account::make(store, hashing, order, (now, house(COMMAND_LINE))).await?;
    tracing::info!(account = %account.account_id, by = "the command line", "an account was made");
    Ok(AccountMade { account_id: account.account_id, password })
}

async fn all_accounts(store: &Store) -> Result<Vec<AccountLine>, Problem> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = store.accounts(after, ACCOUNTS_PAGE).await?;
        let Some(last) = page.last() else { return Ok(all) };
        after = Some(last.account_id);
        all.extend(page.into_iter().map(AccountLine::from));
    }
}

/// What the command line may ask.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/keys", post(make).get(list))
        .route("/keys/{id}/revoke", post(revoke))
        .route("/accounts", post(account).get(accounts))
        .route("/sellers/erase", post(erase))
        .with_state(app)
}

async fn make(State(app): State<Arc<App>>, Json(order): Json<KeyOrder>) -> Result<Json<KeyMade>, Problem> {
    let made = make_key(&app.store, order, app.clock.micros()).await?;
    app.keys.refresh(&app.store).await?;
    Ok(Json(made))
}

async fn list(State(app): State<Arc<App>>) -> Result<Json<Vec<KeyLine>>, Problem> {
    app.keys.write_used(&app.store).await?;
    Ok(Json(app.store.keys().await?.into_iter().map(Into::into).collect()))
}

async fn account(State(app): State<Arc<App>>, Json(order): Json<AccountOrder>) -> Result<Json<AccountMade>, Problem> {
    make_account(&app.store, &app.hashing, order, app.clock.micros()).await.map(Json)
}

async fn accounts(State(app): State<Arc<App>>) -> Result<Json<Vec<AccountLine>>, Problem> {
    all_accounts(&app.store).await.map(Json)
}

async fn revoke(State(app): State<Arc<App>>, Segment(id): Segment<String>) -> Result<Json<()>, Problem> {
    app.revoke_key(&id).await.map(Json)
}

async fn erase(State(app): State<Arc<App>>, Json(seller): Json<SellerName>) -> Result<Json<bool>, Problem> {
    Ok(Json(app.erase(&seller.marketplace, &seller.seller_id).await?))
}

/// Where the socket of a data folder lies.
fn socket(data: &Path) -> PathBuf {
    data.join("control.sock")
}

/// Listens on the socket of a data folder.
pub(crate) fn listen(data: &Path) -> std::io::Result<tokio::net::UnixListener> {
    let path = socket(data);
    // The folder is ours, so a socket that lies there is of a server that is gone.
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = tokio::net::UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Asks the server that owns a data folder.
///
/// # Errors
/// That there is none, or what it answers instead.
async fn ask<T: for<'de> Deserialize<'de>>(
    data: &Path,
    method: &str,
    path: &str,
    body: &impl Serialize,
) -> std::io::Result<T> {
    let stream = tokio::net::UnixStream::connect(socket(data)).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(std::io::Error::other)?;
    tokio::spawn(connection);
    let body = Full::new(axum::body::Bytes::from(serde_json::to_vec(body)?));
    let request = hyper::Request::builder().method(method).uri(path).header("host", "control");
    let request = request.header("content-type", "application/json").body(body).map_err(std::io::Error::other)?;
    let response = sender.send_request(request).await.map_err(std::io::Error::other)?;
    let fine = response.status().is_success();
    let bytes = response.into_body().collect().await.map_err(std::io::Error::other)?.to_bytes();
    if fine {
        return Ok(serde_json::from_slice(&bytes)?);
    }
    let problem: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    Err(std::io::Error::other(problem["detail"].as_str().unwrap_or("the server refused").to_owned()))
}
