//! `touchstone audit`: whether a trail is still what was logged, from files alone.

use std::fs::File;
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use touchstone_audit::record::RecordLine;
use touchstone_audit::{Anchor, Keys, Report, events, records, verify};

use crate::console;
use crate::mark::one_line;
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
    /// Events as they are kept, one a line.
    #[arg(long, value_name = "FILE")]
    events: PathBuf,
    /// Signed heads as they are kept, one a line.
    #[arg(long, value_name = "FILE")]
    heads: Option<PathBuf>,
    /// Heads and hashes that were written outside; may be given several times.
    #[arg(long = "anchor", value_name = "FILE")]
    anchors: Vec<PathBuf>,
    /// Public keys that are believed, one a line, the retired ones too.
    #[arg(long, value_name = "FILE")]
    keys: PathBuf,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &AuditArgs) -> Result<ExitCode> {
    let AuditVerb::Verify(args) = &args.verb;
    let keys = keys(&args.keys)?;
    let anchor = (!args.anchors.is_empty()).then(|| anchor(&args.anchors, &keys)).transpose()?;
    let heads: Box<dyn Iterator<Item = io::Result<RecordLine>>> = match &args.heads {
        Some(path) => Box::new(named(records(open(path)?), path)),
        None => Box::new(std::iter::empty()),
    };
    let report = verify(named(events(open(&args.events)?), &args.events), heads, anchor.as_ref(), &keys)?;
    if args.json {
        console::json_line(&mut console::data(), &report)?
    } else {
        show(&report)?
    }
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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
