//! `touchstone screen`: feeds in, decisions out.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result};
use touchstone_catalog::reject::{Reject, RejectLines, RejectSink};

use crate::cli::{Format, ScreenArgs};
use crate::feeds;
use crate::pipeline::{Plan, run as screen_all};
use crate::progress::Progress;
use crate::summary::Summary;
use crate::write::{self, DecisionWriter};

/// Rejects counted, and written if asked for.
struct Rejects(Option<RejectLines<BufWriter<File>>>);

impl RejectSink for Rejects {
    fn reject(&mut self, reject: Reject) -> std::io::Result<()> {
        self.0.as_mut().map_or(Ok(()), |lines| lines.reject(reject))
    }
}

pub(crate) fn run(args: &ScreenArgs) -> Result<ExitCode> {
    let active = feeds::active(&args.deciders)?;
    let mut rejects = rejects(args)?;
    let sellers = feeds::sellers(args.feeds.sellers.as_deref(), &mut rejects)?;
    let today = feeds::day(args.feeds.today.as_deref())?;
    let mut writer = writer(args)?;
    // A table on the terminal is progress enough; a bar would stand in it.
    let table = args.format == Format::Table && args.out.is_none();
    let progress = Progress::new(args.quiet || table);
    let mut summary = Summary::default();
    let failed = AtomicBool::new(false);
    let plan = Plan { active: &active, sellers: &sellers, today: &today, jobs: jobs(args.jobs) };
    let reader = feeds::reader(&args.feeds.feeds, args.feeds.dedupe_max, rejects);
    let consume = |screened: crate::pipeline::Screened| {
        summary.count(&screened.decisions);
        progress.add(screened.listings.len());
        writer.batch(&screened)
    };
    let (counts, _) = screen_all(reader, &plan, consume, |error| {
        failed.store(true, Ordering::Relaxed);
        progress.line(&format!("{} {error:#}", crate::style::paint(crate::style::ERROR, "error:")));
    })?;
    writer.finish()?;
    progress.done();
    if !args.quiet {
        summary.print(&counts, progress.elapsed(), args);
    }
    let bad = failed.load(Ordering::Relaxed) || (args.strict && counts.rejected > counts.duplicates);
    Ok(if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn jobs(given: Option<usize>) -> usize {
    given.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}

fn rejects(args: &ScreenArgs) -> Result<Rejects> {
    let open = |path: &std::path::PathBuf| {
        File::create(path).with_context(|| format!("cannot write rejects to {}", path.display()))
    };
    Ok(Rejects(args.rejects.as_ref().map(open).transpose()?.map(|file| RejectLines(BufWriter::new(file)))))
}

fn writer(args: &ScreenArgs) -> Result<Box<dyn DecisionWriter>> {
    let out: Box<dyn Write + Send> = match &args.out {
        Some(path) => {
            Box::new(File::create(path).with_context(|| format!("cannot write decisions to {}", path.display()))?)
        }
        None => Box::new(std::io::stdout()),
    };
    match (args.format, &args.out) {
        (Format::Jsonl, _) => Ok(Box::new(write::Jsonl::new(out))),
        (Format::Table, Some(_)) => Ok(Box::new(crate::table::Table::new(out, false, args.show_allowed))),
        (Format::Table, None) => {
            Ok(Box::new(crate::table::Table::new(Box::new(anstream::stdout()), true, args.show_allowed)))
        }
        (Format::Parquet, Some(_)) => Ok(Box::new(write::Parquet::new(out)?)),
        (Format::Parquet, None) => anyhow::bail!("--format parquet needs --out FILE"),
    }
}
