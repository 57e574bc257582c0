//! How much is accepted, and where things lie.

use std::path::PathBuf;
use std::time::Duration;

use touchstone_banks::breaker::Limits as BreakerLimits;
use touchstone_catalog::Limits;
use touchstone_store::{Location, PicturePlace};

use crate::fetch::{FetchLimits, PostLimits};

/// Settings of what is done with pictures.
#[derive(Debug, Clone)]
pub struct PictureSettings {
    /// Where their files are kept. Default `pictures` in the data folder.
    pub place: PicturePlace,
    /// Whether pictures are fetched whose addresses a listing gives. Default: they are.
    pub fetching: bool,
    /// How much one fetch may cost.
    pub fetch: FetchLimits,
    /// Networks beside the public ones from which is fetched, as `127.0.0.0/8`. Default none.
    pub fetch_allow: Vec<String>,
    /// How long after a fetch the next one is, on average; it comes at random between half and one and a half of it.
    /// Zero: never. Default 7 days.
    pub refetch: Duration,
    /// What chance depends on. Default: another one each start.
    pub seed: u64,
    /// Folder of models, with which banks are asked; without one pictures are compared by their pixels alone. Default none.
    pub models: Option<PathBuf>,
    /// Threads that look. Default: half of the cores.
    pub lookers: usize,
    /// Pictures of calls that wait or are looked at, at most; beyond it is answered 503. Default 64.
    pub looks_waiting_max: usize,
    /// Bytes of a call with pictures, at most as many as are in memory at once. Default 64 MiB.
    pub form_bytes_max: usize,
    /// Pictures of one listing that are looked at. Default 20.
    pub per_listing_max: usize,
    /// From when on a bank or an entry that matches is stopped.
    pub breaker: BreakerLimits,
}

impl PictureSettings {
    /// The defaults, with files in this folder.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self {
            place: PicturePlace::Folder(folder),
            fetching: true,
            fetch: FetchLimits::default(),
            fetch_allow: Vec::new(),
            refetch: Duration::from_secs(7 * 24 * 3_600),
            seed: uuid::Uuid::new_v4().as_u64_pair().0,
            models: None,
            lookers: std::thread::available_parallelism().map_or(1, |cores| usize::from(cores).div_ceil(2)),
            looks_waiting_max: 64,
            form_bytes_max: 64 << 20,
            per_listing_max: 20,
            breaker: BreakerLimits::default(),
        }
    }
}

/// Settings of webhooks.
#[derive(Debug, Clone)]
pub struct HookSettings {
    /// Networks beside the public ones to which messages are sent, as `127.0.0.0/8`; plain http is allowed then. Default
    /// none.
    pub allow: Vec<String>,
    /// How much sending one message may cost.
    pub limits: PostLimits,
    /// What chance depends on. Default: another one each start.
    pub seed: u64,
    /// How many days messages are kept, to be sent again and to be polled. Default 30.
    pub keep_days: u32,
}

impl Default for HookSettings {
    fn default() -> Self {
        let seed = uuid::Uuid::new_v4().as_u64_pair().0;
        Self { allow: Vec::new(), limits: PostLimits::default(), seed, keep_days: 30 }
    }
}

/// Settings of a server. The defaults suit one machine with two cores.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where listings, decisions and keys are kept.
    pub store: Location,
    /// File of the key under which all that sellers wrote is sealed; it is made for a store that is new, and processes
    /// that share a database share it. Default `master.key` in the data folder.
    pub master_key: PathBuf,
    /// How many days decisions are kept, and what listings said and what was learnt. Default 400.
    pub keep_days: u32,
    /// Folder of snapshots and of the control socket; that of the store where it is a folder.
    pub data: PathBuf,
    /// Knowledge folder or snapshot.
    pub knowledge: PathBuf,
    /// Policy folder.
    pub policy: PathBuf,
    /// Limits of one listing.
    pub listing: Limits,
    /// Bytes of a request's body. Default 16 MiB.
    pub body_bytes_max: usize,
    /// Bytes of bodies and of answers that are in memory at once; bodies beyond it are answered 503. What is made of a
    /// body while it is worked on takes a few times as much. Default 128 MiB.
    pub bytes_in_flight_max: usize,
    /// Connections at once; more are closed at once. Default 2,000.
    pub connections_max: usize,
    /// How long a caller may take to send the head of a request, also of its first. Default 10 s.
    pub head_timeout: Duration,
    /// How long a caller may take to take an answer. Default 30 s.
    pub answer_timeout: Duration,
    /// Listings of one call. Default 1,000.
    pub items_max: usize,
    /// Listings that are worked on at once; more are answered 503 at once. Default 4,000.
    pub listings_in_work_max: usize,
    /// How long a call of few listings may wait for those before it; what would wait longer is answered 503 at once, so
    /// that the others stay quick. Times the calls that are answered in a second it has to stay below the connections, or
    /// connections are refused before calls are. Default 250 ms.
    pub wait_max: Duration,
    /// Calls at once other than for screening; more are answered 503 at once. Default 64.
    pub calls_beside_max: usize,
    /// Calls a second that one key may make for long. Default 2,000.
    pub rate_per_second: u32,
    /// Calls that one key may make at once. Default 4,000.
    pub burst: u32,
    /// Where browsers see the server, as `https://screening.example.com`. Default: what a call says in `Host`.
    pub origin: Option<String>,
    /// Whether cookies go over plain HTTP, as on one's own machine. Default: they do not.
    pub plain_cookies: bool,
    /// Proxies before the server, each of which adds to `X-Forwarded-For` from where it was called. Default none.
    pub proxies: usize,
    /// File of the OpenID providers with which people may log in. Default none.
    pub providers: Option<PathBuf>,
    /// Folder of `routing.toml`, `sampling.toml` and `review.toml`; in the place of what is not there stands what comes
    /// along. Default none.
    pub review: Option<PathBuf>,
    /// Where heads of the audit trail are written to beside the anchor file. Default none.
    pub anchors: Option<PicturePlace>,
    /// Whose law and ladder hold: `eu`, `cn` or `us`. Default `eu`.
    pub place: String,
    /// Passwords that are hashed at once. Default: half of the cores.
    pub hashing_max: usize,
    /// Pictures.
    pub pictures: PictureSettings,
    /// Webhooks.
    pub hooks: HookSettings,
    /// Threads that screen. Default: the cores.
    pub screeners: usize,
    /// How long a request may take. Default 10 s.
    pub timeout: Duration,
    /// How long accepted requests have to end when the server is told to stop. Default 20 s.
    pub shutdown_timeout: Duration,
    /// How often the files of knowledge and policy are looked at for changes; zero: never. Default 2 s.
    pub watch: Duration,
}

impl Config {
    /// The defaults, with everything in one folder.
    #[must_use]
    pub fn new(data: PathBuf, knowledge: PathBuf, policy: PathBuf) -> Self {
        Self {
            store: Location::Folder(data.clone()),
            master_key: data.join("master.key"),
            keep_days: 400,
            pictures: PictureSettings::new(data.join("pictures")),
            hooks: HookSettings::default(),
            data,
            knowledge,
            policy,
            listing: Limits::default(),
            body_bytes_max: 16 << 20,
            bytes_in_flight_max: 128 << 20,
            connections_max: 2_000,
            head_timeout: Duration::from_secs(10),
            answer_timeout: Duration::from_secs(30),
            items_max: 1_000,
            listings_in_work_max: 4_000,
            wait_max: Duration::from_millis(250),
            calls_beside_max: 64,
            rate_per_second: 2_000,
            burst: 4_000,
            origin: None,
            plain_cookies: false,
            proxies: 0,
            providers: None,
            review: None,
            anchors: None,
            place: "eu".to_owned(),
            hashing_max: std::thread::available_parallelism().map_or(1, |cores| usize::from(cores).div_ceil(2)),
            screeners: std::thread::available_parallelism().map_or(1, usize::from),
            timeout: Duration::from_secs(10),
            shutdown_timeout: Duration::from_secs(20),
            watch: Duration::from_secs(2),
        }
    }

    /// Limits that forbid what others allow would refuse it for ever, and say that it may come again, or break a promise.
    pub(crate) fn check(&self) -> Result<(), String> {
        let Self { items_max, listings_in_work_max, body_bytes_max, bytes_in_flight_max, .. } = self;
        let Self { wait_max, timeout, shutdown_timeout, .. } = self;
        if items_max > listings_in_work_max {
            return Err(format!(
                "a call of {items_max} listings would never find room for more than {listings_in_work_max} in work"
            ));
        }
        if body_bytes_max > bytes_in_flight_max {
            return Err(format!(
                "a body of {body_bytes_max} bytes would never find room in {bytes_in_flight_max} bytes of memory"
            ));
        }
        if wait_max >= timeout {
            return Err(format!("a call that waited {wait_max:?} would find its {timeout:?} over"));
        }
        if shutdown_timeout < timeout {
            return Err(format!(
                "a call may take {timeout:?}: the {shutdown_timeout:?} in which the server stops would end it"
            ));
        }
        Ok(())
    }
}
