//! `touchstone knowledge diff`: what changed between two states of the knowledge.
//!
//! Either side is a folder or a snapshot written by `knowledge build`. What is compared is what was
//! read, not the text: an order of files or a comment is no difference.

mod changes;
mod compare;
mod show;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::Args;
use touchstone_knowledge::{Knowledge, load, read_bundle};

use crate::console;

/// What `touchstone knowledge diff` takes.
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// Knowledge folder or snapshot before.
    #[arg(value_name = "A")]
    before: PathBuf,
    /// Knowledge folder or snapshot after.
    #[arg(value_name = "B")]
    after: PathBuf,
    /// One JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &DiffArgs) -> Result<ExitCode> {
    let changes = compare::changes(&open(&args.before)?, &open(&args.after)?);
    let mut out = console::out();
    match args.json {
        true => writeln!(out, "{}", serde_json::to_string_pretty(&changes)?)?,
        false => show::table(&mut out, &args.before, &args.after, &changes)?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn open(path: &Path) -> Result<Knowledge> {
    if path.is_file() {
        return Ok(read_bundle(path)?);
    }
    load(path).map(|(knowledge, _)| knowledge).map_err(|found| {
        let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
        anyhow!("the knowledge in {} cannot be used\n{}", path.display(), lines.join("\n"))
    })
}
