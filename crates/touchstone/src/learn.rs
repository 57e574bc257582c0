//! `touchstone knowledge learn`: proposes what measuring says, as a diff for people to review.
//!
//! ```text
//! known fakes ─► terms: how often in fakes ┐
//! feeds ─ trusted sellers only ─┬──────────┴► how often in honest offers ─► G², Bonferroni ─► a list
//!                               └► prices: brand × kind × condition ─► trimmed quantiles ───► a diff
//! ```
//!
//! Nothing is learnt silently: the output begins with what was read and from whom, every number
//! stands with the counts behind it, and the knowledge folder is only ever read.

mod bands;
mod grams;
mod output;
mod patch;
mod prices;
mod statistics;
mod terms;
mod trusted;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use touchstone_knowledge::{Snapshot, load};
use touchstone_signals::{Context, Findings, REGISTRY, Scratch, Value, View, detect};

use self::output::Output;
use self::prices::Prices;
use self::terms::Terms;
use self::trusted::Trusted;
use crate::{console, feeds};

/// What `touchstone knowledge learn` takes.
#[derive(Debug, Args)]
#[command(after_help = "\
Prices become bands where at least --min-count offers of at least 3 trusted sellers say so; the low end is the 10 % \
quantile, the typical price the median, after prices far from all others were left out. With --known-fakes, words \
are listed that go with counterfeits. The output can be reviewed, cut down and given to `git apply`; nothing is \
written into the knowledge folder.")]
pub(crate) struct LearnArgs {
    /// Files or folders with listings; only those of trusted sellers count.
    #[arg(value_name = "FEED", required = true)]
    feeds: Vec<PathBuf>,
    /// Sellers whose offers are honest: one marketplace:seller_id a line.
    #[arg(long, value_name = "FILE")]
    trusted: PathBuf,
    /// Feeds of known counterfeits; may be given more than once.
    #[arg(long, value_name = "FEED")]
    known_fakes: Vec<PathBuf>,
    /// Knowledge folder that the proposal is against.
    #[arg(long, value_name = "DIR", default_value = "knowledge", env = "TOUCHSTONE_KNOWLEDGE")]
    knowledge: PathBuf,
    /// Offers that a band needs, at least.
    #[arg(long, value_name = "N", default_value_t = 30)]
    min_count: usize,
    /// Day that new bands name, YYYY-MM-DD; today if not given.
    #[arg(long, value_name = "DAY", value_parser = feeds::is_day)]
    today: Option<String>,
    /// Write the proposal here instead of to standard output.
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Listings remembered to recognise duplicates.
const DEDUPE_MAX: usize = 10_000_000;

/// What was read.
struct Learnt {
    snapshot: Snapshot,
    trusted: Trusted,
    prices: Prices,
    terms: Terms,
    /// Listings in the feeds, trusted or not.
    listings: u64,
    /// Known fakes, repeated texts among them.
    fakes: u64,
}

pub(crate) fn run(args: &LearnArgs) -> Result<ExitCode> {
    let date = feeds::day(args.today.as_deref())?;
    let snapshot = snapshot(args)?;
    let trusted = Trusted::read(&args.trusted)?;
    let terms = Terms::new(&snapshot);
    let mut learnt = Learnt { snapshot, trusted, prices: Prices::default(), terms, listings: 0, fakes: 0 };
    learnt.read_fakes(args)?;
    learnt.read_feeds(args)?;
    let measured = learnt.prices.measured(args.min_count);
    let proposals = bands::propose(&args.knowledge, &learnt.snapshot, &measured, &date)?;
    let text = Output { args, learnt: &learnt, measured: &measured, proposals: &proposals }.to_string();
    match &args.out {
        Some(path) => {
            std::fs::write(path, text).with_context(|| format!("cannot write the proposal to {}", path.display()))?
        }
        None => console::data().write_all(text.as_bytes())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn snapshot(args: &LearnArgs) -> Result<Snapshot> {
    if !args.knowledge.is_dir() {
        bail!("{} is no folder; a proposal needs the files, not a snapshot of them", args.knowledge.display());
    }
    let (knowledge, warnings) = load(&args.knowledge).map_err(|found| {
        let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("the knowledge cannot be used\n{}", lines.join("\n"))
    })?;
    warnings.iter().for_each(|w| console::note(crate::mark::lines(&w.to_string())));
    Snapshot::compile(knowledge).context("the knowledge does not compile")
}

impl Learnt {
    fn read_fakes(&mut self, args: &LearnArgs) -> Result<()> {
        let mut scratch = Scratch::default();
        for batch in feeds::reader(&args.known_fakes, DEDUPE_MAX, ()) {
            for listing in batch?.rows() {
                self.fakes += 1;
                let view = scratch.view(&self.snapshot, listing, Context::default());
                self.terms.fake(&self.snapshot, &listing, language(&view).as_deref())?;
            }
        }
        Ok(())
    }

    fn read_feeds(&mut self, args: &LearnArgs) -> Result<()> {
        let mut scratch = Scratch::default();
        for batch in feeds::reader(&args.feeds, DEDUPE_MAX, ()) {
            for listing in batch?.rows() {
                self.listings += 1;
                let Some(seller) = self.trusted.seller_of(&listing) else { continue };
                let view = scratch.view(&self.snapshot, listing, Context::default());
                if self.prices.take(&view, seller) {
                    self.trusted.used(seller);
                }
                if self.fakes > 0 {
                    self.terms.honest(&self.snapshot, &listing);
                }
            }
        }
        Ok(())
    }
}

/// The language that the signal of that name sees.
fn language(view: &View<'_, '_>) -> Option<String> {
    let mut findings = Findings::default();
    detect(view, &mut findings);
    let at = REGISTRY.iter().position(|spec| spec.id == "language")?;
    match findings.values().get(at)? {
        Value::Text(language) => Some((*language).to_owned()),
        _ => None,
    }
}
