//! `touchstone replay`: says decisions again from the stored context and compares the bytes.
//!
//! Decisions and listings run side by side, so neither has to fit in memory; see [`stored`] for what happens where
//! they stand in different orders.

mod stored;
mod tally;

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use touchstone_catalog::ListingBatch;
use touchstone_screening::{Decision, RowContext, Screener};

use crate::cli::ReplayArgs;
use crate::console::note;
use crate::feeds;
use crate::mark::lines;
use crate::style::{self, paint};
use stored::{Line, Stored};
use tally::Tally;

pub(crate) fn run(args: &ReplayArgs) -> Result<ExitCode> {
    let active = feeds::active(&args.deciders)?;
    let mut stored = Stored::open(&args.decisions)?;
    let mut screener = Screener::new(active);
    let mut tally = Tally::default();
    let mut all_read = true;
    // A listing that comes twice needs no remembering: its decision is gone once it was compared.
    for batch in feeds::reader(&args.listings, 0, ()) {
        match batch {
            Ok(batch) => replay(&mut screener, &batch, &mut stored, &mut tally)?,
            Err(error) => {
                all_read = false;
                note(format_args!("{} {}", paint(style::ERROR, "error:"), lines(&error.to_string())));
            }
        }
    }
    let all_same = tally.print(&stored)?;
    Ok(if all_same && all_read { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Says the decisions on a batch again, as far as there are any.
fn replay(screener: &mut Screener, batch: &ListingBatch, stored: &mut Stored, tally: &mut Tally) -> Result<()> {
    let mut before: Vec<Option<(Line, Decision)>> = Vec::with_capacity(batch.len());
    for listing in batch.rows() {
        let line = stored.take(listing.key().fingerprint())?;
        before.push(line.map(|line| parsed(line, stored)).transpose()?);
    }
    if before.iter().all(Option::is_none) {
        return Ok(());
    }
    let context = |old: &Option<(Line, Decision)>| old.as_ref().map(|(_, old)| old.context.clone()).unwrap_or_default();
    let context: Vec<RowContext> = before.iter().map(context).collect();
    let again = screener.screen(batch, &context);
    for (row, old) in before.iter().enumerate() {
        match old {
            Some((line, _)) if line.text.as_bytes() == again.json(row) => tally.same(),
            Some((_, old)) => tally.other(old, &again.decision(row).context("a decision can't be read back")?)?,
            None => {}
        }
    }
    Ok(())
}

fn parsed(line: Line, stored: &Stored) -> Result<(Line, Decision)> {
    let decision = serde_json::from_str(&line.text).with_context(|| stored.no_decision(line.number))?;
    Ok((line, decision))
}
