//! How many fakes there are, are missed, and how many blocks are wrong, between two days: from what was counted, drawn and
//! judged.

use std::collections::BTreeMap;

use touchstone_cases::estimate::{Cell, Estimates, Side, estimates};
use touchstone_cases::moment::{DAY, HOUR, Moment};
use touchstone_cases::queue::{Item, Stage};
use touchstone_cases::review::{Verdict, golden};
use touchstone_cases::sample::Stratum;
use touchstone_cases::share::Ppb;
use touchstone_store::{Page, Search};

use crate::act::{Act, ActError, no};
use crate::intake::{QUARTER, Screened};
use crate::record::Record;
use crate::refusal::Refusal;
use crate::reviewers::Known;

/// Records read at once.
const PART: u64 = 1_000;
/// A period is no longer: a year, and the hour by which its last day may be.
const PERIOD_MAX: i64 = 366 * DAY + HOUR;
/// Reviewers of a house, at most.
const REVIEWERS_MAX: u64 = 10_000;
/// Behind every id of a record.
const BEHIND: &str = "\u{10ffff}";

/// The three shares from one moment to before another, which are where days begin somewhere. `corrected`: for errors of
/// reviewers, as golden items show them. All counts at the moment of the decision, whenever a person looked.
///
/// # Errors
/// A period that is empty, too long or no days of any place, or golden items that cannot tell.
pub async fn between(act: &Act<'_>, period: (Moment, Moment), corrected: bool) -> Result<Estimates, ActError> {
    let (from, until) = (period.0.0, period.1.0);
    if until <= from || until.saturating_sub(from) > PERIOD_MAX {
        return Err(no(Refusal::invalid("from one day to the same or a later one, 366 days at most")));
    }
    if from.rem_euclid(QUARTER) != 0 || until.rem_euclid(QUARTER) != 0 {
        return Err(no(Refusal::invalid("days begin at quarters of an hour, as in every time zone of today")));
    }
    let cells = cells(act, (from, until)).await?;
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

/// Cells of a period: of each stratum what was drawn by chance, and apart from it the reviews that people got to, which
/// were looked at with certainty.
///
/// # Errors
/// That the store fails.
pub async fn cells(act: &Act<'_>, (from, until): (i64, i64)) -> Result<Vec<Cell>, ActError> {
    let mut strata: BTreeMap<Stratum, Cell> = BTreeMap::new();
    let last = until.saturating_sub(1);
    for counted in range::<Screened>(act, ("day", ""), (from.div_euclid(DAY), last.div_euclid(DAY))).await? {
        let cell = cell_of(&mut strata, &counted.stratum);
        cell.population = Some(cell.population.unwrap_or(0).saturating_add(counted.between((from, until))));
    }
    for item in range::<Item>(act, ("drawn", ""), (from, last)).await? {
        if let Some(stratum) = item.drawn.as_ref().filter(|_| !matches!(item.stage, Stage::Withdrawn { .. })) {
            add(cell_of(&mut strata, stratum), &item);
        }
    }
    let mut reached: BTreeMap<Stratum, Cell> = BTreeMap::new();
    for item in range::<Item>(act, ("reached", ""), (from, last)).await? {
        if let Some(stratum) = &item.stratum {
            add(reached.entry(stratum.clone()).or_insert_with(|| empty(Side::Reviewed, Ppb::ALL)), &item);
        }
    }
    for (stratum, seen) in &mut reached {
        let cell = cell_of(&mut strata, stratum);
        cell.population = Some(cell.population.unwrap_or(0).saturating_sub(seen.drawn));
        seen.population = Some(seen.drawn);
    }
    let counted = |cell: Cell| Cell { population: Some(cell.population.unwrap_or(0).max(cell.drawn)), ..cell };
    let all = strata.into_values().chain(reached.into_values()).map(counted);
    Ok(all.filter(|cell| cell.population != Some(0)).collect())
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
