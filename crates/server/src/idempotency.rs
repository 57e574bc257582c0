//! A retry gets the answer that its first try got; a twin that comes while the first is on its way waits for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::sync::OwnedMutexGuard;
use touchstone_store::{Answer, Idempotency};

use crate::actor::Actor;
use crate::app::App;
use crate::problem::{Code, Problem};
use crate::screening::{json, written};

/// How long an answer is kept: 24 hours, in microseconds.
const KEPT: i64 = 24 * 3_600 * 1_000_000;
/// Characters of a key, at most.
const KEY_CHARS_MAX: usize = 255;

type Lock = tokio::sync::Mutex<()>;

/// Keys whose requests are on their way.
#[derive(Default)]
pub(crate) struct Flights(Mutex<HashMap<(String, String), Weak<Lock>>>);

impl Flights {
    /// Waits until no other request with this key is on its way, and keeps others waiting as long as it lives.
    async fn board(&self, client: &str, key: &str) -> OwnedMutexGuard<()> {
        let lock = {
            let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if flights.len() > 1_024 {
                flights.retain(|_, lock| lock.strong_count() > 0);
            }
            let slot = flights.entry((client.to_owned(), key.to_owned())).or_default();
            slot.upgrade().unwrap_or_else(|| {
                let lock = Arc::new(Lock::default());
                *slot = Arc::downgrade(&lock);
                lock
            })
        };
        lock.lock_owned().await
    }
}

/// A request that has a key: it is alone with it as long as this lives.
pub(crate) struct Once {
    client: String,
    key: String,
    request_hash: [u8; 32],
    _alone: OwnedMutexGuard<()>,
}

impl Once {
    /// What the store keeps with the decisions.
    pub(crate) fn answered(&self, response: Vec<u8>, now: i64) -> Idempotency {
        Idempotency {
            client: self.client.clone(),
            key: self.key.clone(),
            request_hash: self.request_hash,
            response,
            created_at: now,
            expires_at: now + KEPT,
        }
    }

    /// What the same request was answered before, if it was.
    pub(crate) async fn earlier(&self, app: &App) -> Result<Option<Vec<u8>>, Problem> {
        let earlier = app.store.answer(&self.client, &self.key, app.clock.micros()).await?;
        earlier.map(|answer| self.same(answer)).transpose()
    }

    /// The earlier answer, if it was to the same request.
    pub(crate) fn same(&self, answer: Answer) -> Result<Vec<u8>, Problem> {
        if answer.request_hash == self.request_hash {
            Ok(answer.response)
        } else {
            Err(Problem::new(Code::KeyReused, format!("the key {:?} stood for another body", self.key)))
        }
    }
}

/// Does something once: a retry with the same key, of the same call with the same bytes, gets the first one's answer. What
/// is done must be the same done twice: a process may end before its answer is kept.
pub(crate) async fn once<T: Serialize>(
    app: &App,
    actor: &Actor,
    headers: &HeaderMap,
    request: &[u8],
    work: impl Future<Output = Result<T, Problem>>,
) -> Result<Response, Problem> {
    let once = begin(app, actor, headers, request).await?;
    if let Some(once) = &once
        && let Some(response) = once.earlier(app).await?
    {
        return Ok(json(response, true));
    }
    let response = written(&work.await?)?.get().as_bytes().to_vec();
    if let Some(once) = once
        && let Some(earlier) = app.store.put_answer(once.answered(response.clone(), app.clock.micros())).await?
    {
        return Ok(json(once.same(earlier)?, true));
    }
    Ok(json(response, false))
}

/// Takes the request's key, if it has one. Whether it was used before shows when the answer is written: few requests are
/// retries, and those are decided on once more and answered as the first time.
pub(crate) async fn begin(app: &App, actor: &Actor, headers: &HeaderMap, body: &[u8]) -> Result<Option<Once>, Problem> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().ok().filter(|key| (1..=KEY_CHARS_MAX).contains(&key.len()));
    let Some(key) = key else {
        let detail = format!("Idempotency-Key has no character, more than {KEY_CHARS_MAX}, or some beyond ASCII");
        return Err(Problem::new(Code::BadParameter, detail));
    };
    Ok(Some(Once {
        client: actor.id.clone(),
        key: key.to_owned(),
        request_hash: Sha256::digest(body).into(),
        _alone: app.flights.board(&actor.id, key).await,
    }))
}
