//! `touchstone attack`: how cheaply a caught counterfeit could be rewritten to get through.
//!
//! ```text
//! known fakes ─ screen ─► caught ─► Scene: what the decision stands on
//!                                     │ tactics: pure generators of edits, seeded
//!                                     ▼
//!                                   Search: cheapest first, through the same Screener
//!                                     ▼
//!                                   Report: by tactic, and over all
//! ```
//!
//! It measures the screener's blind spots before somebody else finds them. It takes only listings
//! that are known to be counterfeit, so that it can't be mistaken for advice on honest ones, and
//! rewrites only what a seller types freely: title, description, and the condition.

mod edit;
mod example;
mod lines;
mod random;
mod report;
mod sample;
mod scene;
mod search;
mod tactics;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::Result;
use clap::Args;
use touchstone_catalog::ListingBatch;
use touchstone_screening::{Active, ContextBatch, Decision, NoHistory, RowContext, Screener, enrich};
use touchstone_signals::Scratch;

use self::edit::Draft;
use self::lines::Lines;
use self::random::Rng;
use self::report::Report;
use self::scene::Scene;
use self::search::{Outcome, Search};
use crate::cli::{Deciders, Feeds};
use crate::console::{self, note};
use crate::feeds;
use crate::progress::Progress;
use crate::style::{self, paint};

/// What `touchstone attack` takes.
#[derive(Debug, Args)]
#[command(after_help = "\
Each caught listing (review or block) is edited in title, description and condition until it is allowed: by \
look-alike letters, misspellings, other names of the brand, and words that say something innocent. The cheapest \
edit of each tactic is kept. Cost is the number of characters changed; edits after which no buyer knows what is on \
offer are counted apart, as unreadable. The same seed gives the same result, whatever --jobs says.")]
pub(crate) struct AttackArgs {
    #[command(flatten)]
    feeds: Feeds,
    #[command(flatten)]
    deciders: Deciders,
    /// Required: says that every listing in the feeds is known to be counterfeit.
    #[arg(long)]
    known_fakes: bool,
    /// Edits that are screened for each listing, at most.
    #[arg(long, value_name = "N", default_value_t = 400, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    budget: u32,
    /// Decides which letters and signs are tried, and with --sample which listings.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Threads that attack; all cores if not given.
    #[arg(long, short, value_name = "N")]
    jobs: Option<usize>,
    /// Write the cheapest slip of each tactic here, one JSON object a listing.
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Draw N listings from the feeds; all of them if not given.
    #[arg(long, value_name = "N")]
    sample: Option<usize>,
    /// No progress bar.
    #[arg(long, short)]
    quiet: bool,
}

/// A caught listing and what became of it.
struct Attacked {
    decision: Decision,
    draft: Draft,
    outcome: Outcome,
}

/// What stays the same over the whole run.
struct Plan<'p> {
    args: &'p AttackArgs,
    active: &'p Arc<Active>,
    progress: &'p Progress,
    jobs: usize,
}

const USAGE: u8 = 2;

pub(crate) fn run(args: &AttackArgs) -> Result<ExitCode> {
    if !args.known_fakes {
        return Ok(refused());
    }
    let active = feeds::active(&args.deciders)?;
    let sellers = feeds::sellers(&args.feeds.said, ())?;
    let today = feeds::day(args.feeds.today.as_deref())?;
    let mut lines = Lines::create(args.out.as_deref())?;
    let progress = Progress::new(args.quiet);
    let jobs = args.jobs.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from)).max(1);
    let plan = Plan { args, active: &active, progress: &progress, jobs };
    let mut report = Report::default();
    each_batch(args, |batch| {
        report.read(batch.len());
        let context = enrich(batch, &active.snapshot, &sellers, &NoHistory, &today);
        for attacked in plan.attack(batch, &context)? {
            report.count(&attacked);
            lines.write(&attacked)?;
        }
        Ok(())
    })?;
    progress.done();
    lines.finish()?;
    let mut out = console::out();
    report.print(&mut out)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn refused() -> ExitCode {
    let (error, hint) = (paint(style::ERROR, "error:"), paint(style::HINT, "hint:"));
    note(format_args!("{error} attack takes only listings that are known to be counterfeit"));
    note(format_args!("{hint} if every listing in these feeds is, say so with --known-fakes; confirmed decisions and"));
    note("      upheld notices are good sources, mere suspicions are not");
    ExitCode::from(USAGE)
}

/// The batches of the feeds, or the sample.
fn each_batch(args: &AttackArgs, mut attack: impl FnMut(&ListingBatch) -> Result<()>) -> Result<()> {
    let mut reader = feeds::reader(&args.feeds.feeds, args.feeds.dedupe_max, ());
    match args.sample {
        Some(n) => sample::draw(&mut reader, n, args.seed)?.iter().try_for_each(&mut attack)?,
        None => reader.by_ref().try_for_each(|batch| attack(&batch?))?,
    }
    let rejected = reader.counts().rejected;
    if rejected > 0 {
        note(format_args!("{rejected} bad or repeated rows set aside; `touchstone screen --rejects FILE` says why"));
    }
    Ok(())
}

impl Plan<'_> {
    /// Attacks every caught listing of a batch on several threads; the results are in its order.
    fn attack(&self, batch: &ListingBatch, context: &ContextBatch) -> Result<Vec<Attacked>> {
        let decisions = Screener::new(Arc::clone(self.active)).screen(batch, context);
        let caught: Vec<(usize, Decision)> =
            decisions.decisions().enumerate().filter(|(_, d)| d.verdict != "allow").collect();
        let next = AtomicUsize::new(0);
        let worked: Result<Vec<_>> = thread::scope(|scope| {
            let workers: Vec<_> =
                (0..self.jobs).map(|_| scope.spawn(|| self.work(batch, context, &caught, &next))).collect();
            let joined = workers
                .into_iter()
                .map(|w| w.join().map_err(|_| anyhow::anyhow!("a thread of the attack failed unexpectedly"))?);
            joined.collect()
        });
        let mut attacked: Vec<(usize, Attacked)> = worked?.into_iter().flatten().collect();
        attacked.sort_by_key(|(row, _)| *row);
        Ok(attacked.into_iter().map(|(_, a)| a).collect())
    }

    fn work(
        &self,
        batch: &ListingBatch,
        context: &ContextBatch,
        caught: &[(usize, Decision)],
        next: &AtomicUsize,
    ) -> Result<Vec<(usize, Attacked)>> {
        let mut screener = Screener::new(Arc::clone(self.active));
        let mut scratch = Scratch::default();
        let none = RowContext::default();
        let mut done = Vec::new();
        while let Some((row, decision)) = caught.get(next.fetch_add(1, Ordering::Relaxed)) {
            let listing = batch.row(*row);
            let scene = Scene::of(&self.active.snapshot, &mut scratch, listing, decision);
            let mut rng = Rng::of(self.args.seed, &listing.key().to_string());
            let search = Search {
                screener: &mut screener,
                listing,
                context: context.get(*row).unwrap_or(&none),
                scene: &scene,
                budget: self.args.budget as usize,
            };
            let outcome = search.run(&mut rng)?;
            self.progress.add(outcome.screened);
            done.push((*row, Attacked { decision: (*decision).clone(), draft: scene.draft, outcome }));
        }
        Ok(done)
    }
}
