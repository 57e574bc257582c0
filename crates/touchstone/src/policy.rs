//! `touchstone policy`: check and test.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use touchstone_policy::Policy;
use touchstone_screening::columns;

use crate::cli::{PolicyArgs, PolicyVerb};
use crate::style::{self, paint};

pub(crate) fn run(args: &PolicyArgs) -> Result<ExitCode> {
    match &args.verb {
        PolicyVerb::Check { dir } => Ok(match read(dir) {
            Some(policy) => {
                anstream::println!("{} rules and the score are sound", policy.rules().len());
                ExitCode::SUCCESS
            }
            None => ExitCode::FAILURE,
        }),
        PolicyVerb::Test { dir } => Ok(test(dir)),
    }
}

fn read(dir: &Path) -> Option<Policy> {
    match Policy::load(dir, &columns()) {
        Ok(policy) => {
            policy.warnings().iter().for_each(|w| anstream::eprintln!("{w}"));
            Some(policy)
        }
        Err(found) => {
            found.iter().for_each(|d| anstream::eprintln!("{d}"));
            None
        }
    }
}

fn test(dir: &Path) -> ExitCode {
    let Some(policy) = read(dir) else { return ExitCode::FAILURE };
    let results = policy.test();
    let failed: Vec<_> = results.iter().filter(|r| !r.passed()).collect();
    for result in &failed {
        anstream::println!(
            "{} {}:{}: {}: {}",
            paint(style::ERROR, "failed"),
            result.file,
            result.line,
            result.rule,
            result.name
        );
    }
    anstream::println!("{} passed, {} failed", results.len() - failed.len(), failed.len());
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
