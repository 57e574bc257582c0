//! The physical floor under screening: what the memory, the decoder and the automaton alone cost.
//!
//! The automaton pass is [`bare_automaton`] over title and description in lower case: every pattern of the snapshot,
//! overlapping matches counted, no normal form, no boundaries, no meaning.

use std::fs::File;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context as _, Result};
use clap::Args as Arguments;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::json;
use touchstone_benches::{Measured, bare_automaton, load_batches, lower_texts, repeat, repeat_wall};

/// Measures the limits under screening.
#[derive(Debug, Arguments)]
pub(crate) struct Args {
    /// A Parquet feed.
    feed: PathBuf,
    /// Listings to take of it.
    #[arg(long, default_value_t = 200_000)]
    rows: usize,
    /// Runs of each measurement after one to warm up.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Knowledge folder.
    #[arg(long, default_value = "../knowledge")]
    knowledge: PathBuf,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let (knowledge, _) = touchstone_knowledge::load(&args.knowledge)
        .map_err(|found| anyhow::anyhow!("the knowledge has {} mistakes", found.len()))?;
    let automaton = bare_automaton(&knowledge)?;
    let batches = load_batches(&args.feed, args.rows)?;
    let texts = lower_texts(&batches);
    drop(batches);
    let bytes: usize = texts.iter().map(String::len).sum();
    let matches_in = |text: &String| automaton.find_overlapping_iter(text).count();
    let pass = |texts: &[String]| texts.iter().map(matches_in).sum::<usize>();
    let matches = pass(&texts);
    let report = json!({
        "listings": texts.len(),
        "text_bytes_mean": bytes / texts.len(),
        "matches_mean": matches as f64 / texts.len() as f64,
        "memory_pass_1": timed(args, &texts, 1, &sum).json(),
        "memory_pass_2": timed(args, &texts, 2, &sum).json(),
        "automaton_1": timed(args, &texts, 1, &pass).json(),
        "automaton_2": timed(args, &texts, 2, &pass).json(),
        "parquet_decode_1": decoding(&args.feed, texts.len(), args.runs)?.json(),
        "feed_reader_1": reading(&args.feed, texts.len(), args.runs)?.json(),
    });
    println!("{report}");
    Ok(())
}

/// Time a listing of `work` over all texts: processor time on one thread, wall time on several, each with its share.
fn timed(args: &Args, texts: &[String], threads: usize, work: &(impl Fn(&[String]) -> usize + Sync)) -> Measured {
    let share = texts.len().div_ceil(threads);
    if threads == 1 {
        return repeat(args.runs, texts.len(), || {
            black_box(work(texts));
        });
    }
    repeat_wall(args.runs, texts.len(), || {
        thread::scope(|scope| {
            for part in texts.chunks(share) {
                scope.spawn(move || black_box(work(part)));
            }
        });
    })
}

fn sum(texts: &[String]) -> usize {
    texts
        .iter()
        .map(|text| text.bytes().fold(0_usize, |sum, byte| sum.wrapping_add(usize::from(byte))))
        .fold(0, usize::wrapping_add)
}

/// Parquet to Arrow, every column, without a look at a value.
fn decoding(feed: &Path, rows: usize, runs: usize) -> Result<Measured> {
    let decode = || -> Result<usize> {
        let file = File::open(feed).with_context(|| format!("cannot read {}", feed.display()))?;
        let reader = ParquetRecordBatchReaderBuilder::try_new(file)?.with_batch_size(1_024).with_limit(rows).build()?;
        let mut read = 0;
        for batch in reader {
            read += black_box(batch?).num_rows();
        }
        Ok(read)
    };
    let read = decode()?;
    Ok(repeat(runs, read, || drop(decode())))
}

/// The same through the feed reader: typed, checked, deduplicated batches.
fn reading(feed: &Path, rows: usize, runs: usize) -> Result<Measured> {
    let read: usize = load_batches(feed, rows)?.iter().map(touchstone_catalog::ListingBatch::len).sum();
    Ok(repeat(runs, read, || drop(load_batches(feed, rows))))
}
