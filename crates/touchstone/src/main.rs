//! The command line: thin verbs over the rooms.
//!
//! Data goes to standard output, everything else to standard error. Exit codes: 0 done, 1 failed
//! (or findings under `--strict`), 2 wrong usage. A reader of standard output that has seen enough
//! (`| head`) is no failure.

mod accounts;
mod attack;
mod audit;
mod bank;
mod cli;
mod console;
mod diff;
mod explain;
mod feeds;
mod image;
mod images;
mod keys;
mod knowledge;
mod learn;
mod loadtest;
mod logo;
mod looking;
mod mark;
mod month;
mod ordered;
mod outputs;
mod photos;
mod pipeline;
mod policy;
mod progress;
mod receipt;
mod rejects;
mod replay;
mod screen;
mod sellers;
mod serve;
mod style;
mod summary;
mod table;
mod units;
mod write;

use std::io;
use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Verb};
use crate::console::note;

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
        Verb::Serve(args) => serve::run(&args),
        Verb::Openapi => serve::document(),
        Verb::Keys(args) => keys::run(&args),
        Verb::Accounts(args) => accounts::run(&args),
        Verb::Month(args) => month::run(&args),
        Verb::Loadtest(args) => loadtest::run(&args),
        Verb::Sellers(args) => sellers::run(&args),
        Verb::Image(args) => image::run(&args),
        Verb::Logo(args) => logo::run(&args),
        Verb::Bank(args) => bank::run(&args),
        Verb::Audit(args) => audit::run(&args),
        Verb::Receipt(args) => receipt::run(&args),
    };
    match done {
        Ok(code) => code,
        Err(error) => fail(&error),
    }
}

/// Exit code of wrong usage that shows only once files are looked at; clap's own is the same.
const USAGE: u8 = 2;

fn fail(error: &anyhow::Error) -> ExitCode {
    if is_closed_output(error) {
        return ExitCode::SUCCESS;
    }
    let usage = error.downcast_ref::<clap::Error>();
    let text = usage.map_or_else(|| format!("{error:#}"), clap::Error::to_string);
    let text = text.trim_end().trim_start_matches("error: ");
    note(format_args!("{} {}", style::paint(style::ERROR, "error:"), mark::lines(text)));
    if usage.is_some() { ExitCode::from(USAGE) } else { ExitCode::FAILURE }
}

/// An error of standard output names no file; where one is named, its reader did not get everything.
fn is_closed_output(error: &anyhow::Error) -> bool {
    let outermost = error.chain().next().and_then(|error| error.downcast_ref::<io::Error>());
    outermost.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
