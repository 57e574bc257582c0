//! Sends something small to an address that an operator gave: it goes to public addresses alone, follows nothing, and of
//! the answer only the status counts.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Client, Response, Url};

use super::{FetchError, Names, Networks, check, client, parsed};

/// How much sending may cost.
#[derive(Debug, Clone)]
pub struct PostLimits {
    /// How long connecting may take. Default 3 s.
    pub connect: Duration,
    /// How long all may take. Default 15 s.
    pub total: Duration,
    /// Bytes of an answer that are read, so that the connection can be used again; what has more is hung up on.
    /// Default 16 KiB.
    pub answer_bytes_max: usize,
}

impl Default for PostLimits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(3), total: Duration::from_secs(15), answer_bytes_max: 16 << 10 }
    }
}

/// Sends bodies.
pub struct Poster {
    client: Client,
    networks: Arc<Networks>,
    limits: PostLimits,
}

impl Poster {
    /// One that goes to public addresses and to those that are allowed.
    ///
    /// # Errors
    /// When the system's certificates can't be read.
    pub fn new(limits: PostLimits, networks: Networks, names: Arc<dyn Names>) -> Result<Self, FetchError> {
        let networks = Arc::new(networks);
        Ok(Self { client: client(limits.connect, names, &networks)?, networks, limits })
    }

    /// Whether something can be sent to this address, as far as it tells by itself.
    ///
    /// # Errors
    /// See [`FetchError`]. Plain http is refused, unless networks are allowed that are not public.
    pub fn check(&self, address: &str) -> Result<Url, FetchError> {
        let url = parsed(address)?;
        check(&url, &self.networks)?;
        let sealed = url.scheme() == "https" || self.networks.allows_some();
        if sealed { Ok(url) } else { Err(FetchError::Plain) }
    }

    /// Sends a body; gives the status of the answer, whichever it is.
    ///
    /// # Errors
    /// When there is no answer in time, or the address must not be gone to.
    pub async fn post(&self, address: &str, headers: HeaderMap, body: Vec<u8>) -> Result<u16, FetchError> {
        let url = self.check(address)?;
        let sent = async {
            let response = self.client.post(url).headers(headers).body(body).send().await;
            let response = response.map_err(|error| FetchError::of(&error))?;
            let status = response.status().as_u16();
            self.drain(response).await;
            Ok(status)
        };
        tokio::time::timeout(self.limits.total, sent).await.map_err(|_| FetchError::TooSlow)?
    }

    /// Reads what little an answer says.
    async fn drain(&self, mut response: Response) {
        let mut left = self.limits.answer_bytes_max;
        while let Ok(Some(chunk)) = response.chunk().await {
            left = match left.checked_sub(chunk.len()) {
                Some(left) => left,
                None => return,
            };
        }
    }
}
