//! `touchstone knowledge`: check, build, diff, learn, reference.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use touchstone_knowledge::{self as knowledge, Knowledge, Loaded, Snapshot, Standing, load, write_bundle};

use crate::cli::{KnowledgeArgs, KnowledgeVerb};
use crate::console::{self, note};
use crate::feeds;
use crate::mark::lines;
use crate::style::{self, paint};
use crate::summary::thousands;

pub(crate) fn run(args: &KnowledgeArgs) -> Result<ExitCode> {
    match &args.verb {
        KnowledgeVerb::Check { dir } => check(dir),
        KnowledgeVerb::Build { dir, out } => build(dir, out),
        KnowledgeVerb::Diff(args) => crate::diff::run(args),
        KnowledgeVerb::Learn(args) => crate::learn::run(args),
        KnowledgeVerb::Reference => reference(),
    }
}

/// One broken file can make every other one wrong; the first mistakes tell.
const MAX_SHOWN: usize = 40;

/// What was read of a folder, after telling what is wrong in it.
fn told(dir: &Path, loaded: Loaded) -> Option<Knowledge> {
    match loaded {
        Ok((knowledge, warnings)) => {
            warnings.iter().for_each(|w| note(lines(&w.to_string())));
            Some(knowledge)
        }
        Err(found) => {
            found.iter().take(MAX_SHOWN).for_each(|d| note(lines(&d.to_string())));
            let mistakes = if found.len() == 1 { "1 mistake".to_owned() } else { format!("{} mistakes", found.len()) };
            note(format_args!("{} {mistakes} in {}", paint(style::ERROR, "error:"), dir.display()));
            None
        }
    }
}

fn check(dir: &Path) -> Result<ExitCode> {
    let Some(knowledge) = told(dir, knowledge::check(dir, &feeds::day(None)?)) else { return Ok(ExitCode::FAILURE) };
    let snapshot = Snapshot::compile(knowledge).context("the knowledge does not compile")?;
    let known = &snapshot.knowledge;
    let protected = known.brands.iter().filter(|b| b.standing == Standing::Protected).count();
    let lines: usize = known.brands.iter().map(|b| b.lines.len()).sum();
    let bands: usize = known.brands.iter().map(|b| b.bands.len()).sum();
    let terms: usize = known.groups.iter().map(|g| g.terms.len()).sum();
    let rows = [
        ("protected brands", protected),
        ("product lines", lines),
        ("price bands", bands),
        ("kinds of goods", known.kinds.len()),
        ("lexicon terms", terms),
        ("words for kinds", known.kind_words.len()),
        ("names that only tell words apart", known.known_names.len()),
        ("common words", known.words.len()),
        ("currencies", known.rates.micros_per_usd.len()),
    ];
    let mut out = console::out();
    for (what, n) in rows {
        writeln!(out, "{:>9}  {what}", thousands(n as u64))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn build(dir: &Path, out: &Path) -> Result<ExitCode> {
    let Some(knowledge) = told(dir, load(dir)) else { return Ok(ExitCode::FAILURE) };
    let path = write_bundle(&knowledge, out)?;
    writeln!(console::data(), "{}", path.display())?;
    Ok(ExitCode::SUCCESS)
}

fn reference() -> Result<ExitCode> {
    console::data().write_all(touchstone_signals::reference().as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
