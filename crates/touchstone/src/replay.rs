//! `touchstone replay`: says decisions again from the stored context and compares the bytes.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use touchstone_catalog::ListingBatch;
use touchstone_screening::{Decision, RowContext, Screener};

use crate::cli::ReplayArgs;
use crate::mark::one_line;
use crate::style::{self, paint};
use crate::summary::thousands;
use crate::{console, feeds};

type Key = (String, String, String);

#[derive(Default)]
struct Tally {
    same: u64,
    other: u64,
    missing: u64,
    shown: usize,
}

const MAX_SHOWN: usize = 10;

pub(crate) fn run(args: &ReplayArgs) -> Result<ExitCode> {
    let active = feeds::active(&args.deciders)?;
    let mut stored = read(args)?;
    let mut screener = Screener::new(active.clone());
    let mut tally = Tally::default();
    for batch in feeds::reader(&args.listings, 10_000_000, ()) {
        replay(&mut screener, &batch?, &mut stored, &mut tally)?;
    }
    tally.missing = stored.len() as u64;
    writeln!(
        console::people(),
        "{} said again the same, {} otherwise, {} without their listing",
        thousands(tally.same),
        thousands(tally.other),
        thousands(tally.missing)
    )?;
    Ok(if tally.other + tally.missing == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read(args: &ReplayArgs) -> Result<HashMap<Key, Vec<u8>>> {
    let path = args.decisions.display();
    let file = File::open(&args.decisions).with_context(|| format!("cannot read {path}"))?;
    let mut stored = HashMap::new();
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let line = line.with_context(|| format!("{path}:{}", number + 1))?;
        let decision: Decision =
            serde_json::from_str(&line).with_context(|| format!("{path}:{}: no decision", number + 1))?;
        stored.insert((decision.marketplace, decision.seller_id, decision.listing_id), line.into_bytes());
    }
    Ok(stored)
}

fn replay(
    screener: &mut Screener,
    batch: &ListingBatch,
    stored: &mut HashMap<Key, Vec<u8>>,
    tally: &mut Tally,
) -> io::Result<()> {
    let lines: Vec<Option<Vec<u8>>> = batch
        .rows()
        .map(|l| stored.remove(&(l.marketplace.to_owned(), l.seller_id.to_owned(), l.id.to_owned())))
        .collect();
    let before: Vec<Option<Decision>> =
        lines.iter().map(|l| l.as_ref().and_then(|l| serde_json::from_slice(l).ok())).collect();
    let context: Vec<RowContext> =
        before.iter().map(|d| d.as_ref().map(|d| d.context.clone()).unwrap_or_default()).collect();
    let again = screener.screen(batch, &context);
    for (row, (line, old)) in lines.iter().zip(&before).enumerate() {
        let (Some(line), Some(old)) = (line, old) else { continue };
        if line == again.json(row) {
            tally.same += 1;
        } else {
            tally.other += 1;
            again.decision(row).iter().try_for_each(|new| tally.show(old, new))?;
        }
    }
    Ok(())
}

impl Tally {
    fn show(&mut self, old: &Decision, new: &Decision) -> io::Result<()> {
        self.shown += 1;
        if self.shown > MAX_SHOWN {
            return Ok(());
        }
        let (id, cause) = (paint(style::HEAD, &old.listing_id), paint(style::DIM, &cause(old, new)));
        writeln!(console::people(), "{id} {} → {}  {cause}", one_line(&old.verdict), new.verdict)
    }
}

/// What differs, from the most likely cause on.
fn cause(old: &Decision, new: &Decision) -> String {
    let (a, b) = (&old.hashes, &new.hashes);
    let short = |hash: &str| hash.chars().take(12).collect::<String>();
    if a.engine != b.engine {
        format!("it needs {}, this is {}", a.engine, b.engine)
    } else if a.listing != b.listing {
        "the listing is another one".to_owned()
    } else if a.knowledge != b.knowledge {
        format!("it needs knowledge {}, this is {}", short(&a.knowledge), short(&b.knowledge))
    } else if a.policy != b.policy {
        format!("it needs policy {}, this is {}", short(&a.policy), short(&b.policy))
    } else {
        "everything that decides is the same: the stored decision was changed".to_owned()
    }
}
