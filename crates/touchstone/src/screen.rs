//! `touchstone screen`: feeds in, decisions out.

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result};

use crate::cli::{Format, ScreenArgs};
use crate::console::Ink;
use crate::images::Images;
use crate::mark::lines;
use crate::outputs::{self, Named, OutFile};
use crate::pipeline::{self, Plan, Screened};
use crate::progress::Progress;
use crate::rejects::Rejects;
use crate::style::{self, paint};
use crate::summary::{Read, Summary};
use crate::table::Table;
use crate::write::{DecisionWriter, Jsonl, Parquet, Sink};
use crate::{console, feeds};

pub(crate) fn run(args: &ScreenArgs) -> Result<ExitCode> {
    check_outputs(args)?;
    let active = feeds::active(&args.deciders)?;
    let mut rejects = Rejects::create(args.rejects.as_deref())?;
    let sellers = feeds::sellers(&args.feeds.said, &mut rejects)?;
    let bad_sellers = rejects.so_far();
    let today = feeds::day(args.feeds.today.as_deref())?;
    let images = Images::open(&args.images)?;
    let plan = Plan { active: &active, sellers: &sellers, images: &images, today: &today, jobs: jobs(args.jobs) };
    let mut reader = feeds::reader(&args.feeds.feeds, args.feeds.dedupe_max, rejects);
    // Decisions on the terminal are progress enough; a bar would stand in them.
    let on_terminal = args.out.is_none() && std::io::stdout().is_terminal();
    let progress = Progress::over(reader.bytes_total(), args.quiet || on_terminal);
    let mut decisions = Decisions::create(args)?;
    let mut summary = Summary::default();
    let failed = AtomicBool::new(false);
    let consume = |screened: Screened| {
        summary.count(&screened.decisions);
        progress.add(screened.listings.len());
        progress.read(screened.read);
        decisions.write(&screened)
    };
    let screened = pipeline::run(&mut reader, &plan, consume, |error| {
        failed.store(true, Ordering::Relaxed);
        progress.line(&format!("{} {}", paint(style::ERROR, "error:"), lines(&error.to_string())));
    });
    progress.done();
    screened?;
    decisions.finish()?;
    let counts = reader.counts();
    let shown = reader.into_rejects().finish()?;
    images.report();
    if !args.quiet {
        summary.print(&Read { counts, bad_sellers, shown }, progress.elapsed(), args);
    }
    let failed = failed.load(Ordering::Relaxed);
    let nothing = counts.rows + counts.rejected == 0;
    if nothing && !failed {
        console::note("warning: the feeds hold no listing; check that they are what you meant");
    }
    let bad = failed || (args.strict && (nothing || counts.rejected > counts.duplicates || bad_sellers > 0));
    Ok(if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn jobs(given: Option<u16>) -> usize {
    given.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from)
}

fn check_outputs(args: &ScreenArgs) -> Result<(), clap::Error> {
    let out = args.out.iter().map(|path| ("--out", path.as_path()));
    let rejects = args.rejects.iter().map(|path| ("--rejects", path.as_path()));
    let outputs: Vec<Named<'_>> = out.chain(rejects).collect();
    let mut inputs: Vec<Named<'_>> = args.feeds.feeds.iter().map(|feed| ("FEED", feed.as_path())).collect();
    inputs.extend(args.feeds.said.sellers.iter().map(|path| ("--sellers", path.as_path())));
    inputs.extend([("--knowledge", &*args.deciders.knowledge), ("--policy", &*args.deciders.policy)]);
    outputs::apart(&outputs, &inputs)
}

/// Where the decisions go. An error names the file; one of standard output names nothing, see `main`.
struct Decisions<'a> {
    writer: Box<dyn DecisionWriter>,
    path: Option<&'a Path>,
}

impl<'a> Decisions<'a> {
    fn create(args: &'a ScreenArgs) -> Result<Self> {
        let path = args.out.as_deref();
        let writer = named(writer(args), path)?;
        Ok(Self { writer, path })
    }

    fn write(&mut self, screened: &Screened) -> Result<()> {
        named(self.writer.batch(screened), self.path)
    }

    fn finish(self) -> Result<()> {
        named(self.writer.finish(), self.path)
    }
}

fn named<T>(result: Result<T>, path: Option<&Path>) -> Result<T> {
    match path {
        Some(path) => result.with_context(|| format!("cannot write decisions to {}", path.display())),
        None => result,
    }
}

fn writer(args: &ScreenArgs) -> Result<Box<dyn DecisionWriter>> {
    let sink = match &args.out {
        Some(path) => Sink::File(OutFile::create(path)?),
        None if args.format == Format::Table => Sink::People(console::people()),
        None => Sink::Data(console::data()),
    };
    let ink = if args.out.is_some() { Ink::Plain } else { console::ink() };
    Ok(match args.format {
        Format::Jsonl => Box::new(Jsonl::new(sink)),
        Format::Table => Box::new(Table::new(sink, ink, args.show_allowed)),
        Format::Parquet => Box::new(Parquet::new(sink)?),
    })
}
