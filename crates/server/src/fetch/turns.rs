//! How many fetches run at once: of one host, so that we are no burden to it and a slow one keeps only its own waiting;
//! and of all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Hosts of which nobody fetches are forgotten beyond so many.
const HOSTS_KEPT: usize = 1_024;

pub(super) struct Turns {
    hosts: Mutex<HashMap<String, Weak<Semaphore>>>,
    host_max: usize,
    all: Arc<Semaphore>,
}

/// Leave to fetch, as long as it lives.
pub(super) struct Turn {
    _host: Option<OwnedSemaphorePermit>,
    _all: Option<OwnedSemaphorePermit>,
}

impl Turns {
    pub(super) fn new(host_max: usize, all_max: usize) -> Self {
        Self { hosts: Mutex::default(), host_max: host_max.max(1), all: Arc::new(Semaphore::new(all_max.max(1))) }
    }

    /// Waits until this host may be asked. Who waits for a host takes no turn of others.
    pub(super) async fn take(&self, host: &str) -> Turn {
        // A semaphore ends only when it is closed, which nobody does.
        let _host = self.host(host).acquire_owned().await.ok();
        Turn { _host, _all: Arc::clone(&self.all).acquire_owned().await.ok() }
    }

    fn host(&self, host: &str) -> Arc<Semaphore> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() > HOSTS_KEPT {
            hosts.retain(|_, turns| turns.strong_count() > 0);
        }
        let slot = hosts.entry(host.to_ascii_lowercase()).or_default();
        slot.upgrade().unwrap_or_else(|| {
            let turns = Arc::new(Semaphore::new(self.host_max));
            *slot = Arc::downgrade(&turns);
            turns
        })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_host_keeps_only_its_own_waiting() {
        let turns = Turns::new(2, 3);
        let (first, _second) = (turns.take("a").await, turns.take("A").await);
        assert!(turns.take("a").now_or_never().is_none(), "a third of one host");
        let third = turns.take("b").await;
        assert!(turns.take("c").now_or_never().is_none(), "a fourth of all");
        drop(third);
        assert!(turns.take("c").now_or_never().is_some());
        drop(first);
        assert!(turns.take("a").now_or_never().is_some());
    }
}
