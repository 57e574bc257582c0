//! How many fakes there are, are missed, and how many blocks are wrong, between two days: from what was counted, drawn and
//! judged.

use std::collections::BTreeMap;

use touchstone_cases::estimate::{Cell, Estimates, Side, estimates};
use touchstone_cases::moment::DAY;
use touchstone_cases::queue::{Item, Stage};
use touchstone_cases::review::{Verdict, golden};
use touchstone_cases::sample::Stratum;
use touchstone_cases::share::Ppb;
use touchstone_store::{Page, Search};

use crate::act::{Act, ActError, no};
use crate::intake::Screened;
use crate::record::Record;
use crate::refusal::Refusal;
use crate::reviewers::Known;

/// Records read at once.
const PART: u64 = 1_000;
/// Days of a period, at most.
const DAYS_MAX: i64 = 366;
/// Reviewers of a house, at most.
const REVIEWERS_MAX: u64 = 10_000;
/// Behind every id of a record.
const BEHIND: &str = "\u{10ffff}";

/// The three shares from one day to another, both with, in days since 1970, UTC. `corrected`: for errors of reviewers, as
/// golden items show them. A sample counts on the day on which it came into the queue, a listing on that of its decision.
///
/// # Errors
/// A period of no days or too many, or golden items that cannot tell.
pub async fn between(act: &Act<'_>, (first, last): (i64, i64), corrected: bool) -> Result<Estimates, ActError> {
    if last < first || last.saturating_sub(first) >= DAYS_MAX {
        return Err(no(Refusal::invalid(format!("from one day to the same or a later one, {DAYS_MAX} days at most"))));
    }
    let cells = cells(act, (first, last)).await?;
    let reviewers: Vec<Known> = match corrected {
        true => act.found("all", String::new(), REVIEWERS_MAX).await?,
        false => Vec::new(),
    };
    let golden = golden(reviewers.iter().map(|known| &known.record));
    if corrected && golden.is_none() {
        return Err(no(touchstone_cases::estimate::Refusal::Golden));
    }
    estimates(&cells, golden.as_ref()).map_err(no)
}

/// Cells of a period: each stratum, and the reviews that people did, which were looked at with certainty.
///
/// # Errors
/// That the store fails.
pub async fn cells(act: &Act<'_>, (first, last): (i64, i64)) -> Result<Vec<Cell>, ActError> {
    let mut strata: BTreeMap<Stratum, Cell> = BTreeMap::new();
    for counted in range::<Screened>(act, ("day", ""), (first, last)).await? {
        let cell = cell_of(&mut strata, &counted.stratum);
        cell.population = Some(cell.population.unwrap_or(0).saturating_add(counted.listings));
    }
    let moments = (first.saturating_mul(DAY), last.saturating_add(1).saturating_mul(DAY).saturating_sub(1));
    for item in range::<Item>(act, ("drawn", ""), moments).await? {
        if let Some(stratum) = item.drawn.as_ref().filter(|_| !matches!(item.stage, Stage::Withdrawn { .. })) {
            add(cell_of(&mut strata, stratum), &item);
        }
    }
    let mut seen = empty(Side::Reviewed, Ppb::ALL);
    for item in range::<Item>(act, ("stage", "decided"), moments).await? {
        if item.drawn.is_none() && item.review.golden.is_none() {
            add(&mut seen, &item);
        }
    }
    seen.population = Some(seen.drawn);
    // What people reviewed is in its own cell, and is taken out of the others.
    let mut rest = seen.drawn;
    for cell in strata.values_mut().filter(|cell| cell.side == Side::Reviewed) {
        let spare = cell.population.unwrap_or(0).saturating_sub(cell.drawn).min(rest);
        cell.population = cell.population.map(|listings| listings - spare);
        rest -= spare;
    }
    // A sample of the evening may have been counted on the day before the period.
    let whole = |cell: Cell| Cell { population: Some(cell.population.unwrap_or(0).max(cell.drawn)), ..cell };
    Ok(strata.into_values().chain([seen]).map(whole).filter(|cell| cell.population != Some(0)).collect())
}

fn empty(side: Side, share: Ppb) -> Cell {
    Cell { side, share, population: None, drawn: 0, judged: 0, fakes: 0 }
}

fn cell_of<'c>(strata: &'c mut BTreeMap<Stratum, Cell>, stratum: &Stratum) -> &'c mut Cell {
    strata.entry(stratum.clone()).or_insert_with(|| empty(stratum.side, stratum.share))
}

fn add(cell: &mut Cell, item: &Item) {
    let verdict = item.review.settled.as_ref().map(|settled| settled.verdict);
    cell.drawn += 1;
    cell.judged += u64::from(matches!(verdict, Some(Verdict::Fake | Verdict::Genuine)));
    cell.fakes += u64::from(verdict == Some(Verdict::Fake));
}

/// Records with a rank from one to another, both with.
async fn range<R: Record>(
    act: &Act<'_>,
    (name, value): (&'static str, &str),
    (first, last): (i64, i64),
) -> Result<Vec<R>, ActError> {
    let mut after = (first.saturating_sub(1), BEHIND.to_owned());
    let mut all = Vec::new();
    loop {
        let page = Page { after: Some(after), limit: PART, ..Page::default() };
        let found = act.change.find(&Search { kind: R::KIND, name, value: value.to_owned(), page }).await?;
        let more = found.len() as u64 == PART;
        let within: Vec<(String, i64)> = found.into_iter().filter(|(_, rank)| *rank <= last).collect();
        let Some((id, rank)) = within.last().cloned() else { return Ok(all) };
        let whole = within.len() as u64 == PART;
        let ids: Vec<String> = within.into_iter().map(|(id, _)| id).collect();
        all.extend(act.get_many::<R>(&ids).await?);
        if !more || !whole {
            return Ok(all);
        }
        after = (rank, id);
    }
}
