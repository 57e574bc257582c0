//! `touchstone audit`: whether a trail is still what was logged, from the database itself or from files alone.

use std::fs::File;
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use tokio::runtime::Runtime;
use touchstone_audit::record::RecordLine;
use touchstone_audit::{Anchor, Hash, Keys, Report, SecretKey, StoredEvent, events, records, verify};
use touchstone_server::TrailReader;

use crate::console;
use crate::mark::one_line;
use crate::serve::Keeping;
use crate::style::{self, paint};

/// Bytes of a file of keys.
const KEYS_BYTES_MAX: u64 = 1 << 20;

#[derive(Debug, Args)]
pub(crate) struct AuditArgs {
    #[command(subcommand)]
    verb: AuditVerb,
}

#[derive(Debug, Subcommand)]
enum AuditVerb {
    /// Find every changed, missing, moved, doubled or cut event, and say what cannot be excluded; see docs/audit.md.
    Verify(VerifyArgs),
}

#[derive(Debug, Args)]
struct VerifyArgs {
    #[command(flatten)]
    keeping: Keeping,
    /// Events as they are kept, one a line, instead of those of the database.
    #[arg(long, value_name = "FILE", requires = "keys")]
    events: Option<PathBuf>,
    /// Signed heads as they are kept, one a line, instead of those of the database.
    #[arg(long, value_name = "FILE", requires = "events")]
    heads: Option<PathBuf>,
    /// Heads and hashes that were written outside; may be given several times.
    #[arg(long = "anchor", value_name = "FILE")]
    anchors: Vec<PathBuf>,
    /// Public keys that are believed, one a line, the retired ones too; that of the server's own audit.key if not given,
    /// which whoever owns the machine could have changed.
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &AuditArgs) -> Result<ExitCode> {
    let AuditVerb::Verify(args) = &args.verb;
    let keys = believed(args)?;
    let anchor = (!args.anchors.is_empty()).then(|| anchor(&args.anchors, &keys)).transpose()?;
    let report = match &args.events {
        Some(path) => {
            let heads: Box<dyn Iterator<Item = io::Result<RecordLine>>> = match &args.heads {
                Some(path) => Box::new(named(records(open(path)?), path)),
                None => Box::new(std::iter::empty()),
            };
            verify(named(events(open(path)?), path), heads, anchor.as_ref(), &keys)?
        }
        None => {
            let database = Kept::open(&args.keeping)?;
            // Heads first: a server may go on writing, and a head without its events would be a finding.
            let heads = database.heads()?;
            let report = verify(database.events(), records(heads.as_slice()), anchor.as_ref(), &keys);
            report?
        }
    };
    if args.json {
        console::json_line(&mut console::data(), &report)?
    } else {
        show(&report)?
    }
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The keys of the file, or that of the server.
fn believed(args: &VerifyArgs) -> Result<Keys> {
    match &args.keys {
        Some(path) => keys(path),
        None => {
            let master = args.keeping.master_key.clone().unwrap_or_else(|| args.keeping.data.join("master.key"));
            let path = master.with_file_name("audit.key");
            let text = small(&path, KEYS_BYTES_MAX)?;
            let text = String::from_utf8_lossy(&text);
            let key: SecretKey = text.trim().parse().with_context(|| format!("cannot use {}", path.display()))?;
            Ok(key.public().to_string().parse()?)
        }
    }
}

/// Rows of the database that are read at once.
const PAGE: u64 = 2_000;

/// The trail in a database.
struct Kept {
    runtime: Runtime,
    reader: TrailReader,
}

impl Kept {
    fn open(keeping: &Keeping) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let reader = runtime.block_on(TrailReader::open(&keeping.location()?)).context("cannot read the database")?;
        Ok(Self { runtime, reader })
    }

    /// All heads, one a line.
    fn heads(&self) -> Result<Vec<u8>> {
        let (mut lines, mut above) = (Vec::new(), 0);
        loop {
            let heads = self.runtime.block_on(self.reader.heads(above, PAGE)).context("cannot read the heads")?;
            let Some(last) = heads.last() else { return Ok(lines) };
            above = last.size;
            for head in heads {
                lines.extend(head.line.trim_end().as_bytes());
                lines.push(b'\n');
            }
        }
    }

    /// All events, a page at a time.
    fn events(&self) -> impl Iterator<Item = io::Result<StoredEvent>> + '_ {
        let (mut page, mut next, mut over) = (Vec::new().into_iter(), 0, false);
        std::iter::from_fn(move || {
            if page.len() == 0 && !over {
                match self.runtime.block_on(self.reader.events(next, PAGE)) {
                    Ok(rows) => page = rows.into_iter(),
                    Err(error) => {
                        over = true;
                        return Some(Err(io::Error::other(format!("cannot read the events: {error}"))));
                    }
                }
            }
            let row = page.next()?;
            next = row.seq + 1;
            let leaf = <[u8; 32]>::try_from(row.leaf).ok().map(Hash::from);
            Some(Ok(StoredEvent { body: row.body, leaf }))
        })
    }
}

/// The keys of a file.
pub(crate) fn keys(path: &Path) -> Result<Keys> {
    let text = small(path, KEYS_BYTES_MAX)?;
    let text = std::str::from_utf8(&text).with_context(|| format!("{} is no text", path.display()))?;
    text.parse().with_context(|| format!("cannot use the keys in {}", path.display()))
}

/// A file that is no longer than this.
pub(crate) fn small(path: &Path, bytes_max: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = io::Read::read_to_end(&mut io::Read::take(open(path)?, bytes_max + 1), &mut bytes);
    read.with_context(|| format!("cannot read {}", path.display()))?;
    anyhow::ensure!(bytes.len() as u64 <= bytes_max, "{} has more than {bytes_max} bytes", path.display());
    Ok(bytes)
}

fn anchor(paths: &[PathBuf], keys: &Keys) -> Result<Anchor> {
    let mut anchor = Anchor::default();
    for path in paths {
        anchor.add(&path.display().to_string(), named(records(open(path)?), path), keys)?;
    }
    Ok(anchor)
}

fn open(path: &Path) -> Result<BufReader<File>> {
    Ok(BufReader::new(File::open(path).with_context(|| format!("cannot read {}", path.display()))?))
}

/// The same items; an error names the file.
fn named<T>(items: impl Iterator<Item = io::Result<T>>, path: &Path) -> impl Iterator<Item = io::Result<T>> {
    let name = |error: io::Error| io::Error::new(error.kind(), format!("cannot read {}: {error}", path.display()));
    items.map(move |item| item.map_err(name))
}

fn show(report: &Report) -> io::Result<()> {
    let mut out = console::out();
    for finding in &report.findings {
        writeln!(out, "{} {}", paint(style::ERROR, "wrong:"), one_line(&finding.to_string()))?;
    }
    for doubt in &report.doubts {
        writeln!(out, "{} {}", paint(style::REVIEW, "not excluded:"), one_line(&doubt.to_string()))?;
    }
    let anchored = report.anchored.map(|held| format!(", {held} anchored")).unwrap_or_default();
    writeln!(
        out,
        "{} events, {} heads believed{anchored}, findings: {}",
        report.events,
        report.heads,
        report.findings.len()
    )?;
    out.flush()
}
