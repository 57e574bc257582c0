//! `touchstone serve`: screening over HTTP until it is told to stop.

mod limits;
mod pictures;
mod webhooks;

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;
use touchstone_server::control::Desk;
use touchstone_server::serve::{Listen, Tls, asked_to_stop, serve};
use touchstone_server::{Config, Location, PicturePlace};

use self::limits::Limits;
use self::pictures::Pictures;
use self::webhooks::Webhooks;
use crate::cli::Deciders;
use crate::console::{self, note};

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    keeping: Keeping,
    /// Address to listen on.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    #[command(flatten)]
    deciders: Deciders,
    /// Certificate chain, PEM; with it the server speaks TLS only.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificates: Option<PathBuf>,
    /// Key of the certificate, PEM.
    #[arg(long, value_name = "FILE", requires = "tls_certificates")]
    tls_key: Option<PathBuf>,
    /// Seconds between two looks at the files of knowledge and policy; 0 never looks.
    #[arg(long, value_name = "SECONDS", default_value_t = 2, value_parser = clap::value_parser!(u32).range(..=3_600))]
    watch: u32,
    /// Days for which decisions are kept, with what listings said and what was learnt.
    #[arg(long, value_name = "N", default_value_t = 400, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    keep_days: u32,
    /// Threads that screen; all cores if not given.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Where browsers see the server, as https://screening.example.com; needed behind a proxy.
    #[arg(long, value_name = "ADDRESS", env = "TOUCHSTONE_ORIGIN", value_parser = origin)]
    origin: Option<String>,
    /// Proxies before the server, each of which adds to X-Forwarded-For from where it was called.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=16))]
    proxies: u16,
    /// File of OpenID providers with which people may log in.
    #[arg(long, value_name = "FILE", env = "TOUCHSTONE_PROVIDERS")]
    providers: Option<PathBuf>,
    /// Folder of routing.toml, sampling.toml and review.toml; what is not there is as docs/review.md says.
    #[arg(long, value_name = "DIR", env = "TOUCHSTONE_REVIEW")]
    review: Option<PathBuf>,
    /// Folder or s3://BUCKET/PREFIX?endpoint=…&region=… to which heads of the audit trail are written once a minute, beside
    /// DIR/anchor.jsonl.
    #[arg(long, value_name = "PLACE", env = "TOUCHSTONE_ANCHORS", hide_env_values = true)]
    anchors: Option<String>,
    /// Whose law and ladder hold; see docs/enforcement.md.
    #[arg(long, value_name = "PLACE", default_value = "eu", value_parser = ["eu", "cn", "us"], env = "TOUCHSTONE_PLACE")]
    place: String,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    pictures: Pictures,
    #[command(flatten)]
    webhooks: Webhooks,
}

/// Where a server keeps things.
#[derive(Debug, Clone, Args)]
pub(crate) struct Keeping {
    /// Folder for snapshots and, without --database, for everything else.
    #[arg(long, value_name = "DIR", default_value = "data", env = "TOUCHSTONE_DATA")]
    pub(crate) data: PathBuf,
    /// PostgreSQL database, postgres://USER@HOST/NAME, which several servers may share.
    #[arg(long, value_name = "ADDRESS", env = "TOUCHSTONE_DATABASE", hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// File of the master key, 64 hexadecimal digits, under which all that sellers wrote is kept encrypted; DIR/master.key if
    /// not given. Servers that share a database share it.
    #[arg(long, value_name = "FILE", env = "TOUCHSTONE_MASTER_KEY")]
    pub(crate) master_key: Option<PathBuf>,
}

impl Keeping {
    pub(crate) fn location(&self) -> Result<Location> {
        match &self.database {
            Some(address) => Location::parse(address).context("--database"),
            None => Ok(Location::Folder(self.data.clone())),
        }
    }

    /// Who does what the command line wants: the server that owns the folder, or the store itself.
    pub(crate) async fn desk(&self) -> Result<Desk> {
        let master_key = self.master_key.clone().unwrap_or_else(|| self.data.join("master.key"));
        Ok(Desk::open(&self.location()?, &master_key).await?)
    }
}

pub(crate) fn run(args: &ServeArgs) -> Result<ExitCode> {
    let mut config =
        Config::new(args.keeping.data.clone(), args.deciders.knowledge.clone(), args.deciders.policy.clone());
    config.store = args.keeping.location()?;
    config.master_key = args.keeping.master_key.clone().unwrap_or(config.master_key);
    config.keep_days = args.keep_days;
    config.origin = args.origin.clone();
    config.proxies = args.proxies.into();
    config.providers = args.providers.clone();
    config.review = args.review.clone();
    config.place = args.place.clone();
    config.anchors = args.anchors.as_deref().map(PicturePlace::parse).transpose().context("--anchors")?;
    args.limits.set(&mut config);
    args.pictures.set(&mut config.pictures)?;
    args.webhooks.set(&mut config.hooks);
    config.watch = Duration::from_secs(args.watch.into());
    config.screeners = args.jobs.map_or(config.screeners, usize::from);
    let tls = args.tls_certificates.clone().zip(args.tls_key.clone());
    let tls = tls.map(|(certificates, key)| Tls { certificates, key });
    let scheme = if tls.is_some() { "https" } else { "http" };
    let data = args.keeping.data.display().to_string();
    let ready = |address: SocketAddr| {
        note(format_args!("serving on {scheme}://{address}"));
        note(format_args!("hint: `touchstone keys create --data {data} --name NAME --scope screen` makes a key"));
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(config, Listen { address: args.listen, tls }, asked_to_stop(), ready))?;
    Ok(ExitCode::SUCCESS)
}

/// An address without path, as browsers say where a page is from.
fn origin(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' '])) {
        true => Ok(text.to_ascii_lowercase()),
        false => Err("it is http:// or https:// with a host, perhaps a port, and nothing behind it".to_owned()),
    }
}

/// Prints the OpenAPI document.
pub(crate) fn document() -> Result<ExitCode> {
    let mut out = console::out();
    out.write_all(touchstone_server::openapi::document().as_bytes())?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
