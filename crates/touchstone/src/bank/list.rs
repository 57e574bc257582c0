//! `touchstone bank list`.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};
use touchstone_banks::{Act, Bank, Change, Contents, Entry, Settings, State};

use super::{Data, tell};
use crate::console::{self, json_line};
use crate::mark::one_line;
use crate::photos::moment;

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only these banks.
    #[arg(value_enum)]
    banks: Vec<Any>,
    /// Only entries that are so.
    #[arg(long, value_enum, value_name = "STATE")]
    state: Option<Being>,
    /// What was done to each entry, too.
    #[arg(long)]
    history: bool,
    /// One JSON object an entry, with everything that is known of it.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: Data,
}

/// A bank, that of logos too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Any {
    Genuine,
    Counterfeit,
    Negative,
    Logos,
}

impl Any {
    pub(crate) fn bank(self) -> Bank {
        match self {
            Self::Genuine => Bank::Genuine,
            Self::Counterfeit => Bank::Counterfeit,
            Self::Negative => Bank::Negative,
            Self::Logos => Bank::Logos,
        }
    }
}

/// Whether an entry counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Being {
    Active,
    Pending,
    Removed,
    /// Stopped by the breaker.
    Stopped,
}

impl Being {
    fn is(self, entry: &Entry) -> bool {
        match self {
            Self::Active => entry.state == State::Active && !entry.settings.stopped,
            Self::Pending => entry.state == State::Pending,
            Self::Removed => entry.state == State::Removed,
            Self::Stopped => entry.settings.stopped,
        }
    }
}

pub(crate) fn run(args: &ListArgs) -> Result<ExitCode> {
    let banks: Vec<Bank> = args.banks.iter().map(|any| any.bank()).collect();
    let keep = |entry: &&Entry| {
        (banks.is_empty() || banks.contains(&entry.item.bank)) && args.state.is_none_or(|being| being.is(entry))
    };
    show(args.data.banks()?, keep, args.json, args.history)
}

/// Prints the entries that are wanted, and what was done to their banks.
pub(crate) fn show(
    mut banks: touchstone_banks::Banks,
    keep: impl Fn(&&Entry) -> bool,
    json: bool,
    history: bool,
) -> Result<ExitCode> {
    tell(&mut banks);
    let mut out = console::out();
    let contents = banks.contents();
    if !json {
        for bank in Bank::ALL {
            about(&mut out, bank, contents, history)?;
        }
    }
    for entry in contents.entries().iter().filter(keep) {
        if json {
            json_line(&mut out, entry)?;
        } else {
            row(&mut out, entry, history)?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// A bank that is not as it is usually.
fn about(out: &mut impl Write, bank: Bank, contents: &Contents, history: bool) -> Result<()> {
    let settings = contents.bank(bank);
    let notes = notes(settings);
    if !notes.is_empty() {
        writeln!(out, "{bank}:{notes}")?;
    }
    if history { past(out, settings) } else { Ok(()) }
}

fn row(out: &mut impl Write, entry: &Entry, history: bool) -> Result<()> {
    let brand = one_line(entry.item.brand.as_deref().unwrap_or("-"));
    let Act { by, why, at } = &entry.added;
    let by = if by.is_empty() { "-" } else { by };
    writeln!(
        out,
        "{}  {:<11} {:<8} {brand:<12} {}  {:<8} {}{}",
        entry.id,
        entry.item.bank.name(),
        entry.state.name(),
        moment(*at),
        one_line(by),
        one_line(&entry.item.path),
        notes(&entry.settings),
    )?;
    if !history {
        return Ok(());
    }
    if !why.is_empty() {
        writeln!(out, "    added: {}", one_line(why))?;
    }
    past(out, &entry.settings)
}

fn notes(settings: &Settings) -> String {
    let distance = settings.distance.map(|bits| format!("  distance {bits}"));
    let ratio = settings.ratio.map(|permille| format!("  ratio {}", f64::from(permille) / 1000.0));
    let stopped = settings.stopped.then(|| "  STOPPED by the breaker".to_owned());
    [distance, ratio, stopped].into_iter().flatten().collect()
}

fn past(out: &mut impl Write, settings: &Settings) -> Result<()> {
    for line in &settings.history {
        let Act { by, why, at } = &line.act;
        let by = if by.is_empty() { String::new() } else { format!(" by {}", one_line(by)) };
        let why = if why.is_empty() { String::new() } else { format!(": {}", one_line(why)) };
        writeln!(out, "    {}  {}{by}{why}", moment(*at), what(&line.change))?;
    }
    Ok(())
}

fn what(change: &Change) -> String {
    match change {
        Change::Removed => "removed".to_owned(),
        Change::Restored => "restored".to_owned(),
        Change::Confirmed => "confirmed".to_owned(),
        Change::Distance(Some(bits)) => format!("distance {bits}"),
        Change::Distance(None) => "distance as usual".to_owned(),
        Change::Ratio(Some(permille)) => format!("ratio {}", f64::from(*permille) / 1000.0),
        Change::Ratio(None) => "ratio as usual".to_owned(),
        Change::Stopped { matched, queries } => format!("stopped: matched {matched} of {queries} queries"),
        Change::Rearmed => "started again".to_owned(),
    }
}
