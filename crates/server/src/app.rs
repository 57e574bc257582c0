//! What all requests share.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::Semaphore;
use touchstone_audit::event::Party;
use touchstone_cases::facts::Known;
use touchstone_gallery::{Gallery, Sight};
use touchstone_office::fuses;
use touchstone_office::publication::Publishing;
use touchstone_office::rulebook::Rulebook;
use touchstone_office::settings::Settings;
use touchstone_people::{session, throttle};
use touchstone_screening::ActiveError;
use touchstone_sight::Eyes;
use touchstone_store::{Message, Store, StoreError};

use crate::active::{InForce, InForceError};
use crate::clock::Clock;
use crate::config::Config;
use crate::desk::Desk;
use crate::fetch::{Names, SystemNames};
use crate::finder::Finder;
use crate::govern::Review;
use crate::hashing::Hashing;
use crate::hooks::Hooks;
use crate::idempotency::Flights;
use crate::keys::KeyRing;
use crate::load::Load;
use crate::logged::{about_seller, house};
use crate::memory::Memory;
use crate::near::Near;
use crate::past::Blocked;
use crate::pictures::{LEASE, Look, Pictures};
use crate::pool::Pool;
use crate::problem::{Code, Problem};
use crate::provider::Providers;
use crate::shelf::{OnShelf, Shelf};
use crate::trail::Trail;

/// A second in microseconds.
const SECOND: i64 = 1_000_000;
/// A day in microseconds.
const DAY: i64 = 24 * 3_600 * 1_000_000;

/// A picture that nobody shows is deleted no earlier: its decision may be on the way to the disk. In microseconds.
const PICTURE_GRACE: i64 = 600_000_000;

/// How long what was kept proves that the store writes.
const KEPT_LATELY: Duration = Duration::from_secs(5);
/// How long a write may take that only proves it.
const WRITE_PATIENCE: Duration = Duration::from_secs(2);

/// What all requests share.
pub struct App {
    pub(crate) config: Config,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) store: Arc<Store>,
    pub(crate) in_force: Arc<InForce>,
    pub(crate) pool: Pool,
    pub(crate) desk: Desk,
    pub(crate) keys: KeyRing,
    pub(crate) hashing: Hashing,
    /// With whom people may log in.
    pub(crate) providers: Providers,
    pub(crate) blocked: Arc<Blocked>,
    /// Rules whose fuse is blown: they ask for a review.
    pub(crate) blown: ArcSwap<Vec<String>>,
    pub(crate) flights: Flights,
    /// Listings in work.
    pub(crate) load: Arc<Load>,
    /// Calls other than for screening.
    pub(crate) beside: Semaphore,
    /// Since that was last logged.
    pub(crate) refused: Refused,
    /// One at a time proves that the store writes.
    proving: tokio::sync::Mutex<()>,
    /// Bodies and answers.
    pub(crate) memory: Arc<Memory>,
    pub(crate) metrics: Option<PrometheusHandle>,
    pub(crate) pictures: Pictures,
    pub(crate) hooks: Hooks,
    pub(crate) trail: Trail,
    /// The banks of pictures.
    pub(crate) shelf: Arc<Shelf>,
    /// What people set about reviewing and acting.
    set: ArcSwap<Set>,
    /// Near copies among the pictures of listings.
    pub(crate) near: Arc<Near>,
    /// What listings say, to be searched.
    pub(crate) finder: Finder,
    rates: DefaultKeyedRateLimiter<String>,
}

/// What people set about reviewing and acting, in files.
struct Set {
    review: Review,
    rulebook: Arc<Rulebook>,
    publishing: Arc<Publishing>,
}

impl Set {
    fn read(config: &Config, store: &Store) -> Result<Self, StartError> {
        let folder = config.review.as_deref();
        let review = Settings::read(folder, Known::default(), store.secret("sampling")?);
        Ok(Self {
            review: Arc::new(review.map_err(|error| StartError::Review(error.to_string()))?),
            rulebook: Arc::new(Rulebook::read(&config.place, folder).map_err(StartError::Review)?),
            publishing: Arc::new(Publishing::read(folder).map_err(StartError::Review)?),
        })
    }
}

/// Calls that were refused because there are too many.
#[derive(Default)]
pub(crate) struct Refused {
    /// More than their keys may: 429.
    pub(crate) by_rate: AtomicU64,
    /// More than can be done in time: 503.
    pub(crate) by_load: AtomicU64,
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
    /// The banks of pictures.
    #[error("{0}")]
    Banks(String),
    /// The index of words.
    #[error("{0}")]
    Words(String),
    /// The signing key or the anchor.
    #[error("{0}")]
    Audit(String),
    /// The file of OpenID providers.
    #[error("{0}")]
    Providers(String),
    /// The files about reviewing, or the rules of the place.
    #[error("{0}")]
    Review(String),
    /// Limits that can't be together.
    #[error("{0}")]
    Limits(String),
    /// The process may open too few files.
    #[error(
        "the process may open {files} files, too few for any connection: raise its limit to {needed} (ulimit -n, \
         LimitNOFILE=)"
    )]
    Files {
        /// How many it may.
        files: u64,
        /// How many it would open at most.
        needed: u64,
    },
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

impl From<InForceError> for StartError {
    fn from(error: InForceError) -> Self {
        match error {
            InForceError::Pack(error) => error.into(),
            InForceError::Store(error) => error.into(),
        }
    }
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
        Self::opened(config, clock, metrics, None, Arc::new(SystemNames)).await
    }

    /// The same, with eyes and names of the caller's.
    ///
    /// # Errors
    /// When one of them can't be had.
    pub async fn with_eyes(
        config: Config,
        clock: Arc<dyn Clock>,
        metrics: Option<PrometheusHandle>,
        look: Arc<dyn Look>,
        names: Arc<dyn Names>,
    ) -> Result<Self, StartError> {
        Self::opened(config, clock, metrics, Some(look), names).await
    }

    async fn opened(
        config: Config,
        clock: Arc<dyn Clock>,
        metrics: Option<PrometheusHandle>,
        look: Option<Arc<dyn Look>>,
        names: Arc<dyn Names>,
    ) -> Result<Self, StartError> {
        let system = |what: &str| {
            let what = what.to_owned();
            move |source| StartError::System { what, source }
        };
        std::fs::create_dir_all(&config.data).map_err(system(&config.data.display().to_string()))?;
        let store = Arc::new(Store::open(&config.store, &config.master_key).await?);
        let in_force = InForce::load(&config.knowledge, &config.policy, &config.data, Arc::clone(&store)).await?;
        let in_force = Arc::new(in_force);
        let pool = Pool::start(config.screeners).map_err(system("threads"))?;
        let keys = KeyRing::default();
        keys.refresh(&store).await?;
        let blocked = Arc::new(Blocked::default());
        blocked.refresh(&store, in_force.current(), clock.micros()).await?;
        let blown = fuses::blown(&store).await?.into_iter().collect();
        store.release_pictures(clock.micros(), LEASE).await?;
        let near = Arc::new(Near::default());
        near.refresh(&store, clock.micros()).await?;
        let eyes = eyes(&config)?.map(Arc::new);
        let shelf = Shelf::open(&config.data, eyes.clone(), config.pictures.breaker).map_err(banks)?;
        let shelf = Arc::new(shelf);
        let look = look.unwrap_or_else(|| {
            let sight = Sight { eyes, ..Sight::default() };
            Arc::new(Gallery::new(sight, Some(Box::new(OnShelf(Arc::clone(&shelf))))))
        });
        let quota = Quota::per_second(positive(config.rate_per_second)).allow_burst(positive(config.burst));
        let set = Set::read(&config, &store)?;
        Ok(Self {
            shelf,
            set: ArcSwap::from_pointee(set),
            near,
            finder: Finder::new().map_err(|error| StartError::Words(error.to_string()))?,
            trail: Trail::open(&config)?,
            hooks: Hooks::open(&config.hooks, Arc::clone(&names))?,
            pictures: Pictures::open(&config, &store, look, names)?,
            load: Load::new(config.listings_in_work_max, config.wait_max),
            beside: Semaphore::new(config.calls_beside_max),
            refused: Refused::default(),
            proving: tokio::sync::Mutex::default(),
            rates: RateLimiter::keyed(quota),
            memory: Memory::new(config.bytes_in_flight_max),
            flights: Flights::default(),
            hashing: Hashing::new(config.hashing_max),
            providers: Providers::open(config.providers.as_deref()).map_err(StartError::Providers)?,
            // One more than threads: it is looked up while they screen.
            desk: Desk::new(config.screeners + 1),
            config,
            clock,
            store,
            in_force,
            pool,
            keys,
            blocked,
            blown: ArcSwap::from_pointee(blown),
            metrics,
        })
    }

    /// What is set about reviewing.
    pub(crate) fn review(&self) -> Review {
        Arc::clone(&self.set.load().review)
    }

    /// By which rules is acted.
    pub(crate) fn rulebook(&self) -> Arc<Rulebook> {
        Arc::clone(&self.set.load().rulebook)
    }

    /// What the house says of statements that it publishes.
    pub(crate) fn publishing(&self) -> Arc<Publishing> {
        Arc::clone(&self.set.load().publishing)
    }

    /// Reads what people set again; with a mistake in it, what was set stays.
    ///
    /// # Errors
    /// The mistake, with its file.
    pub(crate) fn set_again(&self) -> Result<(), StartError> {
        let set = Set::read(&self.config, &self.store)?;
        self.set.store(Arc::new(set));
        Ok(())
    }

    /// Counts a call of this client.
    pub(crate) fn admit(&self, client: &str) -> Result<(), Problem> {
        self.rates.check_key(&client.to_owned()).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            let detail = format!("more than {} calls a second", self.config.rate_per_second);
            Problem::new(Code::RateLimited, detail).retry_after(wait.as_secs() + 1).refused()
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

    /// Learns whose fuse is blown, here or by another process on the same database.
    ///
    /// # Errors
    /// When the store fails; what is known stays.
    pub async fn look_for_fuses(&self) -> Result<(), StoreError> {
        let blown: Vec<String> = fuses::blown(&self.store).await?.into_iter().collect();
        if **self.blown.load() != blown {
            tracing::warn!(?blown, "block rules that ask for a review now, as their fuse is blown");
            self.blown.store(Arc::new(blown));
        }
        Ok(())
    }

    /// Makes unreadable what a seller wrote, and forgets the seller's listings that were stopped; whether there was
    /// anything.
    ///
    /// # Errors
    /// When the store fails; all stays as it was then.
    pub async fn erase(&self, marketplace: &str, seller_id: &str) -> Result<bool, StoreError> {
        self.erase_by(house("command_line"), marketplace, seller_id).await
    }

    pub(crate) async fn erase_by(&self, by: Party, marketplace: &str, seller_id: &str) -> Result<bool, StoreError> {
        let logged = about_seller(self.clock.micros(), by, "seller.erased", (marketplace, seller_id));
        let erased = self.store.erase(marketplace, seller_id, logged).await?;
        self.blocked.forget_seller(marketplace, seller_id);
        if let Err(error) = self.finder.forget_seller(marketplace, seller_id) {
            tracing::error!(error = %error, "words of an erased seller stay in memory until the process ends");
        }
        tracing::info!(erased, "a seller was to be erased");
        Ok(erased)
    }

    /// Tells something outside by itself: webhooks get it soon, and whoever polls.
    ///
    /// # Errors
    /// When the store fails; it was not told then.
    pub async fn tell(&self, messages: Vec<Message>) -> Result<(), StoreError> {
        self.store.tell(messages).await?;
        self.hooks.awaited.notify_one();
        Ok(())
    }

    /// Whether the store reads and writes: that it writes is seen by what was kept lately, else it is tried.
    ///
    /// # Errors
    /// When it fails, or takes too long.
    pub(crate) async fn prove_store(&self) -> Result<(), StoreError> {
        self.store.ping().await?;
        let _one = self.proving.lock().await;
        if self.load.kept_at().is_some_and(|at| at.elapsed() < KEPT_LATELY) {
            return Ok(());
        }
        // No key has this id: it goes the way of a write and changes nothing.
        let written = tokio::time::timeout(WRITE_PATIENCE, self.store.touch_keys(vec![(String::new(), 0)])).await;
        written.unwrap_or(Err(StoreError::Overloaded))
    }

    /// Forgets clients that have not called for long, answers whose time is over, and what is older than it may be.
    pub async fn tidy(&self) {
        self.rates.retain_recent();
        let now = self.clock.micros();
        let done = async {
            self.store.forget_answers(now).await?;
            let (lives, rests) = (session::LIFE_SECONDS * SECOND, session::IDLE_SECONDS * SECOND);
            self.store.forget_sessions(now - lives, now - rests).await?;
            self.store.forget_attempts(now / SECOND - throttle::FORGET_SECONDS).await?;
            while self.store.forget_accesses(now - i64::from(self.config.keep_days) * DAY).await? {}
            while self.store.forget_messages(now - i64::from(self.config.hooks.keep_days) * DAY).await? {}
            self.store.forget_before(now - i64::from(self.config.keep_days) * DAY).await?;
            self.forget_pictures(now - PICTURE_GRACE).await?;
            self.keys.write_used(&self.store).await
        };
        if let Err(error) = done.await {
            tracing::error!(error = %error, "tidying the store failed");
        }
    }

    /// Deletes pictures that nobody shows.
    async fn forget_pictures(&self, before: i64) -> Result<(), StoreError> {
        loop {
            let gone = self.store.forget_pictures(&self.pictures.files, before).await?;
            if gone.is_empty() {
                return Ok(());
            }
            self.near.forget(&gone);
        }
    }

    /// Learns what other processes added to the banks and enrolled.
    ///
    /// # Errors
    /// When the banks can't be read, in words; what is known stays.
    pub async fn look_for_banks(&self) -> Result<(), String> {
        let shelf = Arc::clone(&self.shelf);
        let done = tokio::task::spawn_blocking(move || shelf.refresh().and_then(|_| shelf.ready_logos()));
        done.await.map_err(|error| error.to_string())?.map(drop).map_err(|error| error.to_string())
    }

    /// Learns which pictures other processes on the same database were shown.
    ///
    /// # Errors
    /// When the store fails; what is known stays.
    pub async fn look_for_near(&self) -> Result<(), StoreError> {
        self.near.refresh(&self.store, self.clock.micros()).await
    }

    /// Learns what listings say that were decided on, here or by another process on the same database; whether there is
    /// more.
    pub(crate) async fn look_for_words(&self) -> Result<bool, Problem> {
        self.finder.learn(&self.store).await
    }

    /// Logs how many calls were refused lately, if any.
    pub(crate) fn log_refused(&self) {
        let [by_rate, by_load] =
            [&self.refused.by_rate, &self.refused.by_load].map(|calls| calls.swap(0, Ordering::Relaxed));
        if by_rate + by_load > 0 {
            tracing::warn!(
                by_rate,
                by_load,
                "refused lately: more than their keys may (429), or than can be done (503)"
            );
        }
    }

    /// Writes what was accepted, then ends.
    pub async fn close(&self) {
        self.log_refused();
        let _ = self.keys.write_used(&self.store).await;
        self.store.close().await;
    }
}

fn banks(error: impl std::fmt::Display) -> StartError {
    StartError::Banks(error.to_string())
}

/// The models, where there are some.
fn eyes(config: &Config) -> Result<Option<Eyes>, StartError> {
    config.pictures.models.as_deref().map(Eyes::open).transpose().map_err(banks)
}

fn positive(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}
