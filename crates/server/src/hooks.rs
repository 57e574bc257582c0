//! Webhooks: what happened is sent to whoever wants it, as Standard Webhooks has it.
//!
//! ```text
//! transaction ─► outbox ─► due? ─► taken for two minutes ─► signed, sent ─┬─ 2xx: delivered
//!                            ▲                                            ├─ else: later again, ten tries in three days
//!                            └────────────────────────────────────────────┤
//!                                                  410, or five days ─────┴─ disabled, and the others are told
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`sign`] | secrets, what is sent and what is signed |
//! | [`when`] | when to try again |
//! | [`work`] | sends what is due |
//!
//! A message may come twice, since a process may die between the answer and the note of it; its id is the same then.
//! Order is not promised. A receiver that fails is asked with one message at a time until it takes one.

mod sign;
mod when;
mod work;

use std::sync::Arc;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use tokio::sync::Semaphore;
use touchstone_store::Webhook;
use uuid::Uuid;

pub(crate) use self::sign::{Secret, body, message_id, parse_message_id};
use self::when::Calendar;
use crate::app::StartError;
use crate::config::HookSettings;
use crate::fetch::{FetchError, Names, Networks, Poster};

/// Messages on their way at once, to all receivers together.
const SENDING_MAX: usize = 64;

/// What it takes to send messages.
pub(crate) struct Hooks {
    poster: Poster,
    calendar: Calendar,
    turns: Semaphore,
    /// Something was told just now.
    pub(crate) awaited: tokio::sync::Notify,
}

impl Hooks {
    pub(crate) fn open(settings: &HookSettings, names: Arc<dyn Names>) -> Result<Self, StartError> {
        let networks = Networks::with(&settings.allow).map_err(StartError::Limits)?;
        let poster = Poster::new(settings.limits.clone(), networks, names);
        Ok(Self {
            poster: poster.map_err(|error| StartError::Limits(error.to_string()))?,
            calendar: Calendar::new(settings.seed),
            turns: Semaphore::new(SENDING_MAX),
            awaited: tokio::sync::Notify::new(),
        })
    }

    /// Whether something can be sent to this address, as far as it tells by itself.
    pub(crate) fn check(&self, address: &str) -> Result<(), FetchError> {
        self.poster.check(address).map(drop)
    }

    /// Sends a message once; gives the status of the answer. `now` is in microseconds since 1970.
    pub(crate) async fn send(
        &self,
        webhook: &Webhook,
        message: Uuid,
        body: Vec<u8>,
        now: i64,
    ) -> Result<u16, FetchError> {
        // A semaphore ends only when it is closed, which nobody does.
        let _turn = self.turns.acquire().await;
        let headers = headers(webhook, message, &body, now)?;
        self.poster.post(&webhook.address, headers, body).await
    }
}

fn headers(webhook: &Webhook, message: Uuid, body: &[u8], now: i64) -> Result<HeaderMap, FetchError> {
    let (id, timestamp) = (message_id(message), now.div_euclid(1_000_000));
    let old = webhook.old.as_ref().filter(|old| old.until > now).map(|old| old.secret.as_slice());
    let secrets = std::iter::once(webhook.secret.as_slice()).chain(old);
    let signatures: Vec<String> = secrets.map(|secret| sign::signature(secret, &id, timestamp, body)).collect();
    let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    let texts =
        [("webhook-id", id), ("webhook-timestamp", timestamp.to_string()), ("webhook-signature", signatures.join(" "))];
    for (name, text) in texts {
        let value = HeaderValue::from_str(&text).map_err(|error| FetchError::Internal(error.to_string()))?;
        headers.insert(name, value);
    }
    Ok(headers)
}
