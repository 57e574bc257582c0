//! The command line: thin verbs over the rooms.
//!
//! Data goes to standard output, everything else to standard error. Exit codes: 0 done, 1 failed
//! (or findings under `--strict`), 2 wrong usage.

mod attack;
mod cli;
mod diff;
mod explain;
mod feeds;
mod knowledge;
mod learn;
mod pipeline;
mod policy;
mod progress;
mod replay;
mod screen;
mod style;
mod summary;
mod table;
mod write;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Verb};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.verb {
        Verb::Screen(args) => screen::run(&args),
        Verb::Explain(args) => explain::run(&args),
        Verb::Replay(args) => replay::run(&args),
        Verb::Knowledge(args) => knowledge::run(&args),
        Verb::Policy(args) => policy::run(&args),
        Verb::Attack(args) => attack::run(&args),
    };
    match done {
        Ok(code) => code,
        Err(error) => fail(&error),
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    let broken_pipe = error
        .chain()
        .any(|e| e.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe));
    if !broken_pipe {
        anstream::eprintln!("{}error:{} {error:#}", style::ERROR.render(), style::ERROR.render_reset());
    }
    ExitCode::FAILURE
}
