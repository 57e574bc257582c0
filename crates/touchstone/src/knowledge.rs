//! `touchstone knowledge`: check, build, diff, learn, reference.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use touchstone_knowledge::{Knowledge, Snapshot, Standing, load, write_bundle};

use crate::cli::{KnowledgeArgs, KnowledgeVerb};
use crate::style::{self, paint};
use crate::summary::thousands;

pub(crate) fn run(args: &KnowledgeArgs) -> Result<ExitCode> {
    match &args.verb {
        KnowledgeVerb::Check { dir } => check(dir),
        KnowledgeVerb::Build { dir, out } => build(dir, out),
        KnowledgeVerb::Diff(args) => crate::diff::run(args),
        KnowledgeVerb::Learn(args) => crate::learn::run(args),
        KnowledgeVerb::Reference => {
            anstream::print!("{}", touchstone_signals::reference());
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// One broken file can make every other one wrong; the first mistakes tell.
const MAX_SHOWN: usize = 40;

fn read(dir: &Path) -> Option<Knowledge> {
    match load(dir) {
        Ok((knowledge, warnings)) => {
            warnings.iter().for_each(|w| anstream::eprintln!("{w}"));
            Some(knowledge)
        }
        Err(found) => {
            found.iter().take(MAX_SHOWN).for_each(|d| anstream::eprintln!("{d}"));
            anstream::eprintln!(
                "{} {} in {}",
                paint(style::ERROR, "error:"),
                if found.len() == 1 { "1 mistake".to_owned() } else { format!("{} mistakes", found.len()) },
                dir.display()
            );
            None
        }
    }
}

fn check(dir: &Path) -> Result<ExitCode> {
    let Some(knowledge) = read(dir) else { return Ok(ExitCode::FAILURE) };
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
    for (what, n) in rows {
        anstream::println!("{:>9}  {what}", thousands(n as u64));
    }
    Ok(ExitCode::SUCCESS)
}

fn build(dir: &Path, out: &Path) -> Result<ExitCode> {
    let Some(knowledge) = read(dir) else { return Ok(ExitCode::FAILURE) };
    let path = write_bundle(&knowledge, out)?;
    anstream::println!("{}", path.display());
    Ok(ExitCode::SUCCESS)
}
