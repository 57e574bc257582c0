//! What is said between a provider and us: where it answers, which keys it signs with, and a code for a token.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, Url, redirect};
use serde::Deserialize;
use touchstone_people::flow::Flow;
use touchstone_people::id_token::{Claims, Expected, ProviderKeys, TokenError, verify};

/// How long a provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(8);
/// Bytes of an answer, at most.
const BYTES_MAX: usize = 256 << 10;
/// Seconds for which what a provider says of itself is believed.
const KNOWN_SECONDS: i64 = 3_600;
/// Seconds between two looks at its keys because none has signed a token.
const AGAIN_SECONDS: i64 = 30;

/// Why nobody was logged in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExchangeError {
    /// An address that is not safe.
    #[error("{0} is not https://…, which only on this machine may be http://")]
    Address(String),
    /// No answer, or none that can be read.
    #[error("the provider does not answer as it should: {0}")]
    Provider(String),
    /// The provider takes no such code.
    #[error("the provider refuses the code")]
    Refused,
    /// A token that is not believed.
    #[error("the token is not believed: {0}")]
    Token(#[from] TokenError),
}

/// What a provider says of itself.
#[derive(Debug, Clone, Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
}

#[derive(Clone)]
struct Known {
    document: Document,
    keys: ProviderKeys,
    at: i64,
}

/// The way to a provider.
pub(crate) struct Exchange {
    issuer: String,
    client_id: String,
    secret: Option<String>,
    http: Client,
    known: tokio::sync::Mutex<Option<Known>>,
}

/// What we asked with, which the answer has to match.
pub(crate) struct Asked<'a> {
    pub(crate) flow: &'a Flow,
    pub(crate) redirect: &'a str,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

impl Exchange {
    pub(crate) fn new(issuer: &str, client_id: &str, secret: Option<String>) -> Result<Self, ExchangeError> {
        safe(issuer)?;
        let http = Client::builder()
            .user_agent(concat!("Touchstone/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .no_proxy()
            // A login comes once in a while: a connection that was kept has been closed at the other end.
            .pool_max_idle_per_host(0)
            .timeout(PATIENCE)
            .build()
            .map_err(|error| ExchangeError::Provider(error.to_string()))?;
        let (issuer, client_id) = (issuer.to_owned(), client_id.to_owned());
        Ok(Self { issuer, client_id, secret, http, known: tokio::sync::Mutex::default() })
    }

    /// Where a browser is sent to log in.
    pub(crate) async fn address(
        &self,
        asked: &Asked<'_>,
        state: &str,
        scopes: &[String],
        now: i64,
    ) -> Result<String, ExchangeError> {
        let known = self.known(now, KNOWN_SECONDS).await?;
        let scope = std::iter::once("openid").chain(scopes.iter().map(String::as_str)).collect::<Vec<_>>().join(" ");
        let mut address = safe(&known.document.authorization_endpoint)?;
        let challenge = asked.flow.challenge();
        address.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", asked.redirect),
            ("scope", &scope),
            ("state", state),
            ("nonce", &asked.flow.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        Ok(address.into())
    }

    /// What the provider says of who logged in.
    pub(crate) async fn claims(&self, code: &str, asked: &Asked<'_>, now: i64) -> Result<Claims, ExchangeError> {
        let known = self.known(now, KNOWN_SECONDS).await?;
        let token = self.token(&known.document, code, asked).await?;
        let expected = Expected { issuer: &self.issuer, client_id: &self.client_id, nonce: &asked.flow.nonce, now };
        match verify(&token, &known.keys, expected) {
            // It may have new keys.
            Err(TokenError::Signature) => {
                let known = self.known(now, AGAIN_SECONDS).await?;
                Ok(verify(&token, &known.keys, expected)?)
            }
            told => Ok(told?),
        }
    }

    async fn token(&self, document: &Document, code: &str, asked: &Asked<'_>) -> Result<String, ExchangeError> {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", asked.redirect),
            ("code_verifier", &asked.flow.verifier),
        ];
        let request = self.http.post(safe(&document.token_endpoint)?);
        let request = match &self.secret {
            Some(secret) => request.basic_auth(form_encoded(&self.client_id), Some(form_encoded(secret))),
            None => {
                form.push(("client_id", &self.client_id));
                request
            }
        };
        let (status, body) = answer(request.form(&form)).await?;
        if status == 400 || status == 401 {
            return Err(ExchangeError::Refused);
        }
        read::<Tokens>(status, &body).map(|tokens| tokens.id_token)
    }

    /// What is known of the provider, no older than so many seconds.
    async fn known(&self, now: i64, seconds: i64) -> Result<Known, ExchangeError> {
        let mut known = self.known.lock().await;
        if let Some(fresh) = known.as_ref().filter(|known| (known.at..known.at + seconds).contains(&now)) {
            return Ok(fresh.clone());
        }
        let address = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let (status, body) = answer(self.http.get(safe(&address)?)).await?;
        let document: Document = read(status, &body)?;
        if document.issuer != self.issuer {
            return Err(ExchangeError::Provider(format!("it calls itself {:?}", document.issuer)));
        }
        let (status, body) = answer(self.http.get(safe(&document.jwks_uri)?)).await?;
        if status != 200 {
            return Err(ExchangeError::Provider(format!("status {status} for its keys")));
        }
        let keys = ProviderKeys::parse(&body)?;
        Ok(known.insert(Known { document, keys, at: now }).clone())
    }
}

/// Nothing goes over a net in clear: to this machine alone plain HTTP is spoken.
fn safe(address: &str) -> Result<Url, ExchangeError> {
    let url = Url::parse(address).ok().filter(|url| url.username().is_empty() && url.password().is_none());
    let here = |url: &Url| url.host_str().is_some_and(|host| ["127.0.0.1", "[::1]", "localhost"].contains(&host));
    url.filter(|url| url.scheme() == "https" || url.scheme() == "http" && here(url))
        .ok_or_else(|| ExchangeError::Address(address.to_owned()))
}

async fn answer(request: RequestBuilder) -> Result<(u16, Vec<u8>), ExchangeError> {
    let failed = |error: reqwest::Error| ExchangeError::Provider(told(&error.without_url()));
    let mut response = request.header("accept", "application/json").send().await.map_err(failed)?;
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if bytes.len() + chunk.len() > BYTES_MAX {
            return Err(ExchangeError::Provider(format!("more than {BYTES_MAX} bytes")));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((response.status().as_u16(), bytes))
}

fn read<T: for<'de> Deserialize<'de>>(status: u16, body: &[u8]) -> Result<T, ExchangeError> {
    if status != 200 {
        return Err(ExchangeError::Provider(format!("status {status}")));
    }
    serde_json::from_slice(body).map_err(|error| ExchangeError::Provider(error.to_string()))
}

/// An error with all that is behind it.
fn told(error: &dyn std::error::Error) -> String {
    let behind = std::iter::successors(Some(error), |error| error.source());
    behind.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// As RFC 6749 wants names and secrets in `Authorization`.
fn form_encoded(text: &str) -> String {
    let Ok(mut url) = Url::parse("http://localhost/") else { return String::new() };
    url.query_pairs_mut().append_key_only(text);
    url.query().unwrap_or_default().to_owned()
}
