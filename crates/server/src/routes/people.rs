//! What the calls of people share: bodies, and how accounts are shown.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;
use touchstone_store::Account;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::clock::rfc3339;
use crate::problem::{Code, Problem};

/// Characters of a name, at most.
pub(crate) const NAME_CHARS_MAX: usize = 200;

/// A body as what it has to be.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem::new(Code::NotJson, error.to_string()))
}

/// What a person is called.
pub(crate) fn name(text: &str) -> Result<String, Problem> {
    let name = text.trim();
    match !name.is_empty() && name.chars().count() <= NAME_CHARS_MAX && !name.chars().any(char::is_control) {
        true => Ok(name.to_owned()),
        false => {
            Err(Problem::new(Code::BadAccount, format!("name has 1 to {NAME_CHARS_MAX} characters, none for control")))
        }
    }
}

/// An account as others see it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountView {
    /// Its id.
    account_id: Uuid,
    /// What the person logs in with; empty once erased.
    login: String,
    /// What others call the person; empty once erased.
    name: String,
    /// What the person is here.
    roles: Vec<String>,
    /// Marketplace of the seller for whom it acts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    marketplace: Option<String>,
    /// The seller for whom it acts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    seller_id: Option<String>,
    /// The rights holder for whom it acts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    holder: Option<String>,
    /// Whether a code is asked for beside the password.
    second_factor: bool,
    /// When it was made, RFC 3339.
    created_at: String,
    /// Since when nobody gets in, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    disabled_at: Option<String>,
    /// Whether the person was erased.
    erased: bool,
}

impl From<Account> for AccountView {
    fn from(account: Account) -> Self {
        let (marketplace, seller_id) = account.seller;
        let said = |text: String| Some(text).filter(|text| !text.is_empty());
        Self {
            account_id: account.account_id,
            login: account.login,
            name: account.name,
            roles: account.roles,
            marketplace: said(marketplace),
            seller_id: said(seller_id),
            holder: said(account.holder),
            second_factor: account.factor.is_some_and(|factor| factor.confirmed),
            created_at: rfc3339(account.created_at),
            disabled_at: account.disabled_at.map(rfc3339),
            erased: account.erased,
        }
    }
}

/// From where a call comes, as far as it is known.
pub(crate) struct Caller(pub(crate) Option<IpAddr>);

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        if app.config.proxies == 0 {
            return Ok(Self(peer));
        }
        // Each proxy adds at the end from where it was called: what stands before those was written by anybody.
        let all = parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let hops: Vec<&str> = all.flat_map(|value| value.split(',')).map(str::trim).collect();
        let hop = hops.len().checked_sub(app.config.proxies).and_then(|at| hops.get(at));
        Ok(Self(hop.and_then(|hop| hop.parse().ok()).or(peer)))
    }
}

impl Caller {
    /// Under what its failed logins are counted: of IPv6 the network that one customer gets.
    pub(crate) fn counted(&self) -> Option<String> {
        self.0.map(|address| match address.to_canonical() {
            IpAddr::V4(address) => format!("address {address}"),
            IpAddr::V6(address) => format!("address {:x?}", &address.segments()[..4]),
        })
    }
}
