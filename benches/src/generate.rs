//! Makes a feed of different listings as Parquet, by seeded perturbation of real ones.
//!
//! ```text
//! fixtures/*.jsonl ─┐
//! DATA/*.jsonl ─────┴─► pools by source ─► pick by weight ─► perturb words ─► stitch description ─► rows ─► Parquet
//! ```
//!
//! What makes a listing out of another one is that of `touchstone loadtest`.
//!
//! Rows are written as they are made, so that the number of rows is limited by the disk only. What the feed is like
//! (lengths, sources) goes to standard output as JSON and belongs to the results.

#[path = "../../crates/touchstone/src/loadtest/material/listing.rs"]
mod listing;
#[path = "../../crates/touchstone/src/loadtest/material/perturb.rs"]
mod perturb;
#[path = "../../crates/touchstone/src/loadtest/material/pool.rs"]
mod pool;
#[path = "../../crates/touchstone/src/loadtest/material/random.rs"]
mod random;
#[path = "generate/table.rs"]
mod table;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;

use crate::perturb::Perturber;
use crate::pool::Pools;
use crate::random::Random;
use crate::table::Table;

/// Makes a feed of different listings.
#[derive(Debug, Parser)]
struct Args {
    /// Folder with `replica_sheets.jsonl`, `shop_titles.jsonl`, `market_shein.jsonl`, `market_lazada.jsonl`; without it only the fixtures are perturbed.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Folder with `honest.jsonl` and `evasions.jsonl`.
    #[arg(long, default_value = "../fixtures")]
    fixtures: PathBuf,
    /// Listings to make.
    #[arg(long, default_value_t = 1_000_000)]
    rows: usize,
    /// The same seed gives the same feed.
    #[arg(long, default_value_t = 2_026)]
    seed: u64,
    /// Rows of a row group.
    #[arg(long, default_value_t = 131_072)]
    group: usize,
    /// The Parquet file to write.
    #[arg(long)]
    out: PathBuf,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let pools = Pools::read(args.data.as_deref(), &args.fixtures)?;
    let mut perturber = Perturber::new(&pools, Random::new(args.seed));
    let mut table = Table::create(&args.out, args.group)?;
    let mut chars = [0_usize; 2];
    let mut by_source = vec![0_usize; pools.sources().len()];
    for row in 0..args.rows {
        let (source, listing) = perturber.listing(row);
        by_source[source] += 1;
        chars[0] += listing.title.chars().count();
        chars[1] += listing.description.chars().count();
        table.push(&listing)?;
    }
    table.finish()?;
    let mean = |total: usize| (total as f64 / args.rows.max(1) as f64 * 10.0).round() / 10.0;
    let sources: serde_json::Map<_, _> =
        pools.sources().iter().zip(by_source).map(|(source, rows)| (source.name.to_owned(), rows.into())).collect();
    let feed = serde_json::json!({
        "rows": args.rows,
        "seed": args.seed,
        "data": if args.data.is_some() { "real listings and fixtures" } else { "fixtures only" },
        "title_chars_mean": mean(chars[0]),
        "description_chars_mean": mean(chars[1]),
        "rows_by_source": sources,
        "row_group_rows": args.group,
        "compression": "snappy",
        "bytes": std::fs::metadata(&args.out)?.len(),
    });
    println!("{feed}");
    Ok(())
}
