//! How many fakes there are, how many are missed, and how many blocks are wrong; each with an interval of 95 %.
//!
//! What was drawn by chance and judged speaks for what was not. A [`Cell`] is what shares a side, a stratum and a
//! probability; within it every listing was drawn with the same probability, so that the rate among the judged is the
//! rate of the cell (Hájek). Cells are weighed by how many listings they have; where those were not counted, by how many
//! were drawn over the probability (Horvitz and Thompson). What was drawn with certainty leaves no doubt, and an
//! interval is as much narrower as its cells were seen whole.
//!
//! Golden data say how often reviewers call a fake a fake, and a genuine listing one; with them the estimate is corrected
//! (W. J. Rogan, B. Gladen, "Estimating prevalence from the results of a screening test", American Journal of
//! Epidemiology 107, 1978), and the interval carries what is not known of both. How it is found is in `score`.

mod score;

use serde::{Deserialize, Serialize};

use crate::proportion::{Interval, Tally};
use crate::share::Ppb;

/// What screening said of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// It went up.
    Allowed,
    /// A person was to look.
    Reviewed,
    /// It did not go up.
    Blocked,
}

/// Listings of one side and stratum that were drawn with one probability, and what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// What screening said of them.
    pub side: Side,
    /// How likely each was to be drawn.
    pub share: Ppb,
    /// How many there are, drawn or not; none if nobody counted.
    pub population: Option<u64>,
    /// How many were drawn.
    pub drawn: u64,
    /// How many of those were judged; who could not tell has not.
    pub judged: u64,
    /// How many of those were said to be fakes.
    pub fakes: u64,
}

impl Cell {
    /// How many listings it stands for.
    fn listings(&self) -> f64 {
        let drawn = self.drawn.max(self.judged) as f64;
        match self.population {
            Some(population) => drawn.max(population as f64),
            None if self.share == Ppb::NONE => drawn,
            None => drawn / self.share.as_f64(),
        }
    }
}

/// What reviewers said of listings whose answer was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Golden {
    /// Known fakes, and how many of them were said to be fakes.
    pub found: Tally,
    /// Known genuine listings, and how many of them were said to be fakes.
    pub accused: Tally,
}

/// A share with what is not known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Estimate {
    /// The most fitting share.
    pub share: Ppb,
    /// Between these with 95 %.
    pub interval: Interval,
    /// Listings it is a share of.
    pub listings: u64,
    /// How many of them were judged.
    pub judged: u64,
    /// How many were drawn and not judged. They are taken to be like those that were.
    pub unjudged: u64,
    /// Listings in cells of which none was judged. They are taken to be like the other cells.
    pub unseen: u64,
}

impl Estimate {
    /// The same as numbers of listings: the lower bound, the most fitting, the upper bound.
    pub fn counts(&self) -> [u64; 3] {
        let count = |share: Ppb| libm::round(share.as_f64() * self.listings as f64) as u64;
        [count(self.interval.low), count(self.share), count(self.interval.high)]
    }
}

/// The three that are asked for; none where nothing was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Estimates {
    /// Fakes among all listings.
    pub prevalence: Option<Estimate>,
    /// Fakes among those that were allowed.
    pub missed: Option<Estimate>,
    /// Genuine ones among those that were blocked.
    pub false_blocks: Option<Estimate>,
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Known fakes or known genuine listings are missing, or reviewers call as many of these fakes as of those.
    #[error(
        "golden data must hold fakes and genuine listings, and reviewers must tell them apart better than by chance"
    )]
    Golden,
    /// More fakes than judged, or more judged than there are.
    #[error("a cell has {fakes} fakes of {judged} judged of {listings} listings")]
    Cell {
        /// Said to be fakes.
        fakes: u64,
        /// Judged.
        judged: u64,
        /// All.
        listings: u64,
    },
}

/// All three of a period's cells, corrected for reviewers' errors if golden data are given.
///
/// # Errors
/// A [`Refusal`] if the counts cannot be.
pub fn estimates(cells: &[Cell], golden: Option<&Golden>) -> Result<Estimates, Refusal> {
    cells.iter().try_for_each(checked)?;
    let eyes = golden.map(score::Eyes::of).transpose()?;
    let of = |side: Side| cells.iter().filter(|cell| cell.side == side).copied().collect::<Vec<_>>();
    Ok(Estimates {
        prevalence: estimate(cells, eyes.as_ref()),
        missed: estimate(&of(Side::Allowed), eyes.as_ref()),
        false_blocks: estimate(&of(Side::Blocked), eyes.as_ref()).map(genuine),
    })
}

fn checked(cell: &Cell) -> Result<(), Refusal> {
    let Cell { fakes, judged, .. } = *cell;
    let listings = cell.population.unwrap_or(u64::MAX);
    if fakes <= judged && judged <= listings { Ok(()) } else { Err(Refusal::Cell { fakes, judged, listings }) }
}

/// Fakes among the listings of these cells.
fn estimate(cells: &[Cell], eyes: Option<&score::Eyes>) -> Option<Estimate> {
    let (seen, unseen): (Vec<&Cell>, Vec<&Cell>) = cells.iter().partition(|cell| cell.judged > 0);
    let (share, interval) = score::interval(&seen, eyes)?;
    let listings = |cells: &[&Cell]| cells.iter().map(|cell| cell.listings()).sum::<f64>();
    let total = |count: fn(&Cell) -> u64| cells.iter().map(count).fold(0, u64::saturating_add);
    let judged = total(|cell| cell.judged);
    Some(Estimate {
        share,
        interval,
        listings: libm::round(listings(&seen) + listings(&unseen)) as u64,
        judged,
        unjudged: total(|cell| cell.drawn).saturating_sub(judged),
        unseen: libm::round(listings(&unseen)) as u64,
    })
}

/// What is no fake is genuine.
fn genuine(fakes: Estimate) -> Estimate {
    let Interval { low, high } = fakes.interval;
    Estimate { share: fakes.share.rest(), interval: Interval { low: high.rest(), high: low.rest() }, ..fakes }
}
