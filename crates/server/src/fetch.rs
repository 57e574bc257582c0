//! Pictures by address, from whoever wrote the listing: an address is hostile until the opposite is shown.
//!
//! ```text
//! address ─ scheme, port, no password ─► name ─ every address of it public? ─► connection to that address
//!    ▲                                                                             │
//!    └──────────── redirect: from the start, a few times ◄─────────────────────────┤
//!                            bytes: counted as they come, first ones a picture's ◄─┘
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`networks`] | which addresses of the net nobody may be sent to |
//! | [`names`] | resolves names; what it does not give is not connected to |
//! | [`turns`] | how many at once, of one host and of all |
//! | [`sniff`] | which format the first bytes claim |
//! | [`post`] | sends something small to an address, with the same care |
//!
//! Names are resolved here and connections go to the addresses that were checked, so that a name that says something else
//! a moment later changes nothing. No proxy of the environment, cookie or credential is used, no compression is asked for
//! and none is undone. What is wrong is told by a code and never says what lies behind an address.

mod error;
mod names;
mod networks;
mod post;
mod sniff;
mod turns;

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, LOCATION};
use reqwest::{Client, Response, Url, redirect};
use tokio::time::Instant;

pub use self::error::FetchError;
pub use self::names::{Looked, Names, SystemNames};
pub use self::networks::Networks;
pub use self::post::{PostLimits, Poster};
pub use self::sniff::{Format, sniffed};
use self::turns::Turns;

/// Bytes of an address, at most.
const ADDRESS_BYTES_MAX: usize = 2_048;
/// Bytes that say what format it is.
const SNIFF_BYTES: usize = 16;
/// Ports on which the web is served; others only in networks that are allowed by name.
const PORTS: [u16; 4] = [80, 443, 8_080, 8_443];

/// How much a fetch may cost.
#[derive(Debug, Clone)]
pub struct FetchLimits {
    /// Bytes of a picture. Default 16 MiB.
    pub bytes_max: usize,
    /// Redirects in a row. Default 4.
    pub redirects_max: usize,
    /// How long connecting may take. Default 3 s.
    pub connect: Duration,
    /// How long all may take, redirects included, without waiting for a turn. Default 10 s.
    pub total: Duration,
    /// Fetches at once from one host. Default 4.
    pub host_max: usize,
    /// Fetches at once. Default 16.
    pub all_max: usize,
}

impl Default for FetchLimits {
    fn default() -> Self {
        Self {
            bytes_max: 16 << 20,
            redirects_max: 4,
            connect: Duration::from_secs(3),
            total: Duration::from_secs(10),
            host_max: 4,
            all_max: 16,
        }
    }
}

/// A picture that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The file.
    pub bytes: Vec<u8>,
    /// What its first bytes claim to be.
    pub format: Format,
}

/// Fetches pictures.
pub struct Fetcher {
    client: Client,
    networks: Arc<Networks>,
    limits: FetchLimits,
    turns: Turns,
}

/// What one request came to.
enum Hop {
    Picture(Fetched),
    Elsewhere(Url),
}

impl Fetcher {
    /// A fetcher that goes to public addresses and to those that are allowed.
    ///
    /// # Errors
    /// When the system's certificates can't be read.
    pub fn new(limits: FetchLimits, networks: Networks, names: Arc<dyn Names>) -> Result<Self, FetchError> {
        let networks = Arc::new(networks);
        let client = client(limits.connect, names, &networks)?;
        let turns = Turns::new(limits.host_max, limits.all_max);
        Ok(Self { client, networks, limits, turns })
    }

    /// Fetches the picture at an address.
    ///
    /// # Errors
    /// See [`FetchError`]; [`FetchError::may_pass`] says whether another try is worth it.
    pub async fn fetch(&self, address: &str) -> Result<Fetched, FetchError> {
        let mut url = parsed(address)?;
        let mut left = self.limits.total;
        for _ in 0..=self.limits.redirects_max {
            check(&url, &self.networks)?;
            let _turn = self.turns.take(url.host_str().unwrap_or_default()).await;
            let started = Instant::now();
            let hop = tokio::time::timeout(left, self.hop(url)).await.map_err(|_| FetchError::TooSlow)??;
            left = left.saturating_sub(started.elapsed());
            match hop {
                Hop::Picture(fetched) => return Ok(fetched),
                Hop::Elsewhere(next) => url = next,
            }
        }
        Err(FetchError::Redirects(self.limits.redirects_max))
    }

    async fn hop(&self, url: Url) -> Result<Hop, FetchError> {
        let request = self.client.get(url).header(ACCEPT, "image/*").header(ACCEPT_ENCODING, "identity");
        let response = request.send().await.map_err(|error| FetchError::of(&error))?;
        let status = response.status();
        if status.is_redirection() {
            let next = response.headers().get(LOCATION).and_then(|next| next.to_str().ok());
            let next = next.filter(|next| next.len() <= ADDRESS_BYTES_MAX);
            let next = next.and_then(|next| response.url().join(next).ok());
            return next.map(Hop::Elsewhere).ok_or(FetchError::Status(status.as_u16()));
        }
        if status.as_u16() != 200 {
            return Err(FetchError::Status(status.as_u16()));
        }
        let plain = response.headers().get(CONTENT_ENCODING).is_none_or(|how| how == "identity");
        if !plain {
            return Err(FetchError::Encoded);
        }
        self.body(response).await.map(Hop::Picture)
    }

    /// Takes the body as it comes; what is no picture or too much is not waited for.
    async fn body(&self, mut response: Response) -> Result<Fetched, FetchError> {
        let max = self.limits.bytes_max;
        if response.content_length().is_some_and(|length| length > max as u64) {
            return Err(FetchError::TooLarge(max));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| FetchError::of(&error))? {
            if chunk.len() > max - bytes.len() {
                return Err(FetchError::TooLarge(max));
            }
            bytes.extend_from_slice(&chunk);
            if bytes.len() >= SNIFF_BYTES && sniffed(&bytes).is_none() {
                return Err(FetchError::NoPicture);
            }
        }
        let format = sniffed(&bytes).ok_or(FetchError::NoPicture)?;
        Ok(Fetched { bytes, format })
    }
}

fn parsed(address: &str) -> Result<Url, FetchError> {
    if address.len() > ADDRESS_BYTES_MAX {
        return Err(FetchError::Address);
    }
    Url::parse(address).map_err(|_| FetchError::Address)
}

/// A client that goes to where it may and nowhere else, and adds nothing of its own.
fn client(connect: Duration, names: Arc<dyn Names>, networks: &Arc<Networks>) -> Result<Client, FetchError> {
    let client = Client::builder()
        .user_agent(concat!("Touchstone/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .no_proxy()
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .http1_only()
        .connect_timeout(connect)
        .pool_idle_timeout(Duration::from_secs(10))
        .pool_max_idle_per_host(2)
        .dns_resolver(Arc::new(names::Checked::new(names, Arc::clone(networks))));
    client.build().map_err(|error| FetchError::of(&error))
}

/// What an address says by itself. Names are checked once they are resolved.
fn check(url: &Url, networks: &Networks) -> Result<(), FetchError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(FetchError::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(FetchError::Credentials);
    }
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(FetchError::Address)?;
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
    if literal.is_some_and(|address| !networks.may_reach(address)) {
        return Err(FetchError::Forbidden);
    }
    let port = url.port_or_known_default().unwrap_or_default();
    let usual = PORTS.contains(&port) || networks.allows_some();
    if usual { Ok(()) } else { Err(FetchError::Port) }
}
