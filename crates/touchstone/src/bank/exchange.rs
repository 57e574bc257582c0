//! `touchstone bank export` and `import`.

use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use touchstone_banks::exchange::{self, List, Signal};
use touchstone_banks::{Added, Bank, Item, Library, NewItem};

use super::{Data, Which, Who, tell};
use crate::console::{self, note};
use crate::mark::one_line;
use crate::outputs::OutFile;
use crate::photos;
use crate::style::{self, paint};

/// Bad rows that are shown of one file.
const SHOWN: usize = 5;
/// Entries that are made durable together.
const TOGETHER: usize = 10_000;

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Only these banks.
    #[arg(value_enum)]
    banks: Vec<Which>,
    /// Form of the list.
    #[arg(long, value_enum, default_value_t = Form::Csv)]
    format: Form,
    /// Write the list here instead of to standard output; the file appears when it is whole.
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    data: Data,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// The columns of `threatexchange dataset --csv`, then quality, source, brand and product.
    Csv,
    /// Lines `pdq HASH`: a local file of `threatexchange`.
    Text,
    /// One JSON object a line.
    Jsonl,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Which bank.
    #[arg(value_enum)]
    bank: Which,
    /// Lists of PDQ hashes: lines, CSV or JSON.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The brand, where the list names none.
    #[arg(long, value_name = "BRAND")]
    brand: Option<String>,
    /// Whose list it is, where a row does not say.
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
    /// Take nothing of a file with a bad row.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    data: Data,
}

pub(crate) fn export(args: &ExportArgs) -> Result<ExitCode> {
    let mut banks = args.data.banks()?;
    tell(&mut banks);
    let wanted: Vec<Bank> = args.banks.iter().map(|bank| bank.bank()).collect();
    let entries = banks.contents().entries().iter();
    let entries = entries.filter(|entry| wanted.is_empty() || wanted.contains(&entry.item.bank));
    let format = match args.format {
        Form::Csv => exchange::Format::Csv,
        Form::Text => exchange::Format::Text,
        Form::Jsonl => exchange::Format::Json,
    };
    let count = match &args.out {
        Some(path) => {
            let named = || format!("cannot write {}", path.display());
            let mut out = BufWriter::new(OutFile::create(path).with_context(named)?);
            let count = exchange::write(entries, format, &mut out).with_context(named)?;
            out.into_inner().map_err(|error| error.into_error()).and_then(OutFile::finish).with_context(named)?;
            count
        }
        None => {
            let mut out = BufWriter::new(console::data());
            let count = exchange::write(entries, format, &mut out)?;
            out.flush()?;
            count
        }
    };
    note(format_args!("{count} hashes"));
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn import(args: &ImportArgs) -> Result<ExitCode> {
    let mut clean = true;
    for path in &args.files {
        let list = exchange::read(&photos::text(path, exchange::BYTES_MAX as u64)?);
        told(path, &list);
        let refused = args.strict && !list.bad.is_empty();
        clean &= !refused && (list.bad.is_empty() || !list.signals.is_empty());
        match refused {
            true => note(format_args!("{}: nothing was taken, because of --strict", name(path))),
            false => take(args, path, list)?,
        }
    }
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn take(args: &ImportArgs, path: &Path, list: List) -> Result<()> {
    let library = Library::open(&args.data.data)?;
    let mut banks = args.data.banks()?;
    let (mut added, mut pending, mut before) = (0, 0, 0);
    let new: Vec<NewItem> = list.signals.into_iter().map(|signal| item(args, path, signal, &library)).collect();
    let mut new = new.into_iter().peekable();
    while new.peek().is_some() {
        for answer in banks.add(new.by_ref().take(TOGETHER).collect(), &args.who.act())? {
            *match answer {
                Added::Active(_) => &mut added,
                Added::Pending(_) => &mut pending,
                Added::Before(..) => &mut before,
            } += 1;
        }
    }
    tell(&mut banks);
    note(format_args!("{}: {added} added to {}, {before} there before", name(path), args.bank.bank()));
    if pending > 0 {
        note(format_args!(
            "{} {pending} look like genuine pictures and match nothing until a second person confirms them",
            paint(style::REVIEW, "pending:")
        ));
        let hint = paint(style::HINT, "hint:");
        note(format_args!("  {hint} `touchstone bank list {} --state pending` shows them", args.bank.bank()));
    }
    Ok(())
}

fn item(args: &ImportArgs, path: &Path, signal: Signal, library: &Library) -> NewItem {
    let bank = args.bank.bank();
    let check = bank == Bank::Counterfeit;
    let like = check.then(|| library.near(&signal.pdq, Bank::Genuine)).flatten().map(|entry| entry.id.clone());
    let item = Item {
        brand: signal.brand.or_else(|| args.brand.clone()),
        product: signal.product,
        source: signal.source.or_else(|| args.source.clone()),
        pdq: Some(signal.pdq.to_string()),
        quality: signal.quality,
        tags: signal.tags,
        ..Item::new(bank, format!("{}:{}", path.display(), signal.row))
    };
    NewItem { item, features: Vec::new(), like }
}

/// Says what was set aside of a file.
fn told(path: &Path, list: &List) {
    let file = name(path);
    for bad in list.bad.iter().take(SHOWN) {
        note(format_args!("{} {file}, {}", paint(style::ERROR, "error:"), one_line(&bad.to_string())));
    }
    if let more @ 1.. = list.bad.len().saturating_sub(SHOWN) {
        note(format_args!("  and {more} rows more"));
    }
    let others = [(list.others, "of other kinds"), (list.disputed, "that nobody is sure of")];
    for (count, what) in others.into_iter().filter(|(count, _)| *count > 0) {
        note(format_args!("{file}: {count} rows {what} left out"));
    }
}

fn name(path: &Path) -> String {
    one_line(&path.to_string_lossy())
}
