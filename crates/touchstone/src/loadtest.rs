//! `touchstone loadtest`: how many listings a service decides on, and how long its callers wait.
//!
//! ```text
//! material ─► bodies    made before the start, every one different, seeded
//!                │
//! pace ──► due ─► connections ─► service     open loop: a call is due when its time has come, whatever the answers do
//!                       │
//!                       ▼
//!                     tally ─► report        latency from when the call was due, so that no wait is left out
//! ```
//!
//! A caller who waits for an answer before sending the next call slows down with the service and measures too little of
//! what its users feel. Here the time of each call stands beforehand; when all connections are busy it waits, and the
//! wait is part of its latency. What was refused or broke off is counted, and is nobody's latency; how quickly it was told
//! that it is refused is kept beside it.

mod bodies;
mod drive;
mod material;
mod plan;
mod report;
mod search;
mod tally;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use clap::{Args, ValueEnum};
use tokio::task::LocalSet;
use touchstone_server::client::Target;

use self::bodies::{Bodies, Shape};
use self::drive::{Driven, Driver};
use self::material::pool::Pools;
pub(crate) use self::material::random::Random;
use self::plan::Plan;
use self::report::Report;
use crate::console;
use crate::units::time;

/// What `touchstone loadtest` takes.
#[derive(Debug, Args)]
#[command(after_help = "\
The service keeps what is sent like anything else: test one that is there for it, on a data folder of its own, started \
with a --rate and --burst above what is sent. Every body is different; with the same --seed they are the same again.")]
pub(crate) struct LoadtestArgs {
    /// The service: http://HOST:PORT.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    url: String,
    /// A key with the scope `screen`.
    #[arg(long, env = "TOUCHSTONE_KEY", hide_env_values = true)]
    key: String,
    /// Calls a second; with --p99 where the search starts.
    #[arg(long, value_name = "N", default_value_t = 100.0, value_parser = rate)]
    rate: f64,
    /// Seconds that are measured; of the rate that is found, where one is searched.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    seconds: u32,
    /// Search for the highest rate at which 99 of 100 calls are answered within this time, such as 50ms.
    #[arg(long, value_name = "TIME", value_parser = time)]
    p99: Option<Duration>,
    /// Calls a second in the middle third of the seconds: what becomes of more than the service can do, and after it.
    #[arg(long, value_name = "N", value_parser = rate, conflicts_with = "p99")]
    surge: Option<f64>,
    /// Seconds of each step of the search.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    step: u32,
    /// Listings of a call: 1 sends an object, more an array.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    batch: u16,
    /// Seconds at the same rate before those that are measured.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=3_600))]
    warm_up: u32,
    /// Connections, each with one call at a time.
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=4_096))]
    connections: u16,
    /// Give each call an idempotency key of its own.
    #[arg(long, value_enum, default_value_t = Switch::On)]
    idempotency: Switch,
    /// Listings to make others from: a JSON-lines file; without it those of --fixtures.
    #[arg(long, value_name = "FILE")]
    listings: Option<PathBuf>,
    /// Folder with `honest.jsonl` and `evasions.jsonl`; 96 of 100 are made from the first.
    #[arg(long, value_name = "DIR", default_value = "fixtures")]
    fixtures: PathBuf,
    /// The same seed gives the same bodies; another one each time if not given.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Form of the result.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// No progress bar.
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table for people.
    Table,
    /// One JSON object, for keeping.
    Json,
}

impl LoadtestArgs {
    fn plan(&self) -> Plan {
        let warm_up = Duration::from_secs(self.warm_up.into());
        let measured = Duration::from_secs(self.seconds.into());
        Plan { rate: self.rate, surge: self.surge, warm_up, measured }
    }

    fn shape(&self) -> Shape {
        Shape { batch: self.batch.into(), keys: self.idempotency == Switch::On }
    }

    /// Listings that are sent; not known of a search.
    fn listings(&self) -> Option<f64> {
        self.p99.is_none().then(|| self.plan().total() as f64 * f64::from(self.batch))
    }
}

pub(crate) fn run(args: &LoadtestArgs) -> Result<ExitCode> {
    let target = Target::parse(&args.url, &args.key)?;
    let now = u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros())?;
    let seed = args.seed.unwrap_or(now);
    let pools = Pools::read(args.listings.as_deref(), &args.fixtures)?;
    let bodies = Bodies::make(&pools, args.listings(), args.shape(), seed, now);
    let driver =
        Driver { target: Arc::new(target), bodies: Rc::new(bodies), connections: args.connections.into(), sent: 0 };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = LocalSet::new().block_on(&runtime, measured(args, driver, seed))?;
    let mut out = console::out();
    match args.format {
        Format::Table => report.table(&mut out)?,
        Format::Json => writeln!(out, "{}", serde_json::to_string(&report)?)?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

async fn measured(args: &LoadtestArgs, mut driver: Driver, seed: u64) -> Result<Report> {
    driver.target.try_out().await?;
    let mut steps = Vec::new();
    let mut plan = args.plan();
    if let Some(bound) = args.p99 {
        let step = Duration::from_secs(args.step.into());
        (plan.rate, steps) = search::search(&mut driver, &plan, step, bound, args.quiet).await?;
    }
    let Driven { tally, parts } = match args.p99 {
        Some(bound) => {
            let tally = search::confirm(&mut driver, &mut plan, &mut steps, bound, args.quiet).await?;
            Driven { tally, parts: Vec::new() }
        }
        None => driver.drive(&plan, args.quiet).await?,
    };
    let mut report = Report::of(&plan, &tally, args.batch.into());
    report.in_parts(&plan, &parts);
    report.about(args, seed, steps);
    Ok(report)
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse::<f64>().ok().filter(|rate| (0.01..=1e6).contains(rate));
    rate.ok_or_else(|| "calls a second, from 0.01 to 1000000".to_owned())
}
