//! What all requests share.

use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::Semaphore;
use touchstone_screening::ActiveError;
use touchstone_store::{Store, StoreError};

use crate::active::InForce;
use crate::clock::Clock;
use crate::config::Config;
use crate::idempotency::Flights;
use crate::keys::KeyRing;
use crate::past::Blocked;
use crate::pool::Pool;
use crate::problem::{Code, Problem};

/// What all requests share.
pub struct App {
    pub(crate) config: Config,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) store: Store,
    pub(crate) in_force: Arc<InForce>,
    pub(crate) pool: Pool,
    pub(crate) keys: KeyRing,
    pub(crate) blocked: Arc<Blocked>,
    pub(crate) flights: Flights,
    /// One permit a listing.
    pub(crate) room: Arc<Semaphore>,
    pub(crate) metrics: Option<PrometheusHandle>,
    rates: DefaultKeyedRateLimiter<String>,
}

/// Why a server can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Knowledge or policy.
    #[error(transparent)]
    Active(#[from] ActiveError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What the environment says about traces.
    #[error("{0}")]
    Traces(String),
    /// The system.
    #[error("{what}: {source}")]
    System {
        /// What was tried.
        what: String,
        /// What the system says.
        source: std::io::Error,
    },
}

impl App {
    /// Opens the store and loads what is to be in force.
    ///
    /// # Errors
    /// When one of them can't be had.
    pub async fn open(
        config: Config,
        clock: Arc<dyn Clock>,
        metrics: Option<PrometheusHandle>,
    ) -> Result<Self, StartError> {
        let system = |what: &str| {
            let what = what.to_owned();
            move |source| StartError::System { what, source }
        };
        std::fs::create_dir_all(&config.data).map_err(system(&config.data.display().to_string()))?;
        let store = Store::open(&config.store).await?;
        let in_force = Arc::new(InForce::load(&config.knowledge, &config.policy, &config.data)?);
        let pool = Pool::start(config.screeners).map_err(system("threads"))?;
        let keys = KeyRing::default();
        keys.refresh(&store).await?;
        let blocked = Arc::new(Blocked::default());
        blocked.refresh(&store, in_force.current(), clock.micros()).await?;
        let quota = Quota::per_second(positive(config.rate_per_second)).allow_burst(positive(config.burst));
        Ok(Self {
            room: Arc::new(Semaphore::new(config.listings_in_work_max)),
            rates: RateLimiter::keyed(quota),
            flights: Flights::default(),
            config,
            clock,
            store,
            in_force,
            pool,
            keys,
            blocked,
            metrics,
        })
    }

    /// Counts a call of this client.
    pub(crate) fn admit(&self, client: &str) -> Result<(), Problem> {
        self.rates.check_key(&client.to_owned()).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            let detail = format!("more than {} calls a second", self.config.rate_per_second);
            Problem::new(Code::RateLimited, detail).retry_after(wait.as_secs() + 1)
        })
    }

    /// Learns what other processes on the same database blocked or found genuine, and reads all that was blocked again
    /// when the knowledge is another one.
    ///
    /// # Errors
    /// When the store fails; what is known stays.
    pub async fn look_for_blocked(&self) -> Result<(), StoreError> {
        self.blocked.refresh(&self.store, self.in_force.current(), self.clock.micros()).await
    }

    /// Forgets clients that have not called for long, and answers whose time is over.
    pub(crate) async fn tidy(&self) {
        self.rates.retain_recent();
        let done = async {
            self.store.forget_answers(self.clock.micros()).await?;
            self.keys.write_used(&self.store).await
        };
        if let Err(error) = done.await {
            tracing::error!(error = %error, "tidying the store failed");
        }
    }

    /// Writes what was accepted, then ends.
    pub async fn close(&self) {
        let _ = self.keys.write_used(&self.store).await;
        self.store.close().await;
    }
}

fn positive(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}
