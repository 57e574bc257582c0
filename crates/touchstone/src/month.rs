//! `touchstone month`: fills an empty folder with the month of a small marketplace that never was, to look around in. The
//! people are invented, the listings are those of `fixtures/`, the work is done by the calls of the service, on a clock that
//! runs through the month in seconds. The same seed gives the same listings; which of them chance draws hangs on a secret of
//! the house, as it does everywhere, so that the counts of two runs differ a little.

mod days;
mod goods;
mod house;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;

use self::days::Month;
use self::goods::Goods;
use self::house::House;
use crate::accounts::typed;
use crate::cli::Deciders;
use crate::console::note;
use crate::serve::Keeping;

/// The marketplace's name: whoever reads it knows what this is.
const MARKETPLACE: &str = "synthetic-market";

#[derive(Debug, Args)]
pub(crate) struct MonthArgs {
    #[command(flatten)]
    keeping: Keeping,
    #[command(flatten)]
    deciders: Deciders,
    /// Folder of routing.toml, sampling.toml and review.toml, as `serve` has it later.
    #[arg(long, value_name = "DIR", default_value = "fixtures/month")]
    review: PathBuf,
    /// What chance depends on.
    #[arg(long, value_name = "N", default_value_t = 7)]
    seed: u64,
    /// Days, the last of which is today.
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=180))]
    days: u16,
    /// Listings that come in each day.
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = clap::value_parser!(u16).range(1..=500))]
    listings: u16,
    /// Honest listings, JSON lines.
    #[arg(long, value_name = "FILE", default_value = "fixtures/honest.jsonl")]
    honest: PathBuf,
    /// Listings that try to deceive, JSON lines.
    #[arg(long, value_name = "FILE", default_value = "fixtures/evasions.jsonl")]
    deceiving: PathBuf,
}

/// The password of all accounts is read from standard input.
pub(crate) fn run(args: &MonthArgs) -> Result<ExitCode> {
    let empty = std::fs::read_dir(&args.keeping.data).map_or(true, |mut entries| entries.next().is_none());
    ensure!(
        empty,
        "{} holds something already: a synthetic month begins in an empty folder",
        args.keeping.data.display()
    );
    let password = typed()?;
    let goods = Goods::read(&args.honest, &args.deceiving, args.seed)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let house = House::open(&args.keeping, &args.deciders, &args.review, password).await?;
        let told = Month::new(house, goods, (args.days, args.listings), args.seed).live().await?;
        note(format_args!("{told}"));
        Ok(ExitCode::SUCCESS)
    })
}
