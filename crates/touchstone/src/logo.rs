//! `touchstone logo`: enrol logos from boxes on photos, and find them on others.

mod enrol;
mod find;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use touchstone_banks::{Bank, Entry};

use crate::bank::{Data, change, list};

#[derive(Debug, Args)]
pub(crate) struct LogoArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Enrol logos from boxes on photos; what is enrolled is found from then on.
    Enrol(enrol::EnrolArgs),
    /// Find enrolled logos on pictures.
    Find(find::FindArgs),
    /// Show what is enrolled.
    List(ListArgs),
    /// Take logos out; `bank restore` brings them back.
    Remove(change::EntryArgs),
}

#[derive(Debug, Args)]
struct ListArgs {
    /// Only these brands.
    #[arg(value_name = "BRAND")]
    brands: Vec<String>,
    /// What was done to each entry, too.
    #[arg(long)]
    history: bool,
    /// One JSON object an entry, with everything that is known of it.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: Data,
}

pub(crate) fn run(args: &LogoArgs) -> Result<ExitCode> {
    match &args.verb {
        Verb::Enrol(args) => enrol::run(args),
        Verb::Find(args) => find::run(args),
        Verb::List(args) => {
            let wanted = |brand: &str| args.brands.is_empty() || args.brands.iter().any(|wanted| wanted == brand);
            let keep = |entry: &&Entry| {
                entry.item.bank == Bank::Logos && wanted(entry.item.brand.as_deref().unwrap_or_default())
            };
            list::show(args.data.banks()?, keep, args.json, args.history)
        }
        Verb::Remove(args) => change::remove(args),
    }
}
