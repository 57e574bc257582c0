//! `touchstone bank add`.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use touchstone_banks::{Added, Bank, Banks, Item, Library, NewItem, State, pictures};
use touchstone_vision::pdq::full;

use super::{Data, Files, Which, Who, tell};
use crate::console::{self, json_line, note};
use crate::looking::Looker;
use crate::mark::one_line;
use crate::photos::{Photo, reason};
use crate::style::{self, paint};

/// Entries that are made durable together.
const TOGETHER: usize = 32;

#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// Which bank.
    #[arg(value_enum)]
    bank: Which,
    #[command(flatten)]
    files: Files,
    /// The brand that they show.
    #[arg(long, value_name = "BRAND")]
    brand: Option<String>,
    /// The product that they show.
    #[arg(long, value_name = "PRODUCT")]
    product: Option<String>,
    /// Whose they are: a catalogue, a test purchase, an exchange.
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
    #[command(flatten)]
    who: Who,
    /// One JSON object a file.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: Data,
}

/// What is printed of one file.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    like: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

pub(crate) fn run(args: &AddArgs) -> Result<ExitCode> {
    let looker = Looker::load(&args.files.how.models)?;
    let genuine = if args.bank.bank() == Bank::Counterfeit { Some(Library::open(&args.data.data)?) } else { None };
    let mut adding =
        Adding { args, banks: args.data.banks()?, waiting: Vec::new(), out: console::out(), counts: Counts::default() };
    args.files.each(|path| look(args, &looker, genuine.as_ref(), path), |path, new| adding.take(path, new))?;
    adding.write()?;
    adding.out.flush()?;
    adding.end();
    Ok(if adding.counts.failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Looks at a file and keeps it.
fn look(args: &AddArgs, looker: &Looker, genuine: Option<&Library>, path: &Path) -> Result<NewItem> {
    let photo = Photo::read(path)?;
    let features = looker.kept_features(&photo);
    pictures::keep(&args.data.data, &photo.sha256, &photo.bytes)?;
    let fingerprint = full(&photo.picture);
    let near = |library: &Library| {
        let copied =
            library.copies(&features, Bank::Genuine).or_else(|| library.near(&fingerprint.hash(), Bank::Genuine));
        copied.map(|entry| entry.id.clone())
    };
    let like = genuine.and_then(near);
    let item = Item {
        brand: args.brand.clone(),
        product: args.product.clone(),
        source: args.source.clone(),
        size: [photo.picture.width(), photo.picture.height()],
        pdq: Some(fingerprint.hash().to_string()),
        quality: Some(fingerprint.quality()),
        sha256: Some(photo.sha256),
        ..Item::new(args.bank.bank(), path.to_string_lossy())
    };
    Ok(NewItem { item, features: features.to_bytes(), like })
}

#[derive(Default)]
struct Counts {
    added: usize,
    pending: usize,
    before: usize,
    failed: usize,
}

struct Adding<'a, W> {
    args: &'a AddArgs,
    banks: Banks,
    waiting: Vec<NewItem>,
    out: W,
    counts: Counts,
}

impl<W: std::io::Write> Adding<'_, W> {
    fn take(&mut self, path: &Path, new: Result<NewItem>) -> Result<()> {
        match new {
            Ok(new) => {
                self.waiting.push(new);
                if self.waiting.len() >= TOGETHER { self.write() } else { Ok(()) }
            }
            Err(error) => {
                // Lines come in the order of the files.
                self.write()?;
                self.failed(path, &reason(&error))
            }
        }
    }

    fn failed(&mut self, path: &Path, why: &str) -> Result<()> {
        self.counts.failed += 1;
        let file = path.to_string_lossy();
        if self.args.json {
            return self.line(&Line { file: &file, entry: None, state: None, like: None, error: Some(why) });
        }
        note(format_args!("{} {}: {}", paint(style::ERROR, "error:"), one_line(&file), one_line(why)));
        Ok(())
    }

    /// Makes durable what waits, and says so.
    fn write(&mut self) -> Result<()> {
        let new = std::mem::take(&mut self.waiting);
        let said: Vec<_> = new.iter().map(|new| (new.item.path.clone(), new.like.clone())).collect();
        let added = self.banks.add(new, &self.args.who.act())?;
        tell(&mut self.banks);
        for (added, (file, like)) in added.iter().zip(&said) {
            self.told(added, file, like.as_deref())?;
        }
        Ok(())
    }

    fn told(&mut self, added: &Added, file: &str, like: Option<&str>) -> Result<()> {
        let state = match added {
            Added::Active(_) => State::Active,
            Added::Pending(_) => State::Pending,
            Added::Before(_, state) => *state,
        };
        match added {
            Added::Active(_) => self.counts.added += 1,
            Added::Pending(_) => self.counts.pending += 1,
            Added::Before(..) => self.counts.before += 1,
        }
        let like = like.filter(|_| state == State::Pending);
        if let (Added::Pending(id), Some(like)) = (added, like) {
            self.looks_genuine(id, file, like);
        }
        if self.args.json {
            let (entry, state) = (Some(added.id()), Some(state.name()));
            return self.line(&Line { file, entry, state, like, error: None });
        }
        Ok(writeln!(self.out, "{}  {:<8} {}", added.id(), state.name(), one_line(file))?)
    }

    fn looks_genuine(&self, id: &str, file: &str, like: &str) {
        let path = self.banks.contents().entry(like).map_or(like, |entry| &entry.item.path);
        note(format_args!(
            "{} {} looks like the genuine picture {}: it matches nothing until a second person confirms it",
            paint(style::REVIEW, "pending:"),
            one_line(file),
            one_line(path),
        ));
        note(format_args!("  {} `touchstone bank confirm {id} --by NAME`", paint(style::HINT, "hint:")));
    }

    fn line(&mut self, line: &Line<'_>) -> Result<()> {
        Ok(json_line(&mut self.out, line)?)
    }

    fn end(&self) {
        let Counts { added, pending, before, failed } = self.counts;
        if self.args.files.how.quiet {
            return;
        }
        let more = [(pending, "pending"), (before, "there before"), (failed, "failed")];
        let more = more.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!(", {n} {what}")).collect::<String>();
        note(format_args!("{added} added to {}{more}", self.args.bank.bank()));
    }
}
