//! `touchstone bank`: what stands in the banks of pictures, and what a picture is a copy of.
//!
//! Banks have files and a lock of their own, so all this works beside a running server, which learns of a change within
//! a second.

mod add;
pub(crate) mod change;
mod exchange;
pub(crate) mod list;
mod query;
mod refresh;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use touchstone_banks::{Act, Bank, Banks};

use crate::console::note;
use crate::mark::one_line;
use crate::photos::{Photos, now};

#[derive(Debug, Args)]
pub(crate) struct BankArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Put pictures into a bank.
    Add(add::AddArgs),
    /// Say what pictures are copies of.
    Query(query::QueryArgs),
    /// Show what stands in the banks.
    List(list::ListArgs),
    /// Take entries out; `restore` brings them back.
    Remove(change::EntryArgs),
    /// Bring back what was taken out.
    Restore(change::EntryArgs),
    /// Confirm, as the second person, entries that look like genuine pictures.
    Confirm(change::EntryArgs),
    /// Set the distance up to which a bank or an entry matches, or the share of queries that it answers.
    Set(change::SetArgs),
    /// Start a bank or an entry again that the breaker stopped.
    Rearm(change::RearmArgs),
    /// Write the hashes of the banks as a list for others.
    Export(exchange::ExportArgs),
    /// Take in lists of PDQ hashes.
    Import(exchange::ImportArgs),
    /// Look again at pictures that another version looked at.
    Refresh(refresh::RefreshArgs),
    /// Write base and log as one new base.
    Compact(Data),
}

/// Where banks are kept.
#[derive(Debug, Clone, Args)]
pub(crate) struct Data {
    /// Folder of the service's data; the banks are in it.
    #[arg(long, value_name = "DIR", default_value = "data", env = "TOUCHSTONE_DATA")]
    pub(crate) data: PathBuf,
}

impl Data {
    /// Opens the banks to change them.
    pub(crate) fn banks(&self) -> Result<Banks> {
        Ok(Banks::open(&self.data)?)
    }
}

/// Who does something, and why.
#[derive(Debug, Clone, Args)]
pub(crate) struct Who {
    /// Who does this.
    #[arg(long, value_name = "WHO", env = "TOUCHSTONE_BY")]
    by: Option<String>,
    /// Why.
    #[arg(long, value_name = "WHY")]
    why: Option<String>,
}

impl Who {
    pub(crate) fn act(&self) -> Act {
        let text = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
        Act { by: text(&self.by), why: text(&self.why), at: now() }
    }
}

/// A bank of pictures, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Which {
    /// The brand's own pictures.
    Genuine,
    /// Pictures that only the counterfeiter made.
    Counterfeit,
    /// Size charts, placeholders, shipping notices: never a match.
    Negative,
}

impl Which {
    pub(crate) fn bank(self) -> Bank {
        match self {
            Self::Genuine => Bank::Genuine,
            Self::Counterfeit => Bank::Counterfeit,
            Self::Negative => Bank::Negative,
        }
    }
}

pub(crate) fn run(args: &BankArgs) -> Result<ExitCode> {
    match &args.verb {
        Verb::Add(args) => add::run(args),
        Verb::Query(args) => query::run(args),
        Verb::List(args) => list::run(args),
        Verb::Remove(args) => change::remove(args),
        Verb::Restore(args) => change::restore(args),
        Verb::Confirm(args) => change::confirm(args),
        Verb::Set(args) => change::set(args),
        Verb::Rearm(args) => change::rearm(args),
        Verb::Export(args) => exchange::export(args),
        Verb::Import(args) => exchange::import(args),
        Verb::Refresh(args) => refresh::run(args),
        Verb::Compact(data) => change::compact(data),
    }
}

/// Says what was found wrong with the files and mended.
pub(crate) fn tell(banks: &mut Banks) {
    for said in banks.take_notes() {
        note(format_args!("warning: {}", one_line(&said)));
    }
}

/// The pictures of a verb that looks at some.
pub(crate) type Files = Photos;
