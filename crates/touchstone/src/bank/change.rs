//! `touchstone bank remove`, `restore`, `confirm`, `set`, `rearm` and `compact`.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum as _};
use touchstone_banks::{Bank, Change};

use super::list::Any;
use super::{Data, Who, tell};
use crate::console::note;
use crate::mark::one_line;

#[derive(Debug, Args)]
pub(crate) struct EntryArgs {
    /// Ids, beginnings of ids, or the paths that entries were added from.
    #[arg(value_name = "ENTRY", required = true)]
    entries: Vec<String>,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    data: Data,
}

#[derive(Debug, Args)]
pub(crate) struct SetArgs {
    /// Ids or paths of entries, or names of banks.
    #[arg(value_name = "ENTRY|BANK", required = true)]
    names: Vec<String>,
    /// PDQ distance up to which it matches, 0 to 255, or `usual`.
    #[arg(long, value_name = "BITS", value_parser = distance, required_unless_present = "ratio")]
    distance: Option<Setting>,
    /// Share of queries that it answers, 0 to 1, or `usual`.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    ratio: Option<Setting>,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    data: Data,
}

#[derive(Debug, Args)]
pub(crate) struct RearmArgs {
    /// Ids or paths of entries, or names of banks.
    #[arg(value_name = "ENTRY|BANK", required = true)]
    names: Vec<String>,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    data: Data,
}

/// A number, or none for what is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Setting(Option<u16>);

fn distance(text: &str) -> Result<Setting, String> {
    let number = text.parse().ok().filter(|bits| *bits <= 255);
    setting(text, number, "bits from 0 to 255, or `usual`")
}

fn share(text: &str) -> Result<Setting, String> {
    let share = text.parse::<f64>().ok().filter(|share| (0.0..=1.0).contains(share));
    setting(text, share.map(|share| (share * 1000.0).round() as u16), "a share from 0 to 1, or `usual`")
}

fn setting(text: &str, number: Option<u16>, expected: &str) -> Result<Setting, String> {
    match (text, number) {
        ("usual", _) => Ok(Setting(None)),
        (_, Some(number)) => Ok(Setting(Some(number))),
        _ => Err(expected.to_owned()),
    }
}

pub(crate) fn remove(args: &EntryArgs) -> Result<ExitCode> {
    change(args, &Change::Removed, "removed")
}

pub(crate) fn restore(args: &EntryArgs) -> Result<ExitCode> {
    change(args, &Change::Restored, "restored")
}

pub(crate) fn confirm(args: &EntryArgs) -> Result<ExitCode> {
    if args.who.act().by.is_empty() {
        bail!("say who confirms with --by");
    }
    change(args, &Change::Confirmed, "confirmed")
}

fn change(args: &EntryArgs, change: &Change, done: &str) -> Result<ExitCode> {
    apply(&args.data, &args.entries, change, &args.who, done)
}

pub(crate) fn set(args: &SetArgs) -> Result<ExitCode> {
    let changes = [args.distance.map(|s| Change::Distance(s.0)), args.ratio.map(|s| Change::Ratio(s.0))];
    for change in changes.into_iter().flatten() {
        apply(&args.data, &args.names, &change, &args.who, "set")?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn rearm(args: &RearmArgs) -> Result<ExitCode> {
    apply(&args.data, &args.names, &Change::Rearmed, &args.who, "started again")
}

fn apply(data: &Data, names: &[String], change: &Change, who: &Who, done: &str) -> Result<ExitCode> {
    let of_entries = matches!(change, Change::Removed | Change::Restored | Change::Confirmed);
    let bank = |name: &String| Any::from_str(name, false).ok().map(Any::bank).filter(|_| !of_entries);
    let (names, banks): (Vec<String>, Vec<Bank>) =
        (names.iter().filter(|name| bank(name).is_none()).cloned().collect(), names.iter().filter_map(bank).collect());
    let mut all = data.banks()?;
    let ids = if names.is_empty() { Vec::new() } else { all.change(&names, change, &who.act())? };
    for bank in banks {
        all.change_bank(bank, change, &who.act())?;
        note(format_args!("{done} {bank}"));
    }
    tell(&mut all);
    for id in ids {
        let path = all.contents().entry(&id).map_or("", |entry| &entry.item.path);
        note(format_args!("{done} {id}  {}", one_line(path)));
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn compact(data: &Data) -> Result<ExitCode> {
    let mut banks = data.banks()?;
    let done = banks.compact()?;
    tell(&mut banks);
    match done {
        true => note(format_args!("what the log held is in the new base; version {}", banks.version())),
        false => note(format_args!("the log is empty; version {}", banks.version())),
    }
    Ok(ExitCode::SUCCESS)
}
