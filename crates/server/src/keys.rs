//! Keys: made once, shown once, kept as a hash. `ts_<id>_<secret>`; the id is public and stands in logs, the secret has
//! 256 bits of chance, so that a plain SHA-256 of it can't be turned back.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError, RwLock};

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use touchstone_people::Scope;
use touchstone_store::{ApiKey, NewKey, Store, StoreError};

use crate::active::hex;
use crate::actor::Actor;

/// A key that was just made. Its text is not kept anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSecret {
    /// What the client sends.
    pub text: String,
    /// What the store keeps.
    pub key: NewKey,
}

impl NewSecret {
    /// Makes a key.
    #[must_use]
    pub fn make(name: &str, scopes: &[Scope], now: i64) -> Self {
        // Two version 4 UUIDs hold 244 bits of the system's chance; the hash makes one text of them.
        let chance = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4(), uuid::Uuid::new_v4()];
        let secret = hex(&Sha256::digest(chance.iter().flat_map(|id| *id.as_bytes()).collect::<Vec<u8>>()));
        let id = hex(&uuid::Uuid::new_v4().as_bytes()[..6]);
        let key = NewKey {
            id: id.clone(),
            name: name.to_owned(),
            scopes: scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
            secret_hash: Sha256::digest(&secret).into(),
            created_at: now,
        };
        Self { text: format!("ts_{id}_{secret}"), key }
    }
}

/// The keys that are accepted, in memory, and when they were last used.
#[derive(Default)]
pub(crate) struct KeyRing {
    keys: RwLock<HashMap<String, ApiKey>>,
    used: Mutex<HashMap<String, i64>>,
}

impl KeyRing {
    /// Takes the keys as the store has them.
    pub(crate) async fn refresh(&self, store: &Store) -> Result<(), StoreError> {
        let keys = store.keys().await?.into_iter().map(|key| (key.id.clone(), key)).collect();
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    /// Who sends this text; none if nobody may.
    pub(crate) fn client(&self, text: &str, now: i64) -> Option<Actor> {
        let (id, secret) = text.strip_prefix("ts_")?.split_once('_')?;
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let key = keys.get(id).filter(|key| key.revoked_at.is_none())?;
        let same: bool = key.secret_hash.ct_eq(Sha256::digest(secret).as_slice()).into();
        if !same {
            return None;
        }
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), now);
        let scopes = key.scopes.iter().filter_map(|scope| Scope::parse(scope)).collect();
        Some(Actor::machine(id.to_owned(), scopes))
    }

    /// Writes down when keys were last used.
    pub(crate) async fn write_used(&self, store: &Store) -> Result<(), StoreError> {
        let used = std::mem::take(&mut *self.used.lock().unwrap_or_else(PoisonError::into_inner));
        if used.is_empty() { Ok(()) } else { store.touch_keys(used.into_iter().collect()).await }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_key_opens_only_with_its_secret() {
        let secret = NewSecret::make("shop", &[Scope::Screen], 7);
        let key = ApiKey {
            id: secret.key.id.clone(),
            name: secret.key.name.clone(),
            scopes: secret.key.scopes.clone(),
            secret_hash: secret.key.secret_hash.to_vec(),
            created_at: 7,
            revoked_at: None,
            last_used_at: None,
        };
        let ring = |key: ApiKey| {
            let ring = KeyRing::default();
            ring.keys.write().unwrap().insert(key.id.clone(), key);
            ring
        };
        let client = ring(key.clone()).client(&secret.text, 9).unwrap();
        assert_eq!((client.name(), client.scopes()), (format!("key {}", key.id), &[Scope::Screen][..]));
        for wrong in ["", "ts_", "ts_x_y", &secret.text[..secret.text.len() - 1], &secret.text.replace("ts_", "tx_")] {
            assert!(ring(key.clone()).client(wrong, 9).is_none(), "{wrong}");
        }
        assert!(ring(ApiKey { revoked_at: Some(8), ..key }).client(&secret.text, 9).is_none());
    }
}
