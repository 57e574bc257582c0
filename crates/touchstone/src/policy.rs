//! `touchstone policy`: check and test.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use touchstone_policy::{Diagnostic, Policy};
use touchstone_screening::columns;

use crate::cli::{PolicyArgs, PolicyVerb};
use crate::console::{self, note};
use crate::mark::{lines, one_line};
use crate::style::{self, paint};

pub(crate) fn run(args: &PolicyArgs) -> Result<ExitCode> {
    match &args.verb {
        PolicyVerb::Check { dir } => check(dir),
        PolicyVerb::Test { dir } => test(dir),
    }
}

/// Everything that is wrong or looks unintended, also what does not keep a policy from loading.
fn check(dir: &Path) -> Result<ExitCode> {
    let found = Policy::check(dir, &columns());
    tell(&found);
    // What keeps a policy from loading was told.
    let Ok(policy) = Policy::load(dir, &columns()) else { return Ok(ExitCode::FAILURE) };
    let mut out = console::out();
    match found.len() {
        0 => writeln!(out, "{} rules and the score are sound", policy.rules().len())?,
        n => writeln!(out, "{} rules and the score can be used; warnings: {n}", policy.rules().len())?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn tell(found: &[Diagnostic]) {
    found.iter().for_each(|each| note(lines(&each.to_string())));
}

fn test(dir: &Path) -> Result<ExitCode> {
    let policy = match Policy::load(dir, &columns()) {
        Ok(policy) => policy,
        Err(found) => {
            tell(&found);
            return Ok(ExitCode::FAILURE);
        }
    };
    tell(policy.warnings());
    let results = policy.test();
    let failed: Vec<_> = results.iter().filter(|r| !r.passed()).collect();
    let mut out = console::out();
    for each in &failed {
        let head = paint(style::ERROR, "failed");
        writeln!(out, "{head} {}:{}: {}: {}", each.file, each.line, each.rule, one_line(&each.name))?;
    }
    writeln!(out, "{} passed, {} failed", results.len() - failed.len(), failed.len())?;
    out.flush()?;
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
